"""The networks of the demo: product rules, tariffs with a winter season, an index that a price follows."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from capacity.contracts.pricing.price import Flat, Indexed, SeasonFactor
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.policy import Policy
from capacity.networks.repository import PublishedNetwork
from capacity.publication import catalogue
from capacity.publication.interruptible import SetInterruptibleQuantity, set_interruptible_quantity
from capacity.publication.service import ImportNetwork, import_network
from capacity.rights.model import Firmness, RouteKind
from linepack.access import Principal
from linepack.money import Currency
from market.context import MarketCaller
from market.index_values.model import StatedValue
from market.index_values.service import PublishIndexValues, publish_index_values
from market.products.model import ProductRules
from market.products.service import set_product_rules
from market.tariffs.service import SetTariff, set_tariff
from server.services import Services

WINTER = tuple(Decimal(percent) / 100 for percent in (130, 120, 110, 100, 80, 70, 70, 70, 80, 100, 110, 120))
"""What a gas day costs against its base price, January first."""
PRICES_PER_UNIT_DAY = {
    RouteKind.ENTRY: Decimal("0.0062"),
    RouteKind.EXIT: Decimal("0.0088"),
    RouteKind.PATH: Decimal("0.0140"),
}
INDEX = "TTF"
INDEX_VALUES = tuple(map(Decimal, ("31.20", "30.85", "30.10", "29.75", "30.40", "31.05", "30.60")))
"""Of today and the days before it."""
INDEXED_PRICE = Indexed(
    INDEX, multiplier=Decimal("0.0001"), addend=Decimal("0.0014"), cap_per_unit_day=Decimal("0.0088")
)
"""About half of what a firm exit costs, and never more than that."""
INTERRUPTIBLE_SHARE = Decimal("0.25")
"""Of the technical capacity of every path, entry and exit: on sale as interruptible capacity."""


async def add_network(
    services: Services, operator: Principal, code: str, now: datetime, policy: Policy
) -> PublishedNetwork:
    """Publish a network of the catalogue, with product rules and tariffs from today on."""
    caller = services.market.caller(operator, now)
    command = ImportNetwork(network=catalogue.load(code), currency=Currency.EUR, policy=policy)
    published = await caller.run(import_network, command)
    today = published.network.clock.gas_day(now)
    await caller.run(set_product_rules, ProductRules(published.id, valid_from=today))
    await _set_tariffs(caller, published, today)
    await _state_interruptible(caller, published, today)
    return published


async def _state_interruptible(caller: MarketCaller, published: PublishedNetwork, today: date) -> None:
    """Put a part of what every path, entry and exit carries on sale as interruptible capacity."""
    for kind in RouteKind:
        stated = InterruptibleQuantity(kind, today, share=INTERRUPTIBLE_SHARE)
        await caller.run(set_interruptible_quantity, SetInterruptibleQuantity(published.id, stated))


async def _set_tariffs(caller: MarketCaller, published: PublishedNetwork, today: date) -> None:
    for kind, price in PRICES_PER_UNIT_DAY.items():
        for firmness, share in ((Firmness.FIRM, Decimal(1)), (Firmness.INTERRUPTIBLE, Decimal("0.5"))):
            command = SetTariff(
                network_id=published.id,
                kind=kind,
                firmness=firmness,
                valid_from=today,
                price=SeasonFactor(Flat(price * share), WINTER),
            )
            await caller.run(set_tariff, command)


async def follow_an_index(caller: MarketCaller, published: PublishedNetwork) -> None:
    """Publish a week of an index, and let the price of interruptible exits follow it from today on."""
    today = published.network.clock.gas_day(caller.at)
    days = [today - timedelta(days=days_ago) for days_ago in range(len(INDEX_VALUES))]
    values = tuple(
        StatedValue(INDEX, day, value, str(day)) for day, value in zip(days, INDEX_VALUES, strict=True)
    )
    await caller.run(publish_index_values, PublishIndexValues(published.id, values))
    tariff = SetTariff(
        network_id=published.id,
        kind=RouteKind.EXIT,
        firmness=Firmness.INTERRUPTIBLE,
        valid_from=today,
        price=INDEXED_PRICE,
    )
    await caller.run(set_tariff, tariff)
