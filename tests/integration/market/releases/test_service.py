"""Capacity release on a real database: offered, bid for, awarded by value, replayed, never sold twice."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    PATH,
    REGULATING,
    WINTER,
    MarketFixture,
    acting_for,
)
from tests.integration.market.releases.releasing import CLOSE, MARCH, award, bid, insert_like, offer, stored

from capacity.contracts.codec import contract_from_json
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import MovementCause
from linepack.access import OVERSEEING_ROLES, Principal, Role, platform_principal
from linepack.database.paging import newest
from linepack.gasday import Period
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound
from market.errors import NotOpen, OwnOffer
from market.releases import repository
from market.releases.bid_evaluation import BidEvalMethod, TieBreak
from market.releases.closing import close_due
from market.releases.commands import WithdrawBid, WithdrawRelease
from market.releases.errors import BidsNotClosed, BidWorse, BindingBid, Prearranged, TooManyBids
from market.releases.model import BidState, ReleaseState
from market.releases.repository import RELEASES
from market.releases.service import (
    withdraw_bid,
    withdraw_release,
)

pytestmark = pytest.mark.anyio


async def test_release_is_awarded_by_present_value_and_every_party_is_told(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(
        market_fixture, parent, method=BidEvalMethod.PRESENT_VALUE, discount_rate=Decimal("0.24")
    )
    # Net revenue would prefer March (31 days); the present value of November (30 days), paid four months
    # earlier at 2 % a month, is higher: 80 x 0.5 x 30 / 1.02 = 1,176.47 against
    # 80 x 0.5 x 31 / 1.02^5 = 1,123.11.
    late = await bid(market_fixture, release, BERT, 80, "0.5", period=MARCH)
    early = await bid(market_fixture, release, CARLA, 80, "0.5", period=NOVEMBER)

    awarded = await award(market_fixture, release)

    assert [won.bid_id for won in awarded.awards] == [late.id, early.id]
    assert [fill["bid_id"] for fill in awarded.record.outcome["fills"]] == [str(early.id), str(late.id)]
    assert round(early.value, 2) == Decimal("1176.47")
    assert round(late.value, 2) == Decimal("1123.11")
    child = await market_fixture.contract(awarded.awards[1].child_contract_id)
    assert (child.holder_id, child.parent_id, child.cause) == (CARLA, parent.id, MovementCause.RELEASE)
    assert child.network.edges[0].bands[0].price == Flat(Decimal("0.5"))
    assert await market_fixture.rights(parent.id) == ((Period(NOVEMBER.end, MARCH.start), 80),)
    assert await market_fixture.rights(child.id) == ((NOVEMBER, 80),)

    [event] = await market_fixture.events("release.awarded")
    assert event.audience == [ANNA]
    assert contract_from_json(event.payload["parent_contract"]) == parent
    assert [one["rate"] for one in event.payload["awards"]] == ["0.5", "0.5"]
    acquired = await market_fixture.events("contract.acquired")
    assert [one.audience for one in acquired] == [[BERT], [CARLA]]
    [closed] = await market_fixture.events("release.closed")
    assert closed.audience is None
    assert str(BERT) not in str(closed.payload)
    decided = await market_fixture.events("bid.decided")
    assert {(one.audience[0], one.payload["state"]) for one in decided} == {
        (BERT, "AWARDED"),
        (CARLA, "AWARDED"),
    }


async def test_better_present_value_takes_the_days_that_two_bids_want(market_fixture: MarketFixture) -> None:
    release = await offer(
        market_fixture,
        await market_fixture.book(ANNA, quantity=80),
        method=BidEvalMethod.PRESENT_VALUE,
        discount_rate=Decimal("0.085"),
    )
    short = await bid(market_fixture, release, BERT, 80, "0.9", period=NOVEMBER, minimum_quantity=80)
    long = await bid(market_fixture, release, CARLA, 60, "0.3", period=WINTER)

    awarded = await award(market_fixture, release)

    # 80 x 0.9 x 30 days = 2,160 undiscounted; 60 x 0.3 x 151 days = 2,718, discounted still above 2,600.
    assert [(won.bid_id, won.quantity) for won in awarded.awards] == [(long.id, 60)]
    fills = {fill["bid_id"]: fill for fill in awarded.record.outcome["fills"]}
    assert fills[str(short.id)]["text"] == "better bids left 20, below its minimum of 80"


async def test_award_on_record_names_no_bidder_and_shows_each_its_own(market_fixture: MarketFixture) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), tie_break=TieBreak.LOTTERY
    )
    for bidder in (BERT, CARLA, DORA):
        await bid(market_fixture, release, bidder, 80, "0.3")
    await award(market_fixture, release)

    async with market_fixture.database.read() as connection:
        seen: Any = await repository.award_of(connection, acting_for(BERT), release.id)

    assert not any(str(bidder) in str(seen.record) for bidder in (ANNA, BERT, CARLA, DORA))
    assert all(won.replacement_id == BERT for won in seen.awards)


async def test_tied_bids_share_pro_rata_with_their_minimums(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80), quantity=50)
    # 50 among 30 + 30 + 40: c's 20 is below its 25, so a and b share 50.
    a = await bid(market_fixture, release, BERT, 30, "0.18")
    b = await bid(market_fixture, release, CARLA, 30, "0.18")
    await bid(market_fixture, release, DORA, 40, "0.18", minimum_quantity=25)

    awarded = await award(market_fixture, release)

    assert {won.bid_id: won.quantity for won in awarded.awards} == {a.id: 25, b.id: 25}
    assert awarded.record.outcome["kills"][0]["share"] == 20


async def test_release_without_a_bid_that_meets_its_minimums_is_closed_with_the_reason(
    market_fixture: MarketFixture,
) -> None:
    release = await offer(
        market_fixture,
        await market_fixture.book(ANNA, quantity=80),
        minimum_rate=Decimal("0.20"),
        minimum_quantity=10,
    )
    low = await bid(market_fixture, release, BERT, 80, "0.19")
    await bid(market_fixture, release, CARLA, 9, "0.30")

    awarded = await award(market_fixture, release)

    closed = await stored(market_fixture, release)
    assert (awarded.awards, closed.state) == ((), ReleaseState.UNAWARDED)
    assert "rate 0.19 is below the minimum rate 0.20" in closed.outcome
    assert "quantity 9 is below the minimum quantity 10" in closed.outcome
    assert await market_fixture.events("release.awarded") == []
    async with market_fixture.database.read() as connection:
        assert (await repository.BIDS.get(connection, low.id)).state is BidState.LOST


async def test_release_without_bids_is_closed_with_the_reason(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    await award(market_fixture, release)
    assert (await stored(market_fixture, release)).outcome == "no bid was placed"


async def test_award_waits_for_the_close_of_bids(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    with pytest.raises(BidsNotClosed):
        await award(market_fixture, release, at=CLOSE - timedelta(seconds=1))


async def test_award_is_made_once_by_shipper_operator_and_worker_together(
    market_fixture: MarketFixture,
) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    await bid(market_fixture, release, BERT, 80, "0.3")
    other = market_fixture.another_process()

    async def worker() -> Any:
        return await close_due(
            market_fixture.another_process().market.caller(platform_principal(now=CLOSE), CLOSE)
        )

    answers = await asyncio.gather(
        award(market_fixture, release),
        award(other, release, principal=OPERATING),
        worker(),
        worker(),
        return_exceptions=True,
    )

    made = [answer for answer in answers if not isinstance(answer, Exception) and answer != 0]
    assert len(made) == 1
    assert all(isinstance(answer, NotOpen) for answer in answers if isinstance(answer, Exception))
    assert len(await market_fixture.events("release.awarded")) == 1


async def test_same_key_awards_once_and_answers_the_same(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    await bid(market_fixture, release, BERT, 80, "0.3")
    both = await asyncio.gather(*(award(market_fixture, release, idempotency_key="same") for _ in range(2)))
    assert both[0] == both[1]
    with pytest.raises(NotOpen, match="awarded"):
        await award(market_fixture, release)


async def test_worker_closes_all_that_is_due_and_nothing_else(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    due = [await offer(market_fixture, contract, quantity=20) for _ in range(3)]
    later = await offer(market_fixture, contract, quantity=20, bids_close_at=CLOSE + timedelta(hours=1))
    for release in (*due, later):
        await bid(market_fixture, release, BERT, 20, "0.3")

    assert await close_due(market_fixture.market.caller(platform_principal(now=CLOSE), CLOSE)) == 3
    assert await close_due(market_fixture.market.caller(platform_principal(now=CLOSE), CLOSE)) == 0

    assert [(await stored(market_fixture, one)).state for one in due] == [ReleaseState.AWARDED] * 3
    assert (await stored(market_fixture, later)).state is ReleaseState.OPEN


async def test_bid_after_the_close_is_refused(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    with pytest.raises(NotOpen, match="bids closed"):
        await bid(market_fixture, release, BERT, 10, "0.3", at=CLOSE)


async def test_withdrawn_bid_is_replaced_only_at_equal_or_better_value(market_fixture: MarketFixture) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), method=BidEvalMethod.NET_REVENUE
    )
    first = await bid(market_fixture, release, BERT, 40, "0.30")
    with pytest.raises(NotFound):
        await market_fixture.market.caller(acting_for(CARLA), NOW).run(withdraw_bid, WithdrawBid(first.id))
    await market_fixture.market.caller(acting_for(BERT), NOW).run(withdraw_bid, WithdrawBid(first.id))

    with pytest.raises(BidWorse):
        await bid(market_fixture, release, BERT, 39, "0.30")
    better = await bid(market_fixture, release, BERT, 80, "0.15")
    await bid(market_fixture, release, CARLA, 10, "0.01")

    awarded = await award(market_fixture, release)
    assert [won.bid_id for won in awarded.awards] == [better.id]
    with pytest.raises(NotOpen):
        await market_fixture.market.caller(acting_for(BERT), NOW).run(withdraw_bid, WithdrawBid(better.id))


async def test_bid_binds_once_bids_have_closed(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await bid(market_fixture, release, BERT, 40, "0.30")
    with pytest.raises(NotOpen, match="bids closed"):
        await market_fixture.market.caller(acting_for(BERT), CLOSE).run(withdraw_bid, WithdrawBid(placed.id))


async def test_offer_is_withdrawn_only_while_no_bid_meets_its_minimums(market_fixture: MarketFixture) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), minimum_rate=Decimal("0.20")
    )
    await bid(market_fixture, release, BERT, 40, "0.10")
    good = await bid(market_fixture, release, CARLA, 40, "0.20")
    with pytest.raises(BindingBid):
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(
            withdraw_release, WithdrawRelease(release.id)
        )
    await market_fixture.market.caller(acting_for(CARLA), NOW).run(withdraw_bid, WithdrawBid(good.id))
    with pytest.raises(NotFound):
        await market_fixture.market.caller(acting_for(BERT), NOW).run(
            withdraw_release, WithdrawRelease(release.id)
        )

    withdrawn = await market_fixture.market.caller(acting_for(ANNA), NOW).run(
        withdraw_release, WithdrawRelease(release.id)
    )

    assert withdrawn.state is ReleaseState.WITHDRAWN
    with pytest.raises(NotOpen):
        await bid(market_fixture, release, DORA, 10, "0.3")
    with pytest.raises(NotOpen):
        await award(market_fixture, release)


async def test_prearranged_release_is_for_its_bidder_alone_and_does_not_wait(
    market_fixture: MarketFixture,
) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), prearranged_bidder_id=BERT
    )
    with pytest.raises(Prearranged):
        await bid(market_fixture, release, CARLA, 10, "0.9")
    await bid(market_fixture, release, BERT, 80, "0.2")
    awarded = await award(market_fixture, release, at=NOW)
    assert [won.replacement_id for won in awarded.awards] == [BERT]


async def test_a_party_bids_a_limited_number_of_times(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    for _ in range(10):
        await bid(market_fixture, release, BERT, 1, "0.2")
    with pytest.raises(TooManyBids):
        await bid(market_fixture, release, BERT, 1, "0.2")


async def test_concurrent_bids_get_one_place_each_in_the_order_of_arrival(
    market_fixture: MarketFixture,
) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    bidders = [BERT, CARLA, DORA]
    placed: list[Any] = await asyncio.gather(
        *(bid(market_fixture, release, bidders[i % 3], 1, "0.2") for i in range(12)), return_exceptions=True
    )
    assert sorted(one.sequence for one in placed) == list(range(1, 13))


async def test_bids_race_the_award_and_either_count_or_are_refused(market_fixture: MarketFixture) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), prearranged_bidder_id=BERT
    )
    answers: list[Any] = await asyncio.gather(
        *(bid(market_fixture, release, BERT, 1, "0.2") for _ in range(5)),
        award(market_fixture, release, at=NOW),
        return_exceptions=True,
    )
    outcomes = Counter(type(answer).__name__ for answer in answers)
    awarded = next(answer for answer in answers if type(answer).__name__ == "Award")
    assert len(awarded.awards) == (1 if outcomes["Bid"] else 0)
    assert outcomes["Bid"] + outcomes["NotOpen"] == 5


async def test_same_key_offers_and_bids_once(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    offers = [await offer(market_fixture, contract, idempotency_key="offer") for _ in range(2)]
    bids = [await bid(market_fixture, offers[0], BERT, 10, "0.2", idempotency_key="bid") for _ in range(2)]
    assert offers[0] == offers[1]
    assert bids[0] == bids[1]
    with pytest.raises(Conflict):
        await bid(market_fixture, offers[0], BERT, 11, "0.2", idempotency_key="bid")


async def test_bids_are_sealed_until_they_are_decided(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await bid(market_fixture, release, BERT, 10, "0.2")

    async def seen_by(principal: Principal) -> Any:
        async with market_fixture.database.read() as connection:
            bids = await newest(connection, repository.bids(principal, release_id=release.id), 9)
        return [one.id for one in bids]

    strangers = (acting_for(CARLA), acting_for(OTHER_OPERATOR, Role.OPERATOR))
    overseers = [acting_for(None, role) for role in OVERSEEING_ROLES]
    for principal in (acting_for(BERT), OPERATING):
        assert await seen_by(principal) == [placed.id]
    for principal in (acting_for(ANNA), *overseers, *strangers):
        assert await seen_by(principal) == []
    await award(market_fixture, release)
    for principal in (acting_for(ANNA), *overseers):
        assert await seen_by(principal) == [placed.id]
    for principal in strangers:
        assert await seen_by(principal) == []


async def test_who_may_not_offer_bid_or_award(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, contract)
    with pytest.raises(NotFound):
        await offer(market_fixture, replace(contract, holder_id=BERT))
    with pytest.raises(OwnOffer):
        await bid(market_fixture, release, ANNA, 10, "0.2")
    for principal in (acting_for(BERT), acting_for(OTHER_OPERATOR, Role.OPERATOR)):
        with pytest.raises(NotFound):
            await award(market_fixture, release, principal=principal)
    with pytest.raises(Forbidden):
        await award(market_fixture, release, principal=REGULATING)


async def test_all_faults_of_an_offer_and_of_a_bid_are_found_at_once(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    with pytest.raises(InvalidInput) as refused:
        await offer(
            market_fixture,
            contract,
            quantity=81,
            minimum_quantity=0,
            minimum_rate=Decimal(-1),
            discount_rate=Decimal("8.5"),
            minimum_term_days=152,
            prearranged_bidder_id=ANNA,
            bids_close_at=NOW + timedelta(days=40),
        )
    assert [fault.place for fault in refused.value.faults] == [
        "quantity",
        "minimumQuantity",
        "minimumRate",
        "discountRate",
        "prearrangedBidderId",
        "minimumTermDays",
        "bidsCloseAt",
    ]
    release = await offer(market_fixture, contract)
    with pytest.raises(InvalidInput) as refused:
        await bid(
            market_fixture,
            release,
            BERT,
            81,
            "-1",
            minimum_quantity=82,
            start=date(2026, 10, 1),
            end=date(2028, 1, 1),
        )
    assert [fault.place for fault in refused.value.faults] == [
        "start",
        "end",
        "quantity",
        "minimumQuantity",
        "rate",
    ]


async def test_open_releases_are_found_by_route_and_days(market_fixture: MarketFixture) -> None:
    contract = await market_fixture.book(ANNA, quantity=80)
    winter, march = await offer(market_fixture, contract), await offer(market_fixture, contract, period=MARCH)
    async with market_fixture.database.read() as connection:
        on_path = RELEASES.matching(network_id=market_fixture.network_id, route=PATH)
        both = await newest(connection, RELEASES.listed(*on_path), 9)
        in_november = RELEASES.matching(route=PATH, period=NOVEMBER, state=ReleaseState.OPEN)
        november = await newest(connection, RELEASES.listed(*in_november), 9)
        own = await newest(connection, repository.own_releases(acting_for(ANNA)), 9)
        by_id = await RELEASES.by_ids(connection, [winter.id])
    assert both == own == [march, winter]
    assert november == [winter]
    assert by_id == {winter.id: winter}


async def test_replacement_may_release_again(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    await bid(market_fixture, release, BERT, 80, "0.3")
    [won] = (await award(market_fixture, release)).awards
    child = await market_fixture.contract(won.child_contract_id)
    again = await offer(market_fixture, child, quantity=50, period=MARCH)
    await bid(market_fixture, again, CARLA, 50, "0.4", period=MARCH)
    [re_released] = (await award(market_fixture, again)).awards
    assert (await market_fixture.contract(re_released.child_contract_id)).parent_id == child.id
    assert await market_fixture.rights(child.id) == ((Period(WINTER.start, MARCH.start), 80), (MARCH, 30))


async def test_database_refuses_a_bid_below_its_own_minimum(market_fixture: MarketFixture) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80))
    placed = await bid(market_fixture, release, BERT, 10, "0.3")
    with pytest.raises(IntegrityError, match="minimum_quantity"):
        await insert_like(market_fixture, placed, minimum_quantity=11)
