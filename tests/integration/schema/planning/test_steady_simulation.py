"""Steady simulation through the API, against the simulation itself."""

from typing import Any

import pytest
from tests.integration.market.market_fixture import ANNA, acting_for
from tests.integration.schema.harness import SchemaHarness

from capacity.publication import catalogue
from planning.simulation.request import SteadySimulation, simulated

pytestmark = pytest.mark.anyio

STATION = "compressorStation_1"
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


async def asked(harness: SchemaHarness, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await harness.ask(acting_for(ANNA), SIMULATION, **given))["steadySimulation"]
    return answer


async def test_a_shipper_sees_the_flows_and_pressures_of_a_nomination(harness: SchemaHarness) -> None:
    ratios = {STATION: 1.1}
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
    ("given", "field", "place"),
    [
        ({"reference": {"node": "nowhere", "pressureBar": 70.0}}, "reference", None),
        ({"reference": {"node": "source_1", "pressureBar": -1.0}}, "reference", None),
        ({"ratios": [{"edge": "pipe_1", "ratio": 1.1}]}, "ratios", "edge pipe_1"),
        ({"ratios": [{"edge": STATION, "ratio": 0.0}]}, "ratios", f"edge {STATION}"),
        ({"ratios": [{"edge": STATION, "ratio": 1.1}] * 2}, "ratios", f"edge {STATION}"),
        ({"closed": ["nowhere"]}, "closed", "edge nowhere"),
        ({"nomination": [{"node": "nowhere", "enters": "1"}]}, "nomination", "node nowhere"),
    ],
)
async def test_what_names_nothing_is_refused_at_its_field(
    harness: SchemaHarness, given: dict[str, Any], field: str, place: str | None
) -> None:
    found = await asked(harness, **given)
    assert ([field], place) in [(fault["path"], fault["place"]) for fault in found["faults"]]


async def test_a_network_cut_in_two_cannot_be_simulated(harness: SchemaHarness) -> None:
    closed = [edge.id for edge in catalogue.load("gaslib-40").edges if "source_1" in (edge.tail, edge.head)]
    found = await asked(harness, closed=closed)
    assert found["code"] == "CANNOT_SIMULATE"
