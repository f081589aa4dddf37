"""The home of the hydraulic solver: does some state of the network carry a question, within a deadline?

Cheapest first: mode vectors that worked before, then those of the mixed-integer relaxation, each handed to
the nonlinear programme. FEASIBLE needs a state without residual faults, INFEASIBLE a refutation; what neither
is found for stays UNDECIDED.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np

from capacity.deadline import Deadline, Unproved
from capacity.hydraulics.mixed import FlowBounds, MixedRelaxation, Suggestion
from capacity.hydraulics.model import HydraulicNetwork, Reals
from capacity.hydraulics.modes import ModeLibrary, Modes, all_active, edge_modes
from capacity.hydraulics.nlp import Point, Programme
from capacity.hydraulics.question import Question
from capacity.hydraulics.refutation import Refutation
from capacity.hydraulics.residuals import residual_faults
from capacity.hydraulics.shortage import explain
from capacity.hydraulics.state import HydraulicState, Shortage
from capacity.solvers.port import Solver, SolverRefused

PROGRAMMES_KEPT: Final = 24
FIRST_TRIES: Final = 4
"""Mode vectors tried before the relaxation is asked."""


@dataclass(frozen=True, slots=True)
class Feasible:
    """Proved: this state carries the question."""

    state: HydraulicState


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Proved: no state carries the question. The shortage is that of the best point found."""

    refutation: Refutation
    shortage: Shortage | None


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither a state nor a refutation was found, and why."""

    reason: str
    shortage: Shortage | None


Answer = Feasible | Infeasible | Undecided


class HydraulicSolver:
    """Decides questions on one network; keeps its programmes and the modes that worked alive.

    Safe between threads: a lock lets one question at a time through.
    """

    def __init__(self, network: HydraulicNetwork, solver: Solver) -> None:
        self.network, self.solver = network, solver
        self.library = ModeLibrary()
        self._flow_bounds = FlowBounds(network)
        self._programmes: OrderedDict[Modes, Programme] = OrderedDict()
        self._lock = Lock()

    def decide(self, question: Question, deadline: Deadline) -> Answer:
        """Return a proved answer, or UNDECIDED with the reason once the deadline has passed."""
        with self._lock:
            return _Attempt(self, question, deadline).answer()

    def programme(self, modes: Modes) -> Programme:
        """Return the programme of these modes, built at its first use."""
        if modes in self._programmes:
            self._programmes.move_to_end(modes)
        else:
            self._programmes[modes] = Programme(self.network, modes)
            if len(self._programmes) > PROGRAMMES_KEPT:
                self._programmes.popitem(last=False)
        return self._programmes[modes]

    def relaxation(self, question: Question) -> MixedRelaxation:
        """Return the mixed-integer relaxation of the question."""
        return MixedRelaxation(question, self.solver, self._flow_bounds)


class _Attempt:
    """One question on its way through the portfolio."""

    def __init__(self, owner: HydraulicSolver, question: Question, deadline: Deadline) -> None:
        self._owner, self._question, self._deadline = owner, question, deadline
        self._tried: set[Modes] = set()
        self._best: Point | None = None
        self._rejected = ""

    def answer(self) -> Answer:
        """Return what the portfolio finds."""
        try:
            state = self._known_modes() or self._suggested_modes()
        except (Unproved, SolverRefused) as stopped:
            return Undecided(self._rejected or str(stopped), self._shortage())
        if state is not None:
            return Feasible(state)
        return Undecided(self._rejected or "no modes found that carry it", self._shortage())

    def _shortage(self) -> Shortage | None:
        return explain(self._owner.network, self._best) if self._best is not None else None

    def _known_modes(self) -> HydraulicState | None:
        known = list(self._owner.library)[: FIRST_TRIES - 1]
        for modes in (*known, all_active(self._owner.network)):
            state = self._try(modes, None)
            if state is not None:
                return state
        return None

    def _suggested_modes(self) -> HydraulicState | None:
        relaxation = self._owner.relaxation(self._question)
        while True:
            suggestion = relaxation.suggest(self._deadline)
            if suggestion is None:
                return None
            if suggestion.modes in self._tried:
                if not relaxation.refine(suggestion):
                    relaxation.exclude(suggestion.modes)
                continue
            state = self._try(suggestion.modes, suggestion)
            if state is not None:
                return state
            if not relaxation.refine(suggestion):
                relaxation.exclude(suggestion.modes)

    def _try(self, modes: Modes, suggestion: Suggestion | None) -> HydraulicState | None:
        """Return a proved state with these modes, if the programme finds one."""
        if modes in self._tried:
            return None
        self._tried.add(modes)
        point = self._owner.programme(modes).solve(self._question, self._deadline, suggestion)
        if point is None:
            return None
        if self._best is None or point.total_missing < self._best.total_missing:
            self._best = point
        if not point.shows_feasible:
            return None
        state, faults = proved(self._question, point)
        if state is None:
            self._rejected = f"a state was found, but {faults[0]}"
        else:
            self._owner.library.worked(modes)
        return state


def proved(question: Question, point: Point) -> tuple[HydraulicState | None, list[str]]:
    """Return the state of a point if the residual checker finds no fault, else its faults."""
    network = question.network
    state = state_of(question, point)
    count = len(network.network.edges)
    is_fixed = np.array_equal(question.injection_min, question.injection_max)
    due = _injections(question, point.step, question.injection_min) if is_fixed else None
    faults = residual_faults(
        network.network,
        state,
        injections_kg_per_s=due,
        flow_limits_kg_per_s=list(
            zip(question.flow_min[:count].tolist(), question.flow_max[:count].tolist(), strict=True)
        ),
        use_maps=bool(network.ranges),
    )
    return (None, faults) if faults else (state, [])


def state_of(question: Question, point: Point) -> HydraulicState:
    """Return a point as a state of the revision."""
    network = question.network
    nodes, edges = len(network.network.nodes), len(network.network.edges)
    least, most = question.injection_min, question.injection_max
    own = np.clip(point.injection - point.step * question.direction, least, most)
    pressures = np.sqrt(np.maximum(point.potential, 0.0) / network.elevation).tolist()
    modes, configurations = edge_modes(network, point.modes)
    return HydraulicState(
        injections_kg_per_s=tuple(_injections(question, point.step, own)),
        flows_kg_per_s=tuple(point.flow[:edges].tolist()),
        pressures_bar=tuple(pressures[:nodes]),
        modes=modes,
        configurations=configurations,
        flange_pressures_bar=tuple(pressures[nodes:]),
    )


def _injections(question: Question, step: float, own: Reals) -> list[float]:
    nodes = len(question.network.network.nodes)
    injections: list[float] = (own + step * question.direction)[:nodes].tolist()
    return injections
