"""The hydraulic solver: a portfolio of methods that decide a problem within a deadline.

Cheapest first: sets of pressures, where the balance fixes every flow; mode vectors that worked before; the
root node of the infeasibility prover; the nonlinear program with all modes open; then, in turns, the prover,
a primal heuristic (SCIP, where it is installed) and the mixed-integer relaxation. The modes of each candidate
go to the nonlinear program. FEASIBLE needs a state that passes the residual checker, INFEASIBLE a certificate
that passes its checker; without either the answer is UNDECIDED.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate, checked_certificate
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver, Relaxed, Search
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState, Mode, Shortage
from capacity.hydraulics.search.aims import LargestStep
from capacity.hydraulics.search.flow_bounds import FlowBounds
from capacity.hydraulics.search.milp_relaxation import CandidatePoint, MilpRelaxation, NoCandidate
from capacity.hydraulics.search.modes import ModeLibrary, Modes, Setting, first_guess, settled, undecided
from capacity.hydraulics.search.nlp import NonlinearProgram, Point, Start
from capacity.hydraulics.search.primal_heuristics import HeuristicRun, PrimalHeuristic, is_sound
from capacity.hydraulics.search.shortage import explain
from capacity.hydraulics.search.verified import proved, state_faults
from capacity.hydraulics.tree_networks.conflicts import TreeConflict
from capacity.hydraulics.tree_networks.decision import TreeNetwork
from capacity.hydraulics.tree_networks.intervals import FLOW_SLACK
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Solver, SolverRefused

PROGRAMS_KEPT: Final = 24
"""As many as mode vectors are remembered."""
FIRST_TRIES: Final = 4
"""Mode vectors tried before anything is searched."""
FIRST_SLICE_SECONDS: Final = 0.25
"""What the prover gets before the program is asked with all modes open; slices double from there."""

_SETTINGS: Final = {
    Mode.CLOSED: Setting.CLOSED,
    Mode.OPEN: Setting.OPEN,
    Mode.BYPASS: Setting.OPEN,
    Mode.ACTIVE: Setting.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class Feasible:
    """Proved: this state carries the problem."""

    state: HydraulicState


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Proved: no state carries the problem. The shortage is that of the best point found."""

    checked: CheckedCertificate
    shortage: Shortage | None

    @property
    def certificate(self) -> InfeasibilityCertificate:
        """The proof."""
        return self.checked.certificate


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither a state nor a certificate was found, and why."""

    reason: str
    shortage: Shortage | None


Answer = Feasible | Infeasible | Undecided


class HydraulicSolver:
    """Decides problems on one network; keeps its programs and the modes that worked alive.

    Safe between threads: several problems may be decided at a time; each program takes one at a time.
    """

    def __init__(
        self, network: HydraulicNetwork, solver: Solver, *, heuristic: PrimalHeuristic | None = None
    ) -> None:
        self.network, self.solver, self.heuristic = network, solver, heuristic
        self.library = ModeLibrary()
        self.prover = InfeasibilityProver(network, solver)
        self.flow_bounds = FlowBounds(network)
        self._programs: OrderedDict[tuple[Modes, bool], NonlinearProgram] = OrderedDict()
        self._lock = Lock()

    def decide(self, problem: HydraulicProblem, deadline: Deadline) -> Answer:
        """Return a proved answer, or UNDECIDED with the reason once the deadline has passed."""
        return Attempt(self, problem, deadline).answer()

    def program(self, modes: Modes, *, to_step: bool = False) -> NonlinearProgram:
        """Return the program of these modes, built at its first use; `to_step`: it enlarges the step."""
        key = modes, to_step
        with self._lock:
            if key in self._programs:
                self._programs.move_to_end(key)
            else:
                self._programs[key] = NonlinearProgram(
                    self.network, modes, LargestStep() if to_step else None
                )
                if len(self._programs) > PROGRAMS_KEPT:
                    self._programs.popitem(last=False)
            return self._programs[key]

    def base(self, problem: HydraulicProblem, deadline: Deadline) -> Point | None:
        """Return a proved point of the problem's least step; raises LimitReached after the deadline."""
        least = problem.towards(problem.direction, problem.step_min, problem.step_min)
        attempt = Attempt(self, least, deadline)
        attempt.searched()
        return attempt.point

    def relaxation(self, problem: HydraulicProblem) -> MilpRelaxation:
        """Return the mixed-integer relaxation of the problem."""
        return MilpRelaxation(problem, self.solver, self.flow_bounds)


class Attempt:
    """One problem on its way through the portfolio."""

    def __init__(self, owner: HydraulicSolver, problem: HydraulicProblem, deadline: Deadline) -> None:
        self._owner, self._problem, self._deadline = owner, problem, deadline
        self._is_searched = False
        self._tried: set[Modes] = set()
        self._best: Point | None = None
        self._heuristic_run: HeuristicRun | None = None
        self._rejected = ""
        self.point: Point | None = None
        """The point of the state that was proved."""

    @cached_property
    def _search(self) -> Search:
        return self._owner.prover.search(self._problem)

    def answer(self) -> Answer:
        """Return what the portfolio finds."""
        try:
            found = self._found()
        except (LimitReached, SolverRefused) as stopped:
            return Undecided(self._rejected or str(stopped), self._shortage())
        if isinstance(found, InfeasibilityCertificate):
            checked = checked_certificate(self._problem, found)
            if isinstance(checked, CheckedCertificate):
                return Infeasible(checked, self._shortage())
            return Undecided(f"a certificate was found, but {checked[0]}", self._shortage())
        if found is not None:
            return Feasible(found)
        return Undecided(self._rejected or "no modes were found that carry it", self._shortage())

    def _found(self) -> HydraulicState | InfeasibilityCertificate | None:
        return self._on_a_tree() or self.searched()

    def searched(self) -> HydraulicState | InfeasibilityCertificate | None:
        """Return what the programs and the prover find; raises LimitReached, SolverRefused."""
        return (
            self._known_modes() or self._searched(FIRST_SLICE_SECONDS) or self._open_modes() or self._turns()
        )

    def _on_a_tree(self) -> HydraulicState | None:
        """Return the state of a balanced nomination whose flows the balance fixes."""
        problem = self._problem
        injection = problem.injection_min + problem.step_min * problem.direction
        is_balanced = abs(injection.sum()) <= FLOW_SLACK * np.abs(injection).max(initial=0.0)
        if not problem.is_nomination or not is_balanced:
            return None
        tree = TreeNetwork.of(problem.network, problem.flow_min, problem.flow_max)
        if tree is None:
            return None
        try:
            state = tree.state(injection)
        except LimitReached:
            return None
        if isinstance(state, TreeConflict) or state_faults(problem, state):
            return None
        return state

    def _turns(self) -> HydraulicState | InfeasibilityCertificate | None:
        """Let the prover, the heuristic and the relaxation work in turns, for slices of time that grow."""
        relaxation: MilpRelaxation | None = self._owner.relaxation(self._problem)
        self._heuristic_run = self._begun()
        seconds = 2 * FIRST_SLICE_SECONDS
        while relaxation is not None or self._heuristic_run is not None or not self._is_searched:
            found = self._searched(seconds) or self._heuristics_modes(seconds)
            if found is None and relaxation is not None:
                candidate = self._suggested(relaxation, seconds)
                if isinstance(candidate, CandidatePoint):
                    found = self._try(candidate.modes, candidate)
                    if not relaxation.refine(candidate):
                        relaxation.exclude(candidate.modes)
                elif candidate is NoCandidate.INFEASIBLE:
                    relaxation = None
            if found is not None:
                return found
            seconds *= 2
        return None

    def _suggested(self, relaxation: MilpRelaxation, seconds: float) -> CandidatePoint | NoCandidate:
        """Return what the relaxation says within a slice of time, which may end before its model is built."""
        try:
            return relaxation.next_candidate(self._deadline.at_most(seconds))
        except LimitReached:
            self._deadline.left()
            return NoCandidate.TIME_LIMIT

    def _known_modes(self) -> HydraulicState | None:
        known = list(self._owner.library)[: FIRST_TRIES - 1]
        for modes in (*known, first_guess(self._owner.network)):
            state = self._try(modes, None)
            if state is not None:
                return state
        return None

    def _begun(self) -> HeuristicRun | None:
        """Let the heuristic begin, if there is one."""
        heuristic = self._owner.heuristic
        if heuristic is None:
            return None
        try:
            return heuristic.find(self._problem, self._owner.flow_bounds)
        except SolverRefused:
            return None

    def _heuristics_modes(self, seconds: float) -> HydraulicState | None:
        """Begin at the heuristic's point, with its modes even where they failed from elsewhere."""
        if self._heuristic_run is None:
            return None
        ending = self._deadline.at_most(seconds)
        candidate = None
        try:
            candidate = self._heuristic_run.next(ending)
        except SolverRefused:
            self._heuristic_run = None
            return None
        except LimitReached:
            self._deadline.left()
        if self._heuristic_run.is_over:
            self._heuristic_run = None
        if candidate is None or not is_sound(self._owner.network, candidate):
            return None
        return self._solved(candidate.modes, candidate)

    def _open_modes(self) -> HydraulicState | None:
        """Leave all modes to the nonlinear program, then settle them."""
        network = self._owner.network
        choices = undecided(network)
        if Setting.UNDECIDED not in choices:
            return None
        point = self._owner.program(choices).solve(self._problem, self._deadline)
        if point is None:
            return None
        return self._try(settled(network, point.flow, point.potential), point)

    def _searched(self, seconds: float) -> HydraulicState | InfeasibilityCertificate | None:
        """Carry the prover's search on, and try the modes of the points that it cannot exclude."""
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
            problem = replace(self._problem, flow_min=-free, flow_max=free)
            try:
                point = self._owner.program(first_guess(network)).solve(problem, self._deadline)
            except LimitReached:
                return None
            self._best = point if point is not None and point.is_lawful else None
        return explain(network, self._best) if self._best is not None else None

    def _try(self, modes: Modes, start: Start | None) -> HydraulicState | None:
        """Return a proved state with these modes, if the program finds one."""
        if modes in self._tried:
            return None
        self._tried.add(modes)
        return self._solved(modes, start)

    def _solved(self, modes: Modes, start: Start | None) -> HydraulicState | None:
        self._deadline.pause()
        point = self._owner.program(modes).solve(self._problem, self._deadline, start)
        if point is None or not point.is_lawful:
            return None
        if self._best is None or point.total_missing < self._best.total_missing:
            self._best = point
        if not point.shows_feasible:
            return None
        state, faults = proved(self._problem, point)
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
