"""What a network sells and at what tariffs: one query."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.gasday import GasDay
from market.primary.commands import CapacityRequest
from market.products.model import ProductRules
from market.products.repository import RULES_IN_FORCE, product_rules
from market.tariffs.model import Tariff
from market.tariffs.repository import TARIFFS_IN_FORCE
from market.tariffs.repository import tariff as tariff_of

_one = sa.select(sa.literal(1).label("one")).subquery("one")
_rules = RULES_IN_FORCE.subquery("rules")
_tariffs = TARIFFS_IN_FORCE.subquery("tariffs")
_TERMS = (
    sa.select(_rules, _tariffs)
    .select_from(_one.outerjoin(_rules, sa.true()).outerjoin(_tariffs, sa.true()))
    .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
)


async def rules_and_tariffs(
    connection: AsyncConnection, asked: CapacityRequest, today: GasDay
) -> tuple[ProductRules, list[Tariff]]:
    """Return the rules in force on gas day `today`, and the tariffs that may apply to what is asked."""
    parameters = {
        "network_id": asked.network_id,
        "today": today,
        "firmness": asked.firmness.value,
        "first_day": asked.start,
        "receipt": asked.receipt,
        "delivery": asked.delivery,
    }
    rows = (await connection.execute(_TERMS, parameters)).mappings().all()
    rules = _part(rows[0], _rules)
    tariffs = [tariff_of(part) for row in rows if (part := _part(row, _tariffs)) is not None]
    return ProductRules(asked.network_id, today) if rules is None else product_rules(rules), tariffs


def _part(row: Mapping[Any, Any], table: sa.Subquery) -> dict[str, Any] | None:
    """Return the columns of one of the joined tables by name, None when the join found no row of it."""
    part = {column.name: row[f"{table.name}_{column.name}"] for column in table.c}
    return None if part["id"] is None else part
