"""Tariffs and product rules on a real database: set by the network's operator, dated, never overwritten."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.integration.market.scenery import (
    ANNA,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    WINTER,
    acting_for,
)

from capacity.contracts.price import Flat, TakeOrPay
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.identity.model import Role
from linepack.problems import Forbidden, InvalidInput, NotFound
from market.products import repository as products
from market.products.model import ProductRules, Runtime
from market.products.service import set_product_rules
from market.tariffs import repository as tariffs
from market.tariffs.service import SetTariff, set_tariff

pytestmark = pytest.mark.anyio

JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)


def price_of(scenery, price="0.40", **changes):
    terms = {
        "network_id": scenery.network_id,
        "kind": RouteKind.PATH,
        "firmness": Firmness.FIRM,
        "valid_from": JANUARY,
        "price": Flat(Decimal(price)),
    }
    return SetTariff(**{**terms, **changes})


async def test_narrowest_tariff_prices_a_booking(scenery):
    for narrowed in (
        price_of(scenery, "0.30", runtime=Runtime.MONTHLY),
        price_of(scenery, "0.35", receipt="a"),
        price_of(scenery, "0.45", receipt="a", delivery="y"),
    ):
        await set_tariff(scenery.market, OPERATING, narrowed)

    monthly_from_a = await scenery.book(ANNA, quantity=1, period=NOVEMBER)
    to_y = await scenery.book(ANNA, quantity=1, route=Route("a", "y"))
    monthly_from_b = await scenery.book(ANNA, quantity=1, period=NOVEMBER, route=Route("b", "x"))
    winter_from_b = await scenery.book(ANNA, quantity=1, period=WINTER, route=Route("b", "x"))

    prices = [
        str(contract.network.edges[0].bands[0].price.price_per_unit_day)
        for contract in (monthly_from_a, to_y, monthly_from_b, winter_from_b)
    ]
    assert prices == ["0.35", "0.45", "0.30", "0.25"]


async def test_every_version_of_a_tariff_stays_on_record(scenery):
    first = await set_tariff(scenery.market, OPERATING, price_of(scenery, valid_from=JUNE))
    second = await set_tariff(scenery.market, OPERATING, price_of(scenery, "0.41", valid_from=JUNE))
    async with scenery.database.read() as connection:
        on_record = await tariffs.of_network(connection, scenery.network_id)
    assert on_record[-2:] == [first, second]
    assert len(on_record) == 4


async def test_all_faults_of_a_tariff_are_found_at_once(scenery):
    price = TakeOrPay(Decimal(-1), Decimal(1))
    wrong = replace(price_of(scenery, kind=RouteKind.ENTRY, receipt="nowhere", delivery="x"), price=price)
    with pytest.raises(InvalidInput) as refused:
        await set_tariff(scenery.market, OPERATING, wrong)
    assert [fault.place for fault in refused.value.faults] == [
        "price.minimum",
        "price",
        "receipt",
        "delivery",
    ]


async def test_rules_hold_from_their_day_until_the_next(scenery):
    monthly = ProductRules(scenery.network_id, JANUARY, runtimes=frozenset({Runtime.MONTHLY}))
    daily = replace(monthly, valid_from=JUNE, runtimes=frozenset({Runtime.DAILY}), lead_days=1)
    for rules in (daily, monthly):
        await set_product_rules(scenery.market, OPERATING, rules)

    async def in_force(day):
        async with scenery.database.read() as connection:
            return await products.in_force(connection, scenery.network_id, day)

    assert await in_force(date(2026, 5, 31)) == monthly
    assert await in_force(JUNE) == daily
    assert (await in_force(date(2025, 1, 1))).runtimes == frozenset(Runtime)
    with pytest.raises(InvalidInput, match="daily products"):
        await scenery.ask_for(ANNA, quantity=1, period=NOVEMBER, at=NOW)


async def test_all_faults_of_rules_are_found_at_once(scenery):
    nothing = frozenset()
    wrong = ProductRules(
        scenery.network_id,
        JANUARY,
        runtimes=nothing,
        firmness=nothing,
        route_kinds=nothing,
        lead_days=-1,
        horizon_days=-1,
        gas_year_month=13,
    )
    with pytest.raises(InvalidInput) as refused:
        await set_product_rules(scenery.market, OPERATING, wrong)
    assert [fault.place for fault in refused.value.faults] == [
        "runtimes",
        "firmness",
        "routeKinds",
        "leadDays",
        "horizonDays",
        "gasYearMonth",
    ]


async def test_only_the_operator_of_a_network_sets_its_rules(scenery):
    rules = ProductRules(scenery.network_id, JANUARY)
    with pytest.raises(NotFound):
        await set_tariff(scenery.market, acting_for(OTHER_OPERATOR, Role.OPERATOR), price_of(scenery))
    with pytest.raises(Forbidden):
        await set_tariff(scenery.market, acting_for(ANNA), price_of(scenery))
    with pytest.raises(NotFound):
        await set_product_rules(scenery.market, acting_for(OTHER_OPERATOR, Role.OPERATOR), rules)
    with pytest.raises(Forbidden):
        await set_product_rules(scenery.market, acting_for(ANNA), rules)
