"""Trades: what passed from a seller to a buyer."""

from datetime import datetime
from functools import partial
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ContractId, PartyId
from linepack.money import Currency
from market.rights_transfer import repository
from market.rights_transfer.model import TradeKind
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.types.connections import KeysetConnection
from schema.types.context import Info
from schema.types.nodes import StoredNode, batched, newest_first, reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, Price, Quantity

PASSES = "What passes to the buyer."


@strawberry.type
class Trade(StoredNode):
    """A concluded trade, shown to its two parties, the operator, regulators, billing and administrators."""

    id: relay.NodeID[UUID]
    kind: TradeKind = strawberry.field(description=PASSES)
    period: Period
    quantity: Quantity
    price_per_unit_day: Price
    currency: Currency
    concluded_at: datetime = strawberry.field(description="When it was concluded.")
    seller_id: strawberry.Private[PartyId]
    buyer_id: strawberry.Private[PartyId]
    parent_contract_id: strawberry.Private[ContractId]
    child_contract_id: strawberry.Private[ContractId]
    seller: Party = reference(Party, "seller_id", "The party that sold.")
    buyer: Party = reference(Party, "buyer_id", "The party that bought.")
    parent_contract: Contract | None = reference(
        Contract, "parent_contract_id", "The seller's contract; null to the buyer."
    )
    child_contract: Contract | None = reference(
        Contract, "child_contract_id", "The buyer's contract; null to the seller."
    )

    load_rows = staticmethod(batched(repository.trades_by_id))


@strawberry.type
class TradeQueries:
    """Queries of trades."""

    @strawberry.field(permission_classes=[MayRead])
    async def trades(
        self, info: Info, *, network: str | None = None, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[Trade]:
        """Trades, newest first: your party's.

        For operators those on their networks; for regulators, billing and administrators all.
        """
        caller = info.context.caller()
        network_id = await network_id_of(info, network) if network else None
        read = partial(repository.trades, principal=caller, network_id=network_id)
        return await newest_first(info, Trade, first, after, read)
