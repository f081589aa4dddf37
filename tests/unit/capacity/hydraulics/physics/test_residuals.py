"""The checker of states: hand-made states that keep every law, and the same states with one figure moved."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import GAS, edge, network, node, pipe

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.hydraulics.search.portfolio import Feasible, HydraulicSolver
from capacity.networks.model import Edge, EdgeKind, Network
from capacity.networks.physics import GAS_CONSTANT_J_PER_KMOL_K
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs

STATION = EdgeKind.COMPRESSOR_STATION


def one_pipe() -> Network:
    return network([node("a", 10, 40, 60), node("b", -10, 40, 60)], [pipe("p", "a", "b", 4.0)])


def one_state(
    inlet_bar: float, outlet_bar: float, flow: float = 10.0, mode: Mode = Mode.OPEN
) -> HydraulicState:
    return HydraulicState((flow, -flow), (flow,), (inlet_bar, outlet_bar), (mode,), ("",))


def two_nodes(between: Edge) -> Network:
    return network([node("a", 10), node("b", -10)], [between])


def faults_between(between: Edge, state: HydraulicState) -> list[str]:
    return residual_faults(two_nodes(between), state, use_maps=False)


def test_a_state_that_obeys_the_pipe_law_has_no_faults() -> None:
    # 50² − 4 · 10² = 2100
    assert residual_faults(one_pipe(), one_state(50.0, math.sqrt(2100.0))) == []


def test_a_pipe_law_missed_by_more_than_the_tolerance_is_named_with_its_pipe() -> None:
    assert residual_faults(one_pipe(), one_state(50.0, math.sqrt(2100.0 + 0.9e-5))) == []
    (fault,) = residual_faults(one_pipe(), one_state(50.0, math.sqrt(2100.0 + 2e-5)))
    assert fault.startswith("pipe p: misses the pipe law by -2")


def test_gas_that_goes_backwards_gains_pressure_on_paper() -> None:
    assert residual_faults(one_pipe(), one_state(math.sqrt(2100.0), 50.0, -10.0)) == []
    assert residual_faults(one_pipe(), one_state(50.0, math.sqrt(2100.0), -10.0))


def test_pressures_beyond_a_nodes_limits_are_faults_of_the_node() -> None:
    low, high = one_state(math.sqrt(39.9**2 + 400), 39.9), one_state(60.1, math.sqrt(60.1**2 - 400))
    assert residual_faults(one_pipe(), low) == ["node b: 39.9 bar is below the 40 bar it needs"]
    assert residual_faults(one_pipe(), high) == ["node a: 60.1 bar is above the 60 bar it allows"]


def test_pressures_beyond_a_pipes_own_limits_are_faults_of_the_pipe() -> None:
    weak = pipe("p", "a", "b", 4.0)
    weak = replace(weak, attributes={**weak.attributes, "pressure_max_bar": 49.0})
    sample = network([node("a", 10, 40, 60), node("b", -10, 40, 60)], [weak])
    (fault,) = residual_faults(sample, one_state(50.0, math.sqrt(2100.0)))
    assert fault == "pipe p at node a: 50 bar is above the 49 bar it allows"


def test_a_node_that_makes_gas_is_a_fault() -> None:
    state = replace(one_state(50.0, math.sqrt(2100.0)), injections_kg_per_s=(10.0, -10.0001))
    (fault,) = residual_faults(one_pipe(), state)
    assert fault.startswith("node b: mass balance violated by -0.0001 kg/s")


def test_a_state_of_another_nomination_is_a_fault() -> None:
    state = one_state(50.0, math.sqrt(2100.0))
    assert residual_faults(one_pipe(), state, injections_kg_per_s=[10.0, -10.0]) == []
    faults = residual_faults(one_pipe(), state, injections_kg_per_s=[11.0, -11.0])
    assert faults == ["node a: injects 10 kg/s instead of 11", "node b: injects -10 kg/s instead of -11"]


def test_flows_beyond_the_days_limits_are_faults() -> None:
    state = one_state(50.0, math.sqrt(2100.0))
    assert residual_faults(one_pipe(), state, flow_limits_kg_per_s=[(-5.0, 10.0)]) == []
    (fault,) = residual_faults(one_pipe(), state, flow_limits_kg_per_s=[(-5.0, 9.0)])
    assert fault == "pipe p: carries 10 kg/s, allowed: -5 to 9"


def test_the_revisions_own_capacities_hold_where_no_day_says_otherwise() -> None:
    sample, state = one_pipe(), one_state(50.0, math.sqrt(2100.0))
    narrow = replace(sample, edges=(replace(sample.edges[0], capacity_forward=9),))
    assert residual_faults(narrow, state) == ["pipe p: carries 10 kg/s, allowed: -inf to 9"]
    assert residual_faults(narrow, state, flow_limits_kg_per_s=[(-math.inf, 13.5)]) == []


def test_limits_and_injections_that_are_not_one_for_each_are_faults() -> None:
    state = one_state(50.0, math.sqrt(2100.0))
    assert residual_faults(one_pipe(), state, flow_limits_kg_per_s=[])
    assert residual_faults(one_pipe(), state, flow_limits_kg_per_s=[(math.nan, 20.0)])
    assert residual_faults(one_pipe(), state, injections_kg_per_s=[10.0])
    assert residual_faults(one_pipe(), state, injections_kg_per_s=[math.nan, -10.0])


def test_gas_that_circulates_is_a_fault() -> None:
    around = [
        edge("station", STATION, "a", "b", {"pressure_ratio_max": 1.5}),
        edge("valve", EdgeKind.VALVE, "a", "b"),
    ]
    sample = network([node("a", 10), node("b", -10)], around)
    once = HydraulicState((10.0, -10.0), (10.0, 0.0), (50.0,) * 2, (Mode.ACTIVE, Mode.OPEN), ("",) * 2)
    assert residual_faults(sample, once, use_maps=False) == []
    again = replace(once, flows_kg_per_s=(10.5, -0.5))
    (fault,) = residual_faults(sample, again, use_maps=False)
    assert fault == "station station: carries 10.5 kg/s of 10 that enter"


def test_gas_loses_pressure_uphill_by_the_barometric_formula() -> None:
    # Without friction p_i² = e^S p_j²: S = 2 g Δh / (R_s T z)
    rising = 2 * 9.80665 * 500 / (GAS_CONSTANT_J_PER_KMOL_K / GAS.molar_mass_kg_per_kmol * 283.15 * 0.9)
    nodes = [node("a", 10), node("b", -10, height_m=500.0)]
    level = edge("s", EdgeKind.SHORT_PIPE, "a", "b")
    outlet = 50.0 * math.exp(-rising / 2)
    assert residual_faults(network(nodes, [level]), one_state(50.0, outlet)) == []
    # with friction, p_i² − e^S p_j² = β (e^S − 1)/S q²
    outlet = math.sqrt((2500.0 - 400.0 * math.expm1(rising) / rising) / math.exp(rising))
    assert residual_faults(network(nodes, [pipe("p", "a", "b", 4.0)]), one_state(50.0, outlet)) == []


def test_a_shut_valve_carries_nothing_and_an_open_one_parts_no_pressures() -> None:
    valve = edge("v", EdgeKind.VALVE, "a", "b")
    assert faults_between(valve, one_state(50.0, 50.0)) == []
    assert faults_between(valve, one_state(50.0, 50.0, mode=Mode.CLOSED)) == [
        "valve v: is closed, but carries 10 kg/s"
    ]
    assert faults_between(valve, one_state(50.0, 49.0))
    assert faults_between(valve, one_state(50.0, 49.0, 0.0, Mode.CLOSED)) == []
    assert faults_between(valve, one_state(50.0, 50.0, mode=Mode.ACTIVE)) == ["valve v: has the mode active"]


def test_a_control_valve_takes_off_what_it_may_and_never_raises() -> None:
    limits = {"pressure_difference_max_bar": 8.0, "pressure_in_min_bar": 45.0}
    reducer = edge("c", EdgeKind.CONTROL_VALVE, "a", "b", limits)
    assert faults_between(reducer, one_state(50.0, 45.0, mode=Mode.ACTIVE)) == []
    assert faults_between(reducer, one_state(50.0, 41.0, mode=Mode.ACTIVE))
    assert faults_between(reducer, one_state(44.0, 42.0, mode=Mode.ACTIVE))
    assert faults_between(reducer, one_state(50.0, 51.0, mode=Mode.ACTIVE))
    assert faults_between(reducer, one_state(50.0, 45.0, -10.0, Mode.ACTIVE))
    assert faults_between(reducer, one_state(50.0, 50.0, -10.0, Mode.BYPASS)) == []


def test_a_station_lifts_up_to_its_ratio_and_not_backwards() -> None:
    station = edge("s", STATION, "a", "b", {"pressure_ratio_max": 1.5, "pressure_out_max_bar": 80.0})
    assert faults_between(station, one_state(40.0, 60.0, mode=Mode.ACTIVE)) == []
    assert faults_between(station, one_state(40.0, 61.0, mode=Mode.ACTIVE))
    assert faults_between(station, one_state(40.0, 39.0, mode=Mode.ACTIVE))
    assert faults_between(station, one_state(60.0, 81.0, mode=Mode.ACTIVE))
    assert faults_between(station, one_state(40.0, 60.0, -10.0, Mode.ACTIVE))
    assert faults_between(station, one_state(40.0, 60.0, mode=Mode.BYPASS))
    assert faults_between(station, one_state(40.0, 60.0, mode=Mode.OPEN)) == ["station s: has the mode open"]


def test_a_station_without_bypass_cannot_be_passed_idle() -> None:
    station = edge("s", STATION, "a", "b", {"internal_bypass": "not required"})
    assert faults_between(station, one_state(50.0, 50.0, mode=Mode.BYPASS)) == ["station s: has no bypass"]


def test_a_resistor_loses_its_loss_in_the_direction_of_the_gas() -> None:
    resistor = edge("r", EdgeKind.RESISTOR, "a", "b", {"pressure_loss_bar": 2.0})
    assert faults_between(resistor, one_state(50.0, 48.0)) == []
    assert faults_between(resistor, one_state(48.0, 50.0, -10.0)) == []
    assert faults_between(resistor, one_state(50.0, 49.0))
    assert faults_between(resistor, one_state(50.0, 49.0, 0.0)) == []


def test_losses_at_a_stations_flanges_count_before_and_behind_its_machines() -> None:
    attributes = {"pressure_loss_in_bar": 1.0, "pressure_loss_out_bar": 2.0, "pressure_ratio_max": 1.5}
    station = edge("s", STATION, "a", "b", attributes)
    state = replace(one_state(41.0, 58.0, mode=Mode.ACTIVE), flange_pressures_bar=(40.0, 60.0))
    assert faults_between(station, state) == []
    assert faults_between(station, replace(state, flange_pressures_bar=(40.0, 60.5)))
    assert faults_between(station, replace(state, flange_pressures_bar=())) == [
        "the state has 0 flange pressures, the network 2"
    ]


def test_figures_that_are_no_numbers_are_no_state() -> None:
    assert residual_faults(one_pipe(), one_state(math.nan, 45.0)) == [
        "not every figure of the state is finite"
    ]


@pytest.fixture(scope="module", params=[False, True], ids=["ratios", "maps"])
def published(request: pytest.FixtureRequest) -> tuple[Network, HydraulicState, bool]:
    revision, use_maps = catalogue.load("gaslib-40"), bool(request.param)
    compiled = compile_hydraulics(revision, use_maps=use_maps)
    injection = compiled.nomination()
    injection[np.argmax(np.abs(injection))] -= injection.sum()
    answer = HydraulicSolver(compiled, Highs()).decide(
        HydraulicProblem.of_nomination(compiled, injection), Deadline(30.0)
    )
    assert isinstance(answer, Feasible)
    return revision, answer.state, use_maps


@pytest.mark.parametrize("seed", range(30))
def test_moving_one_figure_at_a_pipe_of_a_proved_state_is_found(
    published: tuple[Network, HydraulicState, bool], seed: int
) -> None:
    revision, state, use_maps = published
    random = np.random.default_rng(seed)
    pipes = [n for n, found in enumerate(revision.edges) if found.kind is EdgeKind.PIPE]
    number = int(random.choice(pipes))
    joined = {revision.edges[number].tail, revision.edges[number].head}
    place = next(v for v, found in enumerate(revision.nodes) if found.id in joined)
    by = float(random.choice([-1, 1]) * 10 ** random.uniform(-3, 1))
    pressures, flows = list(state.pressures_bar), list(state.flows_kg_per_s)
    pressures[place] += by
    flows[number] += by
    for moved in (
        replace(state, pressures_bar=tuple(pressures)),
        replace(state, flows_kg_per_s=tuple(flows)),
    ):
        assert residual_faults(revision, moved, use_maps=use_maps)


def test_closing_any_edge_that_carries_gas_is_found(published: tuple[Network, HydraulicState, bool]) -> None:
    revision, state, use_maps = published
    assert residual_faults(revision, state, use_maps=use_maps) == []
    for number, flow in enumerate(state.flows_kg_per_s):
        if abs(flow) > 1e-3:
            modes = list(state.modes)
            modes[number] = Mode.CLOSED
            assert residual_faults(revision, replace(state, modes=tuple(modes)), use_maps=use_maps)


def test_a_configuration_the_station_does_not_have_is_found() -> None:
    revision = catalogue.load("gaslib-40")
    number = next(n for n, found in enumerate(revision.edges) if found.kind is STATION)
    modes = [Mode.OPEN if found.kind is EdgeKind.PIPE else Mode.CLOSED for found in revision.edges]
    modes[number] = Mode.ACTIVE
    nothing = (0.0,) * len(revision.edges)
    state = HydraulicState(
        (0.0,) * len(revision.nodes),
        nothing,
        (50.0,) * len(revision.nodes),
        tuple(modes),
        ("?",) * len(modes),
    )
    faults = residual_faults(revision, state)
    assert f"station {revision.edges[number].id}: has no configuration '?'" in faults
