"""What is held for an offer cannot be sold elsewhere, and what is not held cannot be offered."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.market.calls.test_service import ACCEPT_BY, accept, order, to_buy, to_sell
from tests.integration.market.listings.test_service import post, seen, take
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NOVEMBER,
    NOW,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)

from capacity.contracts.contract import Contract
from capacity.rights import holds as ledger_of_holds
from capacity.rights.model import HoldCause, Purpose
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import new_id
from market.calls.commands import CloseCall
from market.calls.model import CallState
from market.calls.service import close_call
from market.errors import NotHeld, NotOnOffer, NotOpen
from market.holds.free import free
from market.holds.service import take as hold_back
from market.listings.commands import PostListing, WithdrawListing
from market.listings.model import ListingState
from market.listings.service import post_listing, withdraw_listing
from market.rights_transfer.model import TradeKind
from settlement.reconciliation.rights import held_differences, rights_differences

pytestmark = pytest.mark.anyio

DECEMBER_ON = Period(NOVEMBER.end, WINTER.end)


async def left(
    market_fixture: MarketFixture, contract: Contract, period: Period = WINTER, at: datetime = NOW
) -> Any:
    async with market_fixture.database.read() as connection:
        return await free(connection, contract, period, at=at)


async def test_what_was_sold_cannot_be_listed_and_the_refusal_says_how_much_is_held(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    await take(market_fixture, await post(market_fixture, parent, 60), CARLA, 60)

    for is_firm in (True, False):
        with pytest.raises(NotHeld) as refused:
            await post(market_fixture, parent, 80, period=WINTER, is_firm=is_firm)
        # 80 booked, of which 60 were sold for November.
        assert refused.value.free == ((NOVEMBER, 20), (DECEMBER_ON, 80))
        assert "20 on 2026-11-01 to 2026-11-30; 80 on 2026-12-01 to 2027-03-31" in refused.value.message
        with pytest.raises(NotHeld):
            await to_sell(market_fixture, parent, 21, is_firm=is_firm)
    assert len(await market_fixture.events("listing.posted")) == 1


async def test_a_firm_listing_can_always_be_delivered(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listing = await post(market_fixture, parent, 60)

    with pytest.raises(NotHeld, match="20 units, not 21"):
        await post(market_fixture, parent, 21)
    with pytest.raises(NotHeld):
        await to_sell(market_fixture, parent, 21)
    assert await left(market_fixture, parent) == ((NOVEMBER, 20), (DECEMBER_ON, 80))
    await take(market_fixture, listing, BERT, 60)
    assert await left(market_fixture, parent) == ((NOVEMBER, 20), (DECEMBER_ON, 80))
    async with market_fixture.database.read() as connection:
        assert await ledger_of_holds.on_contracts(connection, [parent.id], at=NOW) == {parent.id: []}


async def test_a_withdrawn_listing_gives_back_what_it_held(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listing = await post(market_fixture, parent, 60)
    await take(market_fixture, listing, BERT, 25)
    await market_fixture.market.caller(acting_for(ANNA), NOW).run(
        withdraw_listing, WithdrawListing(listing.id)
    )
    assert await left(market_fixture, parent, NOVEMBER) == ((NOVEMBER, 55),)


async def test_an_indicative_listing_shrinks_with_what_its_seller_has_and_says_so(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    indicative = await post(market_fixture, parent, 70, is_firm=False, period=WINTER)

    firm = await post(market_fixture, parent, 30)
    shrunk = await seen(market_fixture, acting_for(BERT), indicative.id)
    await take(market_fixture, firm, BERT, 30)
    unchanged = await seen(market_fixture, acting_for(BERT), indicative.id)
    await take(market_fixture, indicative, CARLA, 20)
    await post(market_fixture, parent, 30)
    gone = await seen(market_fixture, acting_for(BERT), indicative.id)

    # 80 less 30 held; then, 30 passed on instead; then 20 taken of it; then all that is left is held.
    assert (shrunk.remaining, shrunk.state) == (50, ListingState.OPEN)
    assert unchanged == shrunk
    assert (gone.remaining, gone.state) == (0, ListingState.EXHAUSTED)
    events = await market_fixture.events("listing.shrunk")
    assert [(one.payload["remaining"], one.payload["state"]) for one in events] == [
        (50, "OPEN"),
        (0, "EXHAUSTED"),
    ]
    with pytest.raises(NotOpen, match="exhausted"):
        await take(market_fixture, indicative, DORA, 1)


async def test_an_indicative_call_shrinks_and_a_firm_one_does_not(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    indicative = await to_sell(market_fixture, parent, 80, is_firm=False)
    firm = await to_sell(market_fixture, parent, 50)
    placed = await order(market_fixture, firm, BERT, 50)
    with pytest.raises(NotHeld):
        await post(market_fixture, parent, 31)
    await accept(market_fixture, ANNA, placed)
    await post(market_fixture, parent, 30)

    states = [
        (one.payload["remaining"], one.payload["state"]) for one in await market_fixture.events("call.shrunk")
    ]
    assert states == [(30, "OPEN"), (0, "EXHAUSTED")]
    with pytest.raises(NotOpen, match="exhausted"):
        await order(market_fixture, indicative, CARLA, 1)


async def test_an_order_on_a_call_to_buy_holds_what_it_would_sell_until_it_lapses(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    call = await to_buy(market_fixture, ANNA)
    await order(market_fixture, call, BERT, 50, price="0.15", contract_id=parent.id)

    with pytest.raises(NotHeld, match="30 units, not 31"):
        await post(market_fixture, parent, 31)
    with pytest.raises(NotHeld):
        await order(market_fixture, call, BERT, 31, price="0.15", contract_id=parent.id)
    assert await left(market_fixture, parent, NOVEMBER, at=ACCEPT_BY) == ((NOVEMBER, 80),)


async def test_a_call_that_closes_sets_free_the_orders_on_it(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    call = await to_buy(market_fixture, ANNA)
    await order(market_fixture, call, BERT, 50, price="0.15", contract_id=parent.id)
    await market_fixture.market.caller(acting_for(ANNA), NOW).run(close_call, CloseCall(call.id))
    assert await left(market_fixture, parent, NOVEMBER) == ((NOVEMBER, 80),)


async def test_a_call_of_which_nothing_is_left_sets_free_the_orders_it_passed_over(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    call = await to_buy(market_fixture, ANNA, 40)
    chosen = await order(market_fixture, call, BERT, 40, price="0.15", contract_id=parent.id)
    await order(market_fixture, call, BERT, 40, price="0.18", contract_id=parent.id)
    assert await left(market_fixture, parent, NOVEMBER) == ((NOVEMBER, 0),)
    await accept(market_fixture, ANNA, chosen)
    assert await left(market_fixture, parent, NOVEMBER) == ((NOVEMBER, 40),)
    [event] = await market_fixture.events("call.exhausted")
    assert event.payload["state"] == CallState.EXHAUSTED


async def test_an_overdue_hold_is_ended_once_and_others_go_on(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    call = await to_buy(market_fixture, ANNA)
    await order(market_fixture, call, BERT, 50, price="0.15", contract_id=parent.id)

    assert await market_fixture.market.end_overdue_holds(ACCEPT_BY - timedelta(seconds=1)) == 0
    assert await market_fixture.market.end_overdue_holds(ACCEPT_BY) == 1
    assert await market_fixture.market.end_overdue_holds(ACCEPT_BY) == 0
    await post(market_fixture, parent, 80)


async def test_an_order_that_lapses_is_told_to_its_party_and_the_initiator(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(BERT, quantity=80)
    call = await to_buy(market_fixture, ANNA)
    taken = await order(market_fixture, call, BERT, 30, price="0.15", contract_id=parent.id)
    lapsing = await order(market_fixture, call, BERT, 50, price="0.15", contract_id=parent.id)
    await accept(market_fixture, ANNA, taken)

    assert await market_fixture.market.end_overdue_holds(ACCEPT_BY) == 1
    [event] = await market_fixture.events("order.lapsed")
    assert event.key == str(lapsing.id)
    assert event.payload["state"] == "OPEN"
    assert set(event.audience) == {ANNA, BERT}


async def test_many_clients_on_one_held_quantity_get_exactly_what_there_is(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listing = await post(market_fixture, parent, 60)
    processes = [market_fixture, market_fixture.another_process()]

    async def attack(number: int) -> Any:
        own = processes[number % 2]
        if number % 4 == 0:  # the seller tries to sell the held quantity elsewhere meanwhile
            return await post(own, parent, 30)
        return await take(own, listing, [BERT, CARLA, DORA][number % 3], 1)

    answers = await asyncio.gather(*(attack(number) for number in range(200)), return_exceptions=True)

    outcomes = Counter(type(answer).__name__ for answer in answers)
    assert outcomes == {"Trade": 60, "NotOpen": 90, "NotHeld": 50}
    assert await market_fixture.rights(parent.id) == ((NOVEMBER, 20), (DECEMBER_ON, 80))


async def test_more_held_than_there_is_is_a_difference(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    await post(market_fixture, parent, 60)
    async with market_fixture.database.read() as connection:
        assert await rights_differences(connection) == []
    purpose = Purpose(HoldCause.RELEASE, new_id())
    async with UnitOfWork(market_fixture.database) as uow:
        await uow.lock_network(market_fixture.network_id)
        [standing] = (await ledger_of_holds.on_contracts(uow.connection, [parent.id], at=NOW))[parent.id]
        # Past the rule that refuses it, as a defect would.
        await ledger_of_holds.append(uow, [replace(standing, purpose=purpose, quantity=21)])
    async with market_fixture.database.read() as connection:
        [difference] = await rights_differences(connection)
    assert "81 are passed on and held on 2026-11-01 to 2026-11-30, of 80" in str(difference)


async def test_more_passed_on_than_there_is_is_a_difference(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    trade = await take(market_fixture, await post(market_fixture, parent, 60), CARLA, 60)
    child = await market_fixture.contract(trade.child_contract_id)
    assert held_differences(parent, [child, replace(child, quantity=20)], []) == []
    [difference] = held_differences(parent, [child, replace(child, quantity=21)], [])
    assert "81 are passed on and held on 2026-11-01 to 2026-11-30, of 80" in str(difference)


async def test_a_listing_is_posted_once_however_often_its_key_arrives(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    command = PostListing(
        contract_id=parent.id,
        kind=TradeKind.ASSIGNMENT,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        quantity=60,
        price_per_unit_day=Decimal("0.30"),
        idempotency_key=key(),
    )
    both = await asyncio.gather(
        *(
            own.market.caller(acting_for(ANNA), NOW).run(post_listing, command)
            for own in (market_fixture, market_fixture.another_process())
        )
    )
    assert both[0] == both[1]
    assert await left(market_fixture, parent, NOVEMBER) == ((NOVEMBER, 20),)


async def test_a_hold_taken_for_anything_shrinks_indicative_offers(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    indicative = await post(market_fixture, parent, 60, is_firm=False)
    purpose = Purpose(HoldCause.RELEASE, new_id())
    async with market_fixture.market.caller(acting_for(ANNA), NOW).transaction() as context:
        await context.lock_network(market_fixture.network_id)
        await hold_back(context, parent, purpose, NOVEMBER, 70)
    assert (await seen(market_fixture, acting_for(BERT), indicative.id)).remaining == 10
    with pytest.raises(NotOnOffer):
        await take(market_fixture, indicative, BERT, 11)


async def test_a_part_of_a_firm_listing_whose_first_days_have_begun_is_delivered(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    listing = await post(market_fixture, parent, 80)
    middle = NOW.replace(month=11, day=15, hour=12)
    trade = await take(market_fixture, listing, BERT, 80, at=middle)
    assert trade.period == Period(date(2026, 11, 16), NOVEMBER.end)
    assert (
        replace(await seen(market_fixture, acting_for(ANNA), listing.id), remaining=0).state
        is ListingState.TAKEN
    )
    async with market_fixture.database.read() as connection:
        standing = await ledger_of_holds.on_contracts(connection, [parent.id], at=middle)
    assert standing[parent.id] == []
