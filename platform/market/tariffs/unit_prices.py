"""What one unit costs on many routes over stretches of gas days, by the tariffs in force on the first day.

Exact, not rounded: a booking's charge is rounded once it is payable, and block tiers may price further units
otherwise. A route without a tariff has no price, nor have gas days whose index values nobody knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import evaluate_over
from capacity.rights.model import Firmness, Route
from linepack.gasday import GasDay, Period
from linepack.ids import NetworkId
from market.index_values.repository import followed
from market.products.model import Runtime
from market.tariffs import repository
from market.tariffs.model import Tariff, tariff_for


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one unit costs by a tariff on every gas day of each stretch; None where that is not known.

    `total` is for all of them together, None where one is not known.
    """

    tariff: Tariff
    amounts: tuple[Decimal | None, ...]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """The prices of several routes: of each route the place of its own among `prices`, −1 without one."""

    prices: tuple[UnitPrice, ...]
    place_of: tuple[int, ...]


async def unit_prices(
    connection: AsyncConnection,
    network_id: NetworkId,
    routes: Sequence[Route],
    runtime: Runtime,
    stretches: Sequence[Period],
) -> UnitPrices:
    """Return what one firm unit costs on each route, booked for `stretches` as a product of `runtime`.

    `stretches` follow each other.
    """
    first, last = stretches[0].start, stretches[-1].end
    tariffs = [
        one
        for one in await repository.of_network(connection, network_id)
        if one.firmness is Firmness.FIRM and one.valid_from <= first and one.runtime in (None, runtime)
    ]
    chosen = _chosen(tariffs, routes, runtime, first)
    used = list({tariff.id: tariff for tariff in chosen if tariff is not None}.values())
    period = Period(first, last)
    values = await followed(connection, network_id, [one.price for one in used], period)
    prices = tuple(
        UnitPrice(
            one,
            tuple(_amount(one, stretch, values) for stretch in stretches),
            _amount(one, period, values),
        )
        for one in used
    )
    place = {tariff.id: number for number, tariff in enumerate(used)}
    return UnitPrices(prices, tuple(-1 if one is None else place[one.id] for one in chosen))


def _chosen(
    tariffs: Sequence[Tariff], routes: Sequence[Route], runtime: Runtime, first: GasDay
) -> list[Tariff | None]:
    """Return the tariff of each route; routes at points that no tariff names are alike."""
    receipts, deliveries = {one.receipt for one in tariffs}, {one.delivery for one in tariffs}
    found: dict[object, Tariff | None] = {}
    chosen = []
    for route in routes:
        named = route.receipt if route.receipt in receipts else None
        alike = route.kind, named, route.delivery if route.delivery in deliveries else None
        if alike not in found:
            found[alike] = tariff_for(tariffs, route, Firmness.FIRM, runtime, first)
        chosen.append(found[alike])
    return chosen


def _amount(tariff: Tariff, period: Period, values: IndexValues) -> Decimal | None:
    try:
        return evaluate_over(tariff.price, Decimal(1), period, values).amount
    except (IndexValueMissing, CalorificValueMissing):
        return None
