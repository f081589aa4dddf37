"""What a network sells and at what tariffs: one query."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.gasday import GasDay
from linepack.ids import NetworkId
from market.primary.commands import CapacityRequest
from market.products.model import ProductRules
from market.products.repository import RULES, RULES_IN_FORCE
from market.tariffs.model import Tariff
from market.tariffs.repository import TARIFFS, TARIFFS_IN_FORCE

_one = sa.select(sa.literal(1).label("one")).subquery("one")
_rules = RULES_IN_FORCE.subquery("rules")
_tariffs = TARIFFS_IN_FORCE.subquery("tariffs")
_TERMS = (
    sa.select(_rules, _tariffs)
    .select_from(_one.outerjoin(_rules, sa.true()).outerjoin(_tariffs, sa.true()))
    .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
)


async def rules_and_tariffs(
    connection: AsyncConnection, network_id: NetworkId, asked: Sequence[CapacityRequest], today: GasDay
) -> tuple[ProductRules, list[Tariff]]:
    """Return the rules in force on gas day `today`, and the tariffs that may apply to what is asked."""
    parameters = {
        "network_id": network_id,
        "today": today,
        "firmnesses": sorted({one.firmness.value for one in asked}),
        "receipts": sorted({one.receipt for one in asked if one.receipt is not None}),
        "deliveries": sorted({one.delivery for one in asked if one.delivery is not None}),
        "first_day": min(one.start for one in asked),
        "last_day": max(one.start for one in asked),
    }
    rows = (await connection.execute(_TERMS, parameters)).all()
    has_rules = rows[0].rules_id is not None
    rules = RULES.read(rows[0], prefix="rules_") if has_rules else ProductRules(network_id, today)
    return rules, [TARIFFS.read(row, prefix="tariffs_") for row in rows if row.tariffs_id is not None]
