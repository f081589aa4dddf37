"""What of a refused request could be had: by sub-period and throughout, how surely, and what limits it.

Two figures each: the largest quantity that was verified to the level demanded, and the most that capacities
allow. Where they are equal no more can be had; where none was verified although capacities allow some, time
was over or pressures stand in the way, and the two are not to be confused with "none".

Quantities are whole commercial units.
"""

from dataclasses import dataclass

import numpy as np

from capacity.feasibility.flow.cuts import Cut, cut_edges
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.pressures.pressure_prover import PressureProver
from capacity.feasibility.questions.route_question import RouteQuestion
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.descriptions import limit_in_words
from capacity.feasibility.verdicts.explanation import FeasibleQuantity, Limit, LimitKind
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.units import CommercialUnit

THROUGHOUT_SHARE = 1 / 3
DAYS_SHARE = 9 / 10
"""Of the time for verified quantities, what may be spent on a first one for the whole period, and of what is
left then on those of single days; the least of these is looked at for the whole period at last."""


@dataclass(frozen=True, slots=True)
class CounterOffer:
    """`bound_throughout` is the most that capacities allow on every day; `is_complete`: time sufficed."""

    by_period: tuple[FeasibleQuantity, ...]
    throughout: int
    bound_throughout: int
    is_complete: bool


def counter_offer(
    question: RouteQuestion, asked: int, unit: CommercialUnit, deadline: Deadline
) -> CounterOffer:
    """Return what could be had instead of `asked` units, as far as it is found until the deadline."""
    return _Search(question, asked, unit, deadline).found()


class _Search:
    def __init__(self, question: RouteQuestion, asked: int, unit: CommercialUnit, deadline: Deadline) -> None:
        self._question, self._days = question, question.days
        self._asked, self._unit = asked, unit
        self._deadline = deadline
        self._is_complete = True

    def found(self) -> CounterOffer:
        bounds, are_largest = self._bounds()
        # Before the quantities, which take all the time there is; a cut is found in moments.
        limits = [self._limit_of_capacities(place, most) for place, most in enumerate(bounds)]
        quantities, throughout = self._verified(bounds) if are_largest else ([0] * len(bounds), 0)
        found = [
            FeasibleQuantity(period, quantity, most, limit)
            for day, quantity, most, of_capacities in zip(self._days, quantities, bounds, limits, strict=True)
            for limit in [
                of_capacities if quantity == most else self._limit_of_pressures(day, quantity, most)
            ]
            for period in day.periods
        ]
        return CounterOffer(_joined(found), throughout, min(bounds), self._is_complete)

    def _bounds(self) -> tuple[list[int], bool]:
        """Return the most that capacities allow on each day, and True; out of time, what points do, False."""
        prover = self._question.prover
        try:
            return self._question.on_sale_of(prover.largest(self._days, self._deadline)), True
        except LimitReached:
            self._is_complete = False
            return self._question.on_sale_of(prover.rooms(self._days)), False

    def _verified(self, bounds: list[int]) -> tuple[list[int], int]:
        """Return the largest quantity verified on each day, and on all."""
        pressures, row = self._question.pressures, self._question.row
        if pressures is None:
            return bounds, min(bounds)
        throughout = self._throughout(pressures, min(bounds), THROUGHOUT_SHARE, known=0)
        quantities = [throughout] * len(bounds)
        try:
            single = self._deadline.at_most(self._deadline.left() * DAYS_SHARE)
        except LimitReached:
            self._is_complete = False
            return quantities, throughout
        for place, (day, most) in enumerate(zip(self._days, bounds, strict=True)):
            try:
                own = single.at_most(single.left() / (len(bounds) - place))
                [quantities[place]] = pressures.largest([day], row, [most], own, known=throughout)
            except LimitReached:
                self._is_complete = False
        return quantities, self._throughout(pressures, min(quantities), 1.0, known=throughout)

    def _throughout(self, pressures: PressureProver, most: int, share: float, *, known: int) -> int:
        """Return the largest quantity up to `most` verified on all days, in a share of the time left."""
        if most <= known:
            return known
        try:
            own = self._deadline.at_most(self._deadline.left() * share)
            return pressures.largest_throughout(self._days, self._question.row, most, own, known=known)
        except LimitReached:
            self._is_complete = False
            return known

    def _limit_of_capacities(self, place: int, most: int) -> Limit | None:
        """Return why no more than `most` can be had on a day, if less was asked."""
        if most >= self._asked:
            return None
        on_sale = self._question.on_sale[place] if self._question.on_sale else None
        if on_sale is not None and on_sale.left <= most:
            return Limit(LimitKind.INTERRUPTIBLE, on_sale.in_words(self._unit))
        try:
            return self._cut_limit(self._days[place], most)
        except LimitReached:
            self._is_complete = False
            return None

    def _cut_limit(self, day: LoadCase, most: int) -> Limit | None:
        refused = day.plus(self._question.row, most + 1)
        refusal = self._question.prover.refuse([refused], self._deadline)
        if refusal is None:
            return None
        cut, network = refusal.cut, day.table.network
        edges = cut_edges(network, day.capacities, cut.inside)
        nodes = [network.node_ids[node] for node in np.flatnonzero(cut.inside)]
        text = limit_in_words(edges=edges, nodes=nodes, limited=_limited(cut, refused), unit=self._unit)
        return Limit(LimitKind.CUT, text, edges)

    def _limit_of_pressures(self, day: LoadCase, quantity: int, most: int) -> Limit | None:
        """Return why no more than `quantity` was verified of the `most` that capacities allow."""
        pressures = self._question.pressures
        if pressures is None or quantity >= self._asked:
            return None
        asked = day.plus(self._question.row, min(self._asked, most))
        picture = pressures.picture(asked, self._deadline)
        if picture.shortage is not None:
            return Limit(LimitKind.PRESSURE, picture.shortage.text)
        if picture.outcome is Outcome.INFEASIBLE:
            return Limit(LimitKind.PRESSURE, "no state of the network keeps every pressure")
        return Limit(LimitKind.PRESSURE, "no state that keeps every pressure was found in time")


def _limited(cut: Cut, day: LoadCase) -> tuple[str, int] | None:
    return None if cut.inside.any() else (str(cut.limit), cut.capacity(day))


def _joined(found: list[FeasibleQuantity]) -> tuple[FeasibleQuantity, ...]:
    """Return what was found in the order of days, neighbours alike in all joined."""
    joined: list[FeasibleQuantity] = []
    for one in sorted(found, key=lambda one: one.period):
        longer = joined[-1].followed_by(one) if joined else None
        joined[-1:] = [longer] if longer else [*joined[-1:], one]
    return tuple(joined)
