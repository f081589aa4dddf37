"""What an operator sets aside counts as sold, until it ends it or its time is over."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    PATH,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)

from capacity.rights.balance import Segment
from capacity.rights.model import Firmness, Route
from linepack.access import Role
from linepack.database.paging import newest
from linepack.gasday import Period
from linepack.ids import NetworkId, new_id
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound
from market.errors import CapacityExhausted
from market.primary.refusal import BookingRefused
from market.primary.service import quote
from market.set_asides import repository
from market.set_asides.model import EndSetAside, SetAside
from market.set_asides.service import end_set_aside, set_aside
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

UNTIL = NOW + timedelta(days=10)


def command(
    market_fixture: MarketFixture,
    quantity: int = 30,
    *,
    period: Period = NOVEMBER,
    route: Any = PATH,
    until: Any = None,
    reason: Any = "day-ahead auctions",
    **other: Any,
) -> Any:
    return SetAside(
        network_id=market_fixture.network_id,
        receipt=route.receipt,
        delivery=route.delivery,
        start=period.start,
        end=period.end,
        quantity=quantity,
        reason=reason,
        until=until,
        idempotency_key=other.get("idempotency_key") or key(),
    )


async def keep_back(
    market_fixture: MarketFixture, quantity: int = 30, *, at: datetime = NOW, **terms: Any
) -> Any:
    return await set_aside(
        command(market_fixture, quantity, **terms), market_fixture.market.caller(OPERATING, at)
    )


async def test_a_booking_is_refused_by_what_is_set_aside_as_by_what_is_sold(
    market_fixture: MarketFixture,
) -> None:
    await keep_back(market_fixture, 30)
    with pytest.raises(CapacityExhausted) as refused:
        await market_fixture.ask_for(ANNA, quantity=51, period=NOVEMBER)

    # jx carries 80, of which 30 are set aside: 51 are one too many, as if 30 were booked.
    found = [(one.relief, one.shortfall) for one in refused.value.verdict.bottlenecks]
    [(relief, shortfall)] = [(relief, short) for relief, short in found if relief and relief.edge_id == "jx"]
    assert (relief.capacity, shortfall) == (80, 1)
    await market_fixture.ask_for(ANNA, quantity=50, period=NOVEMBER)
    await market_fixture.ask_for(BERT, quantity=80, period=Period(NOVEMBER.end, WINTER.end))


async def test_what_is_set_aside_is_shown_beside_what_is_booked(market_fixture: MarketFixture) -> None:
    await market_fixture.book(ANNA, quantity=20, period=NOVEMBER)
    await keep_back(market_fixture, 30)
    for own in (market_fixture, market_fixture.another_process()):
        view = await own.market.networks.current(market_fixture.network_id)
        [span] = await own.market.verifiers.run(
            view.published,
            lambda verifier: verifier.availability(view.rights, PATH, NOVEMBER),  # noqa: B023
        )
        # jx carries 80, of which 20 are booked and 30 set aside.
        assert (span.technical, span.booked_firm, span.set_aside, span.available) == (80, 20, 30, 30)


async def test_more_than_is_available_cannot_be_set_aside(market_fixture: MarketFixture) -> None:
    await market_fixture.book(ANNA, quantity=60)
    with pytest.raises(CapacityExhausted) as refused:
        await keep_back(market_fixture, 21)
    assert refused.value.verdict.largest_throughout == 20
    await keep_back(market_fixture, 20)
    async with market_fixture.database.read() as connection:
        [aside] = await newest(connection, repository.of_network(market_fixture.network_id), 9)
    assert aside.held == (Segment(NOVEMBER, 20),)


async def test_what_is_ended_is_for_sale_again_and_ends_once(market_fixture: MarketFixture) -> None:
    aside = await keep_back(market_fixture, 80)
    with pytest.raises(CapacityExhausted):
        await market_fixture.ask_for(ANNA, quantity=1)

    ended = await asyncio.gather(
        *(
            market_fixture.market.caller(OPERATING, NOW).run(end_set_aside, EndSetAside(aside.id))
            for _ in range(3)
        )
    )

    assert [one.held for one in ended] == [(), (), ()]
    await market_fixture.ask_for(ANNA, quantity=80)
    [was_set, was_ended] = [
        *await market_fixture.events("capacity.set_aside"),
        *await market_fixture.events("capacity.set_aside_ended"),
    ]
    assert was_set.payload["quantity"] == 80
    assert (was_ended.payload["set_aside_id"], was_ended.audience) == (str(aside.id), None)
    async with market_fixture.database.read() as connection:
        assert await reconcile(connection) == []


async def test_it_ends_by_itself_when_its_time_is_over(market_fixture: MarketFixture) -> None:
    await keep_back(market_fixture, 80, until=UNTIL)
    assert await market_fixture.market.end_overdue_holds(UNTIL - timedelta(seconds=1)) == 0
    with pytest.raises(CapacityExhausted):
        await market_fixture.ask_for(ANNA, quantity=1, at=UNTIL - timedelta(seconds=1))
    assert await market_fixture.market.end_overdue_holds(UNTIL) == 1
    await market_fixture.ask_for(ANNA, quantity=80, at=UNTIL)
    assert len(await market_fixture.events("capacity.set_aside_ended")) == 1


async def test_a_booking_does_not_wait_for_the_worker_to_end_what_is_over(
    market_fixture: MarketFixture,
) -> None:
    await keep_back(market_fixture, 80, until=UNTIL)
    await market_fixture.ask_for(ANNA, quantity=80, at=UNTIL)
    assert await market_fixture.market.end_overdue_holds(UNTIL) == 0
    view = await market_fixture.another_process().market.networks.current(market_fixture.network_id)
    assert view.rights.stack(NOVEMBER.start) == {PATH: 80}
    assert len(await market_fixture.events("capacity.set_aside_ended")) == 1


async def test_setting_aside_does_not_wait_for_the_worker_to_end_what_is_over(
    market_fixture: MarketFixture,
) -> None:
    await keep_back(market_fixture, 80, until=UNTIL)
    await keep_back(market_fixture, 50, at=UNTIL)
    assert await market_fixture.market.end_overdue_holds(UNTIL) == 0
    view = await market_fixture.another_process().market.networks.current(market_fixture.network_id)
    assert view.rights.stack(NOVEMBER.start) == {PATH: 50}
    assert len(await market_fixture.events("capacity.set_aside_ended")) == 1


async def test_setting_aside_and_booking_at_once_never_exceeds_the_network(
    market_fixture: MarketFixture,
) -> None:
    processes = [market_fixture, market_fixture.another_process()]

    async def attempt(number: int) -> Any:
        own = processes[number % 2]
        if number % 3:
            return await own.ask_for(BERT, quantity=10, period=NOVEMBER)
        return await keep_back(own, 10)

    answers = await asyncio.gather(*(attempt(number) for number in range(18)), return_exceptions=True)

    refused = [one for one in answers if isinstance(one, Exception)]
    assert {type(one) for one in refused} <= {CapacityExhausted, BookingRefused}
    assert len(refused) == 10
    view = await market_fixture.another_process().market.networks.current(market_fixture.network_id)
    assert view.rights.stack(NOVEMBER.start, Firmness.FIRM) == {PATH: 80}


async def test_the_same_key_sets_aside_once(market_fixture: MarketFixture) -> None:
    own = command(market_fixture, idempotency_key="same")
    both = await asyncio.gather(
        *(set_aside(own, market_fixture.market.caller(OPERATING, NOW)) for _ in range(2))
    )
    assert both[0].id == both[1].id
    # The answer is the same when its first gas day has begun, on which nothing could be set aside any more.
    later = NOW.replace(month=11, day=15)
    assert (await set_aside(own, market_fixture.market.caller(OPERATING, later))).id == both[0].id
    with pytest.raises(Conflict):
        await set_aside(replace(own, quantity=31), market_fixture.market.caller(OPERATING, NOW))


async def test_only_the_operator_of_the_network_sets_aside_and_ends(market_fixture: MarketFixture) -> None:
    aside = await keep_back(market_fixture)
    stranger = acting_for(OTHER_OPERATOR, Role.OPERATOR)
    for principal, problem in ((acting_for(ANNA), Forbidden), (stranger, NotFound)):
        with pytest.raises(problem):
            await set_aside(command(market_fixture), market_fixture.market.caller(principal, NOW))
        with pytest.raises(problem):
            await market_fixture.market.caller(principal, NOW).run(end_set_aside, EndSetAside(aside.id))
    with pytest.raises(NotFound):
        await set_aside(
            replace(command(market_fixture), network_id=NetworkId(new_id())),
            market_fixture.market.caller(OPERATING, NOW),
        )


async def test_all_faults_are_found_at_once(market_fixture: MarketFixture) -> None:
    wrong = command(
        market_fixture,
        0,
        route=Route("x", "nowhere"),
        period=Period(date(2026, 9, 1), date(2026, 10, 5)),
        reason=" ",
        until=NOW,
    )
    with pytest.raises(InvalidInput) as refused:
        await set_aside(wrong, market_fixture.market.caller(OPERATING, NOW))
    assert [fault.place for fault in refused.value.faults] == [
        "receipt",
        "delivery",
        "quantity",
        "reason",
        "start",
        "until",
    ]


async def test_interruptible_capacity_is_not_touched_by_what_is_set_aside(
    market_fixture: MarketFixture,
) -> None:
    await keep_back(market_fixture, 80)
    request = market_fixture.request(quantity=10, period=NOVEMBER, firmness=Firmness.INTERRUPTIBLE)
    quoted = await quote(request, market_fixture.market.caller(acting_for(ANNA), NOW))
    assert quoted.verdict.is_feasible
