"""Index values on a real database: published, corrected, never changed; and the prices that follow them."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from tests.integration.market.market_fixture import (
    ANNA,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    MarketFixture,
    acting_for,
    key,
)

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.contracts.pricing.price import CalorificAdjusted, Flat, Indexed, SeasonFactor, Sum
from capacity.rights.model import Firmness, RouteKind
from linepack.access import Principal, Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import TariffId, new_id
from linepack.problems import Forbidden, InvalidInput, NotFound
from market.index_values import repository
from market.index_values.model import StatedValue
from market.index_values.service import PublishIndexValues, publish_index_values
from market.primary.commands import BookCapacity
from market.primary.service import quote
from market.tariffs.model import Tariff
from market.tariffs.repository import insert
from market.tariffs.service import SetTariff, set_tariff

pytestmark = pytest.mark.anyio

OCTOBER_31, NOVEMBER_1, NOVEMBER_2 = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)
TTF = Indexed("TTF", multiplier=Decimal("0.01"), addend=Decimal("0.05"))


async def publish(
    market_fixture: MarketFixture, values: Any, *, index: Any = "TTF", principal: Principal = OPERATING
) -> Any:
    stated = tuple(
        StatedValue(index, day, Decimal(value), f"values[{place}]")
        for place, (day, value) in enumerate(values.items())
    )
    return await market_fixture.market.caller(principal, NOW).run(
        publish_index_values, PublishIndexValues(market_fixture.network_id, stated)
    )


async def set_price(market_fixture: MarketFixture, price: Any, valid_from: Any = date(2026, 6, 1)) -> Any:
    return await market_fixture.market.caller(OPERATING, NOW).run(
        set_tariff,
        SetTariff(
            network_id=market_fixture.network_id,
            kind=RouteKind.PATH,
            firmness=Firmness.FIRM,
            valid_from=valid_from,
            price=price,
        ),
    )


async def store_price(market_fixture: MarketFixture, price: Any) -> None:
    """Put a tariff into the table as older software did, without asking whether it can be charged."""
    tariff = Tariff(
        TariffId(new_id()), market_fixture.network_id, RouteKind.PATH, Firmness.FIRM, date(2026, 6, 1), price
    )
    async with UnitOfWork(market_fixture.database) as uow:
        await insert(uow.connection, tariff, set_by=OPERATING.require_party())


async def stored(market_fixture: MarketFixture, index: Any = "TTF", period: Period = NOVEMBER) -> Any:
    async with market_fixture.database.read() as connection:
        found = await repository.history(connection, market_fixture.network_id, index, period)
    return [(one.day, one.value, one.revision) for one in found]


async def test_a_further_value_corrects_and_the_same_again_changes_nothing(
    market_fixture: MarketFixture,
) -> None:
    first = await publish(market_fixture, {NOVEMBER_2: "31.50", NOVEMBER_1: "30"})
    assert [(one.day, one.revision) for one in first] == [(NOVEMBER_1, 1), (NOVEMBER_2, 1)]
    again = await publish(market_fixture, {NOVEMBER_1: "30.0", NOVEMBER_2: "32"})
    assert [(one.day, one.value, one.revision) for one in again] == [(NOVEMBER_2, Decimal(32), 2)]
    assert await publish(market_fixture, {NOVEMBER_1: "30", NOVEMBER_2: "32.000"}) == []
    assert await stored(market_fixture) == [
        (NOVEMBER_1, Decimal(30), 1),
        (NOVEMBER_2, Decimal("31.5"), 1),
        (NOVEMBER_2, Decimal(32), 2),
    ]
    told = await market_fixture.events("index.published")
    assert [[one["day"] for one in event.payload["values"]] for event in told] == [
        ["2026-11-01", "2026-11-02"],
        ["2026-11-02"],
    ]
    assert told[1].audience is None


async def test_publishers_at_once_make_revisions_in_turn(market_fixture: MarketFixture) -> None:
    values = [str(value) for value in range(30, 42)]
    await asyncio.gather(*(publish(market_fixture, {NOVEMBER_1: value}) for value in values))
    found = await stored(market_fixture)
    assert [revision for *_, revision in found] == list(range(1, len(found) + 1))
    # Each that came after another had something new to say.
    assert sorted(value for _, value, _ in found) == [Decimal(value) for value in values]


async def test_only_the_operator_of_the_network_publishes(market_fixture: MarketFixture) -> None:
    for principal in (acting_for(ANNA), acting_for(None, Role.REGULATOR), acting_for(None, Role.OPERATOR)):
        with pytest.raises(Forbidden):
            await publish(market_fixture, {NOVEMBER_1: "30"}, principal=principal)
    with pytest.raises(NotFound):
        await publish(market_fixture, {NOVEMBER_1: "30"}, principal=acting_for(OTHER_OPERATOR, Role.OPERATOR))
    assert await stored(market_fixture) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE index_value SET value = 1", "DELETE FROM index_value", "TRUNCATE index_value"]
)
async def test_the_database_refuses_to_change_a_value(market_fixture: MarketFixture, statement: Any) -> None:
    await publish(market_fixture, {NOVEMBER_1: "30"})
    with pytest.raises(IntegrityError, match="append-only"):
        async with UnitOfWork(market_fixture.database) as uow:
            await uow.connection.execute(sa.text(statement))


async def test_an_indexed_price_needs_a_value_before_it_is_set(market_fixture: MarketFixture) -> None:
    both = Sum((TTF, SeasonFactor(Indexed("ZTP"), (Decimal(1),) * 12)))
    await publish(market_fixture, {date(2026, 6, 2): "30"})
    await publish(market_fixture, {date(2026, 5, 1): "28"}, index="ZTP")
    with pytest.raises(InvalidInput, match="index TTF has no value up to 2026-06-01") as refused:
        await set_price(market_fixture, both)
    assert [fault.place for fault in refused.value.faults] == ["price"]
    await publish(market_fixture, {date(2026, 6, 1): "29"})
    assert (await set_price(market_fixture, both)).price == both


async def test_a_price_by_calorific_value_is_refused(market_fixture: MarketFixture) -> None:
    one = Decimal(1)
    price = CalorificAdjusted(Flat(one), one, one, one, Flat(one))
    with pytest.raises(InvalidInput, match="no calorific value is measured here"):
        await set_price(market_fixture, price)


async def test_a_quote_estimates_from_the_last_value_known(market_fixture: MarketFixture) -> None:
    # 10 units: 31 October 30 × 0.01 + 0.05 = 0.35, 1 November 40 × 0.01 + 0.05 = 0.45, and so on to the 30th.
    # October 1 × 3.50 = 3.50, November 30 × 4.50 = 135.00.
    await publish(market_fixture, {date(2026, 5, 1): "25", OCTOBER_31: "30", NOVEMBER_1: "40"})
    await set_price(market_fixture, TTF)
    period = Period(OCTOBER_31, date(2026, 12, 1))
    asked = market_fixture.request(quantity=10, period=period)
    due: Any = (await quote(asked, market_fixture.market.caller(acting_for(ANNA), NOW))).charge
    assert (due.amount.amount, due.is_estimate) == (Decimal("138.50"), True)
    assert "TTF 40 (estimate: that of 2026-11-01) × 0.01 + 0.05 = 0.45" in str(due.working)

    days = [NOVEMBER_1 + timedelta(days=number) for number in range(30)]
    await publish(market_fixture, dict.fromkeys(days, "40"))
    due = (await quote(asked, market_fixture.market.caller(acting_for(ANNA), NOW))).charge
    assert (due.amount.amount, due.is_estimate) == (Decimal("138.50"), False)
    assert "estimate" not in str(due.working)


async def test_a_charge_by_index_is_rounded_month_by_month(market_fixture: MarketFixture) -> None:
    # One unit at 0.005: 0.005 for 31 October and 0.005 for 1 November, 0.01 each; together it would be 0.01.
    await publish(market_fixture, {date(2026, 5, 1): "0.005"})
    await set_price(market_fixture, Indexed("TTF"))
    asked = market_fixture.request(quantity=1, period=Period(OCTOBER_31, NOVEMBER_2))
    due: Any = (await quote(asked, market_fixture.market.caller(acting_for(ANNA), NOW))).charge
    assert due.amount.amount == Decimal("0.02")


async def test_an_old_tariff_that_cannot_be_charged_sells_nothing(market_fixture: MarketFixture) -> None:
    one = Decimal(1)
    await store_price(market_fixture, Indexed("NBP"))
    with pytest.raises(IndexValueMissing, match="NBP"):
        await market_fixture.ask_for(ANNA, quantity=1)
    await publish(market_fixture, {NOVEMBER_1: "3"}, index="NBP")
    estimated: Any = await market_fixture.ask_for(ANNA, quantity=1)
    assert estimated.charge.is_estimate
    await store_price(market_fixture, CalorificAdjusted(Flat(one), one, one, one, Flat(one)))
    with pytest.raises(CalorificValueMissing):
        await market_fixture.ask_for(ANNA, quantity=1)


async def test_a_booking_asked_for_again_shows_what_is_known_now(market_fixture: MarketFixture) -> None:
    await publish(market_fixture, {date(2026, 5, 1): "25"})
    await set_price(market_fixture, Indexed("TTF"))
    command = BookCapacity(
        request=market_fixture.request(quantity=1, period=Period(NOVEMBER_1, NOVEMBER_2)),
        idempotency_key=key(),
    )
    first: Any = await market_fixture.market.bookings.book(
        command, market_fixture.market.caller(acting_for(ANNA), NOW)
    )
    assert (first.charge.amount.amount, first.charge.is_estimate) == (Decimal("25.00"), True)
    await publish(market_fixture, {NOVEMBER_1: "30"})
    again: Any = await market_fixture.market.bookings.book(
        command, market_fixture.market.caller(acting_for(ANNA), NOW)
    )
    assert again.contract == first.contract
    assert (again.charge.amount.amount, again.charge.is_estimate) == (Decimal("30.00"), False)
