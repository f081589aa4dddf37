"""Closing releases: as of when it was due, beside the event loop, each whatever becomes of the others."""

import asyncio
import threading
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    DORA,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    WINTER,
    MarketFixture,
    acting_for,
    process,
)
from tests.integration.market.releases.releasing import CLOSE, award, bid, offer, sell, stored

from capacity.contracts.contract import Contract
from capacity.rights import holds
from linepack.access import Principal, platform_principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.gasday import Period
from market.releases import closing, repository
from market.releases.award_record import decide
from market.releases.bid_evaluation import Reason
from market.releases.closing import close_due, close_parked
from market.releases.errors import InputsChanged
from market.releases.model import BidState, Parked, Release, ReleaseState
from market.releases.rules import PROCESSING_TIME

pytestmark = pytest.mark.anyio

NOVEMBER_10 = datetime(2026, 11, 10, 12, tzinfo=UTC)
DECEMBER_1 = datetime(2026, 12, 1, 12, tzinfo=UTC)


async def seen(market_fixture: MarketFixture, release: Release, principal: Principal = OPERATING) -> Any:
    async with market_fixture.database.read() as connection:
        return await repository.award_of(connection, principal, release.id)


async def latest_close(market_fixture: MarketFixture, period: Period = WINTER) -> Any:
    clock = NETWORK.clock
    return clock.starts_at(period.start) - PROCESSING_TIME


async def test_award_that_comes_after_the_start_is_made_as_of_its_due_time_for_the_days_left(
    market_fixture: MarketFixture,
) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    due = await latest_close(market_fixture)
    release = await offer(market_fixture, parent, bids_close_at=due)
    await bid(market_fixture, release, BERT, 80, "0.5")

    assert (
        await close_due(market_fixture.market.caller(platform_principal(now=NOVEMBER_10), NOVEMBER_10)) == 1
    )

    awarded = await seen(market_fixture, release)
    assert (awarded.due_at, awarded.awarded_at) == (due, NOVEMBER_10)
    left = Period(date(2026, 11, 11), WINTER.end)
    assert awarded.first_day == left.start
    assert [(won.quantity, won.period) for won in awarded.awards] == [(80, left)]
    child = await market_fixture.contract(awarded.awards[0].child_contract_id)
    assert (child.holder_id, child.period) == (BERT, left)
    assert await market_fixture.rights(parent.id) == ((Period(WINTER.start, left.start), 80),)
    # The record is that of an award in time: the whole term, all of the capacity.
    assert awarded.record.inputs["terms"]["term"] == {"start": "2026-11-01", "end": "2027-04-01"}
    assert [part["quantity"] for part in awarded.record.inputs["terms"]["capacity"]] == [80]
    [decided] = await market_fixture.events("bid.decided")
    assert decided.payload["text"] == (
        "filled in full; its gas days before 2026-11-11 had begun when the award was made"
    )


async def test_late_award_prefers_the_bids_that_an_award_in_time_would_have(
    market_fixture: MarketFixture,
) -> None:
    # By days left, Bert's November would be worth 20 x 0.9 = 18 against Carla's 0.8 x 141 = 112.8 by revenue;
    # by rate, the method of this offer, Bert's is better at the close, and so it is on 10 November.
    release = await offer(
        market_fixture,
        await market_fixture.book(ANNA, quantity=80),
        bids_close_at=await latest_close(market_fixture),
    )
    await bid(market_fixture, release, BERT, 80, "0.9", period=NOVEMBER)
    await bid(market_fixture, release, CARLA, 80, "0.8", minimum_quantity=80)
    await close_due(market_fixture.market.caller(platform_principal(now=NOVEMBER_10), NOVEMBER_10))
    awarded = await seen(market_fixture, release)
    assert [(won.replacement_id, won.period) for won in awarded.awards] == [
        (BERT, Period(date(2026, 11, 11), NOVEMBER.end))
    ]


async def test_award_after_the_last_day_passes_nothing_on_and_says_so(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(
        market_fixture, parent, period=NOVEMBER, bids_close_at=await latest_close(market_fixture, NOVEMBER)
    )
    await bid(market_fixture, release, BERT, 80, "0.3", period=NOVEMBER)
    assert await close_due(market_fixture.market.caller(platform_principal(now=DECEMBER_1), DECEMBER_1)) == 1
    closed = await stored(market_fixture, release)
    assert closed.state is ReleaseState.UNAWARDED
    assert closed.outcome == "all gas days of the winning bids had begun when the award was made"
    [decided] = await market_fixture.events("bid.decided")
    assert (decided.payload["state"], decided.payload["reason"], decided.payload["awarded"]) == (
        BidState.LOST,
        Reason.BEGUN,
        0,
    )
    async with market_fixture.database.read() as connection:
        assert holds.standing(await holds.of_purpose(connection, release.purpose)) == []


async def test_capacity_stays_held_while_the_award_is_overdue(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent, bids_close_at=await latest_close(market_fixture))
    await bid(market_fixture, release, BERT, 80, "0.5")
    async with market_fixture.database.read() as connection:
        [held] = await holds.of_purpose(connection, release.purpose)
    assert held.until == NETWORK.clock.starts_at(WINTER.end)


async def test_award_in_time_is_due_and_made_at_once(market_fixture: MarketFixture) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), prearranged_bidder_id=BERT
    )
    await bid(market_fixture, release, BERT, 80, "0.2")
    awarded = await award(market_fixture, release, at=NOW)
    assert awarded == await seen(market_fixture, release)
    assert awarded.due_at == awarded.awarded_at == NOW
    assert awarded.first_day == date(2026, 10, 2)
    assert awarded.awards[0].period == WINTER


async def damage(
    market_fixture: MarketFixture, contract: Contract, how: Any = "document - 'network'"
) -> None:
    """Change a contract's document behind the platform's back."""
    async with market_fixture.database.engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            sa.text(f"UPDATE contract SET document = {how} WHERE id = :id"), {"id": contract.id}
        )


async def test_release_that_cannot_be_closed_is_parked_and_the_next_one_is_awarded(
    market_fixture: MarketFixture,
) -> None:
    one, two = await market_fixture.book(ANNA, quantity=40), await market_fixture.book(BERT, quantity=40)
    broken = await offer(market_fixture, one, 20)
    sound = await offer(market_fixture, two, 20, bids_close_at=CLOSE + timedelta(hours=1))
    for release in (broken, sound):
        await bid(market_fixture, release, CARLA, 20, "0.5")
    await damage(market_fixture, one, "jsonb_set(document, '{kept}', document->'network') - 'network'")

    assert (
        await close_due(
            market_fixture.market.caller(
                platform_principal(now=CLOSE + timedelta(days=1)), CLOSE + timedelta(days=1)
            )
        )
        == 1
    )
    assert (
        await close_due(
            market_fixture.market.caller(
                platform_principal(now=CLOSE + timedelta(days=2)), CLOSE + timedelta(days=2)
            )
        )
        == 0
    )

    assert (await stored(market_fixture, broken)).state is ReleaseState.OPEN
    assert (await stored(market_fixture, sound)).state is ReleaseState.AWARDED
    async with market_fixture.database.read() as connection:
        assert await repository.count_parked(connection) == 1
        for party_id, is_told in ((ANNA, True), (CARLA, True), (BERT, False), (DORA, False)):
            found = await repository.parked_of(connection, acting_for(party_id), [broken.id, sound.id])
            assert (broken.id in found, sound.id in found) == (is_told, False)
        [parked] = (await repository.parked_of(connection, OPERATING, [broken.id])).values()
    assert (parked.code, parked.parked_at) == ("INVALID_INPUT", CLOSE + timedelta(days=1))
    assert parked.reason.startswith("1 fault: contract.network")
    assert await close_parked(
        market_fixture.market.caller(
            platform_principal(now=CLOSE + timedelta(days=3)), CLOSE + timedelta(days=3)
        )
    ) == (0, 1)

    await damage(market_fixture, one, "jsonb_set(document, '{network}', document->'kept') - 'kept'")

    assert await close_parked(
        market_fixture.market.caller(
            platform_principal(now=CLOSE + timedelta(days=3)), CLOSE + timedelta(days=3)
        )
    ) == (1, 0)
    assert (await stored(market_fixture, broken)).state is ReleaseState.AWARDED
    async with market_fixture.database.read() as connection:
        assert await repository.count_parked(connection) == 0


async def test_shipper_awards_a_parked_release_by_hand(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=40)
    release = await offer(market_fixture, parent, 20)
    await bid(market_fixture, release, CARLA, 20, "0.5")
    async with UnitOfWork(market_fixture.database) as uow:
        await repository.park(uow.connection, release.id, Parked("INTERNAL", "a fault", CLOSE))
    assert await close_due(market_fixture.market.caller(platform_principal(now=CLOSE), CLOSE)) == 0
    assert len((await award(market_fixture, release)).awards) == 1


async def test_fault_of_the_database_on_one_release_does_not_hold_up_the_next(
    market_fixture: MarketFixture,
) -> None:
    one, two = await market_fixture.book(ANNA, quantity=40), await market_fixture.book(BERT, quantity=40)
    locked = await offer(market_fixture, one, 20)
    free = await offer(market_fixture, two, 20)
    for release in (locked, free):
        await bid(market_fixture, release, CARLA, 20, "0.5")
    async with market_fixture.database.engine.connect() as other:
        await other.execute(sa.text("SELECT id FROM release WHERE id = :id FOR UPDATE"), {"id": locked.id})
        async with hasty(market_fixture) as market:
            with pytest.raises(DATABASE_FAULTS):
                await close_due(market.caller(platform_principal(now=CLOSE), CLOSE))
    assert (await stored(market_fixture, free)).state is ReleaseState.AWARDED
    assert (await stored(market_fixture, locked)).state is ReleaseState.OPEN
    assert await close_due(market_fixture.market.caller(platform_principal(now=CLOSE), CLOSE)) == 1


@asynccontextmanager
async def hasty(market_fixture: MarketFixture) -> Any:
    """Lend the market of a process that waits for no lock longer than a tenth of a second."""
    database = Database(market_fixture.database.engine.url.render_as_string(hide_password=False))

    @sa.event.listens_for(database.engine.sync_engine, "connect")
    def shorten(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SET lock_timeout = '100ms'")
        cursor.close()

    try:
        yield process(database)
    finally:
        await database.dispose()


class Pause:
    """Stops evaluations in their threads until they may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, count: Any = 1) -> None:
        self.began = asyncio.Event()
        self.may_go_on = threading.Event()
        self.calls = 0
        loop = asyncio.get_running_loop()

        def paused(terms: Any, bids: Any, seed: str) -> Any:
            self.calls += 1
            if self.calls <= count:
                loop.call_soon_threadsafe(self.began.set)
                assert self.may_go_on.wait(60)
            return decide(terms, bids, seed)

        monkeypatch.setattr(closing, "decide", paused)


async def test_evaluation_leaves_the_event_loop_and_the_network_free(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=40), 40)
    await bid(market_fixture, release, BERT, 40, "0.3")
    pause = Pause(monkeypatch)
    awarding = asyncio.create_task(award(market_fixture, release))
    await pause.began.wait()

    await market_fixture.book(CARLA, quantity=40)  # takes the network's lock while the evaluation goes on

    assert not awarding.done()
    pause.may_go_on.set()
    assert len((await awarding).awards) == 1
    assert pause.calls == 1


async def test_inputs_that_changed_during_the_evaluation_are_evaluated_again(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), prearranged_bidder_id=BERT
    )
    await bid(market_fixture, release, BERT, 10, "0.3")
    pause = Pause(monkeypatch)
    awarding = asyncio.create_task(award(market_fixture, release, at=NOW))
    await pause.began.wait()
    better = await bid(market_fixture, release, BERT, 80, "0.4")
    pause.may_go_on.set()

    awarded = await awarding

    assert [(won.bid_id, won.quantity) for won in awarded.awards] == [(better.id, 80)]
    assert pause.calls == 2


async def test_inputs_that_always_change_end_the_attempt_and_leave_the_release_open(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = await offer(
        market_fixture, await market_fixture.book(ANNA, quantity=80), minimum_rate=Decimal("0.5")
    )
    await bid(market_fixture, release, BERT, 10, "0.3")
    parent = await market_fixture.contract(release.contract_id)
    loop = asyncio.get_running_loop()

    def overtaken(terms: Any, bids: Any, seed: str) -> Any:
        selling = sell(market_fixture, parent, 1, WINTER)
        asyncio.run_coroutine_threadsafe(selling, loop).result(60)
        return decide(terms, bids, seed)

    monkeypatch.setattr(closing, "decide", overtaken)
    with pytest.raises(InputsChanged):
        await award(market_fixture, release)
    assert (await stored(market_fixture, release)).state is ReleaseState.OPEN
    assert await market_fixture.rights(parent.id) == ((WINTER, 80 - closing.EVALUATIONS_MAX),)


async def test_award_of_many_tied_bids_is_stored(market_fixture: MarketFixture) -> None:
    parent = await market_fixture.book(ANNA, quantity=80)
    release = await offer(market_fixture, parent)
    for bidder, quantity in ((BERT, 70), (CARLA, 60), (DORA, 50)):
        await bid(market_fixture, release, bidder, quantity, "0.2")
    both = await asyncio.gather(
        close_due(market_fixture.market.caller(platform_principal(now=CLOSE), CLOSE)),
        close_due(market_fixture.another_process().market.caller(platform_principal(now=CLOSE), CLOSE)),
    )
    assert sum(both) == 1
    awarded = await seen(market_fixture, release)
    # 80 among 70 + 60 + 50 = 180: 31.1, 26.7, 22.2, of which the one unit left goes to the largest remainder.
    won = Counter({one.replacement_id: one.quantity for one in awarded.awards})
    assert won == {BERT: 31, CARLA: 27, DORA: 22}
