"""The home of the hydraulic counter-offer: how much more can be carried along a route?

What it offers are *largest verified* steps: each comes with a state that the residual checker passed, and the
programme found no larger one with the modes it knew. Whether there is a larger one is another question, which
only a bound answers: a step with the refutation of all steps as large.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.search.milp_relaxation import CandidatePoint
from capacity.hydraulics.search.modes import Modes, settled, undecided
from capacity.hydraulics.search.nlp import Point, Start
from capacity.hydraulics.search.verified import proved
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import SolverRefused

if TYPE_CHECKING:
    from capacity.hydraulics.search.portfolio import HydraulicSolver

CLOSE_ENOUGH: Final = 1e-3
"""A bound within this share of the step offered ends the search for a larger one."""
BOUND_CLOSE_ENOUGH: Final = 5e-3
"""A certified bound within this share of the verified step is not sharpened."""
STEP_BACK: Final = (0.0, 1e-7, 1e-5, 1e-3)
"""By which shares a step is shortened where rounding at the limits spoils its state."""
ROUNDS: Final = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A verified step of a question, in its unit, and the state that carries it."""

    step: float
    state: HydraulicState


def offers(solver: "HydraulicSolver", question: HydraulicProblem, deadline: Deadline) -> Iterator[Offer]:
    """Yield verified steps of the question, each larger than the last.

    First the modes that carry the least step, then others that worked, then those that the programme chooses
    with all modes open, then those of the relaxation.
    """
    search = _OfferSearch(solver, question, deadline)
    try:
        for modes, start in search.candidates():
            found = search.enlarged(modes, start)
            if found is not None:
                yield found
    except (LimitReached, SolverRefused):
        return


class _OfferSearch:
    """The search for the largest step of one question."""

    def __init__(self, solver: "HydraulicSolver", question: HydraulicProblem, deadline: Deadline) -> None:
        self._solver, self._question, self._deadline = solver, question, deadline
        self._tried: set[Modes] = set()
        self._best: Offer | None = None

    def candidates(self) -> Iterator[tuple[Modes, Start | None]]:
        """Yield mode vectors, and where to begin with each."""
        base = self._solver.base(self._question, self._deadline)
        if base is None:
            return
        yield base.modes, base
        for modes in self._solver.library:
            yield modes, base
        choices = undecided(self._solver.network)
        point = self._solver.programme(choices, to_step=True).solve(self._question, self._deadline, base)
        if point is not None and point.is_lawful:
            yield settled(self._solver.network, point.flow, point.potential), point
        relaxation = self._solver.relaxation(self._question)
        for _ in range(ROUNDS):
            suggestion = relaxation.suggest(self._deadline)
            if not isinstance(suggestion, CandidatePoint):
                return
            yield suggestion.modes, suggestion
            if self._is_close(relaxation.step_bound) or not relaxation.refine(suggestion):
                return

    def _is_close(self, bound: float) -> bool:
        best = self._question.step_min if self._best is None else self._best.step
        return bound - best <= CLOSE_ENOUGH * max(abs(best), abs(bound))

    def enlarged(self, modes: Modes, start: Start | None) -> Offer | None:
        """Return the largest step found with these modes, if it beats the best so far."""
        if modes in self._tried:
            return None
        self._tried.add(modes)
        point = self._solver.programme(modes, to_step=True).solve(self._question, self._deadline, start)
        if point is None:
            return None
        for share in STEP_BACK:
            step = point.step - share * (point.step - self._question.step_min)
            if self._best is not None and step <= self._best.step:
                return None
            state = self._verified(point) if share == 0 else self._verified_at(modes, step, point)
            if state is not None:
                self._best = Offer(step, state)
                self._solver.library.worked(modes)
                return self._best
        return None

    def _verified(self, point: Point) -> HydraulicState | None:
        return proved(self._question, point)[0] if point.shows_feasible else None

    def _verified_at(self, modes: Modes, step: float, start: Point) -> HydraulicState | None:
        fixed = self._question.towards(self._question.direction, step, step)
        point = self._solver.programme(modes).solve(fixed, self._deadline, start)
        if point is None or not point.shows_feasible:
            return None
        return proved(fixed, point)[0]


def certified_bound(
    refuter: InfeasibilityProver, question: HydraulicProblem, verified: float, deadline: Deadline
) -> tuple[float, InfeasibilityCertificate] | None:
    """Return a step and the refutation of all steps at least as large; None if none was found in time.

    A `verified` step, the largest known to be possible, that nearly is the question's largest leaves nothing
    to refute; else the distance to it is halved while that can be refuted.
    """
    low, high, found = verified, question.step_max, None
    if high - low <= BOUND_CLOSE_ENOUGH * abs(high):
        return None
    try:
        step = high
        while step - verified > BOUND_CLOSE_ENOUGH * abs(verified) or found is None:
            refutation = refuter.prove_step_impossible(question, step, deadline.at_most(deadline.left() / 3))
            if refutation is not None:
                found, high = (step, refutation), step
            elif found is None:
                return None
            else:
                low = step
            if high - low <= BOUND_CLOSE_ENOUGH * abs(high):
                break
            step = (low + high) / 2
    except LimitReached:
        return found
    return found
