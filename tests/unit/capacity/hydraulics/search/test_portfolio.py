"""The portfolio on published networks: what passes, what does not, and both kinds of proof."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe, random_network
from tests.unit.capacity.hydraulics.tree_samples import nominations_of_gaslib_134, random_tree

from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem, PotentialGap
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.hydraulics.physics.state import Mode
from capacity.hydraulics.search.milp_relaxation import CandidatePoint, MilpRelaxation, NoCandidate
from capacity.hydraulics.search.modes import ModeLibrary
from capacity.hydraulics.search.portfolio import Answer, Feasible, HydraulicSolver, Infeasible, Undecided
from capacity.hydraulics.search.verified import proved
from capacity.hydraulics.tree_networks.decision import TreeNetwork
from capacity.networks.formats.gaslib import reader
from capacity.networks.model import EdgeKind, Network
from capacity.networks.physics import with_capacities
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline
from capacity.solvers.gurobi import Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.port import Solver

SECONDS = 5.0
"""Within which nothing on GasLib-11, 40 and 134 may stay undecided."""


def balanced(compiled: HydraulicNetwork, scale: float = 1.0) -> Reals:
    injection = compiled.nomination() * scale
    injection[np.argmax(np.abs(injection))] -= injection.sum()
    return injection


def decided(solver: HydraulicSolver, problem: HydraulicProblem, seconds: float = SECONDS) -> Answer:
    """Return the answer after its proof has been checked."""
    answer = solver.decide(problem, Deadline(seconds))
    if isinstance(answer, Feasible):
        faults = residual_faults(
            solver.network.network,
            answer.state,
            injections_kg_per_s=problem.injection_min[: len(solver.network.network.nodes)].tolist(),
            use_maps=bool(solver.network.ranges),
        )
        assert faults == []
    elif isinstance(answer, Infeasible):
        assert not certificate_faults(problem, answer.certificate)
    return answer


Load = Callable[[str], Network]


@pytest.fixture(scope="module")
def load(request: pytest.FixtureRequest) -> Load:
    def loaded(code: str) -> Network:
        if code in catalogue.codes():
            return catalogue.load(code)
        archives = request.getfixturevalue("published_data") / "gaslib"
        return with_capacities(reader.read(archives / f"{code}.zip"))

    return loaded


@pytest.mark.parametrize("use_maps", [False, True], ids=["ratios", "maps"])
@pytest.mark.parametrize("code", ["belgian", "GasLib-11", "gaslib-40", "GasLib-134", "gaslib-135"])
def test_the_published_nomination_is_carried_by_a_state_without_faults(
    load: Load, code: str, use_maps: bool
) -> None:
    compiled = compile_hydraulics(load(code), use_maps=use_maps)
    solver = HydraulicSolver(compiled, Highs())
    for scale in (1.0, 0.5):
        problem = HydraulicProblem.of_nomination(compiled, balanced(compiled, scale))
        assert isinstance(decided(solver, problem, 2 * SECONDS), Feasible)


def test_gaslib_582_carries_its_nomination_and_a_third_more(load: Load) -> None:
    compiled = compile_hydraulics(load("gaslib-582"))
    solver = HydraulicSolver(compiled, Highs())
    for scale in (1.0, 0.5, 1.3):
        problem = HydraulicProblem.of_nomination(compiled, balanced(compiled, scale))
        assert isinstance(decided(solver, problem, 30.0), Feasible)
    assert len(solver.library) >= 1


OVERLOADS = (
    ("belgian", 1.1),
    ("GasLib-11", 2.0),
    ("gaslib-40", 1.2),
    ("gaslib-40", 2.0),
    ("GasLib-134", 2.0),
    ("gaslib-135", 1.15),
    ("gaslib-135", 1.5),
    ("gaslib-582", 1.5),
)


@pytest.mark.parametrize(("code", "scale"), OVERLOADS)
def test_an_overload_is_refuted_and_the_shortage_named(load: Load, code: str, scale: float) -> None:
    compiled = compile_hydraulics(load(code), use_maps=False)
    solver = HydraulicSolver(compiled, Highs())
    answer = decided(solver, HydraulicProblem.of_nomination(compiled, balanced(compiled, scale)), 4 * SECONDS)
    assert isinstance(answer, Infeasible)
    shortage = answer.shortage
    assert shortage is not None
    assert shortage.missing_bar == pytest.approx(abs(shortage.limit_bar - shortage.pressure_bar))
    assert shortage.limiting_edge in {found.id for found in compiled.network.edges}
    assert shortage.node_id in shortage.text


def test_nothing_stays_undecided_on_gaslib_40_near_what_it_can_carry(load: Load) -> None:
    compiled = compile_hydraulics(load("gaslib-40"), use_maps=False)
    solver = HydraulicSolver(compiled, Highs())
    scales = (1.05, 1.1, 1.15, 1.18, 1.2, 1.25)
    answers = [
        decided(solver, HydraulicProblem.of_nomination(compiled, balanced(compiled, s))) for s in scales
    ]
    verdicts = [type(answer) for answer in answers]
    assert verdicts == [Feasible, Feasible, Feasible, Feasible, Infeasible, Infeasible]


def mixed_verdict(solver: HydraulicSolver, relaxation: MilpRelaxation, problem: HydraulicProblem) -> bool:
    """Decide by the relaxation and the program alone."""
    while isinstance(candidate := relaxation.next_candidate(Deadline(30.0)), CandidatePoint):
        for start in (None, candidate):
            point = solver.program(candidate.modes).solve(problem, Deadline(30.0), start)
            if point is not None and point.shows_feasible:
                assert proved(problem, point)[1] == []
                return True
        if not relaxation.refine(candidate):
            relaxation.exclude(candidate.modes)
    assert candidate is NoCandidate.INFEASIBLE
    return False


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_relaxation_and_programme_agree_with_pressure_sets_on_gaslib_134(
    load: Load, request: pytest.FixtureRequest, scale: int
) -> None:
    compiled = compile_hydraulics(load("GasLib-134"), use_maps=False)
    archive = request.getfixturevalue("published_data") / "gaslib" / "GasLib-134.zip"
    nominations = nominations_of_gaslib_134(archive, compiled)
    chosen = scale * nominations[np.random.default_rng(scale).choice(len(nominations), 300, replace=False)]
    tree = TreeNetwork.of(compiled)
    assert tree is not None
    solver = HydraulicSolver(compiled, Highs())
    found = []
    for injection in chosen:
        problem = HydraulicProblem.of_nomination(compiled, injection)
        found.append(mixed_verdict(solver, solver.relaxation(problem), problem))
    assert found == tree.decide(chosen).tolist()


@pytest.mark.parametrize("scale", [1.0, 1.1, 1.15, 1.2])
def test_highs_and_gurobi_come_to_the_same_verdict(load: Load, scale: float) -> None:
    compiled = compile_hydraulics(load("gaslib-40"), use_maps=False)
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled, scale))
    solvers: tuple[Solver, Solver] = (Highs(), Gurobi())
    by_highs, by_gurobi = (HydraulicSolver(compiled, solver) for solver in solvers)
    assert type(decided(by_highs, problem)) is type(decided(by_gurobi, problem))
    relaxations = (owner.relaxation(problem) for owner in (by_highs, by_gurobi))
    verdicts = {mixed_verdict(by_highs, relaxation, problem) for relaxation in relaxations}
    assert verdicts == {scale < 1.2}


def test_relaxation_and_programme_keep_stations_within_their_maps(load: Load) -> None:
    compiled = compile_hydraulics(load("gaslib-40"))
    assert len(compiled.ranges) == 6
    solver = HydraulicSolver(compiled, Highs())
    found = []
    for scale in (1.0, 1.1, 1.2):
        problem = HydraulicProblem.of_nomination(compiled, balanced(compiled, scale))
        found.append(mixed_verdict(solver, solver.relaxation(problem), problem))
    assert found == [True, True, False]


def two_ways() -> Network:
    """A station whose inlet must not fall below 45 bar, beside a valve that passes it."""
    edges = [
        pipe("p", "a", "b", 1.0),
        edge("s", EdgeKind.COMPRESSOR_STATION, "b", "c", {"pressure_in_min_bar": 45.0}),
        edge("v", EdgeKind.VALVE, "b", "c"),
    ]
    return network([node("a", 20, 40, 50), node("b"), node("c", -20, 40, 80)], edges)


def test_a_decision_fills_the_library_and_reads_it() -> None:
    compiled = compile_hydraulics(two_ways(), use_maps=False)
    solver = HydraulicSolver(compiled, Highs())
    answer = decided(solver, HydraulicProblem.of_nomination(compiled, balanced(compiled)))
    assert isinstance(answer, Feasible)
    # 50² − 20² = 2100 = 45.8² is enough for the station
    assert len(solver.library) == 1
    again = decided(solver, HydraulicProblem.of_nomination(compiled, balanced(compiled, 0.5)))
    assert isinstance(again, Feasible)
    assert len(solver.library) == 1


def test_where_the_station_cannot_work_it_is_passed_by() -> None:
    # 50² − 28² = 1716 = 41.4²: below the 45 bar that the station wants, above the 40 bar that c needs
    compiled = compile_hydraulics(two_ways(), use_maps=False)
    solver = HydraulicSolver(compiled, Highs())
    answer = decided(solver, HydraulicProblem.of_nomination(compiled, balanced(compiled, 1.4)))
    assert isinstance(answer, Feasible)
    assert answer.state.modes[1] in (Mode.BYPASS, Mode.CLOSED)
    inlet, _, outlet = answer.state.pressures_bar
    assert outlet**2 == pytest.approx(inlet**2 - 28.0**2, abs=1e-5)
    # 50² − 31² = 1539 = 39.2²
    refused = decided(solver, HydraulicProblem.of_nomination(compiled, balanced(compiled, 1.55)))
    assert isinstance(refused, Infeasible)


def test_the_days_flow_limits_refuse_what_the_network_could_carry() -> None:
    compiled = compile_hydraulics(two_ways(), use_maps=False)
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled))
    limits = np.full(len(compiled.kind), 19.0)
    answer = decided(HydraulicSolver(compiled, Highs()), problem.on_day(-limits, limits))
    assert isinstance(answer, Infeasible)


def test_some_nomination_of_a_booking_is_found_within_its_bounds() -> None:
    compiled = compile_hydraulics(two_ways(), use_maps=False)
    least, most = np.array([25.0, 0.0, -60.0]), np.array([60.0, 0.0, -25.0])
    answer = HydraulicSolver(compiled, Highs()).decide(
        HydraulicProblem.of_booking(compiled, least, most), Deadline(SECONDS)
    )
    assert isinstance(answer, Feasible)
    assert 25.0 - 1e-9 <= answer.state.injections_kg_per_s[0] <= 60.0
    assert residual_faults(compiled.network, answer.state) == []


def test_without_time_nothing_is_decided_and_the_reason_given(load: Load) -> None:
    compiled = compile_hydraulics(load("gaslib-135"), use_maps=False)
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled, 1.1))
    clock = iter(float(second) for second in range(1_000_000))
    answer = HydraulicSolver(compiled, Highs()).decide(problem, Deadline(5.0, lambda: next(clock)))
    assert isinstance(answer, Undecided)
    assert answer.reason == "no proof within 5 seconds"


def test_the_shortage_names_the_node_the_missing_bar_and_the_pipe_on_the_way() -> None:
    # 60² − 20 · 10² = 1600 = 40²; the short pipe to the exit loses 600 more: 1000 = 31.6²
    nodes = [node("a", 10, 40, 60), node("b"), node("c", -10, 36, 60)]
    edges = [pipe("far", "a", "b", 20.0), pipe("near", "b", "c", 6.0)]
    compiled = compile_hydraulics(network(nodes, edges), use_maps=False)
    answer = decided(
        HydraulicSolver(compiled, Highs()), HydraulicProblem.of_nomination(compiled, balanced(compiled))
    )
    assert isinstance(answer, Infeasible)
    shortage = answer.shortage
    assert shortage is not None
    assert (shortage.node_id, shortage.limiting_edge) == ("c", "far")
    assert shortage.missing_bar == pytest.approx(36.0 - np.sqrt(1000.0), abs=1e-4)
    assert shortage.text == (
        "pressure at c would be 31.6 bar, 4.4 bar below the 36.0 bar it needs; "
        "pipe far loses most on the way there"
    )


def test_the_shortage_names_a_station_at_its_limit() -> None:
    station = edge("s", EdgeKind.COMPRESSOR_STATION, "a", "b", {"pressure_ratio_max": 1.2})
    nodes = [node("a", 10, 40, 50), node("b"), node("c", -10, 70, 90)]
    compiled = compile_hydraulics(network(nodes, [station, pipe("p", "b", "c", 1.0)]), use_maps=False)
    answer = decided(
        HydraulicSolver(compiled, Highs()), HydraulicProblem.of_nomination(compiled, balanced(compiled))
    )
    assert isinstance(answer, Infeasible)
    shortage = answer.shortage
    assert shortage is not None
    # (1.2 · 50)² − 10² = 3500 = 59.2²
    assert (shortage.node_id, shortage.limiting_edge) == ("c", "s")
    assert shortage.pressure_bar == pytest.approx(np.sqrt(3500.0), abs=1e-4)


def test_a_library_of_modes_that_fail_does_not_mislead(load: Load) -> None:
    compiled = compile_hydraulics(load("gaslib-40"), use_maps=False)
    solver = HydraulicSolver(compiled, Highs())
    solver.library = ModeLibrary()
    solver.library.worked(tuple(0 if kind else 1 for kind in compiled.kind.tolist()))
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled))
    assert isinstance(decided(solver, problem), Feasible)


def test_a_question_about_a_step_is_decided_with_the_step_it_needs() -> None:
    # 31 kg/s are too much (see above), 3 kg/s less are not
    compiled = compile_hydraulics(two_ways(), use_maps=False)
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled, 1.55))
    relieved = replace(problem, direction=np.array([-1.0, 0.0, 1.0]), step_min=3.0, step_max=3.0)
    answer = HydraulicSolver(compiled, Highs()).decide(relieved, Deadline(SECONDS))
    assert isinstance(answer, Feasible)
    assert answer.state.injections_kg_per_s == pytest.approx((28.0, 0.0, -28.0))


def test_a_state_must_keep_the_gap_that_a_question_demands() -> None:
    # at 10 kg/s the pipe takes 5 · 10² = 500 bar², whatever the pressures are
    sample = network([node("a", 10, 40, 60), node("b", -10, 40, 60)], [pipe("p", "a", "b", 5.0)])
    compiled = compile_hydraulics(sample)
    solver = HydraulicSolver(compiled, Highs())
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled))
    assert isinstance(decided(solver, replace(problem, gap=PotentialGap(0, 1, 500.0))), Feasible)
    assert not isinstance(decided(solver, replace(problem, gap=PotentialGap(0, 1, 501.0))), Feasible)
    assert isinstance(decided(solver, replace(problem, gap=PotentialGap(0, 1, 600.0))), Infeasible)


@pytest.mark.parametrize("seed", range(40))
def test_random_networks_are_decided_with_a_proof_either_way(seed: int) -> None:
    compiled = compile_hydraulics(random_network(seed), use_maps=False)
    problem = HydraulicProblem.of_nomination(compiled, compiled.nomination())
    assert not isinstance(decided(HydraulicSolver(compiled, Highs()), problem), Undecided)


@pytest.mark.parametrize("seed", range(60))
def test_search_and_relaxation_decide_random_trees_as_sets_of_pressures_do(seed: int) -> None:
    compiled = compile_hydraulics(random_tree(seed), use_maps=False)
    injection = compiled.nomination()
    tree = TreeNetwork.of(compiled)
    assert tree is not None
    problem = HydraulicProblem.of_nomination(compiled, injection)
    solver = HydraulicSolver(compiled, Highs())
    expected = bool(tree.decide(injection[np.newaxis])[0])
    assert isinstance(decided(solver, problem), Feasible if expected else Infeasible)
    assert mixed_verdict(solver, solver.relaxation(problem), problem) == expected
