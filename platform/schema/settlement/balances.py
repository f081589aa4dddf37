"""Balances: what is owed on the accounts of a contract."""

from datetime import date
from typing import Annotated, Final, Self

import strawberry
from strawberry import relay

from capacity.contracts import repository as contracts
from linepack.events import log
from linepack.events.model import Cursor, Stream
from linepack.ids import ContractId, PartyId
from linepack.problems import Fault, InvalidInput
from schema.identity.parties import Party
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.nodes import reference, uuid_of
from schema.types.permissions import MaySettle
from schema.types.scalars import Money, PeriodInput
from settlement.ledger import model, repository
from settlement.ledger.model import ChargeCode

PARTY_BALANCES_MAX: Final = 5_000


@strawberry.type
class Balance(FromDomain):
    """The balance of one party, contract, gas month and charge code."""

    party_id: strawberry.Private[PartyId]
    contract_id: relay.GlobalID = strawberry.field(description="The id of the contract.")
    gas_month: date
    code: ChargeCode = strawberry.field(description="What the charges are for.")
    amount: Money = strawberry.field(description="Positive: the party still owes it.")
    party: Party = reference(Party, "party_id", "The party whose account it is.")

    @classmethod
    def of(cls, value: model.Balance) -> Self:
        """Show a balance."""
        account = value.account
        return shown_as(
            cls,
            account,
            contract_id=relay.GlobalID("Contract", str(account.contract_id)),
            code=account.charge_code,
            amount=Money.of(value.amount),
        )


@strawberry.type
class PartyBalance(FromDomain):
    """The balance of one party, gas month and charge code, of all its contracts."""

    party_id: strawberry.Private[PartyId]
    party: Party = reference(Party, "party_id", "The party whose accounts they are.")
    gas_month: date
    code: ChargeCode = strawberry.field(description="What the charges are for.")
    amount: Money = strawberry.field(description="Positive: the party owes it.")

    @classmethod
    def of(cls, value: model.PartyBalance) -> Self:
        """Show a balance."""
        return shown_as(cls, value, code=value.charge_code)


@strawberry.type
class PartyBalances:
    """Balances by party and gas month, all of one instant."""

    cursor: Cursor = strawberry.field(
        description="The entries up to this cursor are in the balances, those that `settlements` brings "
        "after it are not."
    )
    balances: list[PartyBalance] = strawberry.field(description="By party, gas month and what is charged.")


@strawberry.type
class BalanceQueries:
    """Queries of balances."""

    @strawberry.field(permission_classes=[MaySettle])
    async def balances(self, info: Info, contract: relay.GlobalID) -> list[Balance]:
        """The balances of a contract's accounts that you may see, by gas month.

        An error when the contract does not exist or you may see neither it nor an account of it.
        """
        contract_id, caller = ContractId(uuid_of("Contract", contract, "contract")), info.context.caller()
        async with info.context.services.database.read() as connection:
            found = await repository.balances(connection, caller, contract_id=contract_id)
            if not found:
                await contracts.get(connection, caller, contract_id)
        return [Balance.of(balance) for balance in found]

    @strawberry.field(permission_classes=[MaySettle])
    async def party_balances(
        self,
        info: Info,
        *,
        party: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only those of this party: its id.")
        ] = None,
        period: Annotated[
            PeriodInput | None,
            strawberry.argument(description="Only gas months that begin in this period."),
        ] = None,
    ) -> PartyBalances:
        """What parties owe by gas month and what for: your own accounts.

        For operators also those of their counterparties with them; for regulators, billing and
        administrators all.
        """
        party_id = PartyId(uuid_of("Party", party, "party")) if party else None
        async with info.context.services.database.read() as connection:
            cursor = await log.head(connection, Stream.SETTLEMENT)
            found = await repository.party_balances(
                connection,
                info.context.caller(),
                party_id=party_id,
                months=period.to_period() if period else None,
                until=cursor,
                limit=PARTY_BALANCES_MAX + 1,
            )
        if len(found) > PARTY_BALANCES_MAX:
            message = f"there are more than {PARTY_BALANCES_MAX}: ask for one party, or for fewer gas months"
            raise InvalidInput([Fault("period", message)])
        return PartyBalances(cursor=cursor, balances=[PartyBalance.of(one) for one in found])
