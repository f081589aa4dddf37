"""How complete the billing feed is: up to which instant it tells everything, and what is parked.

What is told here is of the instant that the connection reads. Instants are UTC. An event's `recorded_at` is
when its transaction began; what still waits was committed after that, so everything committed before the
earliest one that waits is in the feed.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.identity.model import Principal, Role

WAITING_LOOK = 1_000
"""How many events, and how many entries, that wait are looked at for the earliest instant.

They stand in the order of their transactions, so that an earlier one is near; and the planner, which cannot
know how few wait, then takes the index.
"""

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
                WHERE stream = untold.cause_stream AND position = untold.cause_position),
            untold.recorded_at
        )) FROM (
            SELECT cause_stream, cause_position, recorded_at FROM ledger_entry
            WHERE sequence > (SELECT position FROM head)
            ORDER BY sequence LIMIT :look
        ) AS untold)
    )
""")

_PARKED = sa.text("""
    SELECT count(*) FROM settlement_failure AS failure JOIN event USING (stream, position)
    WHERE failure.settled_at IS NULL AND (
        :oversees
        OR :party = ANY (event.audience)
        OR event.payload #>> '{contract,holder_id}' = CAST(:party AS text)
        OR event.payload #>> '{parent_contract,holder_id}' = CAST(:party AS text)
        OR event.payload #>> '{child_contract,holder_id}' = CAST(:party AS text)
        OR :operates AND event.network_id IN (SELECT id FROM network WHERE operator_id = :party)
    )
""").bindparams(
    sa.bindparam("oversees", type_=sa.Boolean()),
    sa.bindparam("party", type_=sa.Uuid()),
    sa.bindparam("operates", type_=sa.Boolean()),
)


async def settled_through(connection: AsyncConnection) -> datetime:
    """Return an instant: all bookings and trades committed before it are in the feed, but for parked ones."""
    found = await connection.execute(_SETTLED_THROUGH, {"look": WAITING_LOOK})
    instant: datetime = found.scalar_one()
    return instant


async def parked_seen(connection: AsyncConnection, principal: Principal) -> int:
    """Return how many events could not be settled that concern the principal."""
    given = {
        "oversees": principal.oversees,
        "party": principal.party_id,
        "operates": Role.OPERATOR in principal.roles,
    }
    return int((await connection.execute(_PARKED, given)).scalar_one())
