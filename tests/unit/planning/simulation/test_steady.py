"""Simulation: hills and compressibility against integration along each pipe, settings, refusals."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.passive.newton import NoSteadyState
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network
from capacity.networks.physics import (
    GAS_CONSTANT_J_PER_KMOL_K,
    GRAVITY_M_PER_S2,
    nikuradse,
    papay,
)
from capacity.publication import catalogue
from planning.simulation.steady import Compressibility, Simulation, papay_factors, simulate


def hilly(gas: GasProperties) -> Network:
    """Two loops over hills of up to 700 m, with a valve and 120 kg/s from a to e."""
    heights = {"a": 40.0, "b": 700.0, "c": 0.0, "d": 350.0, "e": 120.0}
    nominations = {"a": 120, "c": -30, "e": -90}
    nodes = [node(name, nominations.get(name, 0), height_m=height) for name, height in heights.items()]

    def steel(name: str, length_km: float, diameter_mm: float) -> Edge:
        return Edge(
            name, EdgeKind.PIPE, name[0], name[1], length_m=1000 * length_km, diameter_mm=diameter_mm,
            roughness_mm=0.05,
        )  # fmt: skip

    edges = [
        *(steel("ab", 40, 600), steel("bc", 30, 500), steel("ac", 80, 700), steel("cd", 20, 500)),
        *(steel("db", 25, 400), steel("de", 35, 600)),
    ]
    return network(nodes, [*edges, edge("ce", EdgeKind.VALVE, "c", "e")], gas)


def integrated_outlet_bar(
    one: Edge, revision: Network, flow: float, inlet_bar: float, factor: float
) -> float:
    """Return the outlet pressure by integrating momentum; `factor` 0 means Papay's z on the way."""
    heights = {place.id: place.height_m for place in revision.nodes}
    assert one.length_m is not None
    assert one.diameter_mm is not None
    assert one.roughness_mm is not None
    diameter, length = one.diameter_mm / 1000, one.length_m
    slope = (heights[one.head] - heights[one.tail]) / length
    state = GAS_CONSTANT_J_PER_KMOL_K / revision.gas.molar_mass_kg_per_kmol * revision.gas_temperature_k
    friction = nikuradse(one.diameter_mm, one.roughness_mm)

    def fall(_: float, pressure: list[float]) -> list[float]:
        z = factor or papay(pressure[0] / 1e5, revision.gas_temperature_k, revision.gas)
        density = pressure[0] / (z * state)
        velocity = flow / (density * math.pi * diameter**2 / 4)
        friction_pa_per_m = friction / diameter * density / 2 * velocity * abs(velocity)
        return [-friction_pa_per_m - density * GRAVITY_M_PER_S2 * slope]

    end = solve_ivp(fall, (0, length), [inlet_bar * 1e5], rtol=1e-10, atol=1e-3)
    return float(end.y[0, -1] / 1e5)


def simulated(revision: Network, compressibility: Compressibility) -> tuple[HydraulicNetwork, Simulation]:
    hydraulic = compile_hydraulics(revision)
    found = simulate(hydraulic, hydraulic.nomination(), 0, 80.0, compressibility=compressibility)
    return hydraulic, found


def test_over_hills_pressures_are_those_of_integration_along_each_pipe() -> None:
    revision = hilly(GasProperties(compressibility=0.88))
    hydraulic, found = simulated(revision, Compressibility.CONSTANT)
    assert found.pressures_bar[0] == pytest.approx(80)
    for number, one in enumerate(revision.edges[:6]):
        inlet = float(found.pressures_bar[hydraulic.tail[number]])
        outlet = integrated_outlet_bar(one, revision, float(found.flows_kg_per_s[number]), inlet, 0.88)
        assert outlet == pytest.approx(found.pressures_bar[hydraulic.head[number]], abs=1e-5)


def test_with_papays_compressibility_each_pipe_has_that_of_its_mean_pressure() -> None:
    revision = hilly(GasProperties())
    hydraulic, found = simulated(revision, Compressibility.PAPAY)
    for number, one in enumerate(revision.edges[:6]):
        ends = found.pressures_bar[[hydraulic.tail[number], hydraulic.head[number]]].tolist()
        mean = 2 / 3 * (sum(ends) - ends[0] * ends[1] / sum(ends))
        factor = papay(mean, revision.gas_temperature_k, revision.gas)
        flow = float(found.flows_kg_per_s[number])
        exact = integrated_outlet_bar(one, revision, flow, ends[0], factor)
        assert exact == pytest.approx(ends[1], abs=1e-5)
        # The mean stands for a compressibility that changes on the way.
        assert integrated_outlet_bar(one, revision, flow, ends[0], 0) == pytest.approx(ends[1], abs=0.02)


def test_nodes_joined_by_a_valve_keep_one_potential_over_their_heights() -> None:
    hydraulic, found = simulated(hilly(GasProperties(compressibility=0.88)), Compressibility.CONSTANT)
    potential = hydraulic.elevation * found.pressures_bar**2
    assert potential[2] == pytest.approx(potential[4])
    # What e takes comes through the valve and the pipe from d.
    assert found.flows_kg_per_s[5] + found.flows_kg_per_s[6] == pytest.approx(90)


def test_stations_hold_their_ratios_on_a_mesh_and_every_pipe_its_law() -> None:
    hydraulic = compile_hydraulics(catalogue.load("gaslib-40"), use_maps=False)
    injection = hydraulic.nomination()
    reference = int(np.argmax(injection))
    injection[reference] -= injection.sum()
    stations = [n for n, one in enumerate(hydraulic.network.edges) if one.kind is EdgeKind.COMPRESSOR_STATION]
    ratios = {number: 1.05 + 0.02 * place for place, number in enumerate(stations)}
    found = simulate(hydraulic, injection, reference, 70.0, ratios=ratios)
    pressures, flows = found.pressures_bar, found.flows_kg_per_s
    for number, ratio in ratios.items():
        assert pressures[hydraulic.head[number]] / pressures[hydraulic.tail[number]] == pytest.approx(ratio)
    pipes = [n for n in range(len(flows)) if n not in ratios]
    potential = hydraulic.elevation * pressures**2
    law = hydraulic.resistance * flows * np.abs(flows)
    missed = potential[hydraulic.tail] - potential[hydraulic.head] - law
    np.testing.assert_allclose(missed[pipes], 0, atol=1e-5)
    left = injection.copy()
    np.subtract.at(left, hydraulic.tail, flows)
    np.add.at(left, hydraulic.head, flows)
    np.testing.assert_allclose(left, 0, atol=1e-8)


@pytest.mark.parametrize(("tail", "head"), [("a", "b"), ("b", "a")])
def test_a_resistor_takes_its_loss_off_the_pressure_whichever_way_it_points(tail: str, head: str) -> None:
    # 80 bar less 2 are 78, and behind a pipe of β = 0.5 that carries 30 kg/s √(78² − 0.5 · 30²) = 75.06 bar.
    resistor = edge("r", EdgeKind.RESISTOR, tail, head, {"pressure_loss_bar": 2.0})
    nodes = [node("a", 30), node("b"), node("c", -30)]
    hydraulic = compile_hydraulics(network(nodes, [resistor, pipe("bc", "b", "c", 0.5)]))
    found = simulate(hydraulic, hydraulic.nomination(), 0, 80.0)
    assert found.pressures_bar.tolist() == pytest.approx([80.0, 78.0, 75.06], abs=1e-4)
    assert found.flows_kg_per_s.tolist() == pytest.approx([30.0 if tail == "a" else -30.0, 30.0])


def test_losses_at_flanges_are_taken_off_on_both_sides_of_a_station() -> None:
    # 60 bar less 0.5 are 59.5 at the machines; 1.2 times that are 71.4, less 0.8 at the way out 70.6 bar.
    losses = {"pressure_loss_in_bar": 0.5, "pressure_loss_out_bar": 0.8}
    station = edge("cs", EdgeKind.COMPRESSOR_STATION, "a", "b", losses)
    hydraulic = compile_hydraulics(network([node("a", 30), node("b", -30)], [station]), use_maps=False)
    found = simulate(hydraulic, hydraulic.nomination(), 0, 60.0, ratios={0: 1.2})
    assert found.pressures_bar[:2].tolist() == pytest.approx([60.0, 70.6], abs=1e-6)


def test_resistors_on_a_mesh_lose_what_the_model_says() -> None:
    # The residual checker restates the model's laws by itself.
    revision = hilly(GasProperties(compressibility=0.88))
    resistor = edge("r", EdgeKind.RESISTOR, "e", "c", {"pressure_loss_bar": 0.3})
    revision = replace(revision, edges=(*revision.edges[:6], resistor))
    hydraulic = compile_hydraulics(revision)
    found = simulate(hydraulic, hydraulic.nomination(), 0, 80.0)
    state = HydraulicState(
        injections_kg_per_s=tuple(hydraulic.nomination().tolist()),
        flows_kg_per_s=tuple(found.flows_kg_per_s.tolist()),
        pressures_bar=tuple(found.pressures_bar.tolist()),
        modes=(Mode.OPEN,) * len(revision.edges),
        configurations=("",) * len(revision.edges),
    )
    assert residual_faults(revision, state) == []
    assert abs(found.flows_kg_per_s[6]) > 1


def test_a_resistor_that_takes_all_pressure_leaves_no_steady_state() -> None:
    resistor = edge("r", EdgeKind.RESISTOR, "a", "b", {"pressure_loss_bar": 90.0})
    hydraulic = compile_hydraulics(network([node("a", 3), node("b", -3)], [resistor]))
    with pytest.raises(NoSteadyState, match="no pressure is left"):
        simulate(hydraulic, hydraulic.nomination(), 0, 80.0)


def closed_valve(revision: Network, name: str) -> np.ndarray:
    return np.array([one.id == name for one in revision.edges])


def test_a_closed_valve_sends_gas_the_other_way() -> None:
    revision = hilly(GasProperties(compressibility=0.88))
    hydraulic = compile_hydraulics(revision)
    closed = closed_valve(revision, "ce")
    found = simulate(hydraulic, hydraulic.nomination(), 0, 80.0, closed=closed)
    assert found.flows_kg_per_s[6] == 0
    assert found.flows_kg_per_s[5] == pytest.approx(90)


def test_what_is_cut_off_cannot_be_simulated() -> None:
    revision = network([node("a", 3), node("b", -3)], [edge("v", EdgeKind.VALVE, "a", "b")])
    hydraulic = compile_hydraulics(revision)
    with pytest.raises(ValueError, match="not connect"):
        simulate(hydraulic, hydraulic.nomination(), 0, 50.0, closed=closed_valve(revision, "v"))


def test_a_node_left_without_pressure_is_named() -> None:
    hydraulic = compile_hydraulics(network([node("a", 3), node("far", -3)], [pipe("p", "a", "far", 400.0)]))
    with pytest.raises(NoSteadyState, match="far"):
        simulate(hydraulic, hydraulic.nomination(), 0, 50.0)


def test_papays_factors_are_those_of_the_network_room() -> None:
    gas = replace(GasProperties(), pseudocritical_temperature_k=190.0)
    pressures = [1.0, 35.0, 84.0]
    expected = [papay(pressure, 290.0, gas) for pressure in pressures]
    assert papay_factors(np.array(pressures), 290.0, gas).tolist() == pytest.approx(expected)
