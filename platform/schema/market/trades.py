"""Trades: what passed from a seller to a buyer."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ContractId, NetworkId, PartyId
from linepack.money import Currency
from market.rights_transfer import model, repository
from market.rights_transfer.model import TradeKind
from market.rights_transfer.repository import TradeSort
from schema.capacity.contracts import Contract, RouteQuantity, load_routes
from schema.capacity.networks import network_id_of
from schema.capacity.routes import RouteInput
from schema.identity.parties import Party
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import Newest
from schema.types.nodes import StoredNode, batched, reference, uuid_of
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Price, Quantity

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
    network_id: strawberry.Private[NetworkId]
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

    @strawberry.field
    async def routes(self, info: Info) -> list[RouteQuantity]:
        """Where the rights that passed allow gas to be handed over."""
        found = await info.context.loader(load_routes).load(self.child_contract_id) or ()
        within = Newest(self.network_id)
        return [RouteQuantity.of(route, quantity, within) for route, quantity in found]


@strawberry.type
class TradeQueries:
    """Queries of trades."""

    @paged(KeysetConnection[Trade], MayRead, orders=TradeSort, followed_by="marketEvents")
    async def trades(
        self,
        info: Info,
        *,
        network: str | None = None,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        kind: Annotated[TradeKind | None, strawberry.argument(description=PASSES)] = None,
        counterparty: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="Only those with this party as seller or buyer: its id."),
        ] = None,
    ) -> Shown[model.Trade]:
        """Trades: your party's.

        For operators those on their networks; for regulators, billing and administrators all.
        """
        listed = repository.trades(
            info.context.caller(),
            network_id=await network_id_of(info, network) if network else None,
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
            kind=kind,
            with_party=PartyId(uuid_of("Party", counterparty, "counterparty")) if counterparty else None,
        )
        return Shown(listed)
