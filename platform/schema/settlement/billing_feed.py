"""The billing feed: the ledger's entries, in order and without gaps, one event for each.

A party reads both sides of the lines it is a side of; regulators, billing and administrators read every line.
Either way the lines of an entry add up to zero.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry import relay

from linepack.access import Principal
from linepack.events.follower import BATCH_EVENTS_MAX, OutOfStep
from linepack.events.model import START, Cursor, Event, Stream, Stretch
from linepack.limits import PAGE_SIZE_DEFAULT
from schema.capacity.contract_charges import CALCULATION, LineRef
from schema.types.context import Info, RequestContext
from schema.types.domain_values import shown_as
from schema.types.event_streams import OneEvent, ResyncRequired
from schema.types.page_cursors import page_size
from schema.types.permissions import MaySettle
from schema.types.scalars import Money, Period, Quantity
from settlement import feed
from settlement.ledger import repository
from settlement.ledger.events import FeedLine, SettlementPosted
from settlement.ledger.hash_chain import record
from settlement.ledger.model import ChargeCode
from settlement.progress import status

PROGRESS_ENTRIES = 100
"""At most so many entries of others are passed over before a subscriber is sent a new cursor."""
SETTLED_THROUGH = (
    "Bookings and trades committed before this instant are in the feed, except those that are parked."
)


async def load_records(context: RequestContext, sequences: Sequence[int]) -> list[str | None]:
    """Return the records of entries, of those whose every line the caller may see."""
    async with context.services.database.read() as connection:
        entries = await repository.entries_by_sequence(connection, sequences)
    readable = {
        sequence: record(entry).decode()
        for sequence, entry in entries.items()
        if feed.may_read_record(context.caller(), entry)
    }
    return [readable.get(sequence) for sequence in sequences]


@strawberry.type
class SettlementLine:
    """One side of a charge on one account, complete for billing."""

    line: int = strawberry.field(description="The line's place in the entry.")
    party_code: str = strawberry.field(description="The code of the party whose account it is.")
    counterparty_code: str = strawberry.field(description="The code of the party on the other side.")
    contract_id: relay.GlobalID = strawberry.field(description="The id of the contract.")
    contract_code: str = strawberry.field(description="The code of the contract.")
    code: ChargeCode = strawberry.field(description="What the charge is for.")
    gas_month: date
    period: Period
    quantity: Quantity
    rate: Decimal
    amount: Money = strawberry.field(description="Positive: the party owes it.")
    working: list[str] = strawberry.field(description=CALCULATION)
    reverses: LineRef | None

    @classmethod
    def of(cls, value: FeedLine) -> Self:
        """Show a line of the feed."""
        taken_back = value.reverses
        return shown_as(
            cls,
            value,
            contract_id=relay.GlobalID("Contract", str(value.contract_id)),
            code=value.charge_code,
            amount=Money(amount=value.amount, currency=value.currency),
            reverses=taken_back and LineRef(sequence=taken_back.sequence, line=taken_back.line),
        )


@strawberry.type
class SettlementEvent(OneEvent):
    """An entry of the ledger."""

    cursor: Cursor
    id: relay.GlobalID = strawberry.field(description="The id of the entry.")
    sequence: int = strawberry.field(description="The entry's place in the ledger: 1, 2, 3, …")
    cause: str = strawberry.field(description="The event or command that the entry settles.")
    posted_at: datetime = strawberry.field(description="When it was posted.")
    hash: str = strawberry.field(
        description="The SHA-256 of `record`: links the entry to the one before, and is its leaf in the log."
    )
    lines: list[SettlementLine] = strawberry.field(
        description="The lines that you may see; of those with two sides the debtor's first."
    )

    @classmethod
    def of(cls, event: Event, viewer: Principal) -> Self:
        """Show an event of the settlement stream, with the lines that `viewer` may see."""
        posted = event.read_as(SettlementPosted)
        own = {line.line for line in posted.lines if line.party_id == viewer.party_id}
        seen = [line for line in posted.lines if viewer.oversees or line.line in own]
        return shown_as(
            cls,
            posted.entry,
            cursor=event.position,
            id=relay.GlobalID("SettlementEvent", str(posted.entry.id)),
            lines=[SettlementLine.of(line) for line in seen],
        )

    @strawberry.field
    async def record(self, info: Info) -> str | None:
        """The entry with the hash of the one before, as the canonical JSON of which `hash` is the SHA-256.

        Null unless you may see every line of it.
        """
        return await info.context.loader(load_records).load(self.sequence)


@strawberry.type
class SettlementEventPage:
    """A page of the billing feed, all of one instant."""

    events: list[SettlementEvent] = strawberry.field(description="The next entries, in the ledger's order.")
    cursor: Cursor = strawberry.field(
        description="Store it and continue after it: you have received everything up to it, even if the page "
        "is empty; `settlements` takes it too. Without more it is the end of the feed, even if the last "
        "entries concern others."
    )
    has_more: bool = strawberry.field(description="Whether entries for you follow now.")
    settled_through: datetime = strawberry.field(description=SETTLED_THROUGH)
    parked: int = strawberry.field(
        description="How many events that concern you could not be settled; regulators, billing and "
        "administrators count all."
    )


@strawberry.type
class SettlementProgress:
    """You have received everything up to this cursor; the events since the last were not for you."""

    cursor: Cursor


SettlementNews = Annotated[
    SettlementEvent | SettlementProgress | ResyncRequired, strawberry.union("SettlementNews")
]


SettlementEventsResult = Annotated[
    SettlementEventPage | ResyncRequired, strawberry.union("SettlementEventsResult")
]


@strawberry.type
class BillingFeedQueries:
    """Queries of the billing feed."""

    @strawberry.field(permission_classes=[MaySettle])
    async def settlement_events(
        self,
        info: Info,
        after: Annotated[
            Cursor,
            strawberry.argument(description="The last cursor you have; omitted: the start."),
        ] = START,
        first: int = PAGE_SIZE_DEFAULT,
    ) -> SettlementEventsResult:
        """The billing feed after a cursor: continue from the page's cursor until it has no more."""
        caller, size = info.context.caller(), page_size(first)
        async with info.context.services.database.read() as connection:
            page = await feed.page(connection, caller, after=after, first=size)
            if isinstance(page, OutOfStep):
                return ResyncRequired.of(page)
            return SettlementEventPage(
                events=[SettlementEvent.of(event, caller) for event in page.events],
                cursor=page.cursor,
                has_more=page.has_more,
                settled_through=await status.settled_through(connection),
                parked=await status.parked_seen(connection, caller),
            )


@strawberry.type
class BillingFeedSubscriptions:
    """Following the billing feed."""

    @strawberry.subscription(permission_classes=[MaySettle])
    async def settlements(
        self,
        info: Info,
        after: Annotated[
            Cursor,
            strawberry.argument(description="The last cursor you have; omitted: the start."),
        ] = START,
    ) -> AsyncIterator[SettlementNews]:
        """The billing feed: each entry once and in order, if you store the cursor with your books."""
        caller, sent = info.context.caller(), after

        async def own(connection: AsyncConnection, cursor: Cursor) -> Stretch | OutOfStep:
            page = await feed.page(connection, caller, after=cursor, first=BATCH_EVENTS_MAX)
            return page if isinstance(page, OutOfStep) else Stretch(page.events, page.cursor)

        followed = info.context.services.feeds.of(Stream.SETTLEMENT)
        async with aclosing(followed.stretches(after, own)) as stretches:
            async for stretch in stretches:
                if isinstance(stretch, OutOfStep):
                    yield ResyncRequired.of(stretch)
                    return
                for event in stretch.events:
                    if feed.may_read(caller, event):
                        yield SettlementEvent.of(event, caller)
                        sent = event.position
                if stretch.reached - sent >= PROGRESS_ENTRIES:
                    yield SettlementProgress(cursor=stretch.reached)
                    sent = stretch.reached
