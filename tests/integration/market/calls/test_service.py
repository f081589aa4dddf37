"""Calls for orders on a real database: anonymous, picked by the initiator, within the call and the rights."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NOVEMBER,
    NOW,
    OPERATING,
    PATH,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)
from tests.integration.market.releases.releasing import sell

from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness, MovementCause, Route
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.paging import newest
from linepack.gasday import Period
from linepack.ids import PartyId
from linepack.problems import InvalidInput, NotFound
from market.calls import repository
from market.calls.commands import AcceptOrder, CallToBuy, CallToSell, CloseCall, PlaceOrder
from market.calls.model import Call, CallState, OrderState
from market.calls.repository import CALLS
from market.calls.service import accept_order, close_call, open_call_to_buy, open_call_to_sell, place_order
from market.errors import DutiesNotHeld, NotHeld, NotOnOffer, NotOpen, OwnOffer
from market.holds.free import free
from market.rights_transfer.model import TradeKind

pytestmark = pytest.mark.anyio

CLOSES_AT = NOW + timedelta(days=10)
ACCEPT_BY = NOW + timedelta(days=5)
FIRST_WEEK = Period(date(2026, 11, 1), date(2026, 11, 8))
SECOND_WEEK = Period(date(2026, 11, 8), date(2026, 11, 15))


async def to_sell(
    market_fixture: MarketFixture,
    contract: Contract,
    quantity: int = 60,
    *,
    kind: Any = TradeKind.ASSIGNMENT,
    **changes: Any,
) -> Any:
    terms = {
        "contract_id": contract.id,
        "kind": kind,
        "start": NOVEMBER.start,
        "end": NOVEMBER.end,
        "quantity": quantity,
        "limit_price": Decimal("0.20"),
        "closes_at": CLOSES_AT,
        "idempotency_key": key(),
    }
    command = CallToSell(**{**terms, **changes})
    return await market_fixture.market.caller(acting_for(contract.holder_id), NOW).run(
        open_call_to_sell, command
    )


async def to_buy(
    market_fixture: MarketFixture, initiator: PartyId, quantity: int = 60, **changes: Any
) -> Any:
    terms = {
        "network_id": market_fixture.network_id,
        "receipt": PATH.receipt,
        "delivery": PATH.delivery,
        "firmness": Firmness.FIRM,
        "kind": TradeKind.TRANSFER_OF_USE,
        "start": NOVEMBER.start,
        "end": NOVEMBER.end,
        "quantity": quantity,
        "limit_price": Decimal("0.20"),
        "closes_at": CLOSES_AT,
        "idempotency_key": key(),
    }
    return await market_fixture.market.caller(acting_for(initiator), NOW).run(
        open_call_to_buy, CallToBuy(**{**terms, **changes})
    )


async def order(
    market_fixture: MarketFixture,
    call: Call,
    party: PartyId,
    quantity: int,
    *,
    price: Any = "0.30",
    period: Period = NOVEMBER,
    at: datetime = NOW,
    **changes: Any,
) -> Any:
    terms = {
        "call_id": call.id,
        "start": period.start,
        "end": period.end,
        "quantity": quantity,
        "price_per_unit_day": Decimal(price),
        "accept_by": ACCEPT_BY,
        "idempotency_key": key(),
    }
    return await market_fixture.market.caller(acting_for(party), at).run(
        place_order, PlaceOrder(**{**terms, **changes})
    )


async def accept(
    market_fixture: MarketFixture,
    party: PartyId,
    placed: Any,
    *,
    at: datetime = NOW,
    idempotency_key: Any = "",
) -> Any:
    command = AcceptOrder(order_id=placed.id, idempotency_key=idempotency_key or key())
    return await market_fixture.market.caller(acting_for(party), at).run(accept_order, command)


async def test_initiator_picks_the_orders_it_likes_at_their_own_prices(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    call = await to_sell(market_fixture, parent)
    low = await order(market_fixture, call, BERT, 60, price="0.25")
    high = await order(market_fixture, call, CARLA, 40, price="0.40")

    trade = await accept(market_fixture, ANNA, high)

    assert (trade.seller_id, trade.buyer_id, trade.price_per_unit_day) == (ANNA, CARLA, Decimal("0.40"))
    assert await market_fixture.rights(trade.child_contract_id) == ((NOVEMBER, 40),)
    with pytest.raises(NotOnOffer, match="20 of the call"):
        await accept(market_fixture, ANNA, low)


async def test_orders_for_different_days_of_a_call_do_not_compete(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    first = await order(market_fixture, call, BERT, 60, period=FIRST_WEEK)
    second = await order(market_fixture, call, CARLA, 60, period=SECOND_WEEK)
    again = await order(market_fixture, call, DORA, 1, period=FIRST_WEEK)

    await accept(market_fixture, ANNA, first)
    await accept(market_fixture, ANNA, second)

    with pytest.raises(NotOnOffer):
        await accept(market_fixture, ANNA, again)


async def test_call_to_buy_is_served_from_the_contract_of_whoever_answers(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    call = await to_buy(market_fixture, ANNA)
    placed = await order(market_fixture, call, BERT, 50, price="0.15", contract_id=parent.id)

    trade = await accept(market_fixture, ANNA, placed)

    child = await market_fixture.contract(trade.child_contract_id)
    assert (trade.seller_id, trade.buyer_id, child.cause) == (BERT, ANNA, MovementCause.TRANSFER_OF_USE)
    assert await market_fixture.rights(parent.id) == ((NOVEMBER, 30), (Period(NOVEMBER.end, WINTER.end), 80))


async def test_order_beyond_the_limit_price_is_refused_on_either_side(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    with pytest.raises(InvalidInput, match=r"at least 0\.20"):
        await order(market_fixture, await to_sell(market_fixture, parent), CARLA, 10, price="0.19")
    with pytest.raises(InvalidInput, match=r"at most 0\.20"):
        await order(
            market_fixture, await to_buy(market_fixture, ANNA), BERT, 10, price="0.21", contract_id=parent.id
        )


async def test_call_to_buy_wants_a_contract_on_just_its_route_and_firmness(
    market_fixture: MarketFixture,
) -> None:
    call = await to_buy(market_fixture, ANNA)
    other_route = await market_fixture.book(BERT, quantity=30, route=Route("b", "y"))
    interruptible = await market_fixture.ask_for(BERT, quantity=30, firmness=Firmness.INTERRUPTIBLE)
    short = await market_fixture.book(BERT, quantity=30, period=FIRST_WEEK)
    for contract, reason in (
        (other_route, "a → x alone"),
        (interruptible.contract, "not firm"),
        (short, "runs 2026-11-01 to 2026-11-07 only"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            await order(market_fixture, call, BERT, 10, price="0.1", contract_id=contract.id)
    with pytest.raises(InvalidInput, match="which of your contracts"):
        await order(market_fixture, call, BERT, 10, price="0.1")
    with pytest.raises(NotFound):
        await order(market_fixture, call, CARLA, 10, price="0.1", contract_id=short.id)


async def test_order_on_a_call_to_sell_names_no_contract(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    own = await market_fixture.book(BERT, quantity=10, route=Route("b", "y"))
    with pytest.raises(InvalidInput, match="you buy on this call"):
        await order(market_fixture, call, BERT, 10, contract_id=own.id)


async def test_order_lapses_at_its_acceptance_deadline(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await order(market_fixture, call, BERT, 10)
    with pytest.raises(NotOpen, match="lapsed"):
        await accept(market_fixture, ANNA, placed, at=ACCEPT_BY)
    await accept(market_fixture, ANNA, placed, at=ACCEPT_BY - timedelta(seconds=1))


async def test_orders_are_taken_until_the_call_closes_and_accepted_after(
    market_fixture: MarketFixture,
) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    late = CLOSES_AT + timedelta(days=1)
    placed = await order(market_fixture, call, BERT, 10, accept_by=late + timedelta(days=1))
    with pytest.raises(NotOpen, match="orders were taken until"):
        await order(market_fixture, call, CARLA, 10, at=CLOSES_AT, accept_by=late)
    await accept(market_fixture, ANNA, placed, at=late)


async def test_closed_call_takes_and_accepts_nothing(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await order(market_fixture, call, BERT, 10)
    async with UnitOfWork(market_fixture.database) as other:
        await other.lock_network(market_fixture.network_id)
        # Somebody else's call is refused at once: it must not be a way to the network's lock.
        with pytest.raises(NotFound):
            await market_fixture.market.caller(acting_for(BERT), NOW).run(close_call, CloseCall(call.id))

    closed = await market_fixture.market.caller(acting_for(ANNA), NOW).run(close_call, CloseCall(call.id))

    assert closed.state is CallState.CLOSED
    with pytest.raises(NotOpen):
        await accept(market_fixture, ANNA, placed)
    with pytest.raises(NotOpen):
        await order(market_fixture, call, BERT, 10)
    with pytest.raises(NotOpen):
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(close_call, CloseCall(call.id))


async def test_seller_that_sold_elsewhere_cannot_conclude(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    first, second = [await to_sell(market_fixture, parent, is_firm=False) for _ in range(2)]
    early = await order(market_fixture, second, CARLA, 30)
    await accept(market_fixture, ANNA, await order(market_fixture, first, BERT, 60))
    with pytest.raises(NotHeld, match="20 units, not 30"):
        await accept(market_fixture, ANNA, early)
    with pytest.raises(InvalidInput, match="at most 20"):
        await order(market_fixture, second, CARLA, 21)


async def test_concurrent_acceptances_never_exceed_the_call(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = [await order(market_fixture, call, party, 20) for party in (BERT, CARLA, DORA, BERT, CARLA)]
    other = market_fixture.another_process()
    answers = await asyncio.gather(
        *(accept([market_fixture, other][i % 2], ANNA, one) for i, one in enumerate(placed)),
        return_exceptions=True,
    )
    outcomes = Counter(type(answer).__name__ for answer in answers)
    assert outcomes == {"Trade": 3, "NotOpen": 2}


async def test_same_key_accepts_once(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await order(market_fixture, call, BERT, 10)
    both = await asyncio.gather(
        *(accept(market_fixture, ANNA, placed, idempotency_key="same") for _ in range(2))
    )
    assert both[0] == both[1]
    with pytest.raises(NotOpen, match="accepted"):
        await accept(market_fixture, ANNA, placed)


async def test_same_key_opens_one_call_and_places_one_order(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    calls = [await to_sell(market_fixture, contract, idempotency_key="call") for _ in range(2)]
    orders = [await order(market_fixture, calls[0], BERT, 10, idempotency_key="order") for _ in range(2)]
    assert calls[0] == calls[1]
    assert orders[0] == orders[1]
    assert (
        len(await market_fixture.events("call.opened"))
        == len(await market_fixture.events("order.placed"))
        == 1
    )


async def test_calls_and_orders_say_nothing_of_whose_they_are(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    call = await to_sell(market_fixture, contract)
    placed = await order(market_fixture, call, BERT, 10)

    async with market_fixture.database.read() as connection:
        are_open = CALLS.matching(network_id=market_fixture.network_id, state=CallState.OPEN)
        shown = await newest(connection, CALLS.seen(acting_for(CARLA), *are_open), 9)
        to_initiator = await newest(connection, repository.orders(acting_for(ANNA), call_id=call.id), 9)
        to_stranger = await newest(connection, repository.orders(acting_for(CARLA), call_id=call.id), 9)
        to_operator = await newest(connection, repository.orders(OPERATING, call_id=call.id), 9)
        own = await newest(connection, repository.orders(acting_for(BERT)), 9)
    assert shown == [replace(call, initiator_id=None, contract_id=None)]
    assert to_initiator == [replace(placed, party_id=None)]
    assert to_stranger == []
    assert to_operator == own == [placed]

    [opened] = await market_fixture.events("call.opened")
    [order_event] = await market_fixture.events("order.placed")
    assert str(ANNA) not in str(opened.payload)
    assert str(BERT) not in str(order_event.payload)
    assert set(order_event.audience) == {ANNA, BERT}


async def test_order_of_another_initiators_call_is_not_found(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await order(market_fixture, call, BERT, 10)
    with pytest.raises(NotFound):
        await accept(market_fixture, CARLA, placed)
    with pytest.raises(OwnOffer):
        await order(market_fixture, call, ANNA, 10)


async def test_what_came_of_a_transfer_of_use_is_not_called_for_assignment(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    call = await to_sell(market_fixture, parent, kind=TradeKind.TRANSFER_OF_USE)
    trade = await accept(market_fixture, ANNA, await order(market_fixture, call, BERT, 10))
    with pytest.raises(DutiesNotHeld):
        await to_sell(market_fixture, await market_fixture.contract(trade.child_contract_id), quantity=5)


async def test_all_faults_of_a_call_and_of_an_order_are_found_at_once(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    with pytest.raises(InvalidInput) as refused:
        await to_sell(market_fixture, contract, quantity=81, limit_price=Decimal("NaN"), closes_at=NOW)
    assert [fault.place for fault in refused.value.faults] == ["quantity", "limitPrice", "closesAt"]

    with pytest.raises(InvalidInput) as refused:
        await to_buy(market_fixture, BERT, receipt="x", delivery="a", end=NOVEMBER.start)
    assert [fault.place for fault in refused.value.faults] == ["receipt", "delivery", "end"]

    call = await to_sell(market_fixture, contract)
    with pytest.raises(InvalidInput) as refused:
        await order(market_fixture, call, BERT, 61, price="0.1", period=WINTER, accept_by=NOW)
    assert [fault.place for fault in refused.value.faults] == [
        "end",
        "quantity",
        "pricePerUnitDay",
        "acceptBy",
    ]


async def test_accepted_order_stays_on_record(market_fixture: MarketFixture) -> None:
    call = await to_sell(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await order(market_fixture, call, BERT, 10)
    await accept(market_fixture, ANNA, placed)
    async with market_fixture.database.read() as connection:
        [own] = await newest(connection, repository.orders(acting_for(BERT)), 9)
        [call_of_anna] = await newest(connection, CALLS.own(acting_for(ANNA)), 9)
        by_id = await CALLS.seen_by_id(connection, acting_for(BERT), [call.id])
    assert own == replace(placed, state=OrderState.ACCEPTED)
    assert call_of_anna == replace(call, remaining=50)
    assert by_id[call.id].initiator_id is None


async def test_an_indicative_call_of_which_no_day_is_left_takes_no_more_orders(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    call = await to_sell(market_fixture, parent, 80, is_firm=False)
    rest = Period(FIRST_WEEK.end, NOVEMBER.end)
    await sell(market_fixture, parent, 80, rest)
    await accept(market_fixture, ANNA, await order(market_fixture, call, BERT, 80, period=FIRST_WEEK))

    with pytest.raises(NotOpen, match="exhausted"):
        await order(market_fixture, call, CARLA, 1, period=rest)
    assert len(await market_fixture.events("call.exhausted")) == 1


async def test_an_indicative_call_shrinks_to_what_is_free_on_its_days_to_come(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    late: dict[str, Any] = {"is_firm": False, "closes_at": datetime(2026, 11, 20, tzinfo=UTC)}
    call = await to_sell(market_fixture, parent, 80, **late)
    begun = await to_sell(market_fixture, parent, 80, is_firm=False, end=FIRST_WEEK.end)
    other = await to_sell(market_fixture, parent, 80, **late)
    at = datetime(2026, 11, 7, 12, tzinfo=UTC)
    rest = Period(FIRST_WEEK.end, NOVEMBER.end)
    by = at + timedelta(hours=6)
    placed = await order(market_fixture, other, BERT, 80, period=rest, at=at, accept_by=by)
    await accept(market_fixture, ANNA, placed, at=at)

    async with market_fixture.database.read() as connection:
        left = await CALLS.get(connection, call.id)
        past = await CALLS.get(connection, begun.id)
    assert (left.remaining, left.state) == (0, CallState.EXHAUSTED)
    assert (past.remaining, past.state) == (80, CallState.OPEN)


async def test_a_call_of_which_only_days_that_have_begun_are_left_sets_free_the_orders_on_it(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    call = await to_buy(market_fixture, ANNA, 40, closes_at=datetime(2026, 11, 20, tzinfo=UTC))
    to_come: dict[str, Any] = {
        "price": "0.15",
        "period": Period(date(2026, 11, 8), NOVEMBER.end),
        "contract_id": parent.id,
    }
    at = datetime(2026, 11, 7, 12, tzinfo=UTC)
    to_come |= {"accept_by": at + timedelta(hours=6), "at": at}
    chosen = await order(market_fixture, call, BERT, 40, **to_come)
    await order(market_fixture, call, BERT, 40, **to_come)
    await accept(market_fixture, ANNA, chosen, at=at)

    async with market_fixture.database.read() as connection:
        assert await free(connection, parent, to_come["period"], at=at) == ((to_come["period"], 40),)
