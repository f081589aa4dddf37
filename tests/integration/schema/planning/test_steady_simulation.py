"""Steady simulation through the API, against the simulation itself."""

from typing import Any

import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import ANNA, NOW, OPERATING, acting_for, fill_market
from tests.integration.schema.harness import SchemaHarness, places, schema_harness

from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.publication.service import ImportNetwork, import_network
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.money import Currency
from planning.simulation.request import SteadySimulation, simulated

pytestmark = pytest.mark.anyio

SIMULATION = """
query ($nomination: [NominatedQuantityInput!], $reference: ReferencePressureInput,
       $ratios: [PressureRatioInput!]! = [], $closed: [String!]! = [],
       $compressibility: Compressibility! = CONSTANT) {
  steadySimulation(network: "gaslib-40", nomination: $nomination, reference: $reference, ratios: $ratios,
                   closed: $closed, compressibility: $compressibility) {
    ... on SteadyState {
      unit residualBar2 imbalanceKgPerS rounds
      nodes { node { code } quantity pressureBar } edges { edge { code } flow flowKgPerS residualBar2 }
    }
    ... on Problem { code message }
    ... on InvalidInputProblem { faults { path place } }
  }
}
"""


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    harness = schema_harness(await fill_market(database), redis)
    network, policy = catalogue.load("gaslib-40"), Policy(Level.FLOW, Level.RIGHTS)
    async with UnitOfWork(database) as uow:
        command = ImportNetwork(network=network, currency=Currency.EUR, policy=policy)
        await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    return harness


async def asked(harness: SchemaHarness, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await harness.ask(acting_for(ANNA), SIMULATION, **given))["steadySimulation"]
    return answer


async def test_a_shipper_sees_the_flows_and_pressures_of_a_nomination(harness: SchemaHarness) -> None:
    ratios = {"compressorStation_1": 1.1}
    found = await asked(
        harness,
        reference={"node": "source_1", "pressureBar": 70.0},
        ratios=[{"edge": edge, "ratio": ratio} for edge, ratio in ratios.items()],
        compressibility="PAPAY",
    )
    expected = simulated(
        catalogue.load("gaslib-40"),
        SteadySimulation(
            reference_node="source_1",
            reference_bar=70.0,
            ratios=ratios,
            compressibility="papay",  # type: ignore[arg-type]
        ),
    )
    pressures = {node["node"]["code"]: node["pressureBar"] for node in found["nodes"]}
    assert pressures == {node.node_id: pytest.approx(node.pressure_bar) for node in expected.nodes}
    assert pressures["source_1"] == pytest.approx(70.0)
    assert found["rounds"] > 1
    assert found["residualBar2"] < 1e-5
    assert found["imbalanceKgPerS"] < 1e-6


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"reference": {"node": "nowhere", "pressureBar": 70.0}}, "reference"),
        ({"reference": {"node": "source_1", "pressureBar": -1.0}}, "reference"),
        ({"ratios": [{"edge": "pipe_1", "ratio": 1.1}]}, "ratio pipe_1"),
        ({"ratios": [{"edge": "compressorStation_1", "ratio": 0.0}]}, "ratio compressorStation_1"),
        ({"closed": ["nowhere"]}, "closed nowhere"),
        ({"nomination": [{"node": "nowhere", "enters": "1"}]}, "nomination nowhere"),
    ],
)
async def test_what_names_nothing_is_refused(
    harness: SchemaHarness, given: dict[str, Any], place: str
) -> None:
    found = await asked(harness, **given)
    assert place in places(found)


async def test_a_network_cut_in_two_cannot_be_simulated(harness: SchemaHarness) -> None:
    closed = [edge.id for edge in catalogue.load("gaslib-40").edges if "source_1" in (edge.tail, edge.head)]
    found = await asked(harness, closed=closed)
    assert found["code"] == "CANNOT_SIMULATE"
