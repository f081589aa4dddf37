"""Interruptible quantities in the database. They are public to every signed-in principal."""

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


async def of_network(connection: AsyncConnection, network_id: NetworkId) -> tuple[InterruptibleQuantity, ...]:
    """Return every statement about a network, in the order in which they were made."""
    query = sa.select(_quantity).where(_quantity.c.network_id == network_id).order_by(_quantity.c.id)
    return tuple(_quantities.all(await connection.execute(query)))
