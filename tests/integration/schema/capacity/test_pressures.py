"""Pressures through the API, on the Belgian network with a booking from Zeebrugge to Mons."""

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    NOW,
    OPERATING,
    acting_for,
    key,
)
from tests.integration.schema.harness import SchemaHarness

from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.publication.service import ImportNetwork, import_network
from linepack.access import Principal, Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.money import Currency
from schema.api import build_schema
from schema.types.context import RequestContext

pytestmark = pytest.mark.anyio

BELGIAN = catalogue.load("belgian")
PRESSURES = """
query ($network: String!, $day: GasDay!) {
  pressures(network: $network, day: $day) {
    day unit outcome reason shortage { node { code } }
    nodes { node pressureBar pressureMinBar pressureMaxBar }
    edges { edge kind mode configuration flow tailPressureBar headPressureBar }
  }
}
"""
ASKED = {"network": "belgian", "day": "2026-11-05"}


@pytest.fixture
async def belgian(harness: SchemaHarness) -> SchemaHarness:
    """The schema with the Belgian network, whose pressures are proved."""
    command = ImportNetwork(
        network=BELGIAN, currency=Currency.EUR, policy=Policy(Level.HYDRAULIC, Level.FLOW)
    )
    async with UnitOfWork(harness.market_fixture.database) as uow:
        await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    return harness


@pytest.mark.parametrize("viewer", [OPERATING, acting_for(None, Role.REGULATOR), acting_for(ANNA)])
async def test_everyone_who_may_read_sees_every_pressure_within_its_limits(
    belgian: SchemaHarness, viewer: Principal
) -> None:
    found = (await belgian.ask(viewer, PRESSURES, **ASKED))["pressures"]
    assert (found["outcome"], found["unit"], found["day"]) == ("FEASIBLE", "SM3_PER_H", "2026-11-05")
    assert [node["node"] for node in found["nodes"]] == [node.id for node in BELGIAN.nodes]
    for node in found["nodes"]:
        assert node["pressureMinBar"] - 1e-4 <= node["pressureBar"] <= node["pressureMaxBar"] + 1e-4
    assert [edge["edge"] for edge in found["edges"]] == [edge.id for edge in BELGIAN.edges]
    assert {edge["flow"] for edge in found["edges"]} == {0}, "nothing is booked"
    assert {edge["mode"] for edge in found["edges"] if edge["kind"] == "PIPE"} == {"OPEN"}
    assert found["shortage"] is None


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
    found = (await belgian.ask(OPERATING, PRESSURES, **ASKED))["pressures"]
    flow = {edge["edge"]: edge["flow"] for edge in found["edges"]}
    leaving = sum(flow[edge.id] for edge in BELGIAN.edges if edge.tail == "Zeebrugge")
    arriving = sum(flow[edge.id] for edge in BELGIAN.edges if edge.head == "Zeebrugge")
    assert leaving - arriving == pytest.approx(100_000, abs=2)


async def test_a_network_without_physics_says_what_is_not_known(harness: SchemaHarness) -> None:
    context = RequestContext(harness.services, OPERATING, "test", "198.51.100.7")
    asked = {"network": "fork", "day": "2026-11-05"}
    result = await build_schema().execute(PRESSURES, asked, context_value=context)
    assert result.errors is not None
    assert "pipe aj: pressures need its length" in result.errors[0].message
