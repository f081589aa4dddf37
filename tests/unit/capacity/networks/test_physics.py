import math
from dataclasses import replace

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.networks import physics
from capacity.networks.model import Edge, EdgeKind, GasProperties, Node, NodeRole
from linepack.problems import InvalidInput
from linepack.units import PressureBar

LAWFUL = replace(PIPE, attributes={"resistance_bar2_s2_per_kg2": 0.04})
"""A pipe whose β the source publishes: 40 bar of √(Δp²) drive √(1600 / 0.04) = 200 kg/s."""


def test_friction_of_a_rough_pipe_is_nikuradses() -> None:
    # 2 log10(500 / 0.1) + 1.138 = 8.53594; its inverse square is 0.0137246.
    assert physics.nikuradse(500, 0.1) == pytest.approx(0.0137246, rel=1e-5)


def test_compressibility_is_papays() -> None:
    # p_r = 50 / 45.92935 = 1.088629, T_r = 283.15 / 188.54976 = 1.501726;
    # 1 − 3.52 p_r e^(−2.26 T_r) + 0.274 p_r² e^(−1.878 T_r) = 1 − 0.128667 + 0.019351.
    assert physics.papay(50, 283.15, GasProperties()) == pytest.approx(0.890684, abs=2e-5)


def test_resistance_gives_the_published_flow_of_a_long_pipe() -> None:
    # Transmission example: 56 to 40 bar over 100 km of 1.2 m, λ = 0.0095, z = 0.9, relative density 0.6,
    # 288 K carries 49.85 million m³ a day; the figure holds at 0 °C, where a m³ of it weighs 0.6 · 1.2922 kg.
    pipe = Edge("P", EdgeKind.PIPE, "A", "B", length_m=100_000, diameter_mm=1200, friction_factor=0.0095)
    gas = GasProperties(molar_mass_kg_per_kmol=0.6 * 28.9647, compressibility=0.9)
    resistance = physics.resistance_bar2_s2_per_kg2(
        pipe, replace(network(pipe), gas=gas, gas_temperature_k=288)
    )
    assert resistance is not None
    flow = physics.flow_at(PressureBar(56), PressureBar(40), resistance)
    assert flow * 86_400 / (0.6 * 1.2922) / 1e6 == pytest.approx(49.85, rel=5e-4)


def test_flow_against_the_pressure_is_nil() -> None:
    assert physics.flow_at(PressureBar(40), PressureBar(56), 0.04) == 0


def test_capacity_is_the_flow_from_highest_inlet_to_lowest_outlet_pressure() -> None:
    # Forward √(50² − 40²) = 30 bar: 150 kg/s = 6 750 000 kWh/h. Backward √(45² − 30²) = 33.541 bar:
    # 167.70510 kg/s = 7 546 729.4 kWh/h, in 7 546 730 whole ones.
    [edge] = physics.with_capacities(network(LAWFUL)).edges
    assert edge.capacity_forward == 6_750_000
    assert edge.capacity_backward == 7_546_730


def test_pressure_limits_of_the_pipe_itself_apply_where_tighter() -> None:
    # √(41² − 40²) = 9 bar: 45 kg/s = 2 025 000 kWh/h.
    limited = replace(LAWFUL, attributes={**LAWFUL.attributes, "pressure_max_bar": 41.0})
    [edge] = physics.with_capacities(network(limited)).edges
    assert edge.capacity_forward == 2_025_000


def test_flow_limit_of_the_source_applies_where_tighter() -> None:
    attributes = {**LAWFUL.attributes, "flow_limit_forward": 1000.0, "flow_limit_backward": 1e9}
    [edge] = physics.with_capacities(network(replace(LAWFUL, attributes=attributes))).edges
    assert (edge.capacity_forward, edge.capacity_backward) == (1000, 7_546_730)


def test_no_outlet_is_below_the_atmosphere() -> None:
    vacuum = (A, replace(B, pressure_min_bar=0.0))
    [edge] = physics.with_capacities(network(LAWFUL, nodes=vacuum)).edges
    flow = math.sqrt((50**2 - 1.01325**2) / 0.04)
    assert edge.capacity_forward == math.ceil(flow / (0.8 / 10 / 3600))


def test_pipe_into_a_pressure_above_its_inlet_carries_nothing_that_way() -> None:
    higher = (A, replace(B, pressure_min_bar=60.0, pressure_max_bar=70.0))
    [edge] = physics.with_capacities(network(LAWFUL, nodes=higher)).edges
    assert edge.capacity_forward == 0
    assert edge.capacity_backward is not None
    assert edge.capacity_backward > 0


def test_capacity_of_a_pipe_down_a_hill_counts_the_weight_of_the_gas() -> None:
    # R_s T z = 8314.462618 / 18.5674 · 283.15 · 0.9 = 114 114.9 J/kg; S = −2 · 9.80665 · 800 / 114 114.9 =
    # −0.1374987 and (e^S − 1) / S = 0.934296: √((50² − e^S 48²) / (0.04 · 0.934296)) = 114.7367 kg/s, where a
    # horizontal pipe carries √((50² − 48²) / 0.04) = 70. Up the hill, gas at 50 bar does not reach 48 bar.
    nodes = (
        Node("A", NodeRole.ENTRY, pressure_min_bar=48, pressure_max_bar=50, height_m=800),
        Node("B", NodeRole.EXIT, pressure_min_bar=48, pressure_max_bar=50),
    )
    falling = replace(network(LAWFUL, nodes=nodes), gas=GasProperties(compressibility=0.9))
    [edge] = physics.with_capacities(falling).edges
    assert edge.capacity_forward is not None
    assert edge.capacity_forward * 0.8 / 10 / 3600 == pytest.approx(114.7367, abs=1e-4)
    assert edge.capacity_backward == 0


def test_given_capacity_stays() -> None:
    [edge] = physics.with_capacities(network(replace(LAWFUL, capacity_forward=7, capacity_backward=0))).edges
    assert (edge.capacity_forward, edge.capacity_backward) == (7, 0)


@pytest.mark.parametrize("kind", [kind for kind in EdgeKind if kind is not EdgeKind.PIPE])
def test_what_is_no_pipe_passes_both_ways_without_bound(kind: EdgeKind) -> None:
    [edge] = physics.with_capacities(network(replace(PIPE, kind=kind))).edges
    assert (edge.capacity_forward, edge.capacity_backward) == (None, None)


def test_every_pipe_of_unknown_capacity_is_named() -> None:
    unknown = [
        replace(PIPE, id="no-diameter", diameter_mm=None),
        replace(PIPE, id="no-friction", roughness_mm=None),
        PIPE,
    ]
    with pytest.raises(InvalidInput) as refusal:
        physics.with_capacities(network(*unknown))
    assert [fault.place for fault in refusal.value.faults] == ["pipe no-diameter", "pipe no-friction"]


def test_pipe_between_nodes_without_highest_pressure_has_no_capacity() -> None:
    nodes = (Node("A", NodeRole.ENTRY), B)
    with pytest.raises(InvalidInput):
        physics.with_capacities(network(PIPE, nodes=nodes))
