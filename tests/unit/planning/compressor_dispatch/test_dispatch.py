"""Compressor dispatch: the synthetic ring T002-6 of the seeds by brute force, derating, real stations."""

import math

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe
from tests.unit.planning.compressor_dispatch.ring import (
    FALLOFF,
    INFLOWS,
    KG_PER_S_PER_MMSM3_PER_D,
    LENGTHS_KM,
    OFFTAKES,
    SET_POINT_BAR,
    SOURCE_BAR,
    UNITS,
    held_to_inflows,
    ring,
    station_of_units,
)

from capacity.hydraulics.physics.laws import ISENTROPIC_EXPONENT
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.portfolio import Answer, HydraulicSolver
from capacity.networks.model import EdgeKind
from capacity.networks.physics import GAS_CONSTANT_J_PER_KMOL_K
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs
from planning.compressor_dispatch.dispatch import CannotDispatch, dispatch
from planning.compressor_dispatch.least_power import EFFICIENCY_ASSUMED
from planning.compressor_dispatch.model import Dispatch, PressureBounds
from planning.compressor_dispatch.run import within
from planning.nominations import injections, published

OVERSTAFFED = {"CS1", "CS3", "CS6", "CS8"}
STATE_J_PER_KG = 0.90 * GAS_CONSTANT_J_PER_KMOL_K / 17.5 * 288.0


def dispatched(problem: HydraulicProblem, seconds: float = 120.0) -> Dispatch:
    return dispatch(HydraulicSolver(problem.network, Highs()), problem, Deadline(seconds), lambda *_: None)


def running(found: Dispatch) -> dict[str, str]:
    return {run.edge_id: run.configuration for run in found.least if run.power_kw}


def independent_power_kw(flow_mmsm3: float, inlet: float, outlet: float, number: int, units: int) -> float:
    """The power formula once more, written for itself, in MMsm³/d and bar; infinite where impossible."""
    if units == 0:
        return 0.0 if outlet <= inlet else math.inf
    nominal, peak, _ = UNITS[number - 1]
    kg_per_s = flow_mmsm3 * KG_PER_S_PER_MMSM3_PER_D
    share = kg_per_s / (inlet * 1e5 / STATE_J_PER_KG) / units / nominal
    if not 0.35 <= share <= 1.35 or outlet < inlet:
        return math.inf
    exponent: float = 1 - 1 / ISENTROPIC_EXPONENT
    work: float = STATE_J_PER_KG / exponent * ((outlet / inlet) ** exponent - 1)
    return kg_per_s * work / (peak * (1 - FALLOFF * (share - 1) ** 2)) / 1e3


def duties_at_set_points() -> list[tuple[int, float, float]]:
    """By station: number, flow in MMsm³/d, inlet pressure, with every outlet at its set point."""
    duties = []
    for arm, first in (("A", 1), ("B", 6)):
        flow, inlet = INFLOWS[arm], SOURCE_BAR
        for place in range(5):
            duties.append((first + place, flow, inlet))
            inlet = math.sqrt(SET_POINT_BAR**2 - 6.0e-3 * LENGTHS_KM[arm][place] * flow**2)
            flow -= OFFTAKES[arm][place]
    return duties


def powers_at_set_points(number: int, flow: float, inlet: float) -> list[float]:
    installed = UNITS[number - 1][2]
    return [independent_power_kw(flow, inlet, SET_POINT_BAR, number, units) for units in range(installed + 1)]


@pytest.fixture(scope="module")
def at_set_points() -> Dispatch:
    return dispatched(held_to_inflows(ring()))


def test_at_held_set_points_no_combination_of_units_needs_less_power(at_set_points: Dispatch) -> None:
    totals = np.zeros(1)
    for duty in duties_at_set_points():
        totals = (totals[:, None] + np.array(powers_at_set_points(*duty))).ravel()
    assert len(totals) == 2_560_000
    assert at_set_points.is_complete
    assert at_set_points.least_kw == pytest.approx(totals.min(), rel=1e-4)
    assert running(at_set_points) == {f"CS{number}": "2" for number in range(1, 11)}


def test_a_tenth_is_saved_where_four_stations_ran_all_their_units(at_set_points: Dispatch) -> None:
    initial = sum(
        powers_at_set_points(*duty)[4 if f"CS{duty[0]}" in OVERSTAFFED else 2]
        for duty in duties_at_set_points()
    )
    saving = initial - at_set_points.least_kw
    assert saving / initial == pytest.approx(0.1003, abs=5e-4)
    assert saving / at_set_points.least_kw == pytest.approx(0.1114, abs=5e-4)


def test_freeing_pressures_and_the_split_of_flow_saves_more(at_set_points: Dispatch) -> None:
    freed = dispatched(ring(set_point_bar=None), seconds=30.0)
    assert freed.least_kw < 0.9 * at_set_points.least_kw


def line(power_max_kw: float = 1e6) -> HydraulicNetwork:
    """Two stations of two units each, and a pipe behind each."""
    unit = (1.0, 0.8, 2)
    edges = [
        station_of_units("first", "a", "b", unit, power_max_kw),
        pipe("bc", "b", "c", 1.0),
        station_of_units("second", "c", "d", unit, power_max_kw),
        pipe("de", "d", "e", 1.0),
    ]
    nodes = [node("a", 50, 45.0, 45.0), *(node(name, 0, 30.0, 90.0) for name in "bcd"), node("e", -50, 55.0)]
    return compile_hydraulics(network(nodes, edges))


def nominated(compiled: HydraulicNetwork) -> HydraulicProblem:
    return HydraulicProblem.of_nomination(compiled, compiled.nomination())


def test_units_derated_by_a_fifth_make_stations_use_another_configuration() -> None:
    rated = dispatched(nominated(line()))
    assert set(running(rated).values()) == {"1"}
    largest = max(machine.power_kw for run in rated.least for machine in run.machines)
    derated = dispatched(nominated(line(0.8 * largest)))
    assert "2" in running(derated).values()
    assert derated.least_kw > rated.least_kw
    assert max(machine.power_kw for run in derated.least for machine in run.machines) <= 0.8 * largest + 0.1


class Slow(HydraulicSolver):
    """A solver whose every decision takes an hour, by the clock that the deadline reads."""

    now = 0.0

    def decide(self, problem: HydraulicProblem, deadline: Deadline) -> Answer:
        found = super().decide(problem, deadline)
        self.now += 3600.0
        return found


def refusal(problem: HydraulicProblem, seconds: float) -> str:
    solver = Slow(problem.network, Highs())
    with pytest.raises(CannotDispatch) as refused:
        dispatch(solver, problem, Deadline(seconds, lambda: solver.now), lambda *_: None)
    return refused.value.reason


def test_that_time_ended_is_not_told_as_that_there_is_no_way() -> None:
    no_state = refusal(held_to_inflows(ring()), seconds=0.0)
    no_power = refusal(nominated(line()), seconds=60.0)

    assert no_state.startswith("no proof within 0 seconds")
    assert no_power == "the machines' maps allow none of the modes that were tried until the time ended"


def test_units_derated_too_far_cannot_be_dispatched() -> None:
    with pytest.raises(CannotDispatch):
        dispatched(nominated(line(100.0)))


def test_a_line_is_run_at_the_least_power_of_a_fine_grid() -> None:
    compiled = line()
    found = dispatched(nominated(compiled))
    state = compiled.compressibility * GAS_CONSTANT_J_PER_KMOL_K / 18.5674 * 283.15
    exponent = 1 - 1 / ISENTROPIC_EXPONENT

    def power(inlet: float, outlet: float) -> float:
        """Return the least of one unit, two units and the bypass."""
        if outlet <= inlet:
            return 0.0 if outlet == inlet else math.inf
        shares = [50 * state / (inlet * 1e5) / units for units in (1, 2)]
        works = 50 * state / exponent * ((outlet / inlet) ** exponent - 1) / 1e3
        possible = [works / (0.8 * (1 - FALLOFF * (f - 1) ** 2)) for f in shares if 0.35 <= f <= 1.35]
        return min(possible, default=math.inf)

    between = [power(45.0, b) + power(math.sqrt(b * b - 2500), math.sqrt(55.0**2 + 2500)) for b in GRID_BAR]
    assert found.least_kw == pytest.approx(min(between), rel=2e-3)


GRID_BAR = [round(value, 2) for value in np.arange(58.31, 90.0, 0.01)]


def test_the_stations_of_gaslib_40_save_power_on_their_machines_maps() -> None:
    revision = catalogue.load("gaslib-40")
    entries = [one.id for one in revision.nodes if one.nomination > 0]
    exits = [one.id for one in revision.nodes if one.nomination < 0]
    bounds = {name: PressureBounds(most_bar=55.0) for name in entries}
    bounds |= {name: PressureBounds(least_bar=40.0) for name in exits}
    compiled = compile_hydraulics(within(revision, bounds))
    nomination = published(revision, 0.6)
    found = dispatched(HydraulicProblem.of_nomination(compiled, injections(compiled, nomination)))
    assert found.initial_kw is not None
    assert found.least_kw < 0.7 * found.initial_kw
    assert found.is_complete
    for run in found.least:
        assert run.power_kw == pytest.approx(sum(machine.power_kw for machine in run.machines))
        assert sum(machine.flow_kg_per_s for machine in run.machines) == pytest.approx(
            run.flow_kg_per_s if run.machines else 0.0
        )
    assert all(found.pressures_bar[name] <= 55.0 + 1e-6 for name in entries)
    assert all(found.pressures_bar[name] >= 40.0 - 1e-6 for name in exits)


def test_a_station_without_machine_data_counts_with_the_assumed_efficiency() -> None:
    nodes = [node("a", 10, 40.0, 40.0), node("b", -10, 50.0, 60.0)]
    compiled = compile_hydraulics(network(nodes, [edge("s", EdgeKind.COMPRESSOR_STATION, "a", "b")]))
    found = dispatched(nominated(compiled))
    state = compiled.compressibility * GAS_CONSTANT_J_PER_KMOL_K / 18.5674 * 283.15
    exponent = 1 - 1 / ISENTROPIC_EXPONENT
    expected = 10 * state / exponent * (1.25**exponent - 1) / EFFICIENCY_ASSUMED / 1e3
    (run,) = found.least
    assert not run.has_machines
    assert run.power_kw == pytest.approx(expected, rel=1e-6)


def test_a_nomination_that_needs_no_compressor_needs_no_power() -> None:
    nodes = [node("a", 10, 50.0, 60.0), node("b", -10, 40.0, 60.0)]
    compiled = compile_hydraulics(network(nodes, [edge("s", EdgeKind.COMPRESSOR_STATION, "a", "b")]))
    found = dispatched(nominated(compiled))
    assert found.least_kw == 0.0
    assert running(found) == {}


def test_pressures_that_cannot_be_kept_are_refused_with_what_is_missing() -> None:
    compiled = compile_hydraulics(
        network([node("a", 10, 40.0, 40.0), node("b", -10, 39.0)], [pipe("p", "a", "b", 5.0)])
    )
    with pytest.raises(CannotDispatch, match="pressure at b"):
        dispatched(nominated(compiled))


def test_results_survive_storage() -> None:
    nodes = [node("a", 10, 40.0, 40.0), node("b", -10, 50.0, 60.0)]
    compiled = compile_hydraulics(network(nodes, [edge("s", EdgeKind.COMPRESSOR_STATION, "a", "b")]))
    found = dispatched(nominated(compiled))
    assert Dispatch.from_json(found.to_json()) == found
