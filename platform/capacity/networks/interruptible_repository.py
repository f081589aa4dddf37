"""Interruptible quantities in the database. They are public to every signed-in principal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.tables import InterruptibleQuantityRow
from capacity.rights.model import RouteKind
from linepack.ids import NetworkId, PartyId, new_id

_quantity = InterruptibleQuantityRow.core()


async def insert(
    connection: AsyncConnection,
    network_id: NetworkId,
    new: InterruptibleQuantity,
    *,
    set_by: PartyId,
    at: datetime,
) -> None:
    """Add a statement."""
    values = {
        "id": new_id(),
        "network_id": network_id,
        "kind": new.kind.value,
        "valid_from": new.valid_from,
        "receipt": new.receipt,
        "delivery": new.delivery,
        "quantity": new.quantity,
        "share": new.share,
        "set_by": set_by,
        "recorded_at": at,
    }
    await connection.execute(sa.insert(_quantity).values(values))


async def of_networks(
    connection: AsyncConnection, network_ids: Sequence[NetworkId]
) -> list[tuple[NetworkId, InterruptibleQuantity]]:
    """Return every statement about some networks, in the order in which they were made."""
    query = sa.select(_quantity).where(_quantity.c.network_id.in_(network_ids)).order_by(_quantity.c.id)
    return [(NetworkId(row.network_id), _stated(row)) for row in await connection.execute(query)]


def _stated(row: sa.Row[Any]) -> InterruptibleQuantity:
    return InterruptibleQuantity(
        kind=RouteKind(row.kind),
        valid_from=row.valid_from,
        receipt=row.receipt,
        delivery=row.delivery,
        quantity=row.quantity,
        share=row.share,
    )
