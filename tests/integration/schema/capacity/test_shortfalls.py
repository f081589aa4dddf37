"""Shortfalls through the API: all of it to who runs or oversees the network, to each holder its own."""

import asyncio
from datetime import date
from typing import Any

import pytest
from tests.event_positions import place_all
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOVEMBER,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    PRICE,
    REGULATING,
    MarketFixture,
    acting_for,
    key,
)
from tests.integration.schema.harness import SchemaHarness
from tests.unit.capacity.feasibility.pressures.test_pressure_prover import ALONG, KG_10, LINE
from tests.waiting import TIME_LIMIT_S

from capacity.contracts.pricing.price import Flat
from capacity.feasibility.shortfalls.service import shortfalls_of
from capacity.feasibility.shortfalls.watch import assess_due
from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.publication.service import (
    ImportNetwork,
    PutOverlay,
    SetPolicy,
    import_network,
    set_overlay,
    set_policy,
)
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.access import Principal, Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.money import Currency
from market.tariffs.service import SetTariff, set_tariff

pytestmark = pytest.mark.anyio

SHORTFALLS = """
query ($network: String!, $start: GasDay!, $end: GasDay!) {
  shortfalls(network: $network, period: { start: $start, end: $end }) {
    unit level
    cuts { text level limit { receipt { code } delivery { code } } nodes { code }
      edges { edge { code } capacity } capacity demand units
      periods { start end }
      contracts { code route { receipt { code } delivery { code } } period { start end } units
        holder { code } contract { code quantity } } }
    pressures { periods { start end } shortage { node { code } missingBar } contracts { code units } }
    undecided { periods { start end } reason }
  }
}
"""
NOTICES = """
subscription ($after: Cursor) {
  shortfallNotices(after: $after) {
    ... on ShortfallNotice { isRestored network { code } holder { code }
      lines { cut level route { receipt { code } delivery { code } } period { start end } units missing
        contract { code } } }
  }
}
"""
CHANGES = """
subscription ($after: Cursor) {
  availabilityChanges(after: $after) { ... on AvailabilityChange { topic } }
}
"""
FORK = {"network": "fork", "start": "2026-11-01", "end": "2027-04-01"}
QUIET_S = 1.0
OTHER_OPERATING = acting_for(OTHER_OPERATOR, Role.OPERATOR)


async def put(harness: SchemaHarness, edge_id: str, factor: float, period: Period) -> None:
    overlay = Overlay(edge_id, OverlayKind.MAINTENANCE, period, factor, "pigging")
    command = PutOverlay(network_id=harness.market_fixture.network_id, overlay=overlay, idempotency_key=key())
    async with UnitOfWork(harness.market_fixture.database) as uow:
        await set_overlay(command, Context(uow=uow, principal=OPERATING, at=NOW))


@pytest.fixture
async def short(harness: SchemaHarness) -> SchemaHarness:
    """Anna has 50 to x all winter and Bert 20 in November, Carla 40 to y; jx carries 40 in November."""
    await harness.market_fixture.book(ANNA, quantity=50)
    await harness.market_fixture.book(BERT, quantity=20, period=NOVEMBER)
    await harness.market_fixture.book(CARLA, quantity=40, route=Route("b", "y"))
    await put(harness, "jx", 0.5, NOVEMBER)
    return harness


@pytest.mark.parametrize("viewer", [OPERATING, REGULATING])
async def test_who_runs_or_oversees_the_network_sees_every_contract(
    short: SchemaHarness, viewer: Principal
) -> None:
    found = (await short.ask(viewer, SHORTFALLS, **FORK))["shortfalls"]
    (cut,) = found["cuts"]
    assert cut["edges"] == [{"edge": {"code": "jx"}, "capacity": 40}]
    assert (cut["capacity"], cut["demand"], cut["units"]) == (40, 70, 30)
    assert cut["text"] == ("30 of the 70 kWh/h sold across j → x are beyond capacity on 1 Nov to 30 Nov 2026")
    assert [(one["holder"]["code"], one["units"]) for one in cut["contracts"]] == [("P0", 50), ("P1", 20)]
    assert [one["contract"]["code"] for one in cut["contracts"]] == [one["code"] for one in cut["contracts"]]
    assert (found["pressures"], found["undecided"], found["level"]) == ([], [], "FLOW")


async def test_a_holder_sees_its_own_contracts_only(short: SchemaHarness) -> None:
    found = (await short.ask(acting_for(BERT), SHORTFALLS, **FORK))["shortfalls"]
    (cut,) = found["cuts"]
    assert (cut["units"], cut["periods"]) == (30, [{"start": "2026-11-01", "end": "2026-12-01"}])
    (own,) = cut["contracts"]
    assert (own["holder"]["code"], own["units"]) == ("P1", 20)


@pytest.mark.parametrize("viewer", [acting_for(CARLA), OTHER_OPERATING])
async def test_who_holds_nothing_that_is_short_sees_nothing(short: SchemaHarness, viewer: Principal) -> None:
    found = (await short.ask(viewer, SHORTFALLS, **FORK))["shortfalls"]
    assert (found["cuts"], found["pressures"], found["undecided"]) == ([], [], [])


async def test_a_holder_sees_only_the_days_on_which_it_holds(short: SchemaHarness) -> None:
    # All winter jx is at a quarter: Anna is short throughout, Bert in November only.
    await put(short, "jx", 0.5, Period(date(2026, 11, 1), date(2027, 4, 1)))
    seen = {}
    for holder in (ANNA, BERT):
        found = (await short.ask(acting_for(holder), SHORTFALLS, **FORK))["shortfalls"]
        seen[holder] = [(cut["units"], cut["periods"]) for cut in found["cuts"]]
    november = {"start": "2026-11-01", "end": "2026-12-01"}
    later = {"start": "2026-12-01", "end": "2027-04-01"}
    # 20 are left of 80 in November (70 sold), 40 afterwards (50 sold).
    assert seen == {ANNA: [(50, [november]), (10, [later])], BERT: [(50, [november])]}


async def test_notices_reach_their_holder_and_the_operator_and_no_one_else(short: SchemaHarness) -> None:
    market = short.market_fixture.market
    assert await assess_due(market.database, market.networks, market.verifiers, lambda: NOW)
    await place_all(market.database)
    heard = {
        "anna": await _first(short, acting_for(ANNA), NOTICES, 1),
        "bert": await _first(short, acting_for(BERT), NOTICES, 1),
        "operator": await _first(short, OPERATING, NOTICES, 2),
    }
    assert [notice["holder"]["code"] for notice in heard["operator"]] == ["P0", "P1"]
    (own,) = heard["bert"]
    assert (own["isRestored"], own["network"], own["holder"]["code"]) == (False, {"code": "fork"}, "P1")
    (line,) = own["lines"]
    assert (line["cut"], line["level"], line["units"], line["missing"]) == ("jx", "FLOW", 20, 30)
    assert line["contract"]["code"].startswith("LP-2026-")
    for viewer in (acting_for(CARLA), OTHER_OPERATING):
        assert await _first(short, viewer, NOTICES, 0) == []
    changes = await _first(short, acting_for(CARLA), CHANGES, 6)
    assert {change["topic"] for change in changes} >= {"OVERLAY_SET", "CONTRACT_BOOKED"}
    assert not [change for change in changes if change["topic"].startswith("CAPACITY")]


async def test_notices_go_on_from_where_shortfalls_were_read(short: SchemaHarness) -> None:
    cursor_only = 'query ($period: PeriodInput!) { shortfalls(network: "fork", period: $period) { cursor } }'
    november = {"start": "2026-11-01", "end": "2026-12-01"}
    await place_all(short.market_fixture.database)
    before = (await short.ask(acting_for(BERT), cursor_only, period=november))["shortfalls"]["cursor"]
    market = short.market_fixture.market
    assert await assess_due(market.database, market.networks, market.verifiers, lambda: NOW)
    await place_all(market.database)
    async with short.subscribed(acting_for(BERT), NOTICES, after=before) as following:
        told = (await following())["shortfallNotices"]
    assert (told["holder"]["code"], told["isRestored"]) == ("P1", False)
    after = (await short.ask(acting_for(BERT), cursor_only, period=november))["shortfalls"]["cursor"]
    assert int(after) > int(before)
    await put(short, "jx", 2.0, NOVEMBER)
    assert await assess_due(market.database, market.networks, market.verifiers, lambda: NOW)
    await place_all(market.database)
    async with short.subscribed(acting_for(BERT), NOTICES, after=after) as following:
        assert (await following())["shortfallNotices"]["isRestored"]


async def test_pressures_that_cannot_be_kept_are_listed_and_undecided_days_are_not_called_carried(
    harness: SchemaHarness,
) -> None:
    # Two pipes in a row carry 100 kg/s each, but only 70.7 kg/s with both: 80 kg/s are sold by flow alone;
    # then the policy asks for pressures. 60² − 2 · 0.2 · 80² = 1,040 and √1,040 = 32.249: 7.751 bar missing.
    line = await _line(harness)
    contract = await line.book(quantity=8 * KG_10, period=NOVEMBER, route=ALONG)
    async with UnitOfWork(line.database) as uow:
        await set_policy(
            SetPolicy(line.network_id, Policy(Level.HYDRAULIC, Level.FLOW)),
            Context(uow=uow, principal=OPERATING, at=NOW),
        )
    market = line.market
    view = await market.networks.current(line.network_id)
    await shortfalls_of(market.database, market.verifiers, view, NOVEMBER, seconds=60)  # compiles kernels
    asked = {**FORK, "network": "line"}
    for viewer in (OPERATING, acting_for(ANNA)):
        found = (await harness.ask(viewer, SHORTFALLS, **asked))["shortfalls"]
        assert (found["cuts"], found["undecided"]) == ([], [])
        (lacking,) = found["pressures"]
        assert lacking["periods"] == [{"start": "2026-11-01", "end": "2026-12-01"}]
        assert lacking["shortage"]["node"]["code"] == "out"
        assert lacking["shortage"]["missingBar"] == pytest.approx(7.751, abs=1e-3)
        assert lacking["contracts"] == [{"code": contract.code, "units": 8 * KG_10}]
    assert await assess_due(market.database, market.networks, market.verifiers, lambda: NOW)
    (event,) = await line.events("capacity.short")
    assert [(one["cut"], one["missing"]) for one in event.payload["lines"]] == [("pressure", None)]
    found_late = await shortfalls_of(market.database, market.verifiers, view, NOVEMBER, seconds=0)
    assert (found_late.cuts, found_late.pressures) == ((), ())
    assert found_late.undecided_days == NOVEMBER.days


async def _line(harness: SchemaHarness) -> MarketFixture:
    command = ImportNetwork(network=LINE, currency=Currency.EUR, policy=Policy(Level.ROBUST, Level.FLOW))
    async with UnitOfWork(harness.market_fixture.database) as uow:
        imported = await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    tariff = SetTariff(
        network_id=imported.id,
        kind=RouteKind.PATH,
        firmness=Firmness.FIRM,
        valid_from=date(2026, 1, 1),
        price=Flat(PRICE),
    )
    await harness.market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)
    return MarketFixture(harness.market_fixture.market, imported.id)


async def _first(
    harness: SchemaHarness, viewer: Principal, subscription: str, count: int
) -> list[dict[str, Any]]:
    """Return the first `count` things of the stream, and what follows at once."""
    heard: list[dict[str, Any]] = []
    async with harness.subscribed(viewer, subscription, after="0") as following:
        while True:
            try:
                data = await asyncio.wait_for(following(), TIME_LIMIT_S if len(heard) < count else QUIET_S)
            except TimeoutError:
                return heard
            heard += data.values()
