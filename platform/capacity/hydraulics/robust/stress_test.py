"""The stress test of a network with stations: the worst nominations known, each decided by a proof.

Whether every nomination of a booking can be transported by setting stations to it is not known to have a
certificate that is found in time. What can be had: nominations that are the worst for the network without
stations, scaled, each shown to be transportable (a state) or not (a certificate). An infeasible one is a
proof against the booking at its scale and above, because a smaller booking's nominations are a larger one's.
That all of them are feasible proves nothing about other nominations, and is reported as just that.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.robust.passive_scale import Progress
from capacity.hydraulics.robust.potential_gaps.worst_nominations import (
    SEED,
    climb_pairs,
    handed_over,
    matched,
)
from capacity.hydraulics.search.portfolio import Feasible, Infeasible, Undecided
from capacity.solvers.deadline import Deadline, LimitReached

SCALE_MAX: Final = 8.0
SCALE_MIN: Final = 1 / 64
"""Scales between which the stress is raised and lowered."""
GROWTH: Final = 1.5
"""Factor from one scale to the next while none has failed."""
GAP: Final = 0.01
"""The relative gap between unrefuted and witnessed scale at which the search ends."""
NOMINATIONS_MAX: Final = 400
"""A bound on the time of a test."""
EXTREMES: Final = 16
"""Extreme nominations in random directions."""
QUESTION_SHARE: Final = 0.05
"""The part of all the time that one nomination is worked on at most."""
PROBES: Final = 3
"""The worst nominations, with which the scale is raised at first."""
UNDECIDED_MAX: Final = 3
"""Nominations left open at one scale after which no more are put."""


class Decider(Protocol):
    """What settles a nomination: `capacity.hydraulics.search.portfolio.HydraulicSolver`."""

    def decide(self, problem: HydraulicProblem, deadline: Deadline) -> Feasible | Infeasible | Undecided:
        """Return a proved answer, or UNDECIDED."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class StressNomination:
    """A nomination of the booking and the pair of nodes it drives apart, if it was made for one."""

    injection: Reals
    pair: tuple[str, str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Stress:
    """What a stress test found.

    unrefuted : the largest scale at which every stress nomination was shown to be transportable
    witnessed : the least scale at which one was refuted: `witness`, by `certificate`
    asked, undecided : problems put, and those that stayed open
    """

    nominations: int
    unrefuted: float | None
    witnessed: float | None
    witness: StressNomination | None
    certificate: InfeasibilityCertificate | None
    asked: int
    undecided: int


def stress_nominations(
    network: HydraulicNetwork, booking_min: Reals, booking_max: Reals
) -> list[StressNomination]:
    """Return what drives entries and exits of the contracted network apart, worst first, and some extremes.

    booking_min, booking_max : float64 (nodes,), kg/s; at most `NOMINATIONS_MAX`, no two alike.
    """
    is_booked = (booking_min < 0) | (booking_max > 0)
    reduced = passive_network(network, injecting=is_booked)
    entries, exits = reduced.reduced(booking_max), reduced.reduced(-booking_min)
    highs, lows = (grid.ravel() for grid in np.meshgrid(*(np.flatnonzero(x > 0) for x in (entries, exits))))
    solver = LoopSolver.of(reduced)
    differences, injections = climb_pairs(solver, entries, exits, (highs, lows))
    ids = {int(reduced.node_of[node]): network.node_ids[node] for node in np.flatnonzero(is_booked)[::-1]}
    worst = np.argsort(-differences, kind="stable")
    found: dict[bytes, StressNomination] = {}
    pairs = [(ids[int(highs[place])], ids[int(lows[place])]) for place in worst]
    extremes = _extremes(entries, exits)
    for injection, pair in zip(
        [*injections[worst], *extremes], [*pairs, *(None for _ in extremes)], strict=True
    ):
        handed = handed_over(reduced, booking_min, booking_max, injection)
        if handed.any():
            found.setdefault(np.round(handed, 6).tobytes(), StressNomination(handed, pair))
    return list(found.values())[:NOMINATIONS_MAX]


def _extremes(entries: Reals, exits: Reals) -> list[Reals]:
    """Return extreme nominations in random directions."""
    random = np.random.default_rng(SEED)
    found = []
    for direction in random.normal(size=(EXTREMES, len(entries))):
        injection = np.empty(len(entries))
        matched(direction, entries, exits, injection)
        found.append(injection)
    return found


def stress(
    network: HydraulicNetwork,
    nominations: list[StressNomination],
    decider: Decider,
    *,
    certified: float,
    deadline: Deadline,
    progress: Progress,
) -> Stress:
    """Return the scales between which the booking stands up to `nominations`; see the module docstring.

    certified : a scale that is proved otherwise
    progress : called with the part of the time that is used
    """
    search = _Search(network, nominations, decider, progress)
    with suppress(LimitReached):
        search.run(certified, deadline)
    return search.found()


class _Search:
    """Closes in on the scale at which one of the worst nominations is refuted, then tries all below it."""

    def __init__(
        self,
        network: HydraulicNetwork,
        nominations: list[StressNomination],
        decider: Decider,
        progress: Progress,
    ) -> None:
        self._network, self._decider, self._progress = network, decider, progress
        self._order = list(nominations)
        self._unrefuted = 0.0
        self._open = np.inf
        self._witnessed = np.inf
        self._refuted: tuple[StressNomination, InfeasibilityCertificate] | None = None
        self._asked = self._undecided = 0
        self._seconds = 1.0

    def run(self, certified: float, deadline: Deadline) -> None:
        """Search from a scale that is certified until the scales meet; raises LimitReached when time is
        over."""
        self._unrefuted, self._seconds = certified, deadline.left()
        self._probe(certified, deadline)
        scale = min(self._witnessed / (1 + GAP / 2), SCALE_MAX)
        while scale > max(self._unrefuted, SCALE_MIN):
            self._try(scale, len(self._order), deadline)
            top = min(self._witnessed, self._open, SCALE_MAX)
            if top <= self._unrefuted * (1 + GAP):
                return
            scale = float(np.sqrt(self._unrefuted * top)) if self._unrefuted else top / 2

    def _probe(self, least: float, deadline: Deadline) -> None:
        """Find about the least scale at which one of the worst nominations is refuted."""
        scale = max(1.0, least * (1 + GAP))
        while np.isinf(self._witnessed) and scale <= SCALE_MAX:
            self._try(scale, PROBES, deadline)
            least = scale if np.isinf(self._witnessed) else least
            scale *= GROWTH
        while np.isfinite(self._witnessed) and self._witnessed > max(least * (1 + GAP), SCALE_MIN):
            scale = float(np.sqrt(least * self._witnessed)) if least else self._witnessed / 2
            before = self._witnessed
            self._try(scale, PROBES, deadline)
            least = scale if self._witnessed == before else least

    def found(self) -> Stress:
        """Return what is known now."""
        witness, certificate = self._refuted or (None, None)
        return Stress(
            len(self._order),
            self._unrefuted or None,
            None if witness is None else self._witnessed,
            witness,
            certificate,
            self._asked,
            self._undecided,
        )

    def _try(self, scale: float, count: int, deadline: Deadline) -> None:
        """Put `count` nominations at this scale, the last refuted first, until one is refuted."""
        undecided = 0
        for place, nomination in enumerate(self._order[:count]):
            left = deadline.left()
            used = 1 - min(1.0, left / self._seconds)
            self._progress(used, f"nomination {place + 1} of {count} at scale {scale:.3f}")
            problem = HydraulicProblem.of_nomination(self._network, scale * nomination.injection)
            answer = self._decider.decide(problem, Deadline(min(QUESTION_SHARE * self._seconds, left)))
            self._asked += 1
            if isinstance(answer, Infeasible):
                self._witnessed, self._refuted = scale, (nomination, answer.certificate)
                self._order.insert(0, self._order.pop(place))
                return
            undecided += isinstance(answer, Undecided)
            if undecided == UNDECIDED_MAX:
                break
        self._undecided += undecided
        if count < len(self._order):
            return
        if undecided:
            self._open = min(self._open, scale)
        else:
            self._unrefuted = max(self._unrefuted, scale)
