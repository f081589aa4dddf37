"""Tariffs in the database. Prices are public to every signed-in principal."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.codec import price_from_json, price_to_json
from capacity.rights.model import Firmness, RouteKind
from linepack.ids import NetworkId, PartyId, TariffId
from market.offers.repository import Columns
from market.products.model import Runtime
from market.tariffs.model import Tariff
from market.tariffs.tables import TariffRow

_tariffs = TariffRow.core()


def _is_open_or(name: str) -> sa.ColumnElement[bool]:
    column = _tariffs.c[name]
    return sa.or_(column.is_(None), column == sa.bindparam(name, type_=sa.String))


_KEY = [_tariffs.c[name] for name in ("kind", "receipt", "delivery", "runtime")]
TARIFFS_IN_FORCE = (
    sa.select(_tariffs)
    .where(
        _tariffs.c.network_id == sa.bindparam("network_id"),
        _tariffs.c.firmness == sa.bindparam("firmness"),
        _tariffs.c.valid_from <= sa.bindparam("first_day"),
        _is_open_or("receipt"),
        _is_open_or("delivery"),
    )
    .ext(distinct_on(*_KEY))
    .order_by(*_KEY, _tariffs.c.valid_from.desc(), _tariffs.c.id.desc())
)
"""The tariffs of network `:network_id` that may apply from `:first_day` on, the newest of each kind."""


async def insert(connection: AsyncConnection, new: Tariff, *, set_by: PartyId) -> None:
    """Add a tariff."""
    values = {
        "id": new.id,
        "network_id": new.network_id,
        "kind": new.kind.value,
        "firmness": new.firmness.value,
        "valid_from": new.valid_from,
        "receipt": new.receipt,
        "delivery": new.delivery,
        "runtime": None if new.runtime is None else new.runtime.value,
        "price": price_to_json(new.price),
        "set_by": set_by,
    }
    await connection.execute(sa.insert(_tariffs).values(values))


async def of_network(connection: AsyncConnection, network_id: NetworkId) -> list[Tariff]:
    """Return every version of every tariff of a network, oldest first."""
    statement = (
        sa.select(_tariffs)
        .where(_tariffs.c.network_id == network_id)
        .order_by(_tariffs.c.valid_from, _tariffs.c.id)
    )
    return [tariff(row) for row in (await connection.execute(statement)).mappings()]


def tariff(row: Columns) -> Tariff:
    """Return the tariff that a row holds."""
    runtime = row["runtime"]
    return Tariff(
        id=TariffId(row["id"]),
        network_id=NetworkId(row["network_id"]),
        kind=RouteKind(row["kind"]),
        firmness=Firmness(row["firmness"]),
        valid_from=row["valid_from"],
        price=price_from_json(row["price"]),
        receipt=row["receipt"],
        delivery=row["delivery"],
        runtime=None if runtime is None else Runtime(runtime),
    )
