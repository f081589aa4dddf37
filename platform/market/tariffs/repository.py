"""Tariffs in the database. Prices are public to every signed-in principal."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.codec import price_from_json, price_to_json
from linepack.database.rows import RowMapper, Stored
from linepack.ids import NetworkId, PartyId
from market.tariffs.model import Tariff
from market.tariffs.tables import TariffRow

_tariffs = TariffRow.core()
TARIFFS = RowMapper(TariffRow, Tariff, price=Stored(price_to_json, price_from_json))


def _is_open_or_among(name: str, given: str) -> sa.ColumnElement[bool]:
    column = _tariffs.c[name]
    return sa.or_(column.is_(None), column == sa.any_(sa.bindparam(given, type_=sa.ARRAY(sa.String))))


_FIRST_DAY = sa.bindparam("first_day", type_=sa.Date)
_KEY = [
    *(_tariffs.c[name] for name in ("kind", "firmness", "receipt", "delivery", "runtime")),
    sa.func.greatest(_tariffs.c.valid_from, _FIRST_DAY),
]
TARIFFS_IN_FORCE = (
    sa.select(_tariffs)
    .where(
        _tariffs.c.network_id == sa.bindparam("network_id"),
        _tariffs.c.firmness == sa.any_(sa.bindparam("firmnesses", type_=sa.ARRAY(sa.String))),
        _tariffs.c.valid_from <= sa.bindparam("last_day"),
        _is_open_or_among("receipt", "receipts"),
        _is_open_or_among("delivery", "deliveries"),
    )
    .ext(distinct_on(*_KEY))
    .order_by(*_KEY, _tariffs.c.valid_from.desc(), _tariffs.c.id.desc())
)
"""The tariffs of network `:network_id` that may be in force on a gas day from `:first_day` to `:last_day`, on
routes of `:receipts` and `:deliveries`: of each kind those that begin in between and the newest before."""


async def insert(connection: AsyncConnection, new: Tariff, *, set_by: PartyId) -> None:
    """Add a tariff."""
    await connection.execute(sa.insert(_tariffs).values(TARIFFS.values(new, set_by=set_by)))


async def of_network(connection: AsyncConnection, network_id: NetworkId) -> list[Tariff]:
    """Return every version of every tariff of a network, oldest first."""
    statement = (
        sa.select(_tariffs)
        .where(_tariffs.c.network_id == network_id)
        .order_by(_tariffs.c.valid_from, _tariffs.c.id)
    )
    return TARIFFS.all(await connection.execute(statement))
