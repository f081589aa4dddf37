"""Balances: what is owed on the accounts of a contract."""

from datetime import date
from typing import Self

import strawberry
from strawberry import relay

from capacity.contracts import repository as contracts
from linepack.ids import ContractId, PartyId
from schema.identity.parties import Party
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.nodes import reference, uuid_of
from schema.types.permissions import MaySettle
from schema.types.scalars import Money
from settlement.ledger import model, repository
from settlement.ledger.model import ChargeCode


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
