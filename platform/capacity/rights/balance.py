"""Balances: what movements add up to, gas day by gas day.

A balance is a step function of the gas day, kept as segments in order, without gaps where it is not zero and
without two neighbours of one quantity. Quantities are whole commercial units.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from capacity.rights.model import Firmness, Movement, Route
from linepack.gasday import Period


@dataclass(frozen=True, slots=True)
class Segment:
    """The same quantity on every gas day of a period."""

    period: Period
    quantity: int


Balance = Mapping[tuple[Route, Firmness], tuple[Segment, ...]]
"""What one contract holds; a route with nothing is left out."""


def balance(movements: Iterable[Movement]) -> Balance:
    """Return what `movements` add up to, per route and firmness, in the order of the routes' sort keys."""
    changes: dict[tuple[Route, Firmness], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for movement in movements:
        steps = changes[movement.route, movement.firmness]
        steps[movement.period.start] += movement.quantity
        steps[movement.period.end] -= movement.quantity
    ordered = sorted(changes.items(), key=lambda item: (item[0][0].sort_key, item[0][1]))
    return {key: segments for key, steps in ordered if (segments := segments_of(steps))}


def segments_of(changes: Mapping[date, int]) -> tuple[Segment, ...]:
    """Return the running sum of `changes`, each from its day on, in segments without those of zero."""
    days = sorted(day for day, change in changes.items() if change)
    result, level = [], 0
    for start, end in pairwise(days):
        level += changes[start]
        if level:
            result.append(Segment(Period(start, end), level))
    return tuple(result)
