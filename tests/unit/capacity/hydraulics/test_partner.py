"""A partner of the portfolio: SCIP's suggestions carry, and no suggestion changes a verdict."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe
from tests.unit.capacity.hydraulics.test_portfolio import balanced, decided

from capacity.deadline import Deadline, Unproved
from capacity.hydraulics.model import HydraulicNetwork, compile_hydraulics
from capacity.hydraulics.question import PotentialGap, Question
from capacity.hydraulics.refutation.model import Refutation
from capacity.hydraulics.solving.exact import ScipPartner
from capacity.hydraulics.solving.flow_bounds import FlowBounds
from capacity.hydraulics.solving.mixed import Suggestion
from capacity.hydraulics.solving.modes import Setting, first_guess
from capacity.hydraulics.solving.partner import Partner, is_sound, partner_named
from capacity.hydraulics.solving.portfolio import (
    FIRST_SLICE_SECONDS,
    PARTNER_SECONDS,
    Attempt,
    Feasible,
    HydraulicSolver,
    Infeasible,
)
from capacity.hydraulics.state import HydraulicState
from capacity.networks import catalogue
from capacity.networks.model import EdgeKind
from capacity.solvers.highs import Highs
from capacity.solvers.port import SolverRefused

SECONDS = 20.0
"""Each takes less than one."""


@dataclass
class Counting:
    """A partner that counts how often it is asked, and for how long at most."""

    partner: Partner
    asked: int = 0
    longest: float = 0.0

    def suggest(self, question: Question, bounds: FlowBounds, deadline: Deadline) -> Suggestion | None:
        self.asked += 1
        self.longest = max(self.longest, deadline.left())
        return self.partner.suggest(question, bounds, deadline)


@dataclass
class Told:
    """A partner that says what it is told to."""

    answer: Callable[[Question], Suggestion | None]

    def suggest(self, question: Question, bounds: FlowBounds, deadline: Deadline) -> Suggestion | None:
        return self.answer(question)


@pytest.fixture
def _slow_refuter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the refuter find nothing in its first slice, however fast the machine."""
    searched = Attempt._searched

    def later(attempt: Attempt, seconds: float) -> HydraulicState | Refutation | None:
        return None if seconds == FIRST_SLICE_SECONDS else searched(attempt, seconds)

    monkeypatch.setattr(Attempt, "_searched", later)


def question_of(code: str, scale: float) -> Question:
    compiled = compile_hydraulics(catalogue.load(code), use_maps=False)
    return Question.of_nomination(compiled, balanced(compiled, scale))


CASES = (
    ("gaslib-40", 1.0, Feasible, 0),
    ("gaslib-40", 1.15, Feasible, 1),
    ("gaslib-40", 1.5, Infeasible, 1),
    ("belgian", 1.0, Feasible, 0),
    ("belgian", 1.1, Infeasible, 1),
)


@pytest.mark.usefixtures("_slow_refuter")
@pytest.mark.parametrize(("code", "scale", "verdict", "asked"), CASES)
def test_with_scip_as_partner_the_proved_verdicts_stay_the_same(
    code: str, scale: float, verdict: type, asked: int
) -> None:
    question = question_of(code, scale)
    counting = Counting(ScipPartner())
    solver = HydraulicSolver(question.network, Highs(), partner=counting)
    assert isinstance(decided(solver, question, SECONDS), verdict)
    assert counting.asked == asked


@pytest.mark.parametrize("use_maps", [False, True], ids=["ratios", "maps"])
def test_the_programme_of_scips_modes_carries_gaslib_40(use_maps: bool) -> None:
    compiled = compile_hydraulics(catalogue.load("gaslib-40"), use_maps=use_maps)
    question = Question.of_nomination(compiled, balanced(compiled))
    found = ScipPartner().suggest(question, FlowBounds(compiled), Deadline(20.0))
    assert found is not None
    assert is_sound(compiled, found)
    assert found.missed.max() < 1e-3
    point = HydraulicSolver(compiled, Highs()).programme(found.modes).solve(question, Deadline(20.0), found)
    assert point is not None
    assert point.shows_feasible


def test_scip_finds_no_point_of_an_overload() -> None:
    question = question_of("gaslib-40", 1.5)
    assert ScipPartner().suggest(question, FlowBounds(question.network), Deadline(20.0)) is None


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
    question = Question.of_nomination(compiled, balanced(compiled))
    found = ScipPartner().suggest(question, FlowBounds(compiled), Deadline(10.0))
    assert found is not None
    pressure = np.sqrt(found.potential)
    assert pressure[0] - pressure[1] == pytest.approx(2.0, abs=1e-3)
    assert pressure[1] - pressure[2] >= 25.0 - 1e-3
    assert found.potential[2] - found.potential[3] == pytest.approx(100.0, abs=1e-2)
    assert found.modes == (Setting.OPEN, Setting.ACTIVE, Setting.OPEN)


def closed(question: Question) -> Suggestion:
    """All that can be closed is."""
    found = question.network
    can_close = first_guess(found)
    modes = tuple(int(Setting.CLOSED) if setting >= Setting.ACTIVE else setting for setting in can_close)
    return Suggestion(modes, np.zeros(len(modes)), found.potential_min, 0.0, np.zeros(len(modes)))


def wild(question: Question) -> Suggestion:
    """The first guess, a million bar² and kg/s away from anything."""
    modes = first_guess(question.network)
    far = np.full(len(modes), 1e6)
    return Suggestion(modes, far, np.full(question.network.size, 1e12), -1e6, far)


def not_numbers(question: Question) -> Suggestion:
    return replace(wild(question), flow=np.full(len(question.network.kind), np.nan))


def too_short(question: Question) -> Suggestion:
    return replace(wild(question), modes=(1, 2))


def unknown_settings(question: Question) -> Suggestion:
    return replace(wild(question), modes=(99,) * len(question.network.kind))


def refusing(question: Question) -> Suggestion:
    raise SolverRefused("not today")


def late(question: Question) -> Suggestion:
    raise Unproved("no time")


LIES = (closed, wild, not_numbers, too_short, unknown_settings, refusing, late, lambda question: None)


@pytest.mark.usefixtures("_slow_refuter")
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize(("scale", "verdict"), [(1.15, Feasible), (1.5, Infeasible)])
def test_a_partner_that_lies_or_fails_changes_no_verdict(
    lie: Callable[[Question], Suggestion | None], scale: float, verdict: type
) -> None:
    question = question_of("gaslib-40", scale)
    counting = Counting(Told(lie))
    solver = HydraulicSolver(question.network, Highs(), partner=counting)
    assert isinstance(decided(solver, question, SECONDS), verdict)
    assert counting.asked == 1


@pytest.mark.usefixtures("_slow_refuter")
def test_the_partner_is_asked_once_for_a_third_of_the_time_and_two_seconds_at_most() -> None:
    question = question_of("gaslib-40", 1.15)
    counting = Counting(Told(lambda question: None))
    decided(HydraulicSolver(question.network, Highs(), partner=counting), question, 3.0)
    assert counting.asked == 1
    assert 0 < counting.longest <= 1.0
    counting = Counting(Told(lambda question: None))
    decided(HydraulicSolver(question.network, Highs(), partner=counting), question, 60.0)
    assert counting.longest <= PARTNER_SECONDS


def test_partners_are_chosen_by_name() -> None:
    assert partner_named("none") is None
    assert isinstance(partner_named("scip"), ScipPartner)
    with pytest.raises(ValueError, match="no partner"):
        partner_named("somebody")


def test_without_pyscipopt_the_partner_refuses_and_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    question = question_of("belgian", 1.0)
    monkeypatch.setitem(sys.modules, "pyscipopt", None)
    with pytest.raises(SolverRefused, match="linepack\\[scip\\]"):
        ScipPartner().suggest(question, FlowBounds(question.network), Deadline(5.0))
    monkeypatch.setattr("capacity.hydraulics.solving.partner.find_spec", lambda name: None)
    with pytest.raises(ValueError, match="linepack\\[scip\\]"):
        partner_named("scip")


def test_scip_leaves_the_step_free_within_its_bounds_and_keeps_a_gap() -> None:
    line = compile_hydraulics(
        network([node("a", 10, 30, 60), node("b", -10, 30)], [pipe("p", "a", "b", 1.0)])
    )
    longer = Question.of_nomination(line, balanced(line)).towards(np.array([1.0, -1.0]), 0.0, 40.0)
    found = ScipPartner().suggest(
        replace(longer, gap=PotentialGap(high=0, low=1, least=1600.0)), FlowBounds(line), Deadline(10.0)
    )
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
    question = Question.of_nomination(line, balanced(line))
    assert ScipPartner().suggest(question, FlowBounds(line), Deadline(5.0)) is None
