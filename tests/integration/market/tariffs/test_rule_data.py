"""Tariffs and product rules on a real database: set by the network's operator, dated, never overwritten."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.event_positions import place_all
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import BlockTiers, Flat, TakeOrPay, Tier
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.access import Role
from linepack.problems import Forbidden, InvalidInput, NotFound
from market.calls.commands import AcceptOrder, CallToSell, PlaceOrder
from market.calls.service import accept_order, open_call_to_sell, place_order
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.products import repository as products
from market.products.model import ProductRules, Runtime
from market.products.service import set_product_rules
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.service import award_release, offer_release, place_bid
from market.rights_transfer.model import TradeKind
from market.tariffs import repository as tariffs
from market.tariffs.service import SetTariff, set_tariff
from settlement.consumer import settle_batch
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)


def price_of(market_fixture: MarketFixture, price: Any = "0.40", **changes: Any) -> Any:
    terms = {
        "network_id": market_fixture.network_id,
        "kind": RouteKind.PATH,
        "firmness": Firmness.FIRM,
        "valid_from": JANUARY,
        "price": Flat(Decimal(price)) if isinstance(price, str) else price,
    }
    return SetTariff(**{**terms, **changes})


async def test_a_horizon_longer_than_any_contract_is_refused(market_fixture: MarketFixture) -> None:
    endless = ProductRules(market_fixture.network_id, JANUARY, horizon_days=3_000_000)
    with pytest.raises(InvalidInput) as refused:
        await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, endless)
    assert [fault.place for fault in refused.value.faults] == ["horizonDays"]

    longest = ProductRules(market_fixture.network_id, JANUARY, horizon_days=20 * 366)
    await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, longest)
    assert (await market_fixture.book(ANNA, quantity=1)).quantity == 1


async def test_rules_from_a_gas_day_that_never_comes_are_refused(market_fixture: MarketFixture) -> None:
    never = ProductRules(market_fixture.network_id, date(3000, 1, 1))
    with pytest.raises(InvalidInput) as refused:
        await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, never)
    assert [fault.place for fault in refused.value.faults] == ["validFrom"]


async def test_a_quantity_beyond_the_last_block_tier_is_a_fault_of_the_quantity(
    market_fixture: MarketFixture,
) -> None:
    bounded = BlockTiers((Tier(Decimal(50), Decimal("0.2")),))
    await market_fixture.market.caller(OPERATING, NOW).run(
        set_tariff, price_of(market_fixture, price=bounded)
    )
    with pytest.raises(InvalidInput, match="prices for at most 50 units, not 60") as refused:
        await market_fixture.book(ANNA, quantity=60)
    assert [fault.place for fault in refused.value.faults] == ["quantity"]
    assert (await market_fixture.book(ANNA, quantity=50)).quantity == 50


async def test_a_tariff_that_prices_no_unit_is_refused(market_fixture: MarketFixture) -> None:
    never = BlockTiers((Tier(Decimal("0.5"), Decimal("0.2")),))
    with pytest.raises(InvalidInput, match="no whole unit has a price"):
        await market_fixture.market.caller(OPERATING, NOW).run(
            set_tariff, price_of(market_fixture, price=never)
        )


async def test_a_negative_tariff_needs_rules_that_allow_it_on_its_first_day(
    market_fixture: MarketFixture,
) -> None:
    negative = price_of(market_fixture, "-0.01", valid_from=JUNE)
    with pytest.raises(InvalidInput, match="may become negative") as refused:
        await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, negative)
    assert [fault.place for fault in refused.value.faults] == ["price"]

    allowing = ProductRules(market_fixture.network_id, JUNE, allows_negative_prices=True)
    await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, allowing)
    await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, negative)
    with pytest.raises(InvalidInput, match="may become negative"):
        await market_fixture.market.caller(OPERATING, NOW).run(
            set_tariff, replace(negative, valid_from=JANUARY)
        )

    # 10 units for the 151 gas days of the winter at −0.01: the operator owes 15.10.
    booking: Any = await market_fixture.ask_for(ANNA, quantity=10)
    assert str(booking.charge.amount) == "-15.10 EUR"


async def test_offers_and_bids_may_be_negative_where_the_rules_allow_it(
    market_fixture: MarketFixture,
) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    calls = (offer_below_zero, call_below_zero, release_below_zero)
    for offer in calls:
        with pytest.raises(InvalidInput, match="must not be negative"):
            await offer(market_fixture, contract)

    allowing = ProductRules(market_fixture.network_id, JANUARY, allows_negative_prices=True)
    await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, allowing)
    listing, call, release = [await offer(market_fixture, contract) for offer in calls]

    bert = acting_for(BERT)
    take = TakeListing(listing_id=listing.id, quantity=10, idempotency_key=key())
    trade = await market_fixture.market.caller(bert, NOW).run(take_listing, take)
    assert trade.price_per_unit_day == Decimal("-0.2")
    order = PlaceOrder(
        call_id=call.id,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=10,
        price_per_unit_day=Decimal("-0.1"),
        accept_by=NOW + timedelta(days=1),
        idempotency_key=key(),
    )
    placed = await market_fixture.market.caller(bert, NOW).run(place_order, order)
    accept = AcceptOrder(order_id=placed.id, idempotency_key=key())
    await market_fixture.market.caller(acting_for(ANNA), NOW).run(accept_order, accept)
    bid = PlaceBid(
        release_id=release.id,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=10,
        rate=Decimal("-0.1"),
        idempotency_key=key(),
    )
    await market_fixture.market.caller(bert, NOW).run(place_bid, bid)
    closed = await award_release(
        AwardRelease(release_id=release.id, idempotency_key=key()),
        market_fixture.market.caller(acting_for(ANNA), release.bids_close_at),
    )
    assert [one.rate for one in closed.awards] == [Decimal("-0.1")]

    await place_all(market_fixture.database)
    while await settle_batch(market_fixture.database, at=NOW):
        pass
    async with market_fixture.database.read() as connection:
        assert await reconcile(connection) == []


async def offer_below_zero(market_fixture: MarketFixture, contract: Contract) -> Any:
    listing = PostListing(
        contract_id=contract.id,
        kind=TradeKind.ASSIGNMENT,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=10,
        price_per_unit_day=Decimal("-0.2"),
        idempotency_key=key(),
    )
    return await market_fixture.market.caller(acting_for(ANNA), NOW).run(post_listing, listing)


async def call_below_zero(market_fixture: MarketFixture, contract: Contract) -> Any:
    call = CallToSell(
        contract_id=contract.id,
        kind=TradeKind.TRANSFER_OF_USE,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=10,
        limit_price=Decimal("-0.3"),
        closes_at=NOW + timedelta(days=2),
        idempotency_key=key(),
    )
    return await market_fixture.market.caller(acting_for(ANNA), NOW).run(open_call_to_sell, call)


async def release_below_zero(market_fixture: MarketFixture, contract: Contract) -> Any:
    release = OfferRelease(
        contract_id=contract.id,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=10,
        method=BidEvalMethod.NET_REVENUE,
        minimum_rate=Decimal("-0.3"),
        bids_close_at=NOW + timedelta(days=2),
        idempotency_key=key(),
    )
    return await market_fixture.market.caller(acting_for(ANNA), NOW).run(offer_release, release)


async def test_narrowest_tariff_prices_a_booking(market_fixture: MarketFixture) -> None:
    for narrowed in (
        price_of(market_fixture, "0.30", runtime=Runtime.MONTHLY),
        price_of(market_fixture, "0.35", receipt="a"),
        price_of(market_fixture, "0.45", receipt="a", delivery="y"),
    ):
        await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, narrowed)

    monthly_from_a = await market_fixture.book(ANNA, quantity=1, period=NOVEMBER)
    to_y = await market_fixture.book(ANNA, quantity=1, route=Route("a", "y"))
    monthly_from_b = await market_fixture.book(ANNA, quantity=1, period=NOVEMBER, route=Route("b", "x"))
    winter_from_b = await market_fixture.book(ANNA, quantity=1, period=WINTER, route=Route("b", "x"))

    contracts: list[Any] = [monthly_from_a, to_y, monthly_from_b, winter_from_b]
    prices = [str(contract.network.edges[0].bands[0].price.price_per_unit_day) for contract in contracts]
    assert prices == ["0.35", "0.45", "0.30", "0.25"]


async def test_every_version_of_a_tariff_stays_on_record(market_fixture: MarketFixture) -> None:
    first = await market_fixture.market.caller(OPERATING, NOW).run(
        set_tariff, price_of(market_fixture, valid_from=JUNE)
    )
    second = await market_fixture.market.caller(OPERATING, NOW).run(
        set_tariff, price_of(market_fixture, "0.41", valid_from=JUNE)
    )
    async with market_fixture.database.read() as connection:
        on_record = await tariffs.of_network(connection, market_fixture.network_id)
    assert on_record[-2:] == [first, second]
    assert len(on_record) == 4


async def test_all_faults_of_a_tariff_are_found_at_once(market_fixture: MarketFixture) -> None:
    price = TakeOrPay(Decimal(-1), Decimal(1))
    wrong = replace(
        price_of(market_fixture, kind=RouteKind.ENTRY, receipt="nowhere", delivery="x"), price=price
    )
    with pytest.raises(InvalidInput) as refused:
        await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, wrong)
    assert [fault.place for fault in refused.value.faults] == [
        "price.minimum",
        "price",
        "receipt",
        "delivery",
    ]


async def test_rules_hold_from_their_day_until_the_next(market_fixture: MarketFixture) -> None:
    monthly = ProductRules(market_fixture.network_id, JANUARY, runtimes=frozenset({Runtime.MONTHLY}))
    daily = replace(monthly, valid_from=JUNE, runtimes=frozenset({Runtime.DAILY}), lead_days=1)
    for rules in (daily, monthly):
        await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, rules)

    async def in_force(day: Any) -> Any:
        async with market_fixture.database.read() as connection:
            return await products.in_force(connection, market_fixture.network_id, day)

    assert await in_force(date(2026, 5, 31)) == monthly
    assert await in_force(JUNE) == daily
    assert (await in_force(date(2025, 1, 1))).runtimes == frozenset(Runtime)
    with pytest.raises(InvalidInput, match="daily products"):
        await market_fixture.ask_for(ANNA, quantity=1, period=NOVEMBER, at=NOW)


async def test_all_faults_of_rules_are_found_at_once(market_fixture: MarketFixture) -> None:
    nothing: frozenset[Any] = frozenset()
    wrong = ProductRules(
        market_fixture.network_id,
        JANUARY,
        runtimes=nothing,
        firmness=nothing,
        route_kinds=nothing,
        lead_days=-1,
        horizon_days=-1,
        gas_year_month=13,
    )
    with pytest.raises(InvalidInput) as refused:
        await market_fixture.market.caller(OPERATING, NOW).run(set_product_rules, wrong)
    assert [fault.place for fault in refused.value.faults] == [
        "runtimes",
        "firmness",
        "routeKinds",
        "leadDays",
        "horizonDays",
        "gasYearMonth",
    ]


async def test_only_the_operator_of_a_network_sets_its_rules(market_fixture: MarketFixture) -> None:
    rules = ProductRules(market_fixture.network_id, JANUARY)
    with pytest.raises(NotFound):
        await market_fixture.market.caller(acting_for(OTHER_OPERATOR, Role.OPERATOR), NOW).run(
            set_tariff, price_of(market_fixture)
        )
    with pytest.raises(Forbidden):
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(set_tariff, price_of(market_fixture))
    with pytest.raises(NotFound):
        await market_fixture.market.caller(acting_for(OTHER_OPERATOR, Role.OPERATOR), NOW).run(
            set_product_rules, rules
        )
    with pytest.raises(Forbidden):
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(set_product_rules, rules)
