"""A clearing from its opening to the charges that it causes, beside other commands and whatever stops it."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NETWORK,
    NOVEMBER,
    OPERATING,
    OPERATOR,
    WINTER,
    MarketFixture,
)
from tests.integration.market.network_clearings.clearing import (
    CLOSE,
    awards,
    buy,
    closed,
    opened,
    sell,
    stored,
)

from capacity.contracts.contract import Contract
from capacity.networks import repository as networks
from capacity.rights import holds
from capacity.rights.model import MovementCause, Route
from linepack.gasday import Period
from linepack.money import Currency, Money
from market.network_clearings import closing, inputs
from market.network_clearings.commands import AwardClearing
from market.network_clearings.errors import NotClearable
from market.network_clearings.model import ClearingState, NetworkClearing
from market.network_clearings.service import award_clearing
from settlement.audit.audit import audit
from settlement.charges.events_in import charge_plan
from settlement.reconciliation.rights import rights_differences

pytestmark = pytest.mark.anyio

FROM_B = Route("b", "x")
SECOND = timedelta(seconds=1)


async def with_three_bids(market_fixture: MarketFixture) -> tuple[NetworkClearing, Contract]:
    """ANNA holds 40 of a → x and offers them at 2; BERT bids 60 b → x at 9, CARLA 30 a → x at 10."""
    held = await market_fixture.book(ANNA, quantity=40, period=WINTER)
    clearing = await opened(market_fixture)
    await sell(market_fixture, clearing, held, 40, "2")
    await buy(market_fixture, clearing, BERT, 60, "9", route=FROM_B)
    await buy(market_fixture, clearing, CARLA, 30, "10")
    return clearing, held


async def charged(market_fixture: MarketFixture) -> list[tuple[Any, ...]]:
    """Return who owes whom how much by the events of awarded bids, in their order."""
    owed = []
    for event in await market_fixture.events("clearing_bid.awarded"):
        plan = charge_plan("clearing_bid.awarded", event.payload)
        assert plan is not None
        for draft in plan.drafts():
            total = sum((line.amount for line in draft.lines), Money.zero(Currency.EUR))
            owed.append((draft.lines[0].debtor, draft.lines[0].creditor, total.amount))
    return owed


async def differences(market_fixture: MarketFixture) -> list[Any]:
    """Return what an audit, and the reconciliation of rights, find wrong."""
    async with market_fixture.database.read() as connection:
        return [*await rights_differences(connection), *(await audit(connection)).differences]


async def test_capacity_given_up_on_one_path_serves_another_and_every_cent_is_accounted_for(
    market_fixture: MarketFixture,
) -> None:
    clearing, held = await with_three_bids(market_fixture)

    assert await closed(market_fixture) == 1

    # By hand: j → x carries 80. ANNA gives up her 40, so that CARLA gets 30 at up to 10 and BERT 50 of 60 at
    # up to 9: BERT lacks 10, so j → x costs 9, and all three trade at 9 on each of 30 gas days. CARLA pays
    # 30 × 9 × 30 = 8,100, BERT 50 × 9 × 30 = 13,500; ANNA gets 40 × 9 × 30 = 10,800, the operator the rest.
    assert (await stored(market_fixture, clearing)).state is ClearingState.AWARDED
    record = await awards(market_fixture, clearing)
    assert [one["awarded"] for one in record.outcome["awards"]] == [40, 50, 30]
    assert [one["rate"] for one in record.outcome["awards"]] == ["9", "9", "9"]
    assert record.outcome["settlement"]["operator"] == "10800.00"
    # (30 × 10 + 50 × 9 − 40 × 2) × 30 = 670 × 30
    assert record.outcome["surplus"] == "20100"
    assert [(one["tail"], one["head"], one["price"]) for one in record.outcome["edges"]] == [("j", "x", "9")]
    assert await charged(market_fixture) == [
        (OPERATOR, ANNA, Decimal("10800.00")),
        (BERT, OPERATOR, Decimal("13500.00")),
        (CARLA, OPERATOR, Decimal("8100.00")),
    ]
    # ANNA keeps her winter without November, and still owes the operator for all of it.
    assert await market_fixture.rights(held.id) == ((Period(NOVEMBER.end, WINTER.end), 40),)
    made = [event.payload["contract"] for event in await market_fixture.events("clearing_bid.awarded")]
    causes = {contract["cause"] for contract in made}
    assert causes == {MovementCause.CLEARING.value}
    assert await differences(market_fixture) == []
    async with market_fixture.database.read() as connection:
        assert (await holds.on_contracts(connection, [held.id], at=CLOSE))[held.id] == []


async def test_same_inputs_clear_to_the_same_record(market_fixture: MarketFixture) -> None:
    clearing, _ = await with_three_bids(market_fixture)
    await closed(market_fixture)
    record = await awards(market_fixture, clearing)
    view = await market_fixture.market.networks.current(market_fixture.network_id)
    async with market_fixture.database.read() as connection:
        content = await networks.revision_content(connection, view.published.revision_id)

    again, _ = inputs.replayed(record, content, market_fixture.market.verifiers.solver, CLOSE)

    assert again == record


async def test_what_is_booked_during_a_run_is_cleared_beside(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clearing = await opened(market_fixture)
    await buy(market_fixture, clearing, BERT, 80, "9")
    run = inputs.Inputs.cleared
    runs: list[str] = []
    loop = asyncio.get_running_loop()

    def with_a_booking_meanwhile(self: Any, solver: Any, at: Any) -> Any:
        if not runs:
            booked = market_fixture.another_process().book(DORA, quantity=30, period=NOVEMBER)
            asyncio.run_coroutine_threadsafe(booked, loop).result()
        runs.append(self.hash)
        return run(self, solver, at)

    monkeypatch.setattr(inputs.Inputs, "cleared", with_a_booking_meanwhile)
    assert await closed(market_fixture) == 1

    # Of the 80 on j → x DORA booked 30 while the first run thought that all were free.
    assert len(set(runs)) == 2
    assert [one["awarded"] for one in (await awards(market_fixture, clearing)).outcome["awards"]] == [50]
    assert await differences(market_fixture) == []


async def test_two_workers_and_a_death_between_run_and_award_award_once(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clearing, _ = await with_three_bids(market_fixture)

    async def killed(*_: Any) -> Any:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch, pytest.raises(asyncio.CancelledError):
        patch.setattr(closing._Closing, "_sell", killed)
        await closed(market_fixture)
    assert (await stored(market_fixture, clearing)).state is ClearingState.OPEN
    assert await differences(market_fixture) == []

    counts = await asyncio.gather(closed(market_fixture), closed(market_fixture.another_process()))

    assert sum(counts) == 1
    assert len(await market_fixture.events("clearing_bid.awarded")) == 3


async def test_close_that_comes_after_the_first_day_has_begun_awards_nothing_and_lets_go(
    market_fixture: MarketFixture,
) -> None:
    clearing, held = await with_three_bids(market_fixture)
    late = market_fixture.market.networks
    clock = (await late.published(market_fixture.network_id)).network.clock
    at = clock.starts_at(date(2026, 11, 1))

    assert await closed(market_fixture, at) == 1

    found = await stored(market_fixture, clearing)
    assert (found.state, found.outcome) == (ClearingState.UNAWARDED, closing.BEGUN)
    assert await market_fixture.events("clearing_bid.awarded") == []
    async with market_fixture.database.read() as connection:
        assert (await holds.on_contracts(connection, [held.id], at=at))[held.id] == []


async def test_clearing_that_is_not_proved_waits_for_its_operator(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clearing, held = await with_three_bids(market_fixture)
    runs = []

    def unproved(self: Any, *_: Any) -> Any:
        runs.append(self)
        raise NotClearable("not all rights after it were proved in time")

    with monkeypatch.context() as patch:
        patch.setattr(inputs.Inputs, "cleared", unproved)
        assert [await closed(market_fixture), await closed(market_fixture)] == [0, 0]
    async with market_fixture.database.read() as connection:
        [line] = (await holds.on_contracts(connection, [held.id], at=CLOSE))[held.id]
    parked = (await stored(market_fixture, clearing)).parked
    assert parked is not None
    assert (len(runs), parked.code, line.quantity) == (1, "NOT_CLEARABLE", 40)

    awarded = await award_clearing(AwardClearing(clearing.id), market_fixture.market.caller(OPERATING, CLOSE))

    assert (awarded.state, awarded.parked) == (ClearingState.AWARDED, None)
    assert (await stored(market_fixture, clearing)).parked is None


async def test_parked_clearing_lets_go_when_its_first_day_begins(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clearing = await opened(market_fixture)
    await buy(market_fixture, clearing, BERT, 80, "1")

    def without_time(self: Any, *_: Any) -> Any:
        raise NotClearable("no award was found in time")

    monkeypatch.setattr(inputs.Inputs, "cleared", without_time)
    begins = NETWORK.clock.starts_at(NOVEMBER.start)
    assert [await closed(market_fixture), await closed(market_fixture, begins - SECOND)] == [0, 0]

    assert await closed(market_fixture, begins) == 1

    assert (await stored(market_fixture, clearing)).outcome == closing.BEGUN


async def test_award_that_may_be_too_far_from_the_best_is_not_made(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = await opened(market_fixture, gap_max=Decimal("0.49"))
    mild = await opened(market_fixture, gap_max=Decimal("0.5"))
    for clearing in (strict, mild):
        await buy(market_fixture, clearing, BERT, 30, "1")
    cleared = inputs.Inputs.cleared

    def half_as_good(self: Any, solver: Any, at: Any) -> Any:
        found = cleared(self, solver, at)
        return replace(found, bound=2 * found.surplus)

    monkeypatch.setattr(inputs.Inputs, "cleared", half_as_good)

    assert await closed(market_fixture) == 1

    states = [(await stored(market_fixture, clearing)).state for clearing in (strict, mild)]
    assert states == [ClearingState.OPEN, ClearingState.AWARDED]
