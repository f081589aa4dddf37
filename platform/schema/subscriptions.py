"""The home of what can be followed: availability, the market, settlements, jobs.

Every event has a cursor, and every subscription goes on after one; but a job is followed as it stands, so
that following it again is enough. What is on the stream for other parties is never sent. One exception is
made on purpose: that availability has changed is public, because availability itself is, so a booking is told
to everyone as a route and a period, without quantity or holder.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry import relay
from strawberry.scalars import JSON

from capacity.contracts.codec import contract_from_json
from capacity.feasibility.shortfalls.events import TOPICS, is_notice
from capacity.networks.event_visibility import readable_by
from capacity.rights import model
from linepack import gasday
from linepack.access import Role
from linepack.events import log
from linepack.events.follower import BATCH_EVENTS_MAX, OutOfStep, Replay
from linepack.events.model import START, Cursor, Event, Stream, Stretch
from linepack.ids import CallId, ContractId, JobId, ListingId, NetworkId, ReleaseId, TradeId
from linepack.jobs.events import is_about_job
from schema.capacity.contracts import Contract
from schema.capacity.networks import Network, load_summaries, network_id_of
from schema.capacity.shortfalls import ShortfallNotice
from schema.jobs.jobs import Job
from schema.market.booking import BookingSubscriptions
from schema.market.calls import CallForOrders
from schema.market.listings import Listing
from schema.market.releases import ReleaseOffer
from schema.market.trades import Trade
from schema.settlement.billing_feed import SettlementEvent
from schema.types.capacity_route import Route
from schema.types.nodes import Info, shown, uuid_of
from schema.types.permissions import MayRead, MaySettle
from schema.types.scalars import Period
from settlement import feed


@strawberry.type(
    description="The cursor is unknown, or you read too slowly: look at the state anew, or go on from it."
)
class ResyncRequired:
    """The last thing a subscription says before it ends."""

    cursor: Cursor

    @classmethod
    def of(cls, end: OutOfStep) -> Self:
        """Show the end of listening."""
        return cls(cursor=end.cursor)


@strawberry.type(description="Availability has changed: ask again.")
class AvailabilityChange:
    """What changed, where and when; null `routes` or `period` means all of them."""

    cursor: Cursor
    topic: str = strawberry.field(
        description="What changed it: contract.booked, network.published, overlay.set, …"
    )
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId]
    period: Period | None
    routes: list[Route] | None

    @strawberry.field
    async def network(self, info: Info) -> Network:
        """Return the network concerned."""
        return await Network.load(info, self.network_id)

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show what an event of the capacity stream changed."""
        payload: Any = event.payload
        period, routes = None, None
        if "contract" in payload:
            contract = contract_from_json(payload["contract"])
            period, routes = contract.period, [Route.of(route) for route, _ in contract.routes()]
        elif "period" in payload:
            if "set_aside_id" in payload:
                routes = [Route.of(model.Route(payload["receipt"], payload["delivery"]))]
            days = payload["period"]
            period = gasday.Period(date.fromisoformat(days["start"]), date.fromisoformat(days["end"]))
        if event.network_id is None:
            raise LookupError(f"event {event.id} names no network")
        return cls(
            cursor=event.position,
            topic=event.topic,
            recorded_at=event.recorded_at,
            network_id=event.network_id,
            period=shown(Period.of, period),
            routes=routes,
        )


@strawberry.type(
    description="You have been told everything up to this cursor; what came since the last was not for you."
)
class SettlementProgress:
    """How far the feed has been read for a reader whom little of it concerns."""

    cursor: Cursor


_THINGS = ("listing_id", "call_id", "release_id", "trade_id")


@strawberry.type(description="Something happened on the market.")
class MarketEvent:
    """An event of the market stream that the caller may see."""

    cursor: Cursor
    topic: str = strawberry.field(
        description="listing.posted, trade.concluded, release.offered, bid.placed, …"
    )
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId | None]
    ids: strawberry.Private[dict[str, str]]
    payload: JSON = strawberry.field(description="The facts of the event.")

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event."""
        payload: Any = event.payload
        ids = {name: payload[name] for name in _THINGS if payload.get(name)}
        if event.topic == "contract.acquired":
            ids["contract_id"] = event.key
        return cls(
            cursor=event.position,
            topic=event.topic,
            recorded_at=event.recorded_at,
            network_id=event.network_id,
            ids=ids,
            payload=JSON(payload),
        )

    @strawberry.field
    async def network(self, info: Info) -> Network | None:
        """Return the network concerned."""
        return None if self.network_id is None else await Network.load(info, self.network_id)

    @strawberry.field(description="The listing it is about, as it is now.")
    async def listing(self, info: Info) -> Listing | None:
        """Return the listing."""
        found = self._id("listing_id")
        return None if found is None else await Listing.load(info, ListingId(found))

    @strawberry.field(description="The call it is about, as it is now.")
    async def call(self, info: Info) -> CallForOrders | None:
        """Return the call."""
        found = self._id("call_id")
        return None if found is None else await CallForOrders.load(info, CallId(found))

    @strawberry.field(description="The release it is about, as it is now.")
    async def release(self, info: Info) -> ReleaseOffer | None:
        """Return the release."""
        found = self._id("release_id")
        return None if found is None else await ReleaseOffer.load(info, ReleaseId(found))

    @strawberry.field(description="The trade it is about.")
    async def trade(self, info: Info) -> Trade | None:
        """Return the trade."""
        found = self._id("trade_id")
        return None if found is None else await Trade.load(info, TradeId(found))

    @strawberry.field(description="The contract that a trade or release has given you.")
    async def contract(self, info: Info) -> Contract | None:
        """Return the contract acquired."""
        found = self._id("contract_id")
        return None if found is None else await Contract.load(info, ContractId(found))

    def _id(self, name: str) -> UUID | None:
        text = self.ids.get(name)
        return None if text is None else UUID(text)


AvailabilityNews = Annotated[AvailabilityChange | ResyncRequired, strawberry.union("AvailabilityNews")]
MarketNews = Annotated[MarketEvent | ResyncRequired, strawberry.union("MarketNews")]
ShortfallNews = Annotated[ShortfallNotice | ResyncRequired, strawberry.union("ShortfallNews")]
SettlementNews = Annotated[
    SettlementEvent | SettlementProgress | ResyncRequired, strawberry.union("SettlementNews")
]

PROGRESS_ENTRIES = 100
"""How many entries of others a reader of the feed is led past at most without being told."""


async def may_read(info: Info, event: Event) -> bool:
    """Tell whether an event may be sent: whoever sees its audience's affairs on that network may know."""
    caller = info.context.caller()
    if event.audience is None or caller.sees(*event.audience):
        return True
    if event.network_id is None or Role.OPERATOR not in caller.roles:
        return False
    network = await info.context.loader(load_summaries).load(event.network_id)
    return network is not None and caller.sees(*event.audience, operator_id=network.operator_id)


@strawberry.type
class Subscription(BookingSubscriptions):
    """What can be followed; each event has a cursor to go on after."""

    @strawberry.subscription(
        permission_classes=[MayRead],
        description="When to ask for availability again; of all networks or of one.",
    )
    async def availability_changes(
        self, info: Info, network: str | None = None, after: Cursor | None = None
    ) -> AsyncIterator[AvailabilityNews]:
        """Yield changes after the cursor; without one, from now on."""
        network_id = await network_id_of(info, network) if network else None
        async with _following(info, Stream.CAPACITY, after) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif network_id in (None, event.network_id) and not (is_about_job(event) or is_notice(event)):
                    yield AvailabilityChange.of(event)

    @strawberry.subscription(
        permission_classes=[MayRead],
        description="What of your contracts is short, or restored, after less or more capacity is left; for "
        "operators, what the holders on their networks are informed of.",
    )
    async def shortfall_notices(
        self, info: Info, network: str | None = None, after: Cursor | None = None
    ) -> AsyncIterator[ShortfallNews]:
        """Yield notices after the cursor; without one, from now on."""
        network_id = await network_id_of(info, network) if network else None
        notices = _told_to(info, Stream.CAPACITY, TOPICS)
        async with _following(info, Stream.CAPACITY, after, notices) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif (
                    is_notice(event)
                    and network_id in (None, event.network_id)
                    and await may_read(info, event)
                ):
                    yield ShortfallNotice.of(event)

    @strawberry.subscription(
        permission_classes=[MayRead], description="What happens on the market, as far as you may know."
    )
    async def market_events(
        self, info: Info, network: str | None = None, after: Cursor | None = None
    ) -> AsyncIterator[MarketNews]:
        """Yield events after the cursor; without one, from now on."""
        network_id = await network_id_of(info, network) if network else None
        told = _told_to(info, Stream.MARKET)
        async with _following(info, Stream.MARKET, after, told) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif network_id in (None, event.network_id) and await may_read(info, event):
                    yield MarketEvent.of(event)

    @strawberry.subscription(
        permission_classes=[MayRead],
        description="A job as it stands now, then whenever that changes, until it is over.",
    )
    async def job_progress(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The job's id.")],  # noqa: A002
    ) -> AsyncIterator[Job]:
        """Yield the job; ends early, with the job as it stands, for a client that is too slow."""
        job_id = JobId(uuid_of("Job", id, "id"))
        async with _following(info, Stream.CAPACITY, None) as events:
            job = await Job.load(info, job_id)
            yield job
            while not job.state.is_over:
                event = await anext(events)
                if isinstance(event, OutOfStep) or is_about_job(event, job_id):
                    job = await Job.load(info, job_id)
                    yield job
                if isinstance(event, OutOfStep):
                    return

    @strawberry.subscription(
        permission_classes=[MaySettle],
        description="The billing feed: each entry once and in order, if you keep the cursor with the books.",
    )
    async def settlements(self, info: Info, after: Cursor = START) -> AsyncIterator[SettlementNews]:
        """Yield ledger entries after the cursor; without one, all of them."""
        caller, told = info.context.caller(), after

        async def own(connection: AsyncConnection, cursor: Cursor) -> Stretch:
            page = await feed.page(connection, caller, after=cursor, first=BATCH_EVENTS_MAX)
            return Stretch(page.events, page.cursor)

        heard = info.context.services.feeds.of(Stream.SETTLEMENT)
        async with aclosing(heard.stretches(after, own)) as stretches:
            async for stretch in stretches:
                if isinstance(stretch, OutOfStep):
                    yield ResyncRequired.of(stretch)
                    return
                for event in stretch.events:
                    if feed.may_read(caller, event):
                        yield SettlementEvent.of(event, caller)
                        told = event.position
                if stretch.reached - told >= PROGRESS_ENTRIES:
                    yield SettlementProgress(cursor=stretch.reached)
                    told = stretch.reached


def _told_to(info: Info, stream: Stream, topics: Collection[str] | None = None) -> Replay:
    """Return the replay of what a stream holds for the caller; what is for others is not read."""
    condition = readable_by(info.context.caller(), topics)

    async def replay(connection: AsyncConnection, cursor: Cursor) -> Stretch:
        return await log.read_where(connection, stream, cursor, BATCH_EVENTS_MAX, condition)

    return replay


@asynccontextmanager
async def _following(
    info: Info, stream: Stream, after: Cursor | None, replay: Replay | None = None
) -> AsyncIterator[AsyncIterator[Event | OutOfStep]]:
    """Lend the events of a stream after the cursor, replayed by `replay`; without a cursor, from now on."""
    heard = info.context.services.feeds.of(stream)
    since = await heard.head() if after is None else after
    async with aclosing(heard.listen(since, replay)) as events:
        yield events
