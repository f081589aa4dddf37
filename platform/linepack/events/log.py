"""The event log: appending to it, reading it by position, placing what has settled.

An event has *settled* when every transaction that began to write before it has ended. Only then can nothing
appear before it any more, and it gets its position.
"""

from collections import Counter
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.insertion import Row
from linepack.database.rows import RowMapper
from linepack.events.model import Cursor, Event, NewEvent, Stream, Stretch
from linepack.events.tables import EventRow
from linepack.events.typed import TypedEvent
from linepack.ids import EventId

WAKE_CHANNEL = "linepack_events"

WINDOW_POSITIONS = 10_000
"""How many positions a conditional reading looks at: some 20 ms where nothing meets the condition."""

_events = EventRow.core()
_placed = RowMapper(EventRow, Event)

# A transaction id at or above the snapshot's end can only stem from the cluster that a backup was taken of.
_PLACE = sa.text("""
    WITH snapshot AS (
        SELECT pg_snapshot_xmin(s)::text::bigint AS oldest_running, pg_snapshot_xmax(s)::text::bigint AS next
        FROM pg_current_snapshot() AS s
    ), settled AS (
        SELECT id, stream, transaction_id, transaction_id >= next AS restored
        FROM event, snapshot
        WHERE position IS NULL AND (transaction_id < oldest_running OR transaction_id >= next)
        ORDER BY restored DESC, transaction_id, id
        LIMIT :limit
    ), placed AS (
        SELECT id, coalesce((SELECT max(position) FROM event AS e WHERE e.stream = settled.stream), 0)
            + row_number() OVER (PARTITION BY stream ORDER BY restored DESC, transaction_id, id) AS position
        FROM settled
    )
    UPDATE event SET position = placed.position FROM placed WHERE event.id = placed.id RETURNING event.stream
""")


async def append(
    connection: AsyncConnection, events: Sequence[tuple[EventId, NewEvent | TypedEvent]]
) -> None:
    """Insert events into the transaction of `connection`; only a unit of work does this."""
    await connection.execute(sa.insert(_events), [values for _, values in rows(events)])


def rows(events: Sequence[tuple[EventId, NewEvent | TypedEvent]]) -> list[Row]:
    """Return the rows of events, for `linepack.database.insertion`; only a unit of work inserts them."""
    return [
        (
            _events,
            {
                "id": event_id,
                "stream": event.stream.value,
                "topic": event.topic,
                "network_id": event.network_id,
                "key": event.key,
                "payload": event.payload,
                "audience": None if event.audience is None else sorted(event.audience),
            },
        )
        for event_id, event in events
    ]


async def wake_relay(connection: AsyncConnection) -> None:
    """Notify the relay, in any process, that events were committed."""
    await connection.execute(sa.select(sa.func.pg_notify(WAKE_CHANNEL, "")))


async def read(connection: AsyncConnection, stream: Stream, after: int, limit: int) -> list[Event]:
    """Return up to `limit` events of `stream` whose position is greater than `after`, in order."""
    statement = (
        sa.select(_events)
        .where(_events.c.stream == stream.value, _events.c.position > after)
        .order_by(_events.c.position)
        .limit(limit)
    )
    return _placed.all(await connection.execute(statement))


async def read_where(
    connection: AsyncConnection,
    stream: Stream,
    after: Cursor,
    limit: int,
    condition: sa.ColumnElement[bool],
) -> Stretch:
    """Return the next events after `after` that meet the condition, at most `limit`, and how far that is.

    At most `WINDOW_POSITIONS` are looked at, so that a reader for whom there is nothing learns where to go
    on; `connection` reads one instant.
    """
    reached = Cursor(min(after + WINDOW_POSITIONS, await head(connection, stream)))
    statement = (
        sa.select(_events)
        .where(_events.c.stream == stream.value, _events.c.position > after, _events.c.position <= reached)
        .where(condition)
        .order_by(_events.c.position)
        .limit(limit)
    )
    events = _placed.all(await connection.execute(statement))
    return Stretch(events, events[-1].position if len(events) == limit else max(after, reached))


def is_about(topics: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that an event is of one of these topics."""
    return _events.c.topic.in_(sorted(topics))


async def read_at(connection: AsyncConnection, stream: Stream, positions: Sequence[int]) -> list[Event]:
    """Return the events of `stream` at these positions, in order, as far as they are placed."""
    statement = (
        sa.select(_events)
        .where(_events.c.stream == stream.value, _events.c.position.in_(positions))
        .order_by(_events.c.position)
    )
    return _placed.all(await connection.execute(statement))


async def head(connection: AsyncConnection, stream: Stream) -> Cursor:
    """Return the position of the last event placed in `stream`, 0 if there is none."""
    statement = sa.select(sa.func.max(_events.c.position)).where(_events.c.stream == stream.value)
    return Cursor((await connection.execute(statement)).scalar_one() or 0)


async def place_settled(connection: AsyncConnection, limit: int) -> Counter[Stream]:
    """Give settled events their positions, at most `limit`; return how many. Only the relay does this."""
    placed = await connection.execute(_PLACE, {"limit": limit})
    return Counter(Stream(stream) for stream in placed.scalars())


async def has_unplaced(connection: AsyncConnection) -> bool:
    """Return whether committed events wait for a position."""
    statement = sa.select(sa.exists().where(_events.c.position.is_(None)))
    return bool((await connection.execute(statement)).scalar_one())
