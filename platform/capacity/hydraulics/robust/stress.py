"""The home of the stress test of a network with stations: nominations made to fail, each settled by a proof.

Whether every nomination of a booking can be transported by setting stations to it is not known to have a
certificate that is found in time. What can be had: nominations that are the worst for the network without
stations, scaled, each shown to be transportable (a state) or not (a refutation). A refuted one is a proof
against the booking at its scale and above, because a smaller booking's nominations are a larger one's. That
none of them is refuted proves nothing about the others, and is reported as just that.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from capacity.deadline import Deadline, Unproved
from capacity.hydraulics.model import HydraulicNetwork, Reals
from capacity.hydraulics.newton import LoopSolver
from capacity.hydraulics.portfolio import Feasible, Infeasible, Undecided
from capacity.hydraulics.question import Question
from capacity.hydraulics.reduction import passive_network
from capacity.hydraulics.refutation import Refutation
from capacity.hydraulics.robust.passive import Progress
from capacity.hydraulics.robust.vertices import climb_pairs, handed_over

SCALE_MAX: Final = 8.0
SCALE_MIN: Final = 1 / 64
"""Scales between which the stress is raised and lowered, unless it starts above."""
GROWTH: Final = 1.5
GAP: Final = 0.01
"""The relative gap between unrefuted and witnessed scale at which the search ends."""
NOMINATIONS_MAX: Final = 400
QUESTION_S: Final = 5.0
"""The longest that one nomination is worked on."""


class Decider(Protocol):
    """What settles a nomination: `capacity.hydraulics.portfolio.HydraulicSolver`."""

    def decide(self, question: Question, deadline: Deadline) -> Feasible | Infeasible | Undecided:
        """Return a proved answer, or UNDECIDED."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class StressNomination:
    """A nomination of the booking and the pair of nodes it drives apart."""

    injection: Reals
    pair: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Stress:
    """What a stress test found.

    unrefuted : the largest scale at which every stress nomination was shown to be transportable
    witnessed : the least scale at which one was refuted: `witness`, by `refutation`
    asked, undecided : questions put, and those that stayed open
    """

    nominations: int
    unrefuted: float | None
    witnessed: float | None
    witness: StressNomination | None
    refutation: Refutation | None
    asked: int
    undecided: int


def stress_nominations(
    network: HydraulicNetwork, booking_min: Reals, booking_max: Reals
) -> list[StressNomination]:
    """Return the nominations that drive entries and exits of the contracted network apart, worst first.

    booking_min, booking_max : float64 (nodes,), kg/s; at most `NOMINATIONS_MAX`, no two alike.
    """
    is_booked = (booking_min < 0) | (booking_max > 0)
    reduced = passive_network(network, injecting=is_booked)
    entries, exits = reduced.reduced(booking_max), reduced.reduced(-booking_min)
    highs, lows = (grid.ravel() for grid in np.meshgrid(*(np.flatnonzero(x > 0) for x in (entries, exits))))
    solver = LoopSolver.of(reduced)
    differences, injections = climb_pairs(solver, entries, exits, (highs, lows))
    ids = {int(reduced.node_of[node]): network.node_ids[node] for node in np.flatnonzero(is_booked)[::-1]}
    found: dict[bytes, StressNomination] = {}
    for place in np.argsort(-differences, kind="stable"):
        injection = handed_over(reduced, booking_min, booking_max, injections[place])
        pair = ids[int(highs[place])], ids[int(lows[place])]
        if injection.any():
            found.setdefault(np.round(injection, 6).tobytes(), StressNomination(injection, pair))
    return list(found.values())[:NOMINATIONS_MAX]


def stress(
    network: HydraulicNetwork,
    nominations: list[StressNomination],
    decider: Decider,
    *,
    start: float,
    deadline: Deadline,
    progress: Progress,
) -> Stress:
    """Return the scales between which the booking stands up to `nominations`; see the module docstring.

    start : the scale tried first
    """
    search = _Search(network, nominations, decider, progress)
    with suppress(Unproved):
        search.run(start, deadline)
    return search.found()


class _Search:
    """Raises the scale until a nomination is refuted, then halves what lies between, in proportion."""

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
        self._refuted: tuple[StressNomination, Refutation] | None = None
        self._asked = self._undecided = 0

    def run(self, start: float, deadline: Deadline) -> None:
        """Search until the scales meet; raises Unproved when time is over."""
        scale, highest = start, max(SCALE_MAX, GROWTH * start)
        self._try(scale, deadline)
        while np.isinf(self._witnessed) and scale < highest:
            scale = min(scale * GROWTH, highest)
            self._try(scale, deadline)
        while True:
            top = min(self._witnessed, self._open)
            scale = float(np.sqrt(self._unrefuted * top)) if self._unrefuted else top / 2
            if np.isinf(top) or scale < SCALE_MIN or top <= self._unrefuted * (1 + GAP):
                return
            self._try(scale, deadline)

    def found(self) -> Stress:
        """Return what is known now."""
        witness, refutation = self._refuted or (None, None)
        return Stress(
            len(self._order),
            self._unrefuted or None,
            None if witness is None else self._witnessed,
            witness,
            refutation,
            self._asked,
            self._undecided,
        )

    def _try(self, scale: float, deadline: Deadline) -> None:
        """Put every nomination at this scale, the last refuted first, until one is refuted."""
        is_open = False
        for place, nomination in enumerate(self._order):
            self._progress(place / len(self._order), f"nomination {place + 1} at scale {scale:.3f}")
            question = Question.of_nomination(self._network, scale * nomination.injection)
            answer = self._decider.decide(question, Deadline(min(QUESTION_S, deadline.left())))
            self._asked += 1
            if isinstance(answer, Infeasible):
                self._witnessed, self._refuted = scale, (nomination, answer.refutation)
                self._order.insert(0, self._order.pop(place))
                return
            if isinstance(answer, Undecided):
                self._undecided += 1
                is_open = True
        if is_open:
            self._open = min(self._open, scale)
        elif scale < self._open:
            self._unrefuted = max(self._unrefuted, scale)
