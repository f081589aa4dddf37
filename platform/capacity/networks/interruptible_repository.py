"""Interruptible quantities in the database. They are public to every signed-in principal."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.tables import InterruptibleQuantityRow
from linepack.database.rows import RowMapper
from linepack.ids import NetworkId, PartyId, new_id

_quantity = InterruptibleQuantityRow.core()
_quantities = RowMapper(InterruptibleQuantityRow, InterruptibleQuantity)


async def insert(
    connection: AsyncConnection,
    network_id: NetworkId,
    new: InterruptibleQuantity,
    *,
    set_by: PartyId,
    at: datetime,
) -> None:
    """Add a statement."""
    values = _quantities.values(new, id=new_id(), network_id=network_id, set_by=set_by, recorded_at=at)
    await connection.execute(sa.insert(_quantity).values(values))


async def of_networks(
    connection: AsyncConnection, network_ids: Sequence[NetworkId]
) -> list[tuple[NetworkId, InterruptibleQuantity]]:
    """Return every statement about some networks, in the order in which they were made."""
    query = sa.select(_quantity).where(_quantity.c.network_id.in_(network_ids)).order_by(_quantity.c.id)
    return [(NetworkId(row.network_id), _quantities.read(row)) for row in await connection.execute(query)]
