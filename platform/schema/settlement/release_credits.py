"""Release credits: what is credited for a replacement contract, and which payments were missed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry
from strawberry import relay

from linepack.ids import ContractId, PartyId
from schema.identity.parties import Party
from schema.types.commands import run
from schema.types.context import Info
from schema.types.domain_values import FromDomain, command_of, shown_as
from schema.types.nodes import reference, uuid_of
from schema.types.permissions import MaySettle
from schema.types.problems import Refusals
from schema.types.scalars import Money
from settlement.release_credits import model, service
from settlement.release_credits.model import ChangeKind


@strawberry.type
class DemandDebtor:
    """A party that owes demand money of a replacement contract in a gas month, and what it did not pay."""

    party_id: strawberry.Private[PartyId]
    owed: Money | None = strawberry.field(
        description="What it owes; null when it has assigned all of it to others since."
    )
    taken_back: Money = strawberry.field(
        description="How much of the credit was taken back because it did not pay, and not paid since."
    )
    party: Party = reference(Party, "party_id", "The party that owes.")


@strawberry.type
class ReleaseCreditChange(FromDomain):
    """A missed or a late payment, as it was recorded."""

    kind: ChangeKind = strawberry.field(description="Missed or late.")
    debtor_id: strawberry.Private[PartyId]
    amount: Money
    entry: int = strawberry.field(description="The sequence of its entry in the ledger.")
    recorded_at: datetime
    debtor: Party = reference(Party, "debtor_id", "The party that did not pay, or paid late.")

    @classmethod
    def of(cls, value: model.CreditChange) -> Self:
        """Show a change."""
        return shown_as(cls, value, entry=value.entry_sequence)


@strawberry.type
class ReleaseCredit(FromDomain):
    """What the operator credits the releasing shipper for a replacement contract in a gas month.

    It is the demand money less what was taken back.
    """

    contract_id: relay.GlobalID = strawberry.field(description="The id of the replacement contract.")
    contract_code: str = strawberry.field(description="The code of the replacement contract.")
    gas_month: date
    releasing_id: strawberry.Private[PartyId]
    demand: Money = strawberry.field(description="The demand money of the month, credited at the award.")
    credited: Money = strawberry.field(description="What is credited now.")
    taken_back: Money = strawberry.field(description="What was taken back.")
    debtors: list[DemandDebtor] = strawberry.field(description="The parties that owe the demand money.")
    changes: list[ReleaseCreditChange] = strawberry.field(description="In the order of the ledger.")
    releasing: Party = reference(Party, "releasing_id", "The releasing shipper, which is credited.")

    @classmethod
    def of(cls, value: model.ReleaseCredit) -> Self:
        """Show a credit."""
        parties = sorted({*value.owed, *(change.debtor_id for change in value.changes)})
        owed = {party: Money.of(amount) for party, amount in value.owed.items()}
        debtors = [
            DemandDebtor(
                party_id=party, owed=owed.get(party), taken_back=Money.of(value.taken_back_from(party))
            )
            for party in parties
        ]
        return shown_as(
            cls,
            value,
            contract_id=relay.GlobalID("Contract", str(value.child_id)),
            contract_code=value.child_code,
            debtors=debtors,
        )


@strawberry.input
class _CreditChangeInput:
    """The replacement contract, gas month and debtor concerned, and the amount."""

    contract_id: relay.GlobalID = strawberry.field(
        description="The id of the replacement contract, as it was awarded."
    )
    gas_month: date = strawberry.field(description="The first day of the gas month.")
    amount: Decimal | None = strawberry.field(default=None, description="Null for all that is left.")
    debtor: str | None = strawberry.field(
        default=None,
        description="The code of the party, where the contract was assigned in part and several parties owe.",
    )
    idempotency_key: strawberry.ID

    def command(self, kind: ChangeKind) -> service.RecordCreditChange:
        """Return the command that the input stands for."""
        child_id = ContractId(uuid_of("Contract", self.contract_id, "contractId"))
        return command_of(service.RecordCreditChange, self, kind=kind, child_id=child_id)


@strawberry.input
class RecordReplacementDefaultInput(_CreditChangeInput):
    """A payment that was missed."""


@strawberry.input
class RecordLatePaymentInput(_CreditChangeInput):
    """A payment that arrived after the credit was taken back."""


@strawberry.type
class ReleaseCreditPayload:
    """The credit concerned."""

    credit: ReleaseCredit = strawberry.field(description="The credit, as it is now.")


ReleaseCreditResult = Annotated[ReleaseCreditPayload | Refusals, strawberry.union("ReleaseCreditResult")]


@strawberry.type
class ReleaseCreditQueries:
    """Queries of release credits."""

    @strawberry.field(permission_classes=[MaySettle])
    async def release_credits(self, info: Info, contract: relay.GlobalID) -> list[ReleaseCredit]:
        """The credits for a replacement contract, or for all those released from a contract, by gas month.

        For the operator, the releasing shipper, regulators, billing and administrators.
        """
        contract_id = ContractId(uuid_of("Contract", contract, "contract"))
        async with info.context.services.database.read() as connection:
            found = await service.release_credits(connection, info.context.caller(), contract_id)
        return [ReleaseCredit.of(credit) for credit in found]


@strawberry.type
class ReleaseCreditMutations:
    """Recording missed and late payments, for the operator of the network and for billing."""

    @strawberry.mutation(permission_classes=[MaySettle])
    async def record_replacement_default(
        self,
        info: Info,
        input: RecordReplacementDefaultInput,  # noqa: A002
    ) -> ReleaseCreditResult:
        """Record that demand money of a replacement contract was not paid, in whole or in part.

        The releasing shipper's credit is taken back by as much.
        """
        return await _record(info, input.command(ChangeKind.DEFAULTED))

    @strawberry.mutation(permission_classes=[MaySettle])
    async def record_late_payment(
        self,
        info: Info,
        input: RecordLatePaymentInput,  # noqa: A002
    ) -> ReleaseCreditResult:
        """Record that money came late.

        The releasing shipper is credited again by as much, at most by what was taken back.
        """
        return await _record(info, input.command(ChangeKind.PAID_LATE))


async def _record(info: Info, command: service.RecordCreditChange) -> ReleaseCreditPayload:
    return ReleaseCreditPayload(credit=ReleaseCredit.of(await run(info, service.record_change, command)))
