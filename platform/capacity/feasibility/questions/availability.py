"""Figures of availability: what a route offers day by day.

In whole commercial units, put together from what provers and the rights say; nothing is decided here.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.technical_limits import TechnicalLimits
from capacity.feasibility.questions.interruptible_limits import OnSale
from capacity.feasibility.questions.route_question import RouteQuestion
from capacity.networks.policy import Level
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import GasDay, Period

T = TypeVar("T")
Spans = Sequence[tuple[Period, int]]


@dataclass(frozen=True, slots=True)
class AvailableCapacity:
    """What a route offers on the gas days of `period`, in whole commercial units.

    `technical` is what the empty network carries, `available` the largest further firm quantity, verified at
    `level`, `set_aside` what the operator keeps back of firm capacity. `interruptible_stated` is the
    interruptible quantity that limits the route most, where it is counted; `interruptible_left` what is left
    of it, at most what the route and its points carry on the empty network.
    """

    period: Period
    technical: int
    booked_firm: int
    booked_interruptible: int
    available: int
    level: Level
    set_aside: int = 0
    interruptible_stated: int = 0
    interruptible_left: int = 0


@dataclass(frozen=True, slots=True)
class RouteRights:
    """The rights on one route over a period, in spans; `firm` has what is `set_aside` in it."""

    route: Route
    firm: Spans
    interruptible: Spans
    set_aside: Spans

    @classmethod
    def of(cls, snapshot: RightsSnapshot, route: Route, period: Period) -> "RouteRights":
        """Return the rights of `snapshot`."""
        return cls(
            route,
            snapshot.booked(route, period, Firmness.FIRM),
            snapshot.booked(route, period, Firmness.INTERRUPTIBLE),
            snapshot.set_aside(route, period),
        )


def available_spans(
    question: RouteQuestion,
    largest: Sequence[int],
    limits: TechnicalLimits,
    rights: RouteRights,
    on_sale: Sequence[tuple[Period, OnSale]],
) -> list[AvailableCapacity]:
    """Return what a route offers firm, `largest` on each load case, in spans of equal figures."""
    route = rights.route
    proved = sorted(
        (own, (available, limits.technical(day.capacities, route), limits.alone(day.capacities, route)))
        for day, available in zip(question.days, largest, strict=True)
        for own in day.periods
    )
    spans = []
    for period in _pieces(proved, rights.firm, rights.interruptible, rights.set_aside, on_sale):
        available, technical, alone = _on(period.start, proved)
        kept_back, one = _on(period.start, rights.set_aside), _on(period.start, on_sale)
        spans.append(
            AvailableCapacity(
                period,
                technical,
                _on(period.start, rights.firm) - kept_back,
                _on(period.start, rights.interruptible),
                available,
                question.level,
                kept_back,
                one.stated,
                min(one.left, alone),
            )
        )
    return _joined(spans)


def by_period(days: Sequence[LoadCase], quantities: Sequence[int]) -> list[tuple[Period, int]]:
    """Return the quantity of each period, in order, neighbours with the same quantity joined."""
    pairs = sorted(
        (period, quantity) for day, quantity in zip(days, quantities, strict=True) for period in day.periods
    )
    joined: list[tuple[Period, int]] = []
    for period, quantity in pairs:
        if joined and joined[-1][1] == quantity:
            joined[-1] = (Period(joined[-1][0].start, period.end), quantity)
        else:
            joined.append((period, quantity))
    return joined


def _pieces(*series: Sequence[tuple[Period, object]]) -> list[Period]:
    """Return a period cut wherever one of the spans begins; each of the series covers it in order of time."""
    starts = sorted({period.start for spans in series for period, _ in spans})
    end = series[0][-1][0].end
    return [Period(first, last) for first, last in pairwise([*starts, end])]


def _on(day: GasDay, spans: Sequence[tuple[Period, T]]) -> T:
    """Return what the spans say of a gas day."""
    return spans[bisect_right(spans, day, key=lambda span: span[0].start) - 1][1]


def _joined(spans: Sequence[AvailableCapacity]) -> list[AvailableCapacity]:
    """Return `spans`, in order, with neighbours of equal figures joined."""
    joined: list[AvailableCapacity] = []
    for span in spans:
        whole = joined and replace(span, period=Period(joined[-1].period.start, span.period.end))
        if whole and replace(joined[-1], period=whole.period) == whole:
            joined[-1] = whole
        else:
            joined.append(span)
    return joined
