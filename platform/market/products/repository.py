"""Product rules in the database."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.rows import RowMapper
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from market.context import MarketContext
from market.products.model import ProductRules
from market.products.tables import ProductRulesRow

_rules = ProductRulesRow.core()
RULES = RowMapper(ProductRulesRow, ProductRules)

RULES_IN_FORCE = (
    sa.select(_rules)
    .where(_rules.c.network_id == sa.bindparam("network_id"), _rules.c.valid_from <= sa.bindparam("today"))
    .order_by(_rules.c.valid_from.desc(), _rules.c.id.desc())
    .limit(1)
)
"""The rules of network `:network_id` on gas day `:today`; no row when none were ever set."""


async def insert(connection: AsyncConnection, version_id: UUID, rules: ProductRules) -> None:
    """Add a version of a network's rules."""
    await connection.execute(sa.insert(_rules).values(RULES.values(rules, id=version_id)))


async def in_force(connection: AsyncConnection, network_id: NetworkId, day: GasDay) -> ProductRules:
    """Return the rules of a network on a gas day; without any, everything is sold."""
    parameters = {"network_id": network_id, "today": day}
    found = RULES.first(await connection.execute(RULES_IN_FORCE, parameters))
    return found or ProductRules(network_id, day)


async def allows_negative_prices(context: MarketContext, network_id: NetworkId) -> bool:
    """Return whether offers and bids made at the command's instant may be negative."""
    today = (await context.market.clock(network_id)).gas_day(context.at)
    return (await in_force(context.connection, network_id, today)).allows_negative_prices
