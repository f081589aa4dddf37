"""Each holder is informed once of what is short and once of what is restored, whatever happens meanwhile.

The network of the market's tests: a --100--> j --80--> x, b --60--> j --50--> y.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    WINTER,
    MarketFixture,
    fill_market,
    key,
    process,
)

from capacity.feasibility.shortfalls import repository, watch
from capacity.feasibility.shortfalls.service import shortfalls
from capacity.feasibility.shortfalls.watch import assess, assess_due
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.publication.service import (
    ImportNetwork,
    PublishRevision,
    PutOverlay,
    SetPolicy,
    WithdrawOverlay,
    import_network,
    publish_revision,
    set_overlay,
    set_policy,
    withdraw_overlay,
)
from capacity.rights.model import Route
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import NetworkId, OverlayId, PartyId
from linepack.money import Currency
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

JANUARY_30 = Period(date(2027, 1, 30), date(2027, 1, 31))
BY = Route("b", "y")


@pytest.fixture
async def market_fixture(database: Database) -> MarketFixture:
    return await fill_market(database)


async def overlay(
    market_fixture: MarketFixture,
    edge_id: str,
    factor: float,
    period: Period = WINTER,
    network_id: NetworkId | None = None,
) -> OverlayId:
    own = Overlay(edge_id, OverlayKind.MAINTENANCE, period, factor, "pigging")
    command = PutOverlay(
        network_id=network_id or market_fixture.network_id, overlay=own, idempotency_key=key()
    )
    async with UnitOfWork(market_fixture.database) as uow:
        return (await set_overlay(command, Context(uow=uow, principal=OPERATING, at=NOW))).id


async def withdraw(market_fixture: MarketFixture, overlay_id: OverlayId) -> None:
    async with UnitOfWork(market_fixture.database) as uow:
        await withdraw_overlay(WithdrawOverlay(overlay_id), Context(uow=uow, principal=OPERATING, at=NOW))


async def watched(market_fixture: MarketFixture, at: datetime = NOW) -> bool:
    """Let a watch that has just started look once."""
    market = process(market_fixture.database)
    return await assess_due(market_fixture.database, market.networks, market.verifiers, lambda: at)


async def informed(market_fixture: MarketFixture) -> list[tuple[str, PartyId, list[dict[str, Any]]]]:
    """Every event of shortfalls: topic, its one recipient, lines."""
    rows = [*await market_fixture.events("capacity.short"), *await market_fixture.events("capacity.restored")]
    found = []
    for row in sorted(rows, key=lambda row: row.id):
        (holder,) = row.audience
        found.append((row.topic, PartyId(holder), row.payload["lines"]))
    return found


def brief(lines: Sequence[dict[str, Any]]) -> list[tuple[str, str, str, int, int | None]]:
    return [(line["cut"], line["start"], line["end"], line["units"], line["missing"]) for line in lines]


async def test_what_a_withdrawn_overlay_leaves_short_is_seen_with_days_cut_units_and_contracts(
    market_fixture: MarketFixture,
) -> None:
    # The audit's case: both edges doubled for the winter, 160 sold, then jx is back at 80: 80 too many.
    await overlay(market_fixture, "aj", 2.0)
    put = await overlay(market_fixture, "jx", 2.0)
    contract = await market_fixture.book(ANNA, quantity=160)
    await withdraw(market_fixture, put)
    market = market_fixture.market
    found = await shortfalls(
        market_fixture.database, market.networks, market.verifiers, market_fixture.network_id, WINTER
    )
    (cut,) = found.cuts
    assert [(edge.edge_id, edge.capacity) for edge in cut.found.edges] == [("jx", 80)]
    assert (cut.found.demand, cut.found.units, cut.periods) == (160, 80, (WINTER,))
    (touched,) = cut.contracts
    assert (touched.contract_id, touched.holder_id) == (contract.id, ANNA)
    assert (touched.contract_code, touched.units, touched.period) == (contract.code, 160, WINTER)
    assert (found.short_days, found.undecided_days) == (WINTER.days, 0)
    assert await watched(market_fixture)
    ((topic, holder, lines),) = await informed(market_fixture)
    assert (topic, holder) == ("capacity.short", ANNA)
    assert brief(lines) == [("jx", "2026-11-01", "2027-04-01", 160, 80)]
    async with market_fixture.database.read() as connection:
        assert await reconcile(connection) == [], "the operator may leave less than is sold"


async def test_each_holder_is_informed_of_its_own_contracts_once_and_of_the_restoration_once(
    market_fixture: MarketFixture,
) -> None:
    # Anna has 50 and Bert 20 to x; Carla 40 to y is untouched. jx is closed on 30 January: 70 are missing.
    await market_fixture.book(ANNA, quantity=50)
    await market_fixture.book(BERT, quantity=20)
    await market_fixture.book(CARLA, quantity=40, route=BY)
    assert await watched(market_fixture)
    assert await informed(market_fixture) == []
    put = await overlay(market_fixture, "jx", 0.0, JANUARY_30)
    for _ in range(3):
        assert await watched(market_fixture)
    notified = [(topic, holder, brief(lines)) for topic, holder, lines in await informed(market_fixture)]
    assert notified == [
        ("capacity.short", ANNA, [("jx", "2027-01-30", "2027-01-31", 50, 70)]),
        ("capacity.short", BERT, [("jx", "2027-01-30", "2027-01-31", 20, 70)]),
    ]
    await withdraw(market_fixture, put)
    for _ in range(3):
        assert await watched(market_fixture)
    notified = [(topic, holder, brief(lines)) for topic, holder, lines in await informed(market_fixture)]
    assert notified[2:] == [
        ("capacity.restored", ANNA, [("jx", "2027-01-30", "2027-01-31", 50, 70)]),
        ("capacity.restored", BERT, [("jx", "2027-01-30", "2027-01-31", 20, 70)]),
    ]


async def test_only_what_has_changed_is_announced_again(market_fixture: MarketFixture) -> None:
    # 60 sold. jx at half (40) in November: 20 missing. An overlay elsewhere changes nothing; another on jx
    # leaves 20 in the same month: 40 missing; withdrawn, 20 again.
    await market_fixture.book(ANNA, quantity=60)
    await overlay(market_fixture, "jx", 0.5, NOVEMBER)
    assert await watched(market_fixture)
    await overlay(market_fixture, "bj", 0.5, NOVEMBER)
    assert await watched(market_fixture)
    assert [lines[0]["missing"] for _, _, lines in await informed(market_fixture)] == [20]
    worse = await overlay(market_fixture, "jx", 0.5, NOVEMBER)
    assert await watched(market_fixture)
    await withdraw(market_fixture, worse)
    assert await watched(market_fixture)
    assert [topic for topic, _, _ in await informed(market_fixture)] == ["capacity.short"] * 3
    assert [lines[0]["missing"] for _, _, lines in await informed(market_fixture)] == [20, 40, 20]


async def test_days_that_pass_are_not_restored_and_what_is_left_of_a_stretch_is(
    market_fixture: MarketFixture,
) -> None:
    await market_fixture.book(ANNA, quantity=60)
    put = await overlay(market_fixture, "jx", 0.0, NOVEMBER)
    assert await watched(market_fixture)
    await withdraw(market_fixture, put)
    # At noon on 20 November, that gas day is running.
    assert await watched(market_fixture, at=NOW + timedelta(days=50))
    topic, _, lines = (await informed(market_fixture))[-1]
    assert (topic, brief(lines)) == ("capacity.restored", [("jx", "2026-11-20", "2026-12-01", 60, 60)])
    await overlay(market_fixture, "jx", 0.0, NOVEMBER)
    assert await watched(market_fixture, at=NOW + timedelta(days=50))
    await overlay(market_fixture, "bj", 0.5, NOVEMBER)
    assert await watched(market_fixture, at=NOW + timedelta(days=90))
    assert len(await informed(market_fixture)) == 3, "what was short until its last day is not restored"


async def test_a_revision_and_a_policy_that_leave_less_than_is_sold_are_announced(
    market_fixture: MarketFixture,
) -> None:
    # 40 and 40 on jx (80). The next revision lets 60 through jx: 20 missing.
    await market_fixture.book(ANNA, quantity=40)
    await market_fixture.book(BERT, quantity=40)
    narrower = tuple(
        replace(edge, capacity_forward=60) if edge.id == "jx" else edge for edge in NETWORK.edges
    )
    command = PublishRevision(network_id=market_fixture.network_id, network=replace(NETWORK, edges=narrower))
    async with UnitOfWork(market_fixture.database) as uow:
        await publish_revision(command, Context(uow=uow, principal=OPERATING, at=NOW))
    assert await watched(market_fixture)
    assert [(holder, lines[0]["missing"]) for _, holder, lines in await informed(market_fixture)] == [
        (ANNA, 20),
        (BERT, 20),
    ]
    # At level RIGHTS the point x is what is short: the same 20 are known by another name.
    async with UnitOfWork(market_fixture.database) as uow:
        await set_policy(
            SetPolicy(market_fixture.network_id, Policy(Level.RIGHTS, Level.RIGHTS)),
            Context(uow=uow, principal=OPERATING, at=NOW),
        )
    assert await watched(market_fixture)
    assert [(topic, lines[0]["cut"]) for topic, _, lines in await informed(market_fixture)][2:4] == [
        ("capacity.short", "hub → x"),
        ("capacity.restored", "jx"),
    ]


async def test_a_watch_that_is_killed_before_it_commits_leaves_the_event_to_the_next(
    market_fixture: MarketFixture,
) -> None:
    await market_fixture.book(ANNA, quantity=60)
    await overlay(market_fixture, "jx", 0.5)
    async with market_fixture.database.engine.connect() as blocking:
        await blocking.execute(sa.text("LOCK TABLE shortfall_notice IN ACCESS EXCLUSIVE MODE"))
        killed = asyncio.create_task(watched(market_fixture))
        await _until_waiting(market_fixture.database)
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
    assert await informed(market_fixture) == []
    assert await watched(market_fixture)
    assert await watched(market_fixture)
    assert [topic for topic, _, _ in await informed(market_fixture)] == ["capacity.short"]


async def test_a_lost_connection_is_tried_again(market_fixture: MarketFixture) -> None:
    await market_fixture.book(ANNA, quantity=60)
    await overlay(market_fixture, "jx", 0.5)
    async with market_fixture.database.engine.connect() as blocking:
        await blocking.execute(sa.text("LOCK TABLE shortfall_notice IN ACCESS EXCLUSIVE MODE"))
        losing = asyncio.create_task(watched(market_fixture))
        pid = await _until_waiting(market_fixture.database)
        async with market_fixture.database.read() as connection:
            await connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        assert await losing is False
    assert await watched(market_fixture)
    assert [topic for topic, _, _ in await informed(market_fixture)] == ["capacity.short"]


async def test_several_watches_at_once_announce_once(market_fixture: MarketFixture) -> None:
    await market_fixture.book(ANNA, quantity=60)
    await overlay(market_fixture, "jx", 0.5)
    assert await asyncio.gather(*(watched(market_fixture) for _ in range(5))) == [True] * 5
    assert [topic for topic, _, _ in await informed(market_fixture)] == ["capacity.short"]


async def test_a_change_during_the_proof_is_assessed_afterwards(market_fixture: MarketFixture) -> None:
    # The first proof knows nothing of the second overlay; what it stores is the version it has proved.
    await market_fixture.book(ANNA, quantity=60)
    await overlay(market_fixture, "jx", 0.5, NOVEMBER)
    market = process(market_fixture.database)
    async with market_fixture.database.engine.connect() as blocking:
        await blocking.execute(sa.text("LOCK TABLE shortfall_notice IN ACCESS EXCLUSIVE MODE"))
        first = asyncio.create_task(
            assess(market_fixture.database, market.networks, market.verifiers, market_fixture.network_id, NOW)
        )
        await _until_waiting(market_fixture.database)
        await overlay(market_fixture, "jx", 0.5, JANUARY_30)
    await first
    assert await watched(market_fixture)
    assert [brief(lines) for _, _, lines in await informed(market_fixture)] == [
        [("jx", "2026-11-01", "2026-12-01", 60, 20)],
        [("jx", "2026-11-01", "2026-12-01", 60, 20), ("jx", "2027-01-30", "2027-01-31", 60, 20)],
    ]


async def test_a_fault_of_one_network_is_stored_and_does_not_stop_the_others(
    market_fixture: MarketFixture,
) -> None:
    # A right on a point that the network does not have: no command makes one, so it is planted.
    contract = await market_fixture.book(ANNA, quantity=60)
    async with UnitOfWork(market_fixture.database) as uow:
        command = ImportNetwork(
            network=replace(NETWORK, code="aaa-damaged"),
            currency=Currency.EUR,
            policy=Policy(Level.FLOW, Level.RIGHTS),
        )
        damaged = await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    async with market_fixture.database.engine.begin() as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO movement (network_id, sequence, contract_id, holder_id, receipt, delivery,"
                " firmness, period_start, period_end, quantity, cause, cause_id) VALUES (:network, 1,"
                " :contract, :holder, 'nowhere', 'x', 'firm', '2026-11-01',"
                " '2026-12-01', 5, 'booking', :cause)"
            ),
            {
                "network": damaged.id,
                "contract": contract.id,
                "holder": ANNA,
                "cause": UUID(int=1),
            },
        )
    await overlay(market_fixture, "jx", 0.5)
    for _ in range(2):
        assert await watched(market_fixture)
    assert [topic for topic, _, _ in await informed(market_fixture)] == ["capacity.short"]
    async with market_fixture.database.read() as connection:
        now = {one.code: one for one in await repository.watched(connection, NOW)}
        later = {one.code: one for one in await repository.watched(connection, NOW + timedelta(hours=1))}
    assert "nowhere" in (now["aaa-damaged"].failure or "")
    assert (now["aaa-damaged"].is_due, later["aaa-damaged"].is_due) == (False, True)
    assert (now["fork"].failure, now["fork"].short_days, now["fork"].is_due) == (None, WINTER.days, False)


async def test_days_not_proved_in_time_stay_as_announced_and_are_tried_again(
    market_fixture: MarketFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await market_fixture.book(ANNA, quantity=60)
    put = await overlay(market_fixture, "jx", 0.5, NOVEMBER)
    assert await watched(market_fixture)
    await withdraw(market_fixture, put)
    with monkeypatch.context() as context:
        context.setattr(watch, "ASSESSMENT_S", 0.0)
        assert await watched(market_fixture)
    assert [topic for topic, _, _ in await informed(market_fixture)] == ["capacity.short"]
    async with market_fixture.database.read() as connection:
        (fork,) = await repository.watched(connection, NOW)
    assert (fork.undecided_days, fork.short_days, fork.is_due) == (182, 0, False)
    assert await watched(market_fixture)
    assert await watched(market_fixture, at=NOW + repository.RETRY_AFTER)
    assert [topic for topic, _, _ in await informed(market_fixture)] == [
        "capacity.short",
        "capacity.restored",
    ]


async def test_what_holders_were_informed_of_is_never_changed(market_fixture: MarketFixture) -> None:
    await market_fixture.book(ANNA, quantity=60)
    await overlay(market_fixture, "jx", 0.5)
    assert await watched(market_fixture)
    for statement in ("UPDATE shortfall_notice SET units = 1", "DELETE FROM shortfall_notice"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with market_fixture.database.engine.begin() as connection:
                await connection.execute(sa.text(statement))


async def _until_waiting(database: Database) -> int:
    """Return the process of the backend that waits for the lock, once one does."""
    query = sa.text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(30):
        while True:
            async with database.read() as connection:
                pid = (await connection.execute(query)).scalar()
            if pid is not None:
                return int(pid)
            await asyncio.sleep(0.02)
