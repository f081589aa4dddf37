"""The home of product rules in the database."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import GasDay
from linepack.ids import NetworkId, new_id
from market.products.model import ProductRules, Runtime
from market.products.tables import ProductRulesRow

_rules = ProductRulesRow.core()


async def insert(connection: AsyncConnection, rules: ProductRules) -> None:
    """Add a version of a network's rules."""
    values = {
        "id": new_id(),
        "network_id": rules.network_id,
        "valid_from": rules.valid_from,
        "runtimes": sorted(rules.runtimes),
        "firmness": sorted(rules.firmness),
        "route_kinds": sorted(rules.route_kinds),
        "lead_days": rules.lead_days,
        "horizon_days": rules.horizon_days,
        "gas_year_month": rules.gas_year_month,
    }
    await connection.execute(sa.insert(_rules).values(values))


async def in_force(connection: AsyncConnection, network_id: NetworkId, day: GasDay) -> ProductRules:
    """Return the rules of a network on a gas day; without any, everything is sold."""
    statement = (
        sa.select(_rules)
        .where(_rules.c.network_id == network_id, _rules.c.valid_from <= day)
        .order_by(_rules.c.valid_from.desc(), _rules.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).first()
    return ProductRules(network_id, day) if row is None else _product_rules(row)


def _product_rules(row: sa.Row[Any]) -> ProductRules:
    return ProductRules(
        network_id=NetworkId(row.network_id),
        valid_from=row.valid_from,
        runtimes=frozenset(map(Runtime, row.runtimes)),
        firmness=frozenset(map(Firmness, row.firmness)),
        route_kinds=frozenset(map(RouteKind, row.route_kinds)),
        lead_days=row.lead_days,
        horizon_days=row.horizon_days,
        gas_year_month=row.gas_year_month,
    )
