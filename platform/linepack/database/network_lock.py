"""The lock of a network: one command at a time changes rights on it, on however many processes.

It is a PostgreSQL advisory lock, held until the transaction ends. A command takes it before anything else, so
that there is one lock per command (no deadlock), and so that transaction ids, by which the event log is
ordered, follow the order in which commands held the lock.
"""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.ids import NetworkId
from linepack.monitoring.metrics import NETWORK_LOCK_WAIT_SECONDS

_LOCK = sa.text(
    "SELECT pg_current_xact_id_if_assigned() IS NOT NULL, pg_advisory_xact_lock(hashtextextended(:key, 0))"
)
_TRY_LOCK = sa.text(
    "SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS has_written,"
    " pg_try_advisory_xact_lock(hashtextextended(:key, 0)) AS is_locked"
)


async def take(connection: AsyncConnection, network_id: NetworkId) -> None:
    """Wait until no other command changes rights on the network, and take its lock.

    Raises RuntimeError after a write: the log would place this command before the one it waited for.
    """
    with NETWORK_LOCK_WAIT_SECONDS.time():
        answer = await connection.execute(_LOCK, {"key": f"network:{network_id}"})
    if answer.scalar_one():
        raise RuntimeError("take the network's lock before the first write of the unit of work")


async def try_to_take(connection: AsyncConnection, network_id: NetworkId) -> bool:
    """Take the network's lock unless another command holds it; return whether it is taken.

    Raises RuntimeError after a write, as `take` does.
    """
    row = (await connection.execute(_TRY_LOCK, {"key": f"network:{network_id}"})).one()
    if row.has_written:
        raise RuntimeError("take the network's lock before the first write of the unit of work")
    return bool(row.is_locked)
