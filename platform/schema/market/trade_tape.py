"""The public tape: what other shippers paid one another for capacity, without saying who they are."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.rights.model import Firmness
from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Stream
from linepack.ids import ContractId, NetworkId
from linepack.money import Currency
from market.rights_transfer.events import ContractAcquired
from market.trade_tape import model, repository
from market.trade_tape.model import Procedure
from market.trade_tape.repository import TapeSort
from schema.capacity.contracts import RouteQuantity, load_routes
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import RouteInput
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import Newest
from schema.types.event_streams import After, OneEvent, ResyncRequired, events_about, following
from schema.types.nodes import StoredNode, batched_public, reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Price, Quantity


@strawberry.type
class TapeTrade(StoredNode):
    """Capacity that passed from one shipper to another, shown to every caller; nothing says who they are."""

    id: relay.NodeID[UUID]
    procedure: Procedure = strawberry.field(description="How it passed.")
    firmness: Firmness
    period: Period
    quantity: Quantity
    price_per_unit_day: Price
    currency: Currency
    concluded_at: datetime = strawberry.field(description="When it passed.")
    network_id: strawberry.Private[NetworkId]
    network: Network = reference(Network, "network_id", "The network it lies on.")

    load_rows = staticmethod(batched_public(repository.by_ids))

    @strawberry.field
    async def routes(self, info: Info) -> list[RouteQuantity]:
        """Where the rights that passed allow gas to be handed over."""
        found = await info.context.loader(load_routes).load(ContractId(self.id)) or ()
        within = Newest(self.network_id)
        return [RouteQuantity.of(route, quantity, within) for route, quantity in found]


@strawberry.type
class TapeEvent(OneEvent):
    """A trade that was concluded, or a part of a release that was awarded."""

    cursor: Cursor
    trade_id: strawberry.Private[UUID]
    trade: TapeTrade = reference(TapeTrade, "trade_id", "What passed.")


TapeNews = Annotated[TapeEvent | ResyncRequired, strawberry.union("TapeNews")]


@strawberry.type
class TradeTapeQueries:
    """Queries of the tape."""

    @paged(KeysetConnection[TapeTrade], MayRead, orders=TapeSort, followed_by="tradeTape")
    async def trade_tape(
        self,
        info: Info,
        *,
        network: str,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
    ) -> Shown[model.TapeTrade]:
        """What passed between shippers on a network: on a route, and with gas days in a period, if given."""
        listed = repository.trades(
            await network_id_of(info, network),
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
        )
        return Shown(listed)


@strawberry.type
class TradeTapeSubscriptions:
    """Following the tape."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def trade_tape(self, info: Info, network: str, after: After = None) -> AsyncIterator[TapeNews]:
        """What passes between shippers on a network, as it does."""
        network_id = await network_id_of(info, network)
        replay = events_about(Stream.MARKET, {ContractAcquired.topic})
        async with following(info, Stream.MARKET, after, replay) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif event.topic == ContractAcquired.topic and event.network_id == network_id:
                    yield TapeEvent(cursor=event.position, trade_id=UUID(event.key))
