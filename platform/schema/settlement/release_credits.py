"""Release credits in the API: what is credited for a replacement contract, and who did not pay in time."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry
from strawberry import relay

from linepack.ids import ContractId, PartyId
from schema.identity.parties import Party
from schema.types.nodes import IDEMPOTENCY_KEY, Info, Refusals, uuid_of
from schema.types.permissions import MaySettle
from schema.types.scalars import Money
from settlement.release_credits import model, service
from settlement.release_credits.model import ChangeKind


@strawberry.type(description="Who owes demand money of a replacement contract in a gas month.")
class DemandDebtor:
    """What a party owes for the month, and what of it was not paid."""

    party_id: strawberry.Private[PartyId]
    owed: Money | None = strawberry.field(description="Null: it has assigned all of it on since.")
    taken_back: Money = strawberry.field(description="Taken back because it did not pay, and not paid since.")

    @strawberry.field
    async def party(self, info: Info) -> Party:
        """Return who owes."""
        return await Party.load(info, self.party_id)


@strawberry.type(description="A default or a late payment, as it was recorded.")
class ReleaseCreditChange:
    """What was taken back or credited anew."""

    kind: ChangeKind
    debtor_id: strawberry.Private[PartyId]
    amount: Money
    entry: int = strawberry.field(description="The sequence of its entry in the ledger.")
    recorded_at: datetime

    @classmethod
    def of(cls, change: model.CreditChange) -> Self:
        """Show a change."""
        return cls(
            kind=change.kind,
            debtor_id=change.debtor_id,
            amount=Money.of(change.amount),
            entry=change.entry_sequence,
            recorded_at=change.recorded_at,
        )

    @strawberry.field
    async def debtor(self, info: Info) -> Party:
        """Return who did not pay, or paid late."""
        return await Party.load(info, self.debtor_id)


@strawberry.type(
    description="What the operator credits the releasing shipper for a replacement contract in a gas month: "
    "demand less what was taken back."
)
class ReleaseCredit:
    """A release credit of one gas month."""

    contract_id: relay.GlobalID = strawberry.field(description="The replacement contract.")
    contract: str = strawberry.field(description="Its code.")
    gas_month: date
    releasing_id: strawberry.Private[PartyId]
    demand: Money = strawberry.field(description="The demand money of the month, credited at the award.")
    credited: Money
    taken_back: Money
    debtors: list[DemandDebtor]
    changes: list[ReleaseCreditChange] = strawberry.field(description="In the order of the ledger.")

    @classmethod
    def of(cls, credit: model.ReleaseCredit) -> Self:
        """Show a credit."""
        parties = sorted({*credit.owed, *(change.debtor_id for change in credit.changes)})
        owed = {party: Money.of(amount) for party, amount in credit.owed.items()}
        return cls(
            contract_id=relay.GlobalID("Contract", str(credit.child_id)),
            contract=credit.child_code,
            gas_month=credit.gas_month,
            releasing_id=credit.releasing_id,
            demand=Money.of(credit.demand),
            credited=Money.of(credit.credited),
            taken_back=Money.of(credit.taken_back),
            debtors=[
                DemandDebtor(
                    party_id=party,
                    owed=owed.get(party),
                    taken_back=Money.of(credit.taken_back_from(party)),
                )
                for party in parties
            ],
            changes=[ReleaseCreditChange.of(change) for change in credit.changes],
        )

    @strawberry.field
    async def releasing(self, info: Info) -> Party:
        """Return who is credited."""
        return await Party.load(info, self.releasing_id)


@strawberry.input
class _CreditChangeInput:
    """Of which replacement contract, gas month and debtor, and how much."""

    contract: relay.GlobalID = strawberry.field(description="The replacement contract, as it was awarded.")
    gas_month: date = strawberry.field(description="The first day of the gas month.")
    amount: Decimal | None = strawberry.field(default=None, description="All that is left, if it is null.")
    debtor: str | None = strawberry.field(
        default=None, description="The party's code, where the contract was assigned in part and several owe."
    )
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY

    def command(self, kind: ChangeKind) -> service.RecordCreditChange:
        """Return the command that the input stands for."""
        return service.RecordCreditChange(
            kind=kind,
            child_id=ContractId(uuid_of("Contract", self.contract, "contract")),
            gas_month=self.gas_month,
            amount=self.amount,
            debtor=self.debtor,
            idempotency_key=self.idempotency_key,
        )


@strawberry.input
class RecordReplacementDefaultInput(_CreditChangeInput):
    """What was not paid."""


@strawberry.input
class RecordLatePaymentInput(_CreditChangeInput):
    """What was taken back, and has come after all."""


@strawberry.type
class ReleaseCreditPayload:
    """The credit as it is from now on."""

    credit: ReleaseCredit


ReleaseCreditResult = Annotated[ReleaseCreditPayload | Refusals, strawberry.union("ReleaseCreditResult")]


@strawberry.type
class ReleaseCreditQueries:
    """What releasing shippers are credited."""

    @strawberry.field(
        permission_classes=[MaySettle],
        description="The credits for a replacement contract, or for all that were released from a contract, "
        "by gas month; for the operator, the releasing shipper and those who oversee the market.",
    )
    async def release_credits(self, info: Info, contract: relay.GlobalID) -> list[ReleaseCredit]:
        """Return credits."""
        contract_id = ContractId(uuid_of("Contract", contract, "contract"))
        async with info.context.services.database.read() as connection:
            found = await service.release_credits(connection, info.context.caller(), contract_id)
        return [ReleaseCredit.of(credit) for credit in found]


@strawberry.type
class ReleaseCreditMutations:
    """Recording who did not pay, for the operator of the network and for billing."""

    @strawberry.mutation(
        permission_classes=[MaySettle],
        description="Record that demand money of a replacement contract was not paid, all or a part: the "
        "releasing shipper's credit is taken back by as much.",
    )
    async def record_replacement_default(
        self,
        info: Info,
        input: RecordReplacementDefaultInput,  # noqa: A002
    ) -> ReleaseCreditResult:
        """Return the credit that is left."""
        return await _record(info, input.command(ChangeKind.DEFAULTED))

    @strawberry.mutation(
        permission_classes=[MaySettle],
        description="Record that money came late: the releasing shipper is credited anew by as much, at most "
        "by what was taken back.",
    )
    async def record_late_payment(
        self,
        info: Info,
        input: RecordLatePaymentInput,  # noqa: A002
    ) -> ReleaseCreditResult:
        """Return the credit as it is since."""
        return await _record(info, input.command(ChangeKind.PAID_LATE))


async def _record(info: Info, command: service.RecordCreditChange) -> ReleaseCreditPayload:
    services = info.context.services
    credit = await service.record_change(services.database, info.context.caller(), command, at=services.now())
    return ReleaseCreditPayload(credit=ReleaseCredit.of(credit))
