"""What the market's queries have in common: the columns of offered capacity, filters, pages.

Lists are in order of id, newest first, and page by the last id seen.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Firmness, Route
from linepack.gasday import Period
from linepack.ids import NetworkId, PartyId
from market.offers.model import OfferedCapacity, routes_from_json, routes_to_json

Columns = sa.RowMapping | Mapping[str, Any]
"""A row's values by column."""


def capacity_columns(capacity: OfferedCapacity) -> dict[str, Any]:
    """Return the columns that hold offered capacity."""
    return {
        "network_id": capacity.network_id,
        "operator_id": capacity.operator_id,
        "routes": routes_to_json(capacity.routes),
        "firmness": capacity.firmness.value,
        "start_day": capacity.period.start,
        "end_day": capacity.period.end,
        "starts_at": capacity.starts_at,
    }


def capacity_of(row: sa.Row[Any]) -> OfferedCapacity:
    """Return the offered capacity that a row holds."""
    return OfferedCapacity(
        network_id=NetworkId(row.network_id),
        operator_id=PartyId(row.operator_id),
        routes=routes_from_json(row.routes),
        firmness=Firmness(row.firmness),
        period=Period(row.start_day, row.end_day),
        starts_at=row.starts_at,
    )


def on_route(table: sa.Table, route: Route | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for offers that give rights on `route`."""
    if route is None:
        return []
    wanted = [{"receipt": route.receipt, "delivery": route.delivery}]
    return [table.c.routes.contains(wanted)]


def sharing_days(table: sa.Table, period: Period | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for offers that share a gas day with `period`."""
    if period is None:
        return []
    return [table.c.start_day < period.end, table.c.end_day > period.start]


async def newest(
    connection: AsyncConnection,
    statement: sa.Select[Any],
    ids: sa.Column[Any],
    *,
    after: UUID | None,
    limit: int,
) -> list[sa.Row[Any]]:
    """Return up to `limit` rows of `statement` with ids before `after`, newest first."""
    if after is not None:
        statement = statement.where(ids < after)
    return list(await connection.execute(statement.order_by(ids.desc()).limit(limit)))
