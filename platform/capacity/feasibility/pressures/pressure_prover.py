"""Level HYDRAULIC: what is sold keeps every pressure within its limits.

Everything booked on a gas day, used at once, is one nomination; of entry and exit rights the scarcer side is
used in full and the other in proportion. It is feasible by a state of the network (modes, flows, pressures)
and infeasible by a certificate; `capacity.hydraulics` finds both, in kg/s and bar. An answer is kept: the
same is often asked again, by many at once above all when little is left.

The level is not monotone: a counter-flow can help, so that less may be infeasible where more is feasible.
Quantities found here are therefore the largest *verified*, each with a state of its own.

Where the rights alone are infeasible already, the request is asked beside what a curtailment leaves of them
(`capacity.feasibility.pressures.curtailment`). Rights that are merely undecided are not curtailed.
"""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from capacity.feasibility.flow.flow_network import UNBOUNDED, Capacities, Load
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.pressures.curtailment import curtailed, largest_factor
from capacity.feasibility.pressures.largest_quantity import largest_verified
from capacity.feasibility.verdicts.certificates import (
    CURTAILMENT_SCALE,
    Curtailment,
    DayProof,
    InfeasibilityProof,
    Outcome,
    StateProof,
)
from capacity.feasibility.verdicts.explanation import PressureShortage
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState, Shortage
from capacity.hydraulics.search.max_quantity import max_quantity
from capacity.hydraulics.search.portfolio import Answer, Feasible, HydraulicSolver, Infeasible, Undecided
from capacity.hydraulics.search.primal_heuristics import PrimalHeuristic
from capacity.networks.model import Network
from capacity.networks.policy import Level
from capacity.rights.model import Route
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Solver

OFFER_S: Final = 2.0
"""How long a larger quantity is sought for one load case."""
TRIAL_S: Final = 0.5
"""How long it may take to prove that rights alone have no state: what takes longer is not curtailed."""

KEPT_MAX: Final = 512
"""Answers kept of each kind; the oldest goes first."""

RightsOfDay = tuple[tuple[tuple[Route, int], ...], bytes]
"""The rights of a gas day and its capacities: different rights may be one nomination."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, eq=False)
class PressureRefusal:
    """A load case whose pressures cannot be kept, and what shows it.

    With `curtailment` the day is the request beside what that leaves of the rights.
    """

    day: LoadCase
    found: Infeasible
    curtailment: Curtailment | None = None

    @property
    def proof(self) -> DayProof:
        """The certificate."""
        certificate = InfeasibilityProof(self.found.certificate)
        return DayProof(
            self.day.periods,
            Level.HYDRAULIC,
            Outcome.INFEASIBLE,
            certificate,
            self.day.stack,
            self.curtailment,
        )

    @property
    def shortages(self) -> tuple[PressureShortage, ...]:
        """Where pressure fails, as far as a state near enough to show it was found."""
        if self.found.shortage is None:
            return ()
        return (PressureShortage(self.day.periods, self.found.shortage),)


@dataclass(frozen=True, slots=True)
class PressurePicture:
    """The pressures of a gas day when everything booked is used at once: a state, or why there is none."""

    outcome: Outcome
    state: HydraulicState | None = None
    shortage: Shortage | None = None
    reason: str = ""


class PressureProver:
    """Level HYDRAULIC on one network; see the module docstring. Not thread-safe."""

    def __init__(self, network: Network, solver: Solver, finder: PrimalHeuristic | None = None) -> None:
        self._network: HydraulicNetwork = compile_hydraulics(network)
        self._edges = len(network.edges)
        self._solver = HydraulicSolver(self._network, solver, heuristic=finder)
        self._decided: OrderedDict[tuple[bytes, bytes], tuple[Answer, float]] = OrderedDict()
        self._offered: OrderedDict[tuple[RightsOfDay, Route, int], int] = OrderedDict()
        self._curtailments: OrderedDict[RightsOfDay, tuple[Curtailment, float]] = OrderedDict()

    @property
    def checked_certificates(self) -> list[CheckedCertificate]:
        """The infeasibility certificates kept, each checked for its own problem."""
        answers = (answer for answer, _ in self._decided.values())
        return [answer.checked for answer in answers if isinstance(answer, Infeasible)]

    def prove(self, days: Sequence[LoadCase], deadline: Deadline) -> list[DayProof] | PressureRefusal:
        """Prove every load case, or refuse with one whose pressures cannot be kept; raises LimitReached."""
        proofs = []
        for day in days:
            answer = self._prove(day, deadline)
            if isinstance(answer, PressureRefusal):
                return answer
            proofs.append(answer)
        return proofs

    def _prove(self, day: LoadCase, deadline: Deadline) -> DayProof | PressureRefusal:
        curtailment = None
        is_short = isinstance(self._decided.get(self._key(day.before), (None,))[0], Infeasible)
        found = self._answer(day, deadline.at_most(TRIAL_S)) if is_short else self._decide(day, deadline)
        if not isinstance(found, Feasible):
            day, curtailment = self._beside_what_is_left(day, deadline)
            found = self._decide(day, deadline)
        if isinstance(found, Infeasible):
            return PressureRefusal(day, found, curtailment)
        certificate = StateProof(found.state)
        return DayProof(day.periods, Level.HYDRAULIC, Outcome.FEASIBLE, certificate, day.stack, curtailment)

    def picture(self, day: LoadCase, deadline: Deadline) -> PressurePicture:
        """Return a state in which the rights of `day` are used at once, or why none is known.

        With a request on a day that lacks pressure already, of the request beside what is left.
        """
        try:
            found = self._answer(day, deadline)
            if day.asked is not None and isinstance(found, Infeasible):
                found = self._answer(self._beside_what_is_left(day, deadline)[0], deadline)
        except LimitReached as unproved:
            return PressurePicture(Outcome.UNDECIDED, reason=str(unproved))
        if isinstance(found, Feasible):
            return PressurePicture(Outcome.FEASIBLE, state=found.state)
        if isinstance(found, Infeasible):
            return PressurePicture(Outcome.INFEASIBLE, shortage=found.shortage)
        return PressurePicture(Outcome.UNDECIDED, shortage=found.shortage, reason=found.reason)

    def largest(
        self,
        days: Sequence[LoadCase],
        row: int,
        limits: Sequence[int],
        deadline: Deadline,
        *,
        known: int = 0,
    ) -> list[int]:
        """Return, for each load case, the largest verified quantity more on the route of `row`.

        At most its limit; `known` was verified on all of them before. Raises LimitReached when time was over
        before any was.
        """
        quantities = []
        for place, (day, limit) in enumerate(zip(days, limits, strict=True)):
            own = deadline.at_most(deadline.left() / (len(days) - place))
            quantities.append(self._largest(day, row, limit, own, known))
        return quantities

    def largest_throughout(
        self, days: Sequence[LoadCase], row: int, limit: int, deadline: Deadline, *, known: int = 0
    ) -> int:
        """Return the largest quantity more that was verified on all load cases alike, as `largest` does."""
        if not limit:
            return 0
        for day in days:
            self._curtail_if_short(day, deadline)
        return largest_verified(self, days, row, limit, deadline, known=known)

    def is_verified(self, day: LoadCase, deadline: Deadline) -> bool:
        """Return whether a state was found until the deadline; a proof of the contrary is not waited for.

        Where the rights before are infeasible, for the request beside what is left of them.
        """
        if self.keeps_pressure(day, deadline):
            return True
        try:
            left, curtailment = self._beside_what_is_left(day, deadline)
            return curtailment is not None and self.keeps_pressure(left, deadline)
        except LimitReached:
            return False

    def offered(self, day: LoadCase, row: int, most: int, deadline: Deadline) -> int:
        """Return how much more on a route, up to `most`, the programme offers; 0 for nothing."""
        deadline.pause()
        curtailment, _ = self._curtailments.get(_rights_of(day.before), (None, 0.0))
        if curtailment is not None:
            day = curtailed(day, curtailment.factor)
        offer = max_quantity(self._solver, self._towards(day, row, most), deadline)
        return 0 if offer is None else int(offer.step * most)

    def _largest(self, day: LoadCase, row: int, limit: int, deadline: Deadline, known: int) -> int:
        if limit <= known:
            return limit
        self._curtail_if_short(day, deadline)
        key = _rights_of(day), day.table.routes[row], limit
        if key not in self._offered:
            quantity = largest_verified(self, [day], row, limit, deadline.at_most(OFFER_S), known=known)
            if not quantity:
                return 0
            _keep(self._offered, key, quantity)
        return max(self._offered[key], known)

    def keeps_pressure(self, day: LoadCase, deadline: Deadline) -> bool:
        """Return whether a state was found for the rights of a day as they are; raises LimitReached."""
        return isinstance(self._answer(day, deadline), Feasible)

    def lacks_pressure(self, day: LoadCase, deadline: Deadline) -> bool:
        """Return whether the rights of a day as they are were proved infeasible; raises LimitReached."""
        return isinstance(self._answer(day, deadline), Infeasible)

    def factor_offered(self, day: LoadCase, bracket: tuple[int, int], deadline: Deadline) -> int:
        """Return the factor within `bracket`, in CURTAILMENT_SCALE, that the programme offers; 0 for none."""
        idle, full = (self._injection(curtailed(day, factor).load) for factor in (0, CURTAILMENT_SCALE))
        least, most = (factor / CURTAILMENT_SCALE for factor in bracket)
        way = self._question(idle, day.capacities).towards(full - idle, least, most)
        offer = max_quantity(self._solver, way, deadline)
        return 0 if offer is None else int(offer.step * CURTAILMENT_SCALE)

    def _beside_what_is_left(self, day: LoadCase, deadline: Deadline) -> tuple[LoadCase, Curtailment | None]:
        """Return the request on a day beside what its curtailment leaves; the day where it needs none."""
        curtailment = self._curtailment(day.before, deadline)
        return (day, None) if curtailment is None else (curtailed(day, curtailment.factor), curtailment)

    def _curtail_if_short(self, day: LoadCase, deadline: Deadline) -> None:
        """Find the curtailment that a day may need, before a search has only moments for each trial.

        A day that keeps its pressures, as most do, says so in milliseconds.
        """
        with suppress(LimitReached):
            if not self.keeps_pressure(day, deadline.at_most(TRIAL_S)):
                self._curtailment(day, deadline.at_most(OFFER_S))

    def _curtailment(self, day: LoadCase, deadline: Deadline) -> Curtailment | None:
        """Return the curtailment of a day whose rights are infeasible, None if not, or if none restores it.

        Whether they are is not waited for longer than one trial. A factor found in less than half the time
        that there is now is sought again.
        """
        found = self._answer(day, deadline.at_most(TRIAL_S))
        if not isinstance(found, Infeasible):
            return None
        key, seconds = _rights_of(day), deadline.left()
        kept, spent = self._curtailments.get(key, (None, 0.0))
        if kept is None or seconds > 2 * spent:
            factor = largest_factor(self, day, deadline, known=0 if kept is None else kept.factor)
            if factor is None:
                return None
            kept = Curtailment(factor, curtailed(day, factor).stack, found.certificate)
            _keep(self._curtailments, key, (kept, seconds))
        return kept

    def _decide(self, day: LoadCase, deadline: Deadline) -> Feasible | Infeasible:
        found = self._answer(day, deadline)
        if isinstance(found, Undecided):
            raise LimitReached(found.reason)
        return found

    def _answer(self, day: LoadCase, deadline: Deadline) -> Answer:
        """Return the solver's answer: the kept one, unless that is none and now there is more time."""
        deadline.pause()
        seconds = deadline.left()
        injection, key = self._injection(day.load), self._key(day)
        kept, spent = self._decided.get(key, (None, 0.0))
        if kept is None or (isinstance(kept, Undecided) and spent < seconds):
            kept = self._solver.decide(self._question(injection, day.capacities), deadline)
            # What was given up when nobody waited any more says nothing to the next who asks.
            if not (isinstance(kept, Undecided) and deadline.is_abandoned):
                _keep(self._decided, key, (kept, seconds))
        return kept

    def _key(self, day: LoadCase) -> tuple[bytes, bytes]:
        return self._injection(day.load).tobytes(), day.capacities.key

    def _towards(self, day: LoadCase, row: int, quantity: int) -> HydraulicProblem:
        """Return the question how far, 0 to 1, the way to `quantity` more on a route can be gone."""
        booked, raised = self._injection(day.load), self._injection(day.plus(row, quantity).load)
        return self._question(booked, day.capacities).towards(raised - booked, 0.0, 1.0)

    def _question(self, injection: Reals, capacities: Capacities) -> HydraulicProblem:
        lower = np.full(len(self._network.element_ids), -np.inf)
        upper = np.full(len(self._network.element_ids), np.inf)
        in_kg_per_s = self._network.kg_per_s_per_unit
        is_bounded = capacities.lower > -UNBOUNDED
        lower[: self._edges][is_bounded] = capacities.lower[is_bounded] * in_kg_per_s
        is_bounded = capacities.upper < UNBOUNDED
        upper[: self._edges][is_bounded] = capacities.upper[is_bounded] * in_kg_per_s
        return HydraulicProblem.of_nomination(self._network, injection).on_day(lower, upper)

    def _injection(self, load: Load) -> Reals:
        """Return the nomination in which the rights are used at once, kg/s, float64 (nodes,)."""
        units = load.fixed.astype(np.float64)
        entries, exits = load.entry_total, load.exit_total
        if entries and exits:
            units += load.entry * min(1.0, exits / entries) - load.exit * min(1.0, entries / exits)
        injection = np.zeros(self._network.size)
        injection[: len(units)] = units * self._network.kg_per_s_per_unit
        injection[np.argmax(np.abs(injection))] -= injection.sum()
        return injection


def _rights_of(day: LoadCase) -> RightsOfDay:
    return day.stack, day.capacities.key


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEPT_MAX:
        kept.popitem(last=False)
