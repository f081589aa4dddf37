"""Product rules in the database."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from market.context import MarketContext
from market.offers.repository import Columns
from market.products.model import ProductRules, Runtime
from market.products.tables import ProductRulesRow

_rules = ProductRulesRow.core()

RULES_IN_FORCE = (
    sa.select(_rules)
    .where(_rules.c.network_id == sa.bindparam("network_id"), _rules.c.valid_from <= sa.bindparam("today"))
    .order_by(_rules.c.valid_from.desc(), _rules.c.id.desc())
    .limit(1)
)
"""The rules of network `:network_id` on gas day `:today`; no row when none were ever set."""


async def insert(connection: AsyncConnection, version_id: UUID, rules: ProductRules) -> None:
    """Add a version of a network's rules."""
    values = {
        "id": version_id,
        "network_id": rules.network_id,
        "valid_from": rules.valid_from,
        "runtimes": sorted(rules.runtimes),
        "firmness": sorted(rules.firmness),
        "route_kinds": sorted(rules.route_kinds),
        "lead_days": rules.lead_days,
        "horizon_days": rules.horizon_days,
        "gas_year_month": rules.gas_year_month,
        "allows_negative_prices": rules.allows_negative_prices,
    }
    await connection.execute(sa.insert(_rules).values(values))


async def in_force(connection: AsyncConnection, network_id: NetworkId, day: GasDay) -> ProductRules:
    """Return the rules of a network on a gas day; without any, everything is sold."""
    parameters = {"network_id": network_id, "today": day}
    row = (await connection.execute(RULES_IN_FORCE, parameters)).mappings().first()
    return ProductRules(network_id, day) if row is None else product_rules(row)


async def allows_negative_prices(context: MarketContext, network_id: NetworkId) -> bool:
    """Return whether offers and bids made at the command's instant may be negative."""
    today = (await context.market.clock(network_id)).gas_day(context.at)
    return (await in_force(context.connection, network_id, today)).allows_negative_prices


def product_rules(row: Columns) -> ProductRules:
    """Return the rules that a row of `RULES_IN_FORCE` holds."""
    return ProductRules(
        network_id=NetworkId(row["network_id"]),
        valid_from=row["valid_from"],
        runtimes=frozenset(map(Runtime, row["runtimes"])),
        firmness=frozenset(map(Firmness, row["firmness"])),
        route_kinds=frozenset(map(RouteKind, row["route_kinds"])),
        lead_days=row["lead_days"],
        horizon_days=row["horizon_days"],
        gas_year_month=row["gas_year_month"],
        allows_negative_prices=row["allows_negative_prices"],
    )
