"""The nonlinear program against hand calculations and scipy."""

import numpy as np
import pytest
import scipy.optimize
from benchmarks.least_cost import SupplyCost
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.aims import LargestStep
from capacity.hydraulics.search.modes import (
    ModeLibrary,
    Setting,
    all_active,
    first_guess,
    settled,
    undecided,
)
from capacity.hydraulics.search.nlp import NonlinearProgram, Point
from capacity.networks.model import EdgeKind, Network
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline, LimitReached

CLOSED, OPEN, BACKWARD, ACTIVE = (
    int(one) for one in (Setting.CLOSED, Setting.OPEN, Setting.BACKWARD, Setting.ACTIVE)
)


def published(revision: Network) -> tuple[HydraulicNetwork, HydraulicProblem]:
    compiled = compile_hydraulics(revision, use_maps=False)
    injection = compiled.nomination()
    injection[np.argmax(np.abs(injection))] -= injection.sum()
    return compiled, HydraulicProblem.of_nomination(compiled, injection)


def solved(revision: Network, modes: tuple[int, ...]) -> Point:
    compiled, problem = published(revision)
    point = NonlinearProgram(compiled, modes).solve(problem, Deadline(10.0))
    assert point is not None
    return point


def test_flows_around_a_ring_are_those_that_scipy_finds() -> None:
    betas = {"ab": 2.0, "bc": 1.0, "ac": 0.5, "cd": 3.0}
    nodes = [node("a", 20), node("b", -6), node("c"), node("d", -14)]
    point = solved(
        network(nodes, [pipe(name, name[0], name[1], beta) for name, beta in betas.items()]), (OPEN,) * 4
    )

    def around(flow: np.ndarray) -> float:
        ab = float(flow[0])
        bc, ac = ab - 6, 20 - ab
        return betas["ab"] * ab * abs(ab) + betas["bc"] * bc * abs(bc) - betas["ac"] * ac * abs(ac)

    ab = float(scipy.optimize.fsolve(around, [10.0], xtol=1e-12)[0])
    assert point.flow == pytest.approx([ab, ab - 6, 20 - ab, 14], abs=1e-7)
    assert point.shows_feasible
    drops = [point.potential[0] - point.potential[1], point.potential[2] - point.potential[3]]
    assert drops == pytest.approx([2.0 * ab**2, 3.0 * 14**2], abs=1e-5)


def test_what_is_missing_at_the_exit_of_a_pipe_is_what_the_pipe_law_says() -> None:
    # 60² − 15 · 10² = 2100, demanded are 50² = 2500; taking it from the inlet's limit would cost five times
    sample = network([node("a", 10, 40, 60), node("b", -10, 50, 60)], [pipe("p", "a", "b", 15.0)])
    point = solved(sample, (OPEN,))
    assert point.missing == pytest.approx([0.0, 400.0], abs=1e-4)
    assert point.potential == pytest.approx([3600.0, 2100.0], abs=1e-4)
    assert not point.shows_feasible


def test_modes_that_cut_an_exit_off_are_no_programme() -> None:
    sample = network([node("a", 10), node("b", -10)], [edge("v", EdgeKind.VALVE, "a", "b")])
    compiled, problem = published(sample)
    assert NonlinearProgram(compiled, (CLOSED,)).solve(problem, Deadline(10.0)) is None
    assert NonlinearProgram(compiled, (OPEN,)).solve(problem, Deadline(10.0)) is not None


def test_a_station_that_works_lifts_by_no_more_than_its_ratio() -> None:
    # behind the pipe 50² − 4 · 20² = 900 = 30²; 1.5 · 30 = 45
    station = edge("s", EdgeKind.COMPRESSOR_STATION, "b", "c", {"pressure_ratio_max": 1.5})
    for least, missing in ((45.0, 0.0), (46.0, 46.0**2 - 45.0**2)):
        nodes = [node("a", 20, 10, 50), node("b"), node("c", -20, least, 90)]
        point = solved(network(nodes, [pipe("p", "a", "b", 4.0), station]), (OPEN, ACTIVE))
        assert point.total_missing == pytest.approx(missing, abs=1e-4)


def test_a_resistor_takes_its_loss_off_in_the_direction_it_is_passed() -> None:
    resistor = edge("r", EdgeKind.RESISTOR, "a", "b", {"pressure_loss_bar": 2.0})
    forwards = solved(network([node("a", 5, 50, 50), node("b", -5)], [resistor]), (OPEN,))
    backwards = solved(network([node("a", -5, 50, 50), node("b", 5)], [resistor]), (BACKWARD,))
    assert np.sqrt(forwards.potential[1]) == pytest.approx(48.0, abs=1e-6)
    assert np.sqrt(backwards.potential[1]) == pytest.approx(52.0, abs=1e-6)


def test_a_control_valve_keeps_the_difference_it_must() -> None:
    limits = {"pressure_difference_min_bar": 3.0, "pressure_difference_max_bar": 8.0}
    reducer = edge("c", EdgeKind.CONTROL_VALVE, "a", "b", limits)
    point = solved(network([node("a", 5, 50, 50), node("b", -5, 10, 60)], [reducer]), (ACTIVE,))
    assert 3.0 - 1e-6 <= 50.0 - np.sqrt(point.potential[1]) <= 8.0 + 1e-6
    assert point.shows_feasible
    missing = solved(network([node("a", 5, 50, 50), node("b", -5, 48, 60)], [reducer]), (ACTIVE,))
    assert missing.total_missing == pytest.approx(48.0**2 - 47.0**2, abs=1e-3)


def test_with_all_choices_open_the_programme_bypasses_a_station_and_shuts_a_valve() -> None:
    # The station cannot lift what comes at 60 bar (outlet at most 55) and may be passed by; the valve would
    # join 60 bar to a side that stands 20.
    limits = {"pressure_ratio_max": 2.0, "pressure_out_max_bar": 55.0}
    edges = [
        edge("s", EdgeKind.COMPRESSOR_STATION, "a", "b", limits),
        edge("v", EdgeKind.VALVE, "b", "c"),
        pipe("p", "b", "d", 1.0),
    ]
    nodes = [node("a", 10, 60, 60), node("b"), node("c", 0, 2, 20), node("d", -10, 50, 70)]
    compiled, problem = published(network(nodes, edges))
    guess = NonlinearProgram(compiled, undecided(compiled)).solve(problem, Deadline(10.0))
    assert guess is not None
    modes = settled(compiled, guess.flow, guess.potential)
    assert modes == (OPEN, CLOSED, OPEN)
    point = NonlinearProgram(compiled, modes).solve(problem, Deadline(10.0), guess)
    assert point is not None
    assert point.shows_feasible


def test_the_largest_step_through_a_pipe_is_what_its_pressures_allow() -> None:
    # 60² − 40² = 2000 = 5 · 20²
    sample = network([node("a", 10, 40, 60), node("b", -10, 40, 60)], [pipe("p", "a", "b", 5.0)])
    compiled, problem = published(sample)
    more = problem.towards(np.array([1.0, -1.0]), 0.0, 100.0)
    point = NonlinearProgram(compiled, (OPEN,), LargestStep()).solve(more, Deadline(10.0))
    assert point is not None
    assert point.step == pytest.approx(10.0, abs=1e-6)
    assert point.injection == pytest.approx([20.0, -20.0], abs=1e-6)


def test_the_cheaper_source_serves_as_far_as_its_pressure_reaches() -> None:
    # 60² − 40² = 2000 = β · 12² is all that the pipe from a can carry; b, dearer, gives the rest of 20
    nodes = [node("a", 1, 40, 60), node("b", 1, 40, 60), node("c", -2, 40, 60)]
    edges = [pipe("ac", "a", "c", 2000 / 144), pipe("bc", "b", "c", 1.0)]
    compiled = compile_hydraulics(network(nodes, edges), use_maps=False)
    problem = HydraulicProblem.of_booking(
        compiled, np.array([0.0, 0.0, -20.0]), np.array([20.0, 20.0, -20.0])
    )
    program = NonlinearProgram(compiled, (OPEN, OPEN), SupplyCost(np.array([1.0, 3.0, 0.0])))
    point = program.solve(
        problem, Deadline(10.0), NonlinearProgram(compiled, (OPEN,) * 2).solve(problem, Deadline(9))
    )
    assert point is not None
    assert point.injection == pytest.approx([12.0, 8.0, -20.0], abs=1e-5)


def test_a_programme_begins_again_where_it_ended() -> None:
    compiled, problem = published(catalogue.load("gaslib-40"))
    program = NonlinearProgram(compiled, all_active(compiled))
    first, again = (program.solve(problem, Deadline(10.0)) for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.shows_feasible
    assert again.shows_feasible
    # 1.1 times as much needs a station passed by: what is missing must not depend on where it began
    more = HydraulicProblem.of_nomination(compiled, 1.1 * problem.injection_min)
    warm = program.solve(more, Deadline(10.0))
    cold = NonlinearProgram(compiled, all_active(compiled)).solve(more, Deadline(10.0))
    assert warm is not None
    assert cold is not None
    assert warm.total_missing == pytest.approx(cold.total_missing, rel=1e-4)
    assert warm.total_missing > 1.0


def test_nothing_is_solved_after_the_deadline() -> None:
    compiled, problem = published(catalogue.load("gaslib-40"))
    program = NonlinearProgram(compiled, first_guess(compiled))
    late = iter([0.0, 2.0])
    with pytest.raises(LimitReached):
        program.solve(problem, Deadline(1.0, lambda: next(late)))


def test_the_programme_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    compiled, problem = published(catalogue.load("gaslib-40"))
    NonlinearProgram(compiled, first_guess(compiled)).solve(problem, Deadline(10.0))
    NonlinearProgram(compiled, undecided(compiled)).solve(problem, Deadline(10.0))
    assert capfd.readouterr() == ("", "")


def test_the_library_keeps_the_latest_modes_first_and_forgets_the_oldest() -> None:
    library = ModeLibrary(size=2)
    for modes in ((0,), (1,), (0,), (2,)):
        library.worked(modes)
    assert list(library) == [(2,), (0,)]


def test_ipopt_stops_between_two_iterations_when_the_deadline_passes() -> None:
    compiled, problem = published(catalogue.load("gaslib-40"))
    program = NonlinearProgram(compiled, first_guess(compiled))
    clock = iter(float(tick) for tick in range(1_000))
    # it is asked once when it begins, and once an iteration: the fifth answer is past the fourth second
    point = program.solve(problem, Deadline(4.0, lambda: next(clock)))
    assert point is not None
    assert not point.is_optimal
    assert next(clock) < 12
