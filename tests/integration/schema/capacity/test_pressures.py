"""Pressures through the API, on the Belgian network with a booking from Zeebrugge to Mons."""

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    NOW,
    OPERATING,
    acting_for,
    key,
)
from tests.integration.schema.columns import numbers, rows
from tests.integration.schema.harness import SchemaHarness

from capacity.networks.model import EdgeKind
from capacity.networks.policy import DEADLINE_MAX_S, Level, Policy
from capacity.publication import catalogue
from capacity.publication.service import ImportNetwork, import_network
from linepack.access import Principal, Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.money import Currency
from schema.api import build_schema
from schema.capacity import pressures
from schema.types.context import RequestContext

pytestmark = pytest.mark.anyio

BELGIAN = catalogue.load("belgian")
PRESSURES = """
query ($network: String!, $start: GasDay!, $end: GasDay!) {
  pressures(network: $network, period: {start: $start, end: $end}) {
    unit cursor nodeCodes edgeCodes modes configurations
    stretches { period { start end } outcome reason shortage { node { code } } }
    pressureBar pressureMinBar pressureMaxBar flow mode configuration
  }
}
"""
ASKED = {"network": "belgian", "start": "2026-11-05", "end": "2026-11-06"}


@pytest.fixture
async def belgian(harness: SchemaHarness) -> SchemaHarness:
    """The schema with the Belgian network, whose pressures are proved."""
    command = ImportNetwork(
        network=BELGIAN,
        currency=Currency.EUR,
        policy=Policy(Level.HYDRAULIC, Level.FLOW, deadline_s=DEADLINE_MAX_S),
    )
    async with UnitOfWork(harness.market_fixture.database) as uow:
        await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    return harness


@pytest.mark.parametrize("viewer", [OPERATING, acting_for(None, Role.REGULATOR), acting_for(ANNA)])
async def test_everyone_who_may_read_sees_every_pressure_within_its_limits(
    belgian: SchemaHarness, viewer: Principal
) -> None:
    found = (await belgian.ask(viewer, PRESSURES, **ASKED))["pressures"]
    assert found["unit"] == "SM3_PER_H"
    [stretch] = found["stretches"]
    assert (stretch["outcome"], stretch["shortage"]) == ("FEASIBLE", None)
    assert stretch["period"] == {"start": "2026-11-05", "end": "2026-11-06"}
    assert found["nodeCodes"] == [node.id for node in BELGIAN.nodes]
    limits = (numbers(found[name], "f") for name in ("pressureMinBar", "pressureBar", "pressureMaxBar"))
    for lowest, pressure, highest in zip(*limits, strict=True):
        assert lowest - 1e-4 <= pressure <= highest + 1e-4
    assert found["edgeCodes"] == [edge.id for edge in BELGIAN.edges]
    assert set(numbers(found["flow"])) == {0}, "nothing is booked"
    modes = list(zip(BELGIAN.edges, numbers(found["mode"], "i"), strict=True))
    assert {found["modes"][int(mode)] for edge, mode in modes if edge.kind is EdgeKind.PIPE} == {"OPEN"}
    assert set(numbers(found["configuration"], "i")) == {-1}


async def test_what_is_booked_flows(belgian: SchemaHarness) -> None:
    await belgian.act(
        OPERATING,
        "setTariff",
        "... on SetTariffPayload { tariff { id } }",
        network="belgian",
        kind="PATH",
        firmness="FIRM",
        validFrom="2026-10-01",
        price={"flat": {"pricePerUnitDay": "1"}},
    )
    booked = await belgian.act(
        acting_for(ANNA),
        "bookCapacity",
        "... on BookCapacityPayload { contract { verdict { level proofs { level certificate } } } }",
        network="belgian",
        receipt="Zeebrugge",
        delivery="Mons",
        start="2026-11-01",
        end="2026-12-01",
        quantity=100_000,
        idempotencyKey=key(),
    )
    verdict = booked["contract"]["verdict"]
    assert verdict["level"] == "HYDRAULIC"
    assert {proof["certificate"] for proof in verdict["proofs"]} == {"TREE", "STATE"}
    year = {"network": "belgian", "start": "2026-10-20", "end": "2027-10-20"}
    found = (await belgian.ask(OPERATING, PRESSURES, **year))["pressures"]
    assert [stretch["period"]["start"] for stretch in found["stretches"]] == [
        "2026-10-20",
        "2026-11-01",
        "2026-12-01",
    ]
    assert {stretch["outcome"] for stretch in found["stretches"]} == {"FEASIBLE"}
    flows = dict(zip(found["edgeCodes"], rows(found["flow"], 3), strict=True))
    assert {of_edge[0] for of_edge in flows.values()} == {of_edge[2] for of_edge in flows.values()} == {0}
    flow = {edge: of_edge[1] for edge, of_edge in flows.items()}
    leaving = sum(flow[edge.id] for edge in BELGIAN.edges if edge.tail == "Zeebrugge")
    arriving = sum(flow[edge.id] for edge in BELGIAN.edges if edge.head == "Zeebrugge")
    assert leaving - arriving == pytest.approx(100_000, abs=2)


async def test_a_network_without_physics_says_what_is_not_known(harness: SchemaHarness) -> None:
    context = RequestContext(harness.services, OPERATING, "test", "198.51.100.7")
    asked = {**ASKED, "network": "fork"}
    result = await build_schema().execute(PRESSURES, asked, context_value=context)
    assert result.errors is not None
    assert "pipe aj: pressures need its length" in result.errors[0].message


async def test_what_is_not_looked_at_in_time_is_undecided_and_found_when_asked_again(
    belgian: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressures, "PRESSURES_OF_PERIOD_S", 0.0)
    [stretch] = (await belgian.ask(OPERATING, PRESSURES, **ASKED))["pressures"]["stretches"]
    assert (stretch["outcome"], stretch["reason"]) == ("UNDECIDED", "not looked at in time: ask again")
    monkeypatch.undo()
    [stretch] = (await belgian.ask(OPERATING, PRESSURES, **ASKED))["pressures"]["stretches"]
    assert stretch["outcome"] == "FEASIBLE"


async def test_what_is_verified_with_pressures_comes_row_by_row_and_is_kept(belgian: SchemaHarness) -> None:
    asked = """(network: "belgian", period: {start: "2026-11-05", end: "2026-11-07"},
      routes: [{receipt: "Zeebrugge"}, {delivery: "Mons"}]) {
      demandedLevel boundLevel stretches { level } receiptCodes deliveryCodes available atMost
    }"""
    query = f"{{ networkAvailability{asked} }}"
    known = (await belgian.ask(OPERATING, query))["networkAvailability"]
    assert (known["demandedLevel"], known["boundLevel"]) == ("HYDRAULIC", "ROBUST")
    assert known["stretches"] == [{"level": "ROBUST"}]
    assert numbers(known["available"]) == [-1, -1], "what capacities allow is not shown as if it could be had"
    bounds = dict(zip(known["receiptCodes"], numbers(known["atMost"]), strict=True))

    verified = {}
    async with belgian.subscribed(OPERATING, f"subscription {{ networkAvailability{asked} }}") as following:
        assert (await following())["networkAvailability"] == known
        while (event := await following()) is not None:
            row = event["networkAvailability"]
            [quantity], [stretch] = numbers(row["available"]), row["stretches"]
            assert stretch["level"] == "HYDRAULIC"
            verified[row["receiptCodes"][0]] = quantity

    assert verified.keys() == bounds.keys()
    assert all(0 < quantity <= bounds[receipt] for receipt, quantity in verified.items())
    after = (await belgian.ask(OPERATING, query))["networkAvailability"]
    assert dict(zip(after["receiptCodes"], numbers(after["available"]), strict=True)) == verified
