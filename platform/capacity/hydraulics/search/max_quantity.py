"""The largest quantity of a hydraulic problem: how much more can be carried along a route?

Each step found is *verified*: it comes with a state that the residual checker passed, and the program found
no larger one with the modes it knew. Only a certified bound says that there is no larger one: a step with the
certificate that none as large is possible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.search.milp_relaxation import CandidatePoint
from capacity.hydraulics.search.modes import Modes, settled, undecided
from capacity.hydraulics.search.nlp import Point, Start
from capacity.hydraulics.search.portfolio import HydraulicSolver
from capacity.hydraulics.search.verified import proved
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import SolverRefused

CLOSE_ENOUGH: Final = 1e-3
"""A bound within this share of the verified step ends the search: the unit of a booking is coarser."""
BOUND_CLOSE_ENOUGH: Final = 5e-3
"""A certified bound within this share of the verified step is not sharpened."""
STEP_BACK: Final = (0.0, 1e-7, 1e-5, 1e-3)
"""By which shares a step is shortened where rounding at the limits spoils its state."""
ROUNDS: Final = 12
"""How often the relaxation is refined: on the published networks the bound moves little after ten."""


@dataclass(frozen=True, slots=True)
class VerifiedStep:
    """A verified step of a problem, in its unit, and the state that carries it."""

    step: float
    state: HydraulicState


def verified_steps(
    solver: HydraulicSolver, problem: HydraulicProblem, deadline: Deadline
) -> Iterator[VerifiedStep]:
    """Yield verified steps of the problem, each larger than the last.

    First the modes that carry the least step, then others that worked, then those that the program chooses
    with all modes open, then those of the relaxation.
    """
    search = _StepSearch(solver, problem, deadline)
    try:
        for modes, start in search.candidates():
            found = search.enlarged(modes, start)
            if found is not None:
                yield found
    except (LimitReached, SolverRefused):
        return


def max_quantity(
    solver: HydraulicSolver, problem: HydraulicProblem, deadline: Deadline
) -> VerifiedStep | None:
    """Return the largest step verified until the deadline, None if none was."""
    return max(verified_steps(solver, problem, deadline), key=lambda found: found.step, default=None)


class _StepSearch:
    """The search for the largest step of one problem."""

    def __init__(self, solver: HydraulicSolver, problem: HydraulicProblem, deadline: Deadline) -> None:
        self._solver, self._problem, self._deadline = solver, problem, deadline
        self._tried: set[Modes] = set()
        self._best: VerifiedStep | None = None

    def candidates(self) -> Iterator[tuple[Modes, Start | None]]:
        """Yield mode vectors, and where to begin with each."""
        base = self._solver.base(self._problem, self._deadline)
        if base is None:
            return
        yield base.modes, base
        for modes in self._solver.library:
            yield modes, base
        choices = undecided(self._solver.network)
        point = self._solver.program(choices, to_step=True).solve(self._problem, self._deadline, base)
        if point is not None and point.is_lawful:
            yield settled(self._solver.network, point.flow, point.potential), point
        relaxation = self._solver.relaxation(self._problem)
        for _ in range(ROUNDS):
            candidate = relaxation.next_candidate(self._deadline)
            if not isinstance(candidate, CandidatePoint):
                return
            yield candidate.modes, candidate
            if self._is_close(relaxation.step_bound) or not relaxation.refine(candidate):
                return

    def _is_close(self, bound: float) -> bool:
        best = self._problem.step_min if self._best is None else self._best.step
        return bound - best <= CLOSE_ENOUGH * max(abs(best), abs(bound))

    def enlarged(self, modes: Modes, start: Start | None) -> VerifiedStep | None:
        """Return the largest step found with these modes, if it beats the best so far."""
        if modes in self._tried:
            return None
        self._tried.add(modes)
        point = self._solver.program(modes, to_step=True).solve(self._problem, self._deadline, start)
        if point is None:
            return None
        for share in STEP_BACK:
            step = point.step - share * (point.step - self._problem.step_min)
            if self._best is not None and step <= self._best.step:
                return None
            state = self._verified(point) if share == 0 else self._verified_at(modes, step, point)
            if state is not None:
                self._best = VerifiedStep(step, state)
                self._solver.library.worked(modes)
                return self._best
        return None

    def _verified(self, point: Point) -> HydraulicState | None:
        return proved(self._problem, point)[0] if point.shows_feasible else None

    def _verified_at(self, modes: Modes, step: float, start: Point) -> HydraulicState | None:
        fixed = self._problem.towards(self._problem.direction, step, step)
        point = self._solver.program(modes).solve(fixed, self._deadline, start)
        if point is None or not point.shows_feasible:
            return None
        return proved(fixed, point)[0]


def certified_bound(
    prover: InfeasibilityProver, problem: HydraulicProblem, verified: float, deadline: Deadline
) -> tuple[float, InfeasibilityCertificate] | None:
    """Return a step and the certificate that none as large is possible; None if none was found in time.

    Nothing is left to prove where `verified`, the largest step known to be possible, nearly is the problem's
    largest; else the distance between them is halved while the upper half can be proved impossible.
    """
    low, high, found = verified, problem.step_max, None
    if high - low <= BOUND_CLOSE_ENOUGH * abs(high):
        return None
    try:
        step = high
        while step - verified > BOUND_CLOSE_ENOUGH * abs(verified) or found is None:
            certificate = prover.prove_step_impossible(problem, step, deadline.at_most(deadline.left() / 3))
            if certificate is not None:
                found, high = (step, certificate), step
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
