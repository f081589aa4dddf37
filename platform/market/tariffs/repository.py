"""The home of tariffs in the database. Prices are public to every signed-in principal."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.price_codec import price_from_json, price_to_json
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.gasday import GasDay
from linepack.ids import NetworkId, PartyId, TariffId
from market.products.model import Runtime
from market.tariffs.errors import NoTariff
from market.tariffs.model import Tariff, tariff_for
from market.tariffs.tables import TariffRow

_tariffs = TariffRow.core()


async def insert(connection: AsyncConnection, tariff: Tariff, *, set_by: PartyId) -> None:
    """Add a tariff."""
    values = {
        "id": tariff.id,
        "network_id": tariff.network_id,
        "kind": tariff.kind.value,
        "firmness": tariff.firmness.value,
        "valid_from": tariff.valid_from,
        "receipt": tariff.receipt,
        "delivery": tariff.delivery,
        "runtime": None if tariff.runtime is None else tariff.runtime.value,
        "price": price_to_json(tariff.price),
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
    return [_tariff(row) for row in await connection.execute(statement)]


async def lookup(
    connection: AsyncConnection,
    network_id: NetworkId,
    *,
    route: Route,
    firmness: Firmness,
    runtime: Runtime,
    day: GasDay,
) -> Tariff:
    """Return the tariff of a booking whose first gas day is `day`; raises NoTariff."""
    wanted = {"receipt": route.receipt, "delivery": route.delivery, "runtime": runtime.value}
    statement = (
        sa.select(_tariffs)
        .where(
            _tariffs.c.network_id == network_id,
            _tariffs.c.kind == route.kind.value,
            _tariffs.c.firmness == firmness.value,
            _tariffs.c.valid_from <= day,
            *(
                sa.or_(_tariffs.c[name].is_(None), _tariffs.c[name] == value)
                for name, value in wanted.items()
            ),
        )
        .ext(distinct_on(_tariffs.c.receipt, _tariffs.c.delivery, _tariffs.c.runtime))
        .order_by(
            _tariffs.c.receipt,
            _tariffs.c.delivery,
            _tariffs.c.runtime,
            _tariffs.c.valid_from.desc(),
            _tariffs.c.id.desc(),
        )
    )
    newest = [_tariff(row) for row in await connection.execute(statement)]
    tariff = tariff_for(newest, route, firmness, runtime, day)
    if tariff is None:
        raise NoTariff(route, firmness, runtime, day)
    return tariff


def _tariff(row: sa.Row[Any]) -> Tariff:
    return Tariff(
        id=TariffId(row.id),
        network_id=NetworkId(row.network_id),
        kind=RouteKind(row.kind),
        firmness=Firmness(row.firmness),
        valid_from=row.valid_from,
        price=price_from_json(row.price),
        receipt=row.receipt,
        delivery=row.delivery,
        runtime=None if row.runtime is None else Runtime(row.runtime),
    )
