"""Finders: SCIP's points carry, and nothing that a heuristic says changes a verdict."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.search.test_portfolio import balanced, decided
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.physics.network import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem, PotentialGap
from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.search.flow_bounds import FlowBounds
from capacity.hydraulics.search.milp_relaxation import CandidatePoint, MilpRelaxation, NoCandidate
from capacity.hydraulics.search.minlp import Scip, ScipHeuristic
from capacity.hydraulics.search.modes import Setting, first_guess
from capacity.hydraulics.search.portfolio import (
    FIRST_SLICE_SECONDS,
    Attempt,
    Feasible,
    HydraulicSolver,
    Infeasible,
)
from capacity.hydraulics.search.primal_heuristics import (
    HeuristicRun,
    PrimalHeuristic,
    heuristic_named,
    is_sound,
)
from capacity.networks.model import EdgeKind
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.highs import Highs
from capacity.solvers.port import SolverRefused

SECONDS = 20.0
"""Each takes less than one."""


@dataclass
class Counting:
    """A heuristic that counts the slices of time it is given."""

    heuristic: PrimalHeuristic
    slices: int = 0

    def find(self, problem: HydraulicProblem, bounds: FlowBounds) -> HeuristicRun:
        return CountingFinding(self.heuristic.find(problem, bounds), self)


@dataclass
class CountingFinding:
    finding: HeuristicRun
    counts: Counting

    @property
    def is_over(self) -> bool:
        return self.finding.is_over

    def next(self, deadline: Deadline) -> CandidatePoint | None:
        self.counts.slices += 1
        return self.finding.next(deadline)


@dataclass
class Scripted:
    """A heuristic that says what the test has it say, once."""

    answer: Callable[[HydraulicProblem], CandidatePoint | None]
    is_over: bool = False
    problem: HydraulicProblem | None = None

    def find(self, problem: HydraulicProblem, bounds: FlowBounds) -> HeuristicRun:
        return Scripted(self.answer, problem=problem)

    def next(self, deadline: Deadline) -> CandidatePoint | None:
        assert self.problem is not None
        self.is_over = True
        return self.answer(self.problem)


@pytest.fixture
def _slow_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let our own search find nothing before a heuristic is asked, however fast the machine."""
    searched = Attempt._searched

    def later(attempt: Attempt, seconds: float) -> HydraulicState | InfeasibilityCertificate | None:
        return None if seconds <= 2 * FIRST_SLICE_SECONDS else searched(attempt, seconds)

    monkeypatch.setattr(Attempt, "_searched", later)
    monkeypatch.setattr(Attempt, "_open_modes", lambda attempt: None)


def scips_point(problem: HydraulicProblem, seconds: float = 20.0) -> CandidatePoint | None:
    return ScipHeuristic().find(problem, FlowBounds(problem.network)).next(Deadline(seconds))


def question_of(code: str, scale: float) -> HydraulicProblem:
    compiled = compile_hydraulics(catalogue.load(code), use_maps=False)
    return HydraulicProblem.of_nomination(compiled, balanced(compiled, scale))


CASES = (
    ("gaslib-40", 1.0, Feasible, False),
    ("gaslib-40", 1.15, Feasible, True),
    ("gaslib-40", 1.5, Infeasible, True),
    ("belgian", 1.0, Feasible, False),
    ("belgian", 1.1, Infeasible, True),
)


@pytest.mark.usefixtures("_slow_search")
@pytest.mark.parametrize(("code", "scale", "verdict", "is_asked"), CASES)
def test_with_scip_as_finder_the_proved_verdicts_stay_the_same(
    code: str, scale: float, verdict: type, is_asked: bool
) -> None:
    problem = question_of(code, scale)
    counting = Counting(ScipHeuristic())
    solver = HydraulicSolver(problem.network, Highs(), heuristic=counting)
    assert isinstance(decided(solver, problem, SECONDS), verdict)
    assert (counting.slices > 0) == is_asked


@pytest.mark.parametrize("use_maps", [False, True], ids=["ratios", "maps"])
def test_the_programme_of_scips_modes_carries_gaslib_40(use_maps: bool) -> None:
    compiled = compile_hydraulics(catalogue.load("gaslib-40"), use_maps=use_maps)
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled))
    found = scips_point(problem, 20.0)
    assert found is not None
    assert is_sound(compiled, found)
    assert found.missed.max() < 1e-3
    point = HydraulicSolver(compiled, Highs()).program(found.modes).solve(problem, Deadline(20.0), found)
    assert point is not None
    assert point.shows_feasible


def test_scip_finds_no_point_of_an_overload() -> None:
    problem = question_of("gaslib-40", 1.5)
    assert scips_point(problem, 20.0) is None


def resistor_and_control_valve() -> HydraulicNetwork:
    """10 kg/s in at 60 bar at most, reduced to 33 bar, out at 30 bar behind a pipe that loses 100 bar²."""
    nodes = [node("a", 10, 50, 60), node("b"), node("c", 0, 1, 33), node("d", -10, 30)]
    edges = [
        edge("loss", EdgeKind.RESISTOR, "a", "b", {"pressure_loss_bar": 2.0}),
        edge("reduces", EdgeKind.CONTROL_VALVE, "b", "c"),
        pipe("rest", "c", "d", 1.0),
    ]
    return compile_hydraulics(network(nodes, edges))


def test_scip_knows_constant_losses_and_differences_of_pressure() -> None:
    compiled = resistor_and_control_valve()
    least = np.where(np.arange(3) == 1, 25.0, 0.0)
    compiled = replace(compiled, difference_min_bar=least)
    problem = HydraulicProblem.of_nomination(compiled, balanced(compiled))
    found = scips_point(problem, 10.0)
    assert found is not None
    pressure = np.sqrt(found.potential)
    assert pressure[0] - pressure[1] == pytest.approx(2.0, abs=1e-3)
    assert pressure[1] - pressure[2] >= 25.0 - 1e-3
    assert found.potential[2] - found.potential[3] == pytest.approx(100.0, abs=1e-2)
    assert found.modes == (Setting.OPEN, Setting.ACTIVE, Setting.OPEN)


def closed(problem: HydraulicProblem) -> CandidatePoint:
    """All that can be closed is."""
    found = problem.network
    can_close = first_guess(found)
    modes = tuple(int(Setting.CLOSED) if setting >= Setting.ACTIVE else setting for setting in can_close)
    return CandidatePoint(modes, np.zeros(len(modes)), found.potential_min, 0.0, np.zeros(len(modes)))


def wild(problem: HydraulicProblem) -> CandidatePoint:
    """The first guess, a million bar² and kg/s away from anything."""
    modes = first_guess(problem.network)
    far = np.full(len(modes), 1e6)
    return CandidatePoint(modes, far, np.full(problem.network.size, 1e12), -1e6, far)


def not_numbers(problem: HydraulicProblem) -> CandidatePoint:
    return replace(wild(problem), flow=np.full(len(problem.network.kind), np.nan))


def too_short(problem: HydraulicProblem) -> CandidatePoint:
    return replace(wild(problem), modes=(1, 2))


def unknown_settings(problem: HydraulicProblem) -> CandidatePoint:
    return replace(wild(problem), modes=(99,) * len(problem.network.kind))


def refusing(problem: HydraulicProblem) -> CandidatePoint:
    raise SolverRefused("not today")


def late(problem: HydraulicProblem) -> CandidatePoint:
    raise LimitReached("no time")


LIES = (closed, wild, not_numbers, too_short, unknown_settings, refusing, late, lambda problem: None)


@pytest.mark.usefixtures("_slow_search")
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize(("scale", "verdict"), [(1.15, Feasible), (1.5, Infeasible)])
def test_a_finder_that_lies_or_fails_changes_no_verdict(
    lie: Callable[[HydraulicProblem], CandidatePoint | None], scale: float, verdict: type
) -> None:
    problem = question_of("gaslib-40", scale)
    counting = Counting(Scripted(lie))
    solver = HydraulicSolver(problem.network, Highs(), heuristic=counting)
    assert isinstance(decided(solver, problem, SECONDS), verdict)
    assert counting.slices == 1


@dataclass
class Endless:
    """A heuristic that never finds anything and never gives up."""

    is_over: bool = False

    def find(self, problem: HydraulicProblem, bounds: FlowBounds) -> HeuristicRun:
        return self

    def next(self, deadline: Deadline) -> CandidatePoint | None:
        return None


@pytest.mark.usefixtures("_slow_search")
def test_a_finder_that_never_gives_up_ends_with_the_deadline() -> None:
    problem = question_of("gaslib-40", 1.15)
    counting = Counting(Endless())
    assert isinstance(
        decided(HydraulicSolver(problem.network, Highs(), heuristic=counting), problem), Feasible
    )
    assert counting.slices > 0


@pytest.mark.usefixtures("_slow_search")
def test_a_slice_too_short_to_build_the_relaxation_ends_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = question_of("gaslib-40", 1.15)
    next_candidate = MilpRelaxation.next_candidate
    slow: list[MilpRelaxation] = []

    def late_at_first(relaxation: MilpRelaxation, deadline: Deadline) -> CandidatePoint | NoCandidate:
        if not slow:
            slow.append(relaxation)
            raise LimitReached("no proof within 0.5 seconds")
        return next_candidate(relaxation, deadline)

    monkeypatch.setattr(MilpRelaxation, "next_candidate", late_at_first)
    assert isinstance(decided(HydraulicSolver(problem.network, Highs()), problem), Feasible)
    assert len(slow) == 1


def test_scip_goes_on_where_its_time_ended() -> None:
    problem = question_of("gaslib-40", 1.15)
    finding = ScipHeuristic().find(problem, FlowBounds(problem.network))
    found = finding.next(Deadline(0.02))
    slices = 1
    while not finding.is_over:
        found = finding.next(Deadline(0.5))
        slices += 1
    assert slices > 1
    assert found is not None
    point = (
        HydraulicSolver(problem.network, Highs()).program(found.modes).solve(problem, Deadline(20.0), found)
    )
    assert point is not None
    assert point.shows_feasible
    assert finding.next(Deadline(1.0)) is None


def test_finders_are_chosen_by_name() -> None:
    assert heuristic_named("none") is None
    assert isinstance(heuristic_named("scip"), ScipHeuristic)
    assert isinstance(heuristic_named("auto"), ScipHeuristic)
    with pytest.raises(ValueError, match="must be auto, none or scip"):
        heuristic_named("somebody")


def test_without_pyscipopt_auto_does_without_and_scip_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = question_of("belgian", 1.0)
    monkeypatch.setitem(sys.modules, "pyscipopt", None)
    with pytest.raises(SolverRefused, match="linepack\\[scip\\]"):
        scips_point(problem)
    monkeypatch.setattr("capacity.hydraulics.search.primal_heuristics.find_spec", lambda name: None)
    assert heuristic_named("auto") is None
    with pytest.raises(ValueError, match="linepack\\[scip\\]"):
        heuristic_named("scip")


def test_a_library_of_scip_that_cannot_be_loaded_is_no_finder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pyscipopt.py").write_text("raise ImportError('libscip.so: cannot open shared object file')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pyscipopt", raising=False)
    with pytest.raises(SolverRefused, match="libscip"):
        Scip()


def test_scip_leaves_the_step_free_within_its_bounds_and_keeps_a_gap() -> None:
    line = compile_hydraulics(
        network([node("a", 10, 30, 60), node("b", -10, 30)], [pipe("p", "a", "b", 1.0)])
    )
    longer = HydraulicProblem.of_nomination(line, balanced(line)).towards(np.array([1.0, -1.0]), 0.0, 40.0)
    found = scips_point(replace(longer, gap=PotentialGap(high=0, low=1, least=1600.0)))
    assert found is not None
    assert 30.0 - 1e-3 <= found.step <= 40.0
    assert found.flow[0] == pytest.approx(10.0 + found.step, abs=1e-3)


@pytest.mark.parametrize("limits", [("pressure_max_bar", 1.0), ("flow_max", 5.0)])
def test_scip_suggests_nothing_where_limits_exclude_each_other(limits: tuple[str, float]) -> None:
    line = compile_hydraulics(
        network([node("a", 10, 30, 60), node("b", -10, 30)], [pipe("p", "a", "b", 1.0)])
    )
    field, most = limits
    line = replace(line, **{field: np.full_like(getattr(line, field), most)})
    problem = HydraulicProblem.of_nomination(line, balanced(line))
    assert scips_point(problem, 5.0) is None
