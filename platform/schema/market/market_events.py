"""Market events: what happens on the market, as far as the caller may know."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Event, Stream
from linepack.ids import NetworkId
from schema.capacity.contracts import Contract
from schema.capacity.networks import Network, may_receive, network_id_of
from schema.market.calls import CallForOrders
from schema.market.listings import Listing
from schema.market.releases import ReleaseOffer
from schema.market.trades import Trade
from schema.types.context import Info
from schema.types.event_streams import After, ResyncRequired, following, readable_events
from schema.types.nodes import reference
from schema.types.permissions import MayRead


@strawberry.type
class MarketEvent:
    """An event of the market that the caller may see."""

    cursor: Cursor
    topic: str = strawberry.field(
        description="listing.posted, trade.concluded, release.offered, bid.placed, …"
    )
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId | None]
    listing_id: strawberry.Private[UUID | None]
    call_id: strawberry.Private[UUID | None]
    release_id: strawberry.Private[UUID | None]
    trade_id: strawberry.Private[UUID | None]
    contract_id: strawberry.Private[UUID | None]
    payload: JSON = strawberry.field(description="The facts of the event.")
    network: Network | None = reference(Network, "network_id", "The network concerned.")
    listing: Listing | None = reference(Listing, "listing_id", "The listing concerned, as it is now.")
    call: CallForOrders | None = reference(CallForOrders, "call_id", "The call concerned, as it is now.")
    release: ReleaseOffer | None = reference(
        ReleaseOffer, "release_id", "The release concerned, as it is now."
    )
    trade: Trade | None = reference(Trade, "trade_id", "The trade concerned.")
    contract: Contract | None = reference(
        Contract, "contract_id", "The contract that a trade or release has given you."
    )

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        payload: Any = event.payload

        def id_in(name: str) -> UUID | None:
            return UUID(payload[name]) if payload.get(name) else None

        return cls(
            cursor=event.position,
            topic=event.topic,
            recorded_at=event.recorded_at,
            network_id=event.network_id,
            listing_id=id_in("listing_id"),
            call_id=id_in("call_id"),
            release_id=id_in("release_id"),
            trade_id=id_in("trade_id"),
            contract_id=UUID(event.key) if event.topic == "contract.acquired" else None,
            payload=JSON(payload),
        )


MarketNews = Annotated[MarketEvent | ResyncRequired, strawberry.union("MarketNews")]


@strawberry.type
class MarketSubscriptions:
    """Following the market."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def market_events(
        self, info: Info, network: str | None = None, after: After = None
    ) -> AsyncIterator[MarketNews]:
        """What happens on the market, as far as you may know."""
        network_id = await network_id_of(info, network) if network else None
        readable = readable_events(info, Stream.MARKET)
        async with following(info, Stream.MARKET, after, readable) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif network_id in (None, event.network_id) and await may_receive(info, event):
                    yield MarketEvent.of(event)
