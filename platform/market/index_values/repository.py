"""Index values in the database. They are public to every signed-in principal, as prices are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.index_values import IndexHistory, IndexValues
from capacity.contracts.pricing.price import PriceProcedure, indices
from linepack.database.rows import RowMapper
from linepack.gasday import GasDay, Period
from linepack.ids import NetworkId
from market.index_values.model import IndexValue
from market.index_values.tables import IndexValueRow

_values = IndexValueRow.core()
_published = RowMapper(IndexValueRow, IndexValue, index="index_name", day="gas_day")


async def insert(connection: AsyncConnection, new: Sequence[IndexValue]) -> None:
    """Add values, at least one."""
    await connection.execute(sa.insert(_values), [_published.values(one) for one in new])


async def in_force(
    connection: AsyncConnection, network_id: NetworkId, index: str, days: Iterable[GasDay]
) -> dict[GasDay, IndexValue]:
    """Return the newest value of an index for each of the days that have one."""
    query = _newest(network_id).where(_values.c.index_name == index, _values.c.gas_day.in_(sorted(set(days))))
    return {one.day: one for one in _published.all(await connection.execute(query))}


async def history(
    connection: AsyncConnection, network_id: NetworkId, index: str, period: Period
) -> list[IndexValue]:
    """Return every value of an index for the gas days of a period, by day, then by revision."""
    query = (
        sa.select(_values)
        .where(_values.c.network_id == network_id, _values.c.index_name == index)
        .where(_values.c.gas_day >= period.start, _values.c.gas_day < period.end)
        .order_by(_values.c.gas_day, _values.c.revision)
    )
    return _published.all(await connection.execute(query))


async def known(
    connection: AsyncConnection, network_id: NetworkId, indices: Iterable[str], period: Period
) -> IndexHistory:
    """Return what a price that follows some indices needs on a period: also the last value before it.

    An index without any value up to the end of the period is left out.
    """
    found: defaultdict[str, dict[GasDay, Decimal]] = defaultdict(dict)
    for index in sorted(indices):
        of_index = _newest(network_id).where(_values.c.index_name == index)
        within = of_index.where(_values.c.gas_day >= period.start, _values.c.gas_day < period.end)
        before = (
            sa.select(_values)
            .where(_values.c.network_id == network_id, _values.c.index_name == index)
            .where(_values.c.gas_day < period.start)
            .order_by(_values.c.gas_day.desc(), _values.c.revision.desc())
            .limit(1)
        )
        for query in (before, within):
            for row in await connection.execute(query):
                found[index][row.gas_day] = row.value
    return found


async def followed(
    connection: AsyncConnection, network_id: NetworkId, prices: Iterable[PriceProcedure], period: Period
) -> IndexValues:
    """Return the index values that prices follow on a period, as far as they are known."""
    names = {name for price in prices for name in indices(price)}
    return IndexValues(await known(connection, network_id, names, period) if names else {})


def _newest(network_id: NetworkId) -> sa.Select[Any]:
    key = (_values.c.index_name, _values.c.gas_day)
    return (
        sa.select(_values)
        .where(_values.c.network_id == network_id)
        .ext(distinct_on(*key))
        .order_by(*key, _values.c.revision.desc())
    )
