"""Opening clearings and bidding in them: what is refused, what is held, and who sees what."""

from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    REGULATING,
    WINTER,
    MarketFixture,
    acting_for,
)
from tests.integration.market.network_clearings.clearing import (
    CLOSE,
    buy,
    closed,
    opened,
    sell,
    stored,
)

from capacity.rights import holds
from capacity.rights.model import Firmness, Route
from linepack.access import Principal, Role
from linepack.database.paging import whole
from linepack.gasday import Period
from linepack.problems import Forbidden, InvalidInput, NotFound
from market.errors import NotHeld, NotOpen
from market.network_clearings import repository, rules
from market.network_clearings.commands import (
    AwardClearing,
    OpenClearing,
    WithdrawClearing,
    WithdrawPathBid,
)
from market.network_clearings.errors import AgainstOwnBid, BidLinked, BidsNotClosed, NotFirm, TooManyBids
from market.network_clearings.model import ClearingState, PathBidState
from market.network_clearings.service import (
    award_clearing,
    open_clearing,
    withdraw_clearing,
    withdraw_path_bid,
)

pytestmark = pytest.mark.anyio


async def held_of(market_fixture: MarketFixture, contract: Any) -> list[int]:
    async with market_fixture.database.read() as connection:
        standing = await holds.on_contracts(connection, [contract.id], at=NOW)
    return [one.quantity for one in standing[contract.id]]


async def seen_by(market_fixture: MarketFixture, clearing: Any, principal: Principal) -> int:
    async with market_fixture.database.read() as connection:
        return len(await whole(connection, repository.bids(principal, clearing_id=clearing.id)))


def withdraw(
    market_fixture: MarketFixture, bid: Any, *, at: Any = NOW, party: Any = None
) -> Coroutine[Any, Any, Any]:
    caller = market_fixture.market.caller(acting_for(party or bid.party_id), at)
    return caller.run(withdraw_path_bid, WithdrawPathBid(bid.id))


async def test_clearing_with_faults_is_refused_with_all_of_them(market_fixture: MarketFixture) -> None:
    with pytest.raises(InvalidInput) as refused:
        await opened(
            market_fixture,
            closes_at=NOW,
            reserve_price=Decimal("-1"),
            seconds_max=rules.SECONDS_MAX + 1,
            gap_max=Decimal("1.5"),
        )
    assert [fault.place for fault in refused.value.faults] == [
        "reservePrice",
        "secondsMax",
        "gapMax",
        "closesAt",
    ]
    # Bids close two hours before the gas day at 06:00 Berlin, which is 05:00 UTC in November.
    latest = (await opened(market_fixture, closes_at=NOW + timedelta(days=30, hours=15))).closes_at
    with pytest.raises(InvalidInput):
        await opened(market_fixture, closes_at=latest + timedelta(seconds=1))


async def test_only_the_operator_of_the_network_opens_and_awards(market_fixture: MarketFixture) -> None:
    command = OpenClearing(
        network_id=market_fixture.network_id,
        start=NOVEMBER.start,
        end=NOVEMBER.end,
        closes_at=CLOSE,
        idempotency_key="another's",
    )
    other = market_fixture.market.caller(acting_for(OTHER_OPERATOR, Role.OPERATOR), NOW)
    with pytest.raises(NotFound):
        await other.run(open_clearing, command)
    with pytest.raises(Forbidden):
        await market_fixture.market.caller(acting_for(ANNA), NOW).run(open_clearing, command)
    clearing = await opened(market_fixture)
    with pytest.raises(NotFound):
        await award_clearing(AwardClearing(clearing.id), other)
    with pytest.raises(NotFound):
        await other.run(withdraw_clearing, WithdrawClearing(clearing.id))
    with pytest.raises(BidsNotClosed):
        await award_clearing(AwardClearing(clearing.id), market_fixture.market.caller(OPERATING, NOW))


async def test_offer_holds_what_it_offers_until_it_is_withdrawn(market_fixture: MarketFixture) -> None:
    held, clearing = await market_fixture.book(ANNA, quantity=40), await opened(market_fixture)
    offer = await sell(market_fixture, clearing, held, 30, "2")
    assert await held_of(market_fixture, held) == [30]
    with pytest.raises(NotHeld):
        await sell(market_fixture, clearing, held, 11, "2")

    await withdraw(market_fixture, offer)

    assert await held_of(market_fixture, held) == []
    with pytest.raises(NotOpen):
        await withdraw(market_fixture, offer)
    await sell(market_fixture, clearing, held, 40, "2")


async def test_nobody_bids_or_withdraws_after_the_close_nor_for_another(
    market_fixture: MarketFixture,
) -> None:
    clearing = await opened(market_fixture)
    bid = await buy(market_fixture, clearing, BERT, 10, "1", at=CLOSE - timedelta(microseconds=1))
    with pytest.raises(NotOpen):
        await buy(market_fixture, clearing, BERT, 10, "2", at=CLOSE)
    with pytest.raises(NotOpen):
        await withdraw(market_fixture, bid, at=CLOSE)
    with pytest.raises(NotFound):
        await withdraw(market_fixture, bid, party=CARLA)


async def test_party_does_not_buy_where_it_sells(market_fixture: MarketFixture) -> None:
    held, clearing = await market_fixture.book(ANNA, quantity=40), await opened(market_fixture)
    half = Period(NOVEMBER.start, date(2026, 11, 15))
    offer = await sell(market_fixture, clearing, held, 40, "2", period=half)
    with pytest.raises(AgainstOwnBid):
        await buy(market_fixture, clearing, ANNA, 1, "9")
    await buy(market_fixture, clearing, ANNA, 1, "9", period=Period(half.end, NOVEMBER.end))
    await withdraw(market_fixture, offer)
    with pytest.raises(AgainstOwnBid):
        await sell(market_fixture, clearing, held, 40, "2")


async def test_bid_that_another_depends_on_stays(market_fixture: MarketFixture) -> None:
    clearing = await opened(market_fixture)
    first = await buy(market_fixture, clearing, BERT, 10, "1")
    second = await buy(market_fixture, clearing, BERT, 10, "1", only_if=first.id)
    with pytest.raises(BidLinked):
        await withdraw(market_fixture, first)
    with pytest.raises(InvalidInput):  # another's bid, though it exists, is none that one can name
        await buy(market_fixture, clearing, CARLA, 10, "1", only_if=first.id)
    await withdraw(market_fixture, second)
    await withdraw(market_fixture, first)


Offering = Callable[[MarketFixture, Any], Coroutine[Any, Any, Any]]


async def more_than_the_contract(market_fixture: MarketFixture, clearing: Any) -> Any:
    return await sell(market_fixture, clearing, await market_fixture.book(ANNA, quantity=40), 41, "2")


async def no_path(market_fixture: MarketFixture, clearing: Any) -> Any:
    return await buy(market_fixture, clearing, ANNA, 1, "2", route=Route("a", None))


async def days_outside(market_fixture: MarketFixture, clearing: Any) -> Any:
    return await buy(market_fixture, clearing, ANNA, 1, "2", period=WINTER)


async def price_too_fine(market_fixture: MarketFixture, clearing: Any) -> Any:
    return await buy(market_fixture, clearing, ANNA, 1, "0.0000001")


async def price_below_zero(market_fixture: MarketFixture, clearing: Any) -> Any:
    return await buy(market_fixture, clearing, ANNA, 1, "-1")


async def more_at_least_than_at_most(market_fixture: MarketFixture, clearing: Any) -> Any:
    return await buy(market_fixture, clearing, ANNA, 1, "1", minimum=2)


@pytest.mark.parametrize(
    ("offering", "place"),
    [
        (more_than_the_contract, "quantity"),
        (no_path, "delivery"),
        (days_outside, "end"),
        (price_too_fine, "price"),
        (price_below_zero, "price"),
        (more_at_least_than_at_most, "minimum"),
    ],
)
async def test_bid_with_a_fault_names_its_place(
    market_fixture: MarketFixture, offering: Offering, place: str
) -> None:
    clearing = await opened(market_fixture)
    with pytest.raises(InvalidInput) as refused:
        await offering(market_fixture, clearing)
    assert place in [fault.place for fault in refused.value.faults]


async def test_only_firm_capacity_of_ones_own_is_offered(market_fixture: MarketFixture) -> None:
    clearing = await opened(market_fixture)
    interruptible = await market_fixture.ask_for(ANNA, quantity=10, firmness=Firmness.INTERRUPTIBLE)
    with pytest.raises(NotFirm):
        await sell(market_fixture, clearing, interruptible.contract, 10, "2")
    held = await market_fixture.book(ANNA, quantity=10)
    with pytest.raises(NotFound):
        await buy(
            market_fixture, clearing, BERT, 10, "2", side="sell", receipt=None, delivery=None,
            contract_id=held.id,
        )  # fmt: skip


async def test_bids_are_sealed_till_the_close(market_fixture: MarketFixture) -> None:
    clearing = await opened(market_fixture)
    await buy(market_fixture, clearing, BERT, 10, "1")
    viewers = (acting_for(BERT), OPERATING, acting_for(CARLA), REGULATING)
    assert [await seen_by(market_fixture, clearing, one) for one in viewers] == [1, 1, 0, 0]

    await closed(market_fixture)

    assert [await seen_by(market_fixture, clearing, one) for one in viewers] == [1, 1, 0, 1]


async def test_there_is_a_limit_to_bids(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clearing = await opened(market_fixture)
    monkeypatch.setattr(rules, "BIDS_PER_PARTY_MAX", 1)
    await withdraw(market_fixture, await buy(market_fixture, clearing, BERT, 10, "1"))
    with pytest.raises(TooManyBids):
        await buy(market_fixture, clearing, BERT, 10, "1")
    monkeypatch.setattr(rules, "BIDS_MAX", 1)
    await buy(market_fixture, clearing, CARLA, 10, "1")
    with pytest.raises(TooManyBids):
        await buy(market_fixture, clearing, ANNA, 10, "1")


async def test_clearing_called_off_loses_its_bids_and_lets_go(market_fixture: MarketFixture) -> None:
    held, clearing = await market_fixture.book(ANNA, quantity=40), await opened(market_fixture)
    await sell(market_fixture, clearing, held, 40, "2")
    operator = market_fixture.market.caller(OPERATING, NOW)

    await operator.run(withdraw_clearing, WithdrawClearing(clearing.id))

    assert (await stored(market_fixture, clearing)).state is ClearingState.WITHDRAWN
    assert await held_of(market_fixture, held) == []
    [decided] = await market_fixture.events("clearing_bid.decided")
    assert decided.payload["state"] == PathBidState.LOST.value
    with pytest.raises(NotOpen):
        await operator.run(withdraw_clearing, WithdrawClearing(clearing.id))
    with pytest.raises(NotOpen):
        await buy(market_fixture, clearing, BERT, 1, "1")


async def test_clearing_without_bids_ends_without_an_award(market_fixture: MarketFixture) -> None:
    clearing = await opened(market_fixture)
    assert await closed(market_fixture) == 1
    found = await stored(market_fixture, clearing)
    assert (found.state, found.outcome) == (ClearingState.UNAWARDED, "no bid was placed")
