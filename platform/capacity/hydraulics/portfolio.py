"""The home of the hydraulic solver: does some state of the network carry a question, within a deadline?

Cheapest first: mode vectors that worked before; the root of the refuter; the nonlinear programme with all
modes open; then, in turns, the search of the refuter and the mixed-integer relaxation. Modes that any of them
suggests are handed to the nonlinear programme. FEASIBLE needs a state without residual faults, INFEASIBLE a
refutation; what neither is found for stays UNDECIDED.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np

from capacity.deadline import Deadline, Unproved
from capacity.hydraulics.mixed import FlowBounds, MixedRelaxation, Nothing, Suggestion
from capacity.hydraulics.model import ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.modes import ModeLibrary, Modes, Setting, all_active, edge_modes, settled, undecided
from capacity.hydraulics.nlp import Point, Programme, Start
from capacity.hydraulics.question import Question
from capacity.hydraulics.refutation import Refutation
from capacity.hydraulics.refuter import Refuter, Relaxed
from capacity.hydraulics.residuals import residual_faults
from capacity.hydraulics.shortage import explain
from capacity.hydraulics.state import HydraulicState, Mode, Shortage
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
        self.refuter = Refuter(network, solver)
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
        self._search = owner.refuter.search(question)
        self._is_searched = False
        self._tried: set[Modes] = set()
        self._best: Point | None = None
        self._rejected = ""

    def answer(self) -> Answer:
        """Return what the portfolio finds."""
        try:
            found = self._found()
        except (Unproved, SolverRefused) as stopped:
            return Undecided(self._rejected or str(stopped), self._shortage())
        if isinstance(found, Refutation):
            return Infeasible(found, self._shortage())
        if found is not None:
            return Feasible(found)
        return Undecided(self._rejected or "no modes were found that carry it", self._shortage())

    def _found(self) -> HydraulicState | Refutation | None:
        return (
            self._known_modes() or self._searched(FIRST_SLICE_SECONDS) or self._open_modes() or self._turns()
        )

    def _turns(self) -> HydraulicState | Refutation | None:
        """Let the refuter and the relaxation work in turns, for slices of time that grow."""
        relaxation: MixedRelaxation | None = self._owner.relaxation(self._question)
        seconds = 2 * FIRST_SLICE_SECONDS
        while relaxation is not None or not self._is_searched:
            found = self._searched(seconds)
            if found is not None:
                return found
            if relaxation is not None:
                suggestion = relaxation.suggest(self._deadline.at_most(seconds))
                if isinstance(suggestion, Suggestion):
                    found = self._try(suggestion.modes, suggestion)
                    if not relaxation.refine(suggestion):
                        relaxation.exclude(suggestion.modes)
                elif suggestion is Nothing.AT_ALL:
                    relaxation = None
            if found is not None:
                return found
            seconds *= 2
        return None

    def _known_modes(self) -> HydraulicState | None:
        known = list(self._owner.library)[: FIRST_TRIES - 1]
        for modes in (*known, all_active(self._owner.network)):
            state = self._try(modes, None)
            if state is not None:
                return state
        return None

    def _open_modes(self) -> HydraulicState | None:
        """Leave all modes to the nonlinear programme, then settle them."""
        network = self._owner.network
        choices = undecided(network)
        if choices == all_active(network):
            return None
        point = self._owner.programme(choices).solve(self._question, self._deadline)
        if point is None:
            return None
        return self._try(settled(network, point.flow, point.potential), point)

    def _searched(self, seconds: float) -> HydraulicState | Refutation | None:
        """Carry the refuter's search on, and try the modes of the points that it cannot exclude."""
        if self._is_searched:
            return None
        slice_end = self._deadline.at_most(seconds)
        try:
            while (found := self._search.next(slice_end)) is not None:
                if isinstance(found, Refutation):
                    return found
                state = self._try(*self._read(found))
                if state is not None:
                    return state
        except Unproved:
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
        return explain(self._owner.network, self._best) if self._best is not None else None

    def _try(self, modes: Modes, start: Start | None) -> HydraulicState | None:
        """Return a proved state with these modes, if the programme finds one."""
        if modes in self._tried:
            return None
        self._tried.add(modes)
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
            self._owner.library.worked(modes)
        return state


@dataclass(frozen=True, slots=True, eq=False)
class _Begin:
    flow: Reals
    potential: Reals
    step: float


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
