"""The queries of what operators set aside; it is public."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights import holds
from capacity.rights.model import HoldCause, Route
from linepack.database.paging import Listed
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import NetworkId, PartyId, SetAsideId
from linepack.problems import NotFound
from market.set_asides.model import CapacitySetAside
from market.set_asides.tables import SetAsideRow

_set_asides = SetAsideRow.core()


class SetAsideSort(StrEnum):
    """The columns that what is set aside may be ordered by."""

    SET_AT = "id"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"


async def insert(connection: AsyncConnection, aside: CapacitySetAside) -> None:
    """Add capacity set aside; its hold is taken beside."""
    values = {
        "id": aside.id,
        "network_id": aside.network_id,
        "operator_id": aside.operator_id,
        "receipt": aside.route.receipt,
        "delivery": aside.route.delivery,
        "start_day": aside.period.start,
        "end_day": aside.period.end,
        "quantity": aside.quantity,
        "reason": aside.reason,
        "until": aside.until,
        "set_at": aside.set_at,
    }
    await connection.execute(sa.insert(_set_asides).values(values))


async def get(connection: AsyncConnection, set_aside_id: SetAsideId) -> CapacitySetAside:
    """Return capacity set aside, with what is left of it; raises NotFound."""
    found = await by_id(connection, [set_aside_id])
    if set_aside_id not in found:
        raise NotFound("set-aside", set_aside_id, path=("setAsideId",))
    return found[set_aside_id]


async def by_id(
    connection: Reader, set_aside_ids: Iterable[SetAsideId]
) -> dict[SetAsideId, CapacitySetAside]:
    """Return what was set aside under these ids."""
    statement = sa.select(_set_asides).where(_set_asides.c.id.in_(list(set_aside_ids)))
    rows = list(await connection.execute(statement))
    return {aside.id: aside for aside in await _with_held(connection, rows)}


def of_network(network_id: NetworkId) -> Listed[CapacitySetAside]:
    """Return the list of what the operator of a network has set aside, ended or not."""
    statement = sa.select(_set_asides).where(_set_asides.c.network_id == network_id)
    return Listed(_set_asides, statement, _with_held)


async def _with_held(connection: Reader, rows: Sequence[sa.Row[Any]]) -> list[CapacitySetAside]:
    left = await holds.standing_of(connection, HoldCause.SET_ASIDE, [row.id for row in rows])
    return [_set_aside(row).with_held(left[row.id]) for row in rows]


def _set_aside(row: sa.Row[Any]) -> CapacitySetAside:
    return CapacitySetAside(
        id=SetAsideId(row.id),
        network_id=NetworkId(row.network_id),
        operator_id=PartyId(row.operator_id),
        route=Route(row.receipt, row.delivery),
        period=Period(row.start_day, row.end_day),
        quantity=row.quantity,
        reason=row.reason,
        until=row.until,
        set_at=row.set_at,
    )
