"""Provenance of the gas on a path: what is said of supplies counts, what is not is never made up."""

import pytest

from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from linepack.gasday import GasDayClock
from linepack.problems import InvalidInput
from linepack.units import CommercialUnit, GasQuality
from operations.gas_quality.mixing import EdgeCost
from operations.gas_quality.provenance import KnownSupply, PathRequest, provenance

PIPES = {"a": ("north", "meeting"), "b": ("south", "meeting"), "c": ("meeting", "town")}
NETWORK = Network(
    code="y",
    name="Y",
    unit=CommercialUnit.KWH_PER_H,
    quality=GasQuality(10.0, 0.8),
    clock=GasDayClock("Europe/Berlin", 6),
    nodes=(Node("north", NodeRole.ENTRY), Node("south", NodeRole.ENTRY), Node("meeting"), Node("town")),
    edges=tuple(
        Edge(edge, EdgeKind.PIPE, tail, head, length_m=20_000.0) for edge, (tail, head) in PIPES.items()
    ),
)
STATE = HydraulicState(
    injections_kg_per_s=(60.0, 40.0, -30.0, -70.0),
    flows_kg_per_s=(60.0, 40.0, 70.0),
    pressures_bar=(60.0, 59.0, 55.0, 52.0),
    modes=(Mode.OPEN,) * 3,
    configurations=("",) * 3,
)
NORTH = KnownSupply("north", 10.0, 20.0)
SOUTH = KnownSupply("south", 11.0, 25.0)


def test_what_is_known_of_both_supplies_gives_quality_shares_and_cost() -> None:
    asked = PathRequest("north", "town", supplies=(NORTH, SOUTH))
    path = provenance(NETWORK, STATE, asked)
    assert [node.node_id for node in path.nodes] == ["north", "meeting", "town"]
    assert [node.distance_km for node in path.nodes] == [0.0, 20.0, 40.0]
    assert [node.pressure_bar for node in path.nodes] == [60.0, 55.0, 52.0]
    assert path.nodes[2].calorific_value_kwh_per_nm3 == pytest.approx(10.4)
    assert path.nodes[2].volume_shares == pytest.approx({"north": 0.6, "south": 0.4})
    assert path.nodes[2].unit_cost_per_mwh == pytest.approx(22.11538, abs=5e-6)


def test_a_supply_nobody_described_has_the_networks_quality_and_no_price() -> None:
    path = provenance(NETWORK, STATE, PathRequest("north", "town", supplies=(NORTH,)))
    assert [node.calorific_value_kwh_per_nm3 for node in path.nodes] == pytest.approx([10.0] * 3)
    assert path.nodes[2].volume_shares == pytest.approx({"north": 0.6, "south": 0.4})
    assert [node.unit_cost_per_mwh for node in path.nodes] == [pytest.approx(20.0), None, None]
    assert path.edges[0].cost_per_h is not None
    assert path.edges[1].cost_per_h is None


def test_what_is_said_of_a_node_that_injects_nothing_is_left_aside() -> None:
    idle = KnownSupply("town", 12.0, 99.0)
    asked = PathRequest("north", "town", supplies=(NORTH, SOUTH, idle))
    path = provenance(NETWORK, STATE, asked)
    assert path.nodes[2].volume_shares.keys() == {"north", "south"}
    assert path.nodes[2].unit_cost_per_mwh == pytest.approx(22.11538, abs=5e-6)


def test_every_fault_of_the_supplies_is_named_at_once() -> None:
    lost = KnownSupply("nowhere", 0.0, float("nan"))
    with pytest.raises(InvalidInput) as refusal:
        provenance(NETWORK, STATE, PathRequest("north", "town", supplies=(NORTH, NORTH, lost)))
    assert [str(fault) for fault in refusal.value.faults] == [
        "supply north: is described twice",
        "supply nowhere: enters at a node that is not in the network",
        "supply nowhere: its calorific value must be 1 to 100 kWh/Nm³, not 0",
        "supply nowhere: its price must be at most 1,000,000, not nan",
    ]


@pytest.mark.parametrize("cost", [EdgeCost(float("inf")), EdgeCost(fixed_per_h=-1e7)])
def test_a_cost_beyond_reason_is_refused(cost: EdgeCost) -> None:
    with pytest.raises(InvalidInput, match="edge c: its costs must be at most 1,000,000"):
        provenance(NETWORK, STATE, PathRequest("north", "town", edge_costs={"c": cost}))
