import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.hydraulics.physics.state_summary import (
    NodePressure,
    edge_settings,
    nearest_to_limits,
    node_pressures,
)
from capacity.networks.model import Edge, EdgeKind, Node

C = Node("C", pressure_min_bar=20, pressure_max_bar=60)
STATION = Edge("BC", EdgeKind.COMPRESSOR_STATION, "B", "C")
LINE = compile_hydraulics(network(PIPE, STATION, nodes=(A, B, C)))
# One kWh/h is 2.2222e-5 kg/s (see the samples): 450,000 of them are 10 kg/s.
STATE = HydraulicState(
    injections_kg_per_s=(10.0, 0.0, -10.0),
    flows_kg_per_s=(10.0, 10.0),
    pressures_bar=(46.0, 40.5, 58.0),
    modes=(Mode.OPEN, Mode.ACTIVE),
    configurations=("", "two in series"),
)


def test_every_node_reads_as_pressure_between_its_limits() -> None:
    assert node_pressures(LINE, STATE) == (
        NodePressure("A", 46.0, 30.0, 50.0),
        NodePressure("B", 40.5, 40.0, 45.0),
        NodePressure("C", 58.0, 20.0, 60.0),
    )


def test_the_nodes_nearest_to_a_limit_come_first_whichever_limit_it_is() -> None:
    nearest = nearest_to_limits(node_pressures(LINE, STATE), 2)
    assert [(node.node_id, node.limit_bar, node.margin_bar) for node in nearest] == [
        ("B", 40.0, 0.5),
        ("C", 60.0, 2.0),
    ]


def test_an_edge_reads_as_mode_configuration_and_flow_in_commercial_units() -> None:
    pipe, station = edge_settings(LINE, STATE)
    assert (pipe.mode, pipe.flow, pipe.is_station) == (Mode.OPEN, 450_000, False)
    assert (station.mode, station.configuration, station.is_station) == (Mode.ACTIVE, "two in series", True)
    assert station.ratio == pytest.approx(58.0 / 40.5)


@pytest.mark.parametrize(
    ("pressure", "lowest", "highest", "share"),
    [(40, 40, 50, 0), (50, 40, 50, 1), (45, 40, 50, 0.5), (39.9, 40, 50, 0), (40, 40, 40, 0.5)],
)
def test_share_is_where_a_pressure_stands_between_its_limits(
    pressure: float, lowest: float, highest: float, share: float
) -> None:
    assert NodePressure("A", pressure, lowest, highest).share == share
