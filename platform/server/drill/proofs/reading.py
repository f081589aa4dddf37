"""What the proofs of a drill read: one instant of the database, without looking at what has been derived."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks import repository as networks
from capacity.networks.model import Network
from capacity.rights import ledger
from capacity.rights.model import Movement
from linepack.events.model import Stream
from linepack.events.tables import EventRow

_event = EventRow.core().c


@dataclass(frozen=True, slots=True)
class Market:
    """A network, and all movements of rights on it."""

    network: Network
    movements: list[Movement]


async def read_market(connection: AsyncConnection, code: str) -> Market:
    """Read a network's market; raises NotFound."""
    published = await networks.by_code(connection, code)
    return Market(published.network, await ledger.since(connection, published.id, 0))


async def placed(connection: AsyncConnection, stream: Stream) -> dict[int, str]:
    """Return the topic of every event of a stream that has its position, by that."""
    query = sa.select(_event.position, _event.topic).where(
        _event.stream == stream.value, _event.position.is_not(None)
    )
    return {row.position: row.topic for row in await connection.execute(query)}


async def unplaced(connection: AsyncConnection) -> int:
    """Return how many events have no position yet."""
    query = sa.select(sa.func.count()).where(_event.position.is_(None))
    return int((await connection.execute(query)).scalar_one())
