"""The hydraulic solver: does some state of the network carry a question, within a deadline?

Cheapest first: sets of pressures, where the balance fixes every flow; mode vectors that worked before; the
root of the refuter; the nonlinear programme with all modes open; then, in turns, the search of the refuter,
a finder (SCIP, where it is installed) and the mixed-integer relaxation. Modes that any of them suggests go to
the nonlinear programme. FEASIBLE needs a state that the residual checker passes, INFEASIBLE a refutation that
its checker passes, here and each time; what neither is found for stays UNDECIDED.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.checker.checked import CheckedCertificate, checked_certificate
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver, Relaxed, Search
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState, Mode, Shortage
from capacity.hydraulics.search.flow_bounds import FlowBounds
from capacity.hydraulics.search.max_quantity import Offer, certified_bound, offers
from capacity.hydraulics.search.milp_relaxation import CandidatePoint, MilpRelaxation, Nothing
from capacity.hydraulics.search.modes import ModeLibrary, Modes, Setting, first_guess, settled, undecided
from capacity.hydraulics.search.nlp import Aim, NonlinearProgram, Point, Start
from capacity.hydraulics.search.primal_heuristics import Finder, Finding, is_sound
from capacity.hydraulics.search.shortage import explain
from capacity.hydraulics.search.verified import proved, state_faults
from capacity.hydraulics.tree_networks.conflicts import TreeConflict
from capacity.hydraulics.tree_networks.decision import TreeNetwork
from capacity.hydraulics.tree_networks.intervals import FLOW_SLACK
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Solver, SolverRefused

PROGRAMMES_KEPT: Final = 24
FIRST_TRIES: Final = 4
"""Mode vectors tried before anything is searched."""
FIRST_SLICE_SECONDS: Final = 0.25
"""What the refuter gets before the programme is asked with all modes open; slices double from there."""

_SETTINGS: Final = {
    Mode.CLOSED: Setting.CLOSED,
    Mode.OPEN: Setting.OPEN,
    Mode.BYPASS: Setting.OPEN,
    Mode.ACTIVE: Setting.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class Feasible:
    """Proved: this state carries the question."""

    state: HydraulicState


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Proved: no state carries the question. The shortage is that of the best point found."""

    checked: CheckedCertificate
    shortage: Shortage | None

    @property
    def refutation(self) -> InfeasibilityCertificate:
        """The proof."""
        return self.checked.refutation


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither a state nor a refutation was found, and why."""

    reason: str
    shortage: Shortage | None


Answer = Feasible | Infeasible | Undecided


class HydraulicSolver:
    """Decides questions on one network; keeps its programmes and the modes that worked alive.

    Safe between threads: several questions may be decided at a time; each programme takes one at a time.
    """

    def __init__(self, network: HydraulicNetwork, solver: Solver, *, finder: Finder | None = None) -> None:
        self.network, self.solver, self.finder = network, solver, finder
        self.library = ModeLibrary()
        self.refuter = InfeasibilityProver(network, solver)
        self.flow_bounds = FlowBounds(network)
        self._programmes: OrderedDict[tuple[Modes, bool], NonlinearProgram] = OrderedDict()
        self._lock = Lock()

    def decide(self, question: HydraulicProblem, deadline: Deadline) -> Answer:
        """Return a proved answer, or UNDECIDED with the reason once the deadline has passed."""
        return Attempt(self, question, deadline).answer()

    def max_quantity(self, question: HydraulicProblem, deadline: Deadline) -> Offer | None:
        """Return the largest step verified until the deadline, or None: the last of `offers`."""
        found = list(self.offers(question, deadline))
        return found[-1] if found else None

    def offers(self, question: HydraulicProblem, deadline: Deadline) -> Iterator[Offer]:
        """Return verified steps as they are found, each larger than the last."""
        return offers(self, question, deadline)

    def certified_bound(
        self, question: HydraulicProblem, deadline: Deadline, verified: float | None = None
    ) -> tuple[float, InfeasibilityCertificate] | None:
        """Return a step and the proof that none as large is possible; `verified` is one that is."""
        least = question.step_min if verified is None else verified
        return certified_bound(self.refuter, question, least, deadline)

    def programme(self, modes: Modes, *, to_step: bool = False) -> NonlinearProgram:
        """Return the programme of these modes, built at its first use; `to_step`: it enlarges the step."""
        key = modes, to_step
        with self._lock:
            if key in self._programmes:
                self._programmes.move_to_end(key)
            else:
                self._programmes[key] = NonlinearProgram(self.network, modes, Aim() if to_step else None)
                if len(self._programmes) > PROGRAMMES_KEPT:
                    self._programmes.popitem(last=False)
            return self._programmes[key]

    def base(self, question: HydraulicProblem, deadline: Deadline) -> Point | None:
        """Return a proved point of the question's least step; raises LimitReached after the deadline."""
        least = question.towards(question.direction, question.step_min, question.step_min)
        attempt = Attempt(self, least, deadline)
        attempt.searched()
        return attempt.point

    def relaxation(self, question: HydraulicProblem) -> MilpRelaxation:
        """Return the mixed-integer relaxation of the question."""
        return MilpRelaxation(question, self.solver, self.flow_bounds)


class Attempt:
    """One question on its way through the portfolio."""

    def __init__(self, owner: HydraulicSolver, question: HydraulicProblem, deadline: Deadline) -> None:
        self._owner, self._question, self._deadline = owner, question, deadline
        self._is_searched = False
        self._tried: set[Modes] = set()
        self._best: Point | None = None
        self._finding: Finding | None = None
        self._rejected = ""
        self.point: Point | None = None
        """The point of the state that was proved."""

    @cached_property
    def _search(self) -> Search:
        return self._owner.refuter.search(self._question)

    def answer(self) -> Answer:
        """Return what the portfolio finds."""
        try:
            found = self._found()
        except (LimitReached, SolverRefused) as stopped:
            return Undecided(self._rejected or str(stopped), self._shortage())
        if isinstance(found, InfeasibilityCertificate):
            checked = checked_certificate(self._question, found)
            if isinstance(checked, CheckedCertificate):
                return Infeasible(checked, self._shortage())
            return Undecided(f"a refutation was found, but {checked[0]}", self._shortage())
        if found is not None:
            return Feasible(found)
        return Undecided(self._rejected or "no modes were found that carry it", self._shortage())

    def _found(self) -> HydraulicState | InfeasibilityCertificate | None:
        return self._on_a_tree() or self.searched()

    def searched(self) -> HydraulicState | InfeasibilityCertificate | None:
        """Return what the programmes and the refuter find; raises LimitReached, SolverRefused."""
        return (
            self._known_modes() or self._searched(FIRST_SLICE_SECONDS) or self._open_modes() or self._turns()
        )

    def _on_a_tree(self) -> HydraulicState | None:
        """Return the state of a balanced nomination whose flows the balance fixes."""
        question = self._question
        injection = question.injection_min + question.step_min * question.direction
        is_balanced = abs(injection.sum()) <= FLOW_SLACK * np.abs(injection).max(initial=0.0)
        if not question.is_nomination or not is_balanced:
            return None
        tree = TreeNetwork.of(question.network, question.flow_min, question.flow_max)
        if tree is None:
            return None
        try:
            state = tree.state(injection)
        except LimitReached:
            return None
        if isinstance(state, TreeConflict) or state_faults(question, state):
            return None
        return state

    def _turns(self) -> HydraulicState | InfeasibilityCertificate | None:
        """Let the refuter, the finder and the relaxation work in turns, for slices of time that grow."""
        relaxation: MilpRelaxation | None = self._owner.relaxation(self._question)
        self._finding = self._begun()
        seconds = 2 * FIRST_SLICE_SECONDS
        while relaxation is not None or self._finding is not None or not self._is_searched:
            found = self._searched(seconds) or self._finders_modes(seconds)
            if found is None and relaxation is not None:
                suggestion = self._suggested(relaxation, seconds)
                if isinstance(suggestion, CandidatePoint):
                    found = self._try(suggestion.modes, suggestion)
                    if not relaxation.refine(suggestion):
                        relaxation.exclude(suggestion.modes)
                elif suggestion is Nothing.AT_ALL:
                    relaxation = None
            if found is not None:
                return found
            seconds *= 2
        return None

    def _suggested(self, relaxation: MilpRelaxation, seconds: float) -> CandidatePoint | Nothing:
        """Return what the relaxation says within a slice of time, which may end before its model is built."""
        try:
            return relaxation.suggest(self._deadline.at_most(seconds))
        except LimitReached:
            self._deadline.left()
            return Nothing.IN_TIME

    def _known_modes(self) -> HydraulicState | None:
        known = list(self._owner.library)[: FIRST_TRIES - 1]
        for modes in (*known, first_guess(self._owner.network)):
            state = self._try(modes, None)
            if state is not None:
                return state
        return None

    def _begun(self) -> Finding | None:
        """Let the finder begin, if there is one."""
        finder = self._owner.finder
        if finder is None:
            return None
        try:
            return finder.find(self._question, self._owner.flow_bounds)
        except SolverRefused:
            return None

    def _finders_modes(self, seconds: float) -> HydraulicState | None:
        """Begin at the finder's point, with its modes even where they failed from elsewhere."""
        if self._finding is None:
            return None
        ending = self._deadline.at_most(seconds)
        suggestion = None
        try:
            suggestion = self._finding.next(ending)
        except SolverRefused:
            self._finding = None
            return None
        except LimitReached:
            self._deadline.left()
        if self._finding.is_over:
            self._finding = None
        if suggestion is None or not is_sound(self._owner.network, suggestion):
            return None
        return self._solved(suggestion.modes, suggestion)

    def _open_modes(self) -> HydraulicState | None:
        """Leave all modes to the nonlinear programme, then settle them."""
        network = self._owner.network
        choices = undecided(network)
        if Setting.UNDECIDED not in choices:
            return None
        point = self._owner.programme(choices).solve(self._question, self._deadline)
        if point is None:
            return None
        return self._try(settled(network, point.flow, point.potential), point)

    def _searched(self, seconds: float) -> HydraulicState | InfeasibilityCertificate | None:
        """Carry the refuter's search on, and try the modes of the points that it cannot exclude."""
        if self._is_searched:
            return None
        slice_end = self._deadline.at_most(seconds)
        try:
            while (found := self._search.next(slice_end)) is not None:
                if isinstance(found, InfeasibilityCertificate):
                    return found
                state = self._try(*self._read(found))
                if state is not None:
                    return state
        except LimitReached:
            self._deadline.left()
            return None
        self._is_searched = True
        return None

    def _read(self, point: Relaxed) -> tuple[Modes, "_Begin"]:
        settings = [
            _SETTINGS[mode] + (choice or 0)
            for mode, choice in zip(point.modes, point.configurations, strict=True)
        ]
        backwards = (self._owner.network.kind == ElementKind.RESISTOR) & (point.flows < 0)
        modes = np.where(backwards, Setting.BACKWARD, settings)
        return tuple(modes.tolist()), _Begin(point.flows, point.potentials, point.step)

    def _shortage(self) -> Shortage | None:
        """Return what is missing in the best point; without flow limits, if no point keeps them."""
        network = self._owner.network
        if self._best is None:
            free = np.full(len(network.kind), np.inf)
            question = replace(self._question, flow_min=-free, flow_max=free)
            try:
                point = self._owner.programme(first_guess(network)).solve(question, self._deadline)
            except LimitReached:
                return None
            self._best = point if point is not None and point.is_lawful else None
        return explain(network, self._best) if self._best is not None else None

    def _try(self, modes: Modes, start: Start | None) -> HydraulicState | None:
        """Return a proved state with these modes, if the programme finds one."""
        if modes in self._tried:
            return None
        self._tried.add(modes)
        return self._solved(modes, start)

    def _solved(self, modes: Modes, start: Start | None) -> HydraulicState | None:
        point = self._owner.programme(modes).solve(self._question, self._deadline, start)
        if point is None or not point.is_lawful:
            return None
        if self._best is None or point.total_missing < self._best.total_missing:
            self._best = point
        if not point.shows_feasible:
            return None
        state, faults = proved(self._question, point)
        if state is None:
            self._rejected = f"a state was found, but {faults[0]}"
        else:
            self.point = point
            self._owner.library.worked(modes)
        return state


@dataclass(frozen=True, slots=True, eq=False)
class _Begin:
    flow: Reals
    potential: Reals
    step: float
