"""On what terms a network sells: one query, and one more where the price follows an index."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import PriceProcedure, amount, indices
from capacity.networks.repository import PublishedNetwork
from linepack.gasday import GasDay, Period
from linepack.ids import NetworkId
from market.index_values import repository as index_values
from market.primary.commands import CapacityRequest
from market.primary.model import Terms, checked
from market.products.model import ProductRules
from market.products.repository import RULES_IN_FORCE, product_rules
from market.tariffs.errors import NoTariff
from market.tariffs.model import Tariff, require_priced, tariff_for
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


async def terms_of(
    connection: AsyncConnection, published: PublishedNetwork, asked: CapacityRequest, at: datetime
) -> Terms:
    """Return the terms on which a request made at instant `at` is on sale.

    Raises NoTariff, InvalidInput with every fault, and the errors of a price that cannot be charged: an older
    tariff may follow an index that has no value yet, or the gas itself.
    """
    today = published.network.clock.gas_day(at)
    rules, tariffs = await _rules_and_tariffs(connection, asked, today)
    request = checked(asked, published, rules, today)
    runtime, day = rules.runtime(request.period), request.period.start
    tariff = tariff_for(tariffs, request.route, request.firmness, runtime, day)
    if tariff is None:
        raise NoTariff(request.route, request.firmness, runtime, day)
    require_priced(tariff, request.quantity)
    values = await values_followed(connection, asked.network_id, tariff.price, request.period)
    amount(tariff.price, Decimal(request.quantity), values(day))
    return Terms(request, rules, runtime, tariff, today, values)


async def values_followed(
    connection: AsyncConnection, network_id: NetworkId, price: PriceProcedure, period: Period
) -> IndexValues:
    """Return the index values that a price follows on a period, as far as they are known."""
    followed = indices(price)
    return IndexValues(await index_values.known(connection, network_id, followed, period) if followed else {})


async def _rules_and_tariffs(
    connection: AsyncConnection, asked: CapacityRequest, today: GasDay
) -> tuple[ProductRules, list[Tariff]]:
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
