"""Release offers bind from their first good bid on, and bidders have one open bid each.

A shipper with a bid it does not like would sell the capacity elsewhere; a bidder would frighten others off
with a bid that it then withdraws. Neither gets anywhere.
"""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATOR,
    WINTER,
    MarketFixture,
    acting_for,
    key,
)
from tests.integration.market.releases.releasing import (
    CLOSE,
    MARCH,
    award,
    bid,
    insert_like,
    offer,
    sell,
    stored,
)

from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Firmness
from linepack.gasday import Period
from linepack.ids import PartyId, new_id
from linepack.problems import InvalidInput
from market.calls.commands import AcceptOrder, CallToSell, PlaceOrder
from market.calls.service import accept_order, open_call_to_sell, place_order
from market.errors import NotHeld
from market.releases import repository
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import WithdrawBid, WithdrawRelease
from market.releases.errors import BidWorse, HeldByTransferOfUse, Interruptible, TooManyBids
from market.releases.model import BidState, Release, ReleaseState
from market.releases.rules import PROCESSING_TIME
from market.releases.service import withdraw_bid, withdraw_release
from market.rights_transfer.model import TradeKind

pytestmark = pytest.mark.anyio


async def held_for(market_fixture: MarketFixture, release: Release) -> Any:
    async with market_fixture.database.read() as connection:
        standing = holds.standing(await holds.of_purpose(connection, release.purpose))
    return [(hold.period, hold.quantity) for hold in standing]


async def states(market_fixture: MarketFixture, release: Release) -> Any:
    async with market_fixture.database.read() as connection:
        return [bid.state for bid in await repository.bids_on(connection, release.id)]


async def by_listing(market_fixture: MarketFixture, parent: Contract) -> None:
    await sell(market_fixture, parent, 1, WINTER, buyer=CARLA)


async def by_sublease(market_fixture: MarketFixture, parent: Contract) -> None:
    await sell(market_fixture, parent, 1, MARCH, kind=TradeKind.TRANSFER_OF_USE, buyer=CARLA)


async def by_another_release(market_fixture: MarketFixture, parent: Contract) -> None:
    await offer(market_fixture, parent, quantity=1, period=MARCH)


async def by_call(market_fixture: MarketFixture, parent: Contract) -> None:
    call = CallToSell(
        contract_id=parent.id,
        kind=TradeKind.ASSIGNMENT,
        start=WINTER.start,
        end=WINTER.end,
        quantity=80,
        limit_price=Decimal("0.01"),
        closes_at=NOW + timedelta(days=5),
        idempotency_key=key(),
    )
    opened = await market_fixture.market.caller(acting_for(ANNA), NOW).run(open_call_to_sell, call)
    order = PlaceOrder(
        call_id=opened.id,
        start=WINTER.start,
        end=WINTER.end,
        quantity=80,
        price_per_unit_day=Decimal("0.02"),
        accept_by=NOW + timedelta(days=5),
        idempotency_key=key(),
    )
    placed = await market_fixture.market.caller(acting_for(CARLA), NOW).run(place_order, order)
    accepting = AcceptOrder(order_id=placed.id, idempotency_key=key())
    await market_fixture.market.caller(acting_for(ANNA), NOW).run(accept_order, accepting)


SALES = [by_listing, by_sublease, by_call, by_another_release]


@pytest.mark.parametrize("sale", SALES)
async def test_offer_with_a_good_bid_is_awarded_whatever_its_shipper_tries(
    market_fixture: MarketFixture, sale: Any
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    beside = await offer(market_fixture, parent)
    release = await offer(market_fixture, parent)
    await bid(market_fixture, release, BERT, 80, "0.90")
    assert (await stored(market_fixture, beside)).state is ReleaseState.WITHDRAWN
    assert await held_for(market_fixture, release) == [(WINTER, 80)]

    with pytest.raises(NotHeld):
        await sale(market_fixture, parent)

    awarded = await award(market_fixture, release)
    assert [(won.replacement_id, won.quantity) for won in awarded.awards] == [(BERT, 80)]
    assert await held_for(market_fixture, release) == []


async def test_only_what_is_held_for_a_release_is_kept_from_other_sale(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent, quantity=50, period=NOVEMBER)
    await bid(market_fixture, release, BERT, 10, "0.90", period=NOVEMBER)
    await sell(market_fixture, parent, 80, MARCH)
    await sell(market_fixture, parent, 30, NOVEMBER)
    with pytest.raises(NotHeld):
        await sell(market_fixture, parent, 1, NOVEMBER)
    await award(market_fixture, release)
    await sell(market_fixture, parent, 40, NOVEMBER)


async def test_bid_below_a_minimum_holds_nothing(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent, minimum_rate=Decimal("0.20"))
    await bid(market_fixture, release, BERT, 80, "0.19")
    assert await held_for(market_fixture, release) == []
    await market_fixture.market.caller(acting_for(ANNA), NOW).run(
        withdraw_release, WithdrawRelease(release.id)
    )


async def test_capacity_is_free_again_when_the_last_good_bid_goes(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent, minimum_quantity=10)
    one = await bid(market_fixture, release, BERT, 80, "0.20")
    other = await bid(market_fixture, release, CARLA, 40, "0.20")
    await market_fixture.market.caller(acting_for(BERT), NOW).run(withdraw_bid, WithdrawBid(one.id))
    assert await held_for(market_fixture, release) == [(WINTER, 80)]
    # Carla's second bid is worth no less by rate, and is below the minimum quantity.
    await bid(market_fixture, release, CARLA, 9, "0.20")
    assert await held_for(market_fixture, release) == []
    assert await states(market_fixture, release) == [BidState.WITHDRAWN, BidState.REPLACED, BidState.OPEN]
    await bid(market_fixture, release, CARLA, 10, "0.20")
    assert await held_for(market_fixture, release) == [(WINTER, 80)]
    assert other.state is BidState.OPEN


async def test_offer_that_no_bid_binds_shrinks_when_its_shipper_sells(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent)
    await sell(market_fixture, parent, 75, NOVEMBER)
    assert (await stored(market_fixture, release)).quantity == 5
    [event] = await market_fixture.events("release.shrunk")
    assert (event.audience, event.payload["quantity"]) == (None, 5)
    with pytest.raises(InvalidInput, match="must be at most 5, not 80"):
        await bid(market_fixture, release, BERT, 80, "0.90")
    await bid(market_fixture, release, BERT, 5, "0.90")
    assert await held_for(market_fixture, release) == [(WINTER, 5)]
    [won] = (await award(market_fixture, release)).awards
    assert won.quantity == 5


async def test_offer_that_no_bid_binds_is_withdrawn_when_less_than_its_minimum_is_left(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent, minimum_quantity=10)
    await bid(market_fixture, release, BERT, 9, "0.90")
    await sell(market_fixture, parent, 71, MARCH)
    closed = await stored(market_fixture, release)
    assert closed.state is ReleaseState.WITHDRAWN
    assert closed.outcome == "the releasing shipper no longer has free what it offered"
    assert await states(market_fixture, release) == [BidState.LOST]


async def test_offer_shrinks_when_a_bid_binds_another_offer_of_the_same_capacity(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    small, large = await offer(market_fixture, parent, 30), await offer(market_fixture, parent, 80)
    await bid(market_fixture, small, BERT, 1, "0.90")
    assert (await stored(market_fixture, large)).quantity == 50
    assert (await stored(market_fixture, small)).quantity == 30


async def test_offer_beyond_what_is_held_is_refused_and_says_what_is_left(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    await sell(market_fixture, parent, 80, NOVEMBER)
    await sell(market_fixture, parent, 20, MARCH)
    with pytest.raises(NotHeld) as refused:
        await offer(market_fixture, parent)
    between = Period(NOVEMBER.end, MARCH.start)
    assert refused.value.free == ((NOVEMBER, 0), (between, 80), (MARCH, 60))
    assert (
        await offer(market_fixture, parent, quantity=60, period=Period(between.start, MARCH.end))
    ).quantity == 60


async def test_sale_and_bid_at_once_never_sell_a_unit_twice(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent)
    other = market_fixture.another_process()
    answers = await asyncio.gather(
        bid(market_fixture, release, BERT, 80, "0.5", minimum_quantity=80),
        sell(other, parent, 1, MARCH),
        return_exceptions=True,
    )
    # A bid that comes after the sale finds the offer smaller: its quantity is a fault then.
    bid_refused, sale_refused = (isinstance(answer, NotHeld | InvalidInput) for answer in answers)
    assert bid_refused is not sale_refused
    awarded = await award(market_fixture, release)
    assert bool(awarded.awards) is sale_refused


async def test_of_two_bids_the_better_withdrawn_leaves_none_in_its_place(
    market_fixture: MarketFixture,
) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    await bid(market_fixture, release, BERT, 80, "0.10")
    high = await bid(market_fixture, release, BERT, 80, "0.90")
    await market_fixture.market.caller(acting_for(BERT), CLOSE - timedelta(seconds=1)).run(
        withdraw_bid, WithdrawBid(high.id)
    )
    assert await states(market_fixture, release) == [BidState.REPLACED, BidState.WITHDRAWN]
    with pytest.raises(BidWorse):
        await bid(market_fixture, release, BERT, 80, "0.10", at=CLOSE - timedelta(seconds=1))

    awarded = await award(market_fixture, release)

    assert awarded.awards == ()
    assert (await stored(market_fixture, release)).outcome == "no bid was placed"


async def test_open_bid_is_replaced_only_at_equal_or_better_value(market_fixture: MarketFixture) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), method=BidEvalMethod.NET_REVENUE
    )
    await bid(market_fixture, release, BERT, 40, "0.30")
    with pytest.raises(BidWorse):
        await bid(market_fixture, release, BERT, 39, "0.30")
    better = await bid(market_fixture, release, BERT, 80, "0.15")
    assert await states(market_fixture, release) == [BidState.REPLACED, BidState.OPEN]
    [replaced] = await market_fixture.events("bid.replaced")
    assert (replaced.audience, replaced.payload["state"]) == ([BERT], "REPLACED")
    awarded = await award(market_fixture, release)
    assert [won.bid_id for won in awarded.awards] == [better.id]


async def test_bids_of_one_party_at_once_leave_one_open(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    rates = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]
    answers = await asyncio.gather(
        *(bid(market_fixture, release, BERT, 10, rate) for rate in rates), return_exceptions=True
    )
    assert {type(answer).__name__ for answer in answers} <= {"Bid", "BidWorse"}
    async with market_fixture.database.read() as connection:
        [standing] = await repository.open_bids_on(connection, release.id)
    assert standing.rate == Decimal("0.6")


async def test_database_refuses_a_second_open_bid_of_one_party(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    second = await bid(market_fixture, release, BERT, 10, "0.3")
    with pytest.raises(IntegrityError, match="uq_release_bid_open_of_bidder"):
        await insert_like(market_fixture, second)


async def test_a_withdrawn_bid_still_counts_among_those_a_party_may_place(
    market_fixture: MarketFixture,
) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    for _ in range(10):
        placed = await bid(market_fixture, release, BERT, 1, "0.2")
        await market_fixture.market.caller(acting_for(BERT), NOW).run(withdraw_bid, WithdrawBid(placed.id))
    with pytest.raises(TooManyBids):
        await bid(market_fixture, release, BERT, 1, "0.2")


async def test_bids_close_early_enough_for_the_award(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    starts = NETWORK.clock.starts_at(WINTER.start)
    assert timedelta(hours=2) == PROCESSING_TIME
    for too_late in (starts, starts - PROCESSING_TIME + timedelta(seconds=1)):
        with pytest.raises(InvalidInput) as refused:
            await offer(market_fixture, parent, bids_close_at=too_late)
        assert [fault.place for fault in refused.value.faults] == ["bidsCloseAt"]
    release = await offer(market_fixture, parent, bids_close_at=starts - PROCESSING_TIME)
    await bid(market_fixture, release, BERT, 80, "0.5")
    assert len((await award(market_fixture, release, at=starts - PROCESSING_TIME)).awards) == 1


async def test_who_holds_by_transfer_of_use_cannot_release(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    used = await sell(market_fixture, parent, 80, WINTER, kind=TradeKind.TRANSFER_OF_USE, buyer=BERT)
    with pytest.raises(HeldByTransferOfUse) as refused:
        await offer(market_fixture, await market_fixture.contract(used.child_contract_id))
    assert refused.value.code == "DUTIES_NOT_HELD"


async def test_interruptible_capacity_cannot_be_released(market_fixture: MarketFixture) -> None:
    booked = (await market_fixture.ask_for(ANNA, quantity=80, firmness=Firmness.INTERRUPTIBLE)).contract
    with pytest.raises(Interruptible):
        await offer(market_fixture, booked)


async def test_recall_is_refused_until_there_is_one(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    with pytest.raises(InvalidInput, match="there is no recall yet"):
        await offer(market_fixture, parent, recallable=True)


@pytest.mark.parametrize(
    ("bidder", "reason"),
    [
        (PartyId(new_id()), "there is no such party"),
        (OPERATOR, "P4 is a party of kind OPERATOR, which may not bid"),
        (ANNA, "a release is prearranged with another party"),
    ],
)
async def test_release_is_prearranged_with_a_party_that_may_bid(
    market_fixture: MarketFixture, bidder: PartyId, reason: Any
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    with pytest.raises(InvalidInput) as refused:
        await offer(market_fixture, parent, prearranged_bidder_id=bidder)
    assert [(fault.place, fault.message) for fault in refused.value.faults] == [
        ("prearrangedBidderId", reason)
    ]


async def test_release_without_awards_holds_nothing_any_more(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent, prearranged_bidder_id=DORA)
    placed = await bid(market_fixture, release, DORA, 80, "0.5")
    await market_fixture.market.caller(acting_for(DORA), NOW).run(withdraw_bid, WithdrawBid(placed.id))
    await award(market_fixture, release)
    assert (await stored(market_fixture, release)).state is ReleaseState.UNAWARDED
    assert await held_for(market_fixture, release) == []
