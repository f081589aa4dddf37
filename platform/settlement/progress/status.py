"""The state of settlement: how far it has come, what is parked, and how far it is behind.

Every event of a settled stream up to its position is posted, parked or not followed. A *parked* event could
not be settled; it is tried again when what it lacks arrives. Regulators, billing and administrators see all
parked events, an operator those of its networks, a shipper those of its contracts.

Instants are UTC. An event's `recorded_at` is when its transaction began; a waiting event was committed after
that, so everything committed before the earliest waiting one is in the feed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks.tables import NetworkRow
from linepack.access import Principal, Role, visible_to
from linepack.events.model import Cursor, Stream
from linepack.events.tables import EventRow
from linepack.ids import NetworkId
from settlement.progress.tables import SettlementFailureRow, SettlementPositionRow

STREAMS = (Stream.CAPACITY, Stream.MARKET)
"""What is settled, in this order."""

_CONTRACTS = ("contract", "parent_contract", "child_contract")
"""The members of an event's payload that are contracts, by whose holders it concerns.

An award concerns also the replacement shipper of each of its `awards`.
"""

WAITING_LOOK = 1_000
"""How many waiting events, and waiting entries, are read to find the earliest instant.

They are in the order of their transactions, so that an earlier one is near; and with this limit the planner,
which cannot know how few wait, takes the index.
"""

_events = EventRow.core()
_failures = SettlementFailureRow.core()
_networks = NetworkRow.core()
_positions = SettlementPositionRow.core()

_SETTLED_THROUGH = sa.text("""
    WITH followed (stream) AS (VALUES ('capacity'), ('market')),
    head AS (SELECT coalesce(max(position), 0) AS position FROM event WHERE stream = 'settlement')
    SELECT least(
        now(),
        (SELECT min(waiting.recorded_at) FROM followed CROSS JOIN LATERAL (
            SELECT recorded_at FROM event
            WHERE event.stream = followed.stream AND event.position > coalesce(
                (SELECT position FROM settlement_position WHERE stream = followed.stream), 0)
            ORDER BY position LIMIT :look
        ) AS waiting),
        (SELECT min(recorded_at) FROM event WHERE position IS NULL AND stream <> 'settlement'),
        (SELECT min(coalesce(
            (SELECT recorded_at FROM event
                WHERE stream = unannounced.cause_stream AND position = unannounced.cause_position),
            unannounced.recorded_at
        )) FROM (
            SELECT cause_stream, cause_position, recorded_at FROM ledger_entry
            WHERE sequence > (SELECT position FROM head)
            ORDER BY sequence LIMIT :look
        ) AS unannounced)
    )
""")


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that is unsettled since the instant `since`, and why."""

    stream: Stream
    position: Cursor
    topic: str
    network_id: NetworkId | None
    code: str
    reason: str
    since: datetime


async def positions(connection: AsyncConnection) -> dict[Stream, Cursor]:
    """Return how far each stream is settled."""
    stored = {row.stream: row.position for row in await connection.execute(sa.select(_positions))}
    return {stream: Cursor(stored.get(stream.value, 0)) for stream in STREAMS}


async def settled_through(connection: AsyncConnection) -> datetime:
    """Return an instant: all bookings and trades committed before it are in the feed, but for parked ones."""
    found = await connection.execute(_SETTLED_THROUGH, {"look": WAITING_LOOK})
    instant: datetime = found.scalar_one()
    return instant


async def parked_events(connection: AsyncConnection, principal: Principal, *, limit: int) -> list[Parked]:
    """Return the parked events that the principal may see, longest parked first, at most `limit`."""
    statement = (
        _seen_by(
            principal,
            _failures.c.stream,
            _failures.c.position,
            _failures.c.topic,
            _failures.c.code,
            _failures.c.reason,
            _failures.c.failed_at,
            _events.c.network_id,
        )
        .order_by(_failures.c.failed_at, _failures.c.stream, _failures.c.position)
        .limit(limit)
    )
    return [
        Parked(
            stream=Stream(row.stream),
            position=Cursor(row.position),
            topic=row.topic,
            network_id=None if row.network_id is None else NetworkId(row.network_id),
            code=row.code,
            reason=row.reason,
            since=row.failed_at,
        )
        for row in await connection.execute(statement)
    ]


async def parked_seen(connection: AsyncConnection, principal: Principal) -> int:
    """Return how many events are parked that the principal may see."""
    return int((await connection.execute(_seen_by(principal, sa.func.count()))).scalar_one())


async def parked_count(connection: AsyncConnection) -> int:
    """Return how many events are parked, of all parties."""
    statement = sa.select(sa.func.count()).where(_failures.c.settled_at.is_(None))
    return int((await connection.execute(statement)).scalar_one())


async def behind_s(connection: AsyncConnection, *, at: datetime) -> float:
    """Return the age at instant `at`, in seconds, of the oldest event that waits to be settled, 0 if none.

    An event that has no position yet waits too; a parked one has been tried, and does not.
    """
    event = _events.c
    reached = await positions(connection)
    first = [
        sa.select(event.recorded_at)
        .where(event.stream == stream.value, event.position > position)
        .order_by(event.position)
        .limit(1)
        .scalar_subquery()
        for stream, position in reached.items()
    ]
    names = [stream.value for stream in STREAMS]
    unplaced = sa.select(sa.func.min(event.recorded_at)).where(
        event.position.is_(None), event.stream.in_(names)
    )
    statement = sa.select(sa.func.least(*first, unplaced.scalar_subquery()))
    oldest: datetime | None = (await connection.execute(statement)).scalar_one()
    return 0.0 if oldest is None else max(0.0, (at - oldest).total_seconds())


def _seen_by(principal: Principal, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    is_event = sa.and_(_events.c.stream == _failures.c.stream, _events.c.position == _failures.c.position)
    is_network = _networks.c.id == _events.c.network_id
    return (
        sa.select(*columns)
        .select_from(_failures.join(_events, is_event).outerjoin(_networks, is_network))
        .where(_failures.c.settled_at.is_(None), _concerns(principal))
    )


def _concerns(principal: Principal) -> sa.ColumnElement[bool]:
    if principal.oversees:
        return sa.true()
    if principal.party_id is None:
        return sa.false()
    party, payload = str(principal.party_id), _events.c.payload
    own = [_events.c.audience.contains([principal.party_id])]
    own += [payload[name, "holder_id"].astext == party for name in _CONTRACTS]
    own.append(payload["awards"].contains([{"replacement": party}]))
    if Role.OPERATOR in principal.roles:
        own.append(visible_to(principal, operator=_networks.c.operator_id))
    return sa.or_(*own)
