"""What a refused shipper could book instead: other dates, neighbouring points, interruptible capacity.

Everything found is verified against the same rights that refused the booking, in the quantity offered: where
pressures count, less may be infeasible where more is feasible. That takes time, of which there is little, so
the search begins with what is found fastest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.model import Network, Node
from capacity.rights.model import Firmness, Route
from linepack.gasday import GasDay, Period
from market.primary.model import AlternativeKind, Found


class Finder(Protocol):
    """Finds quantities that can be had beside the rights that refused the booking, for a limited time."""

    def largest(
        self, route: Route, period: Period, firmness: Firmness, at_most: int
    ) -> Sequence[tuple[Period, int]]:
        """Return the largest quantity up to `at_most` for consecutive sub-periods; nothing out of time."""
        ...

    def throughout(self, route: Route, period: Period, firmness: Firmness, at_most: int) -> int:
        """Return the largest quantity up to `at_most` on every day of a period; 0 when time is over."""
        ...


SHIFT_DAYS_MAX = 31
"""How far away other dates are looked for."""
OTHER_DATES_MAX = 3
NEIGHBOURS_MAX = 2
"""Neighbouring points tried at each end of the route."""


def search(
    request: Request,
    throughout: int,
    network: Network,
    finder: Finder,
    *,
    on_sale: Period,
    has_interruptible: bool,
) -> list[Found]:
    """Return what could be booked instead of `request`, as far as it is found in time, most gain first.

    `throughout` is how much of the request can be had on every gas day asked for; what does not give more is
    left out. `on_sale` are the gas days that can be booked at all, `has_interruptible` whether interruptible
    capacity can be: it is offered for what is missing of firm.
    """
    missing = request.quantity - throughout
    found: list[Found] = []
    if has_interruptible and request.firmness is Firmness.FIRM and missing > 0:
        interruptible = finder.throughout(request.route, request.period, Firmness.INTERRUPTIBLE, missing)
        instead = replace(request, firmness=Firmness.INTERRUPTIBLE)
        found += _gaining(AlternativeKind.INTERRUPTIBLE, instead, interruptible, 0)
    window = shift_window(request.period, on_sale)
    capacity = finder.largest(request.route, window, request.firmness, request.quantity)
    for period in other_dates(request, capacity):
        instead = replace(request, period=period)
        found += _gaining(AlternativeKind.OTHER_DATES, instead, request.quantity, throughout)
    for route in nearby_routes(network, request.route):
        quantity = finder.throughout(route, request.period, request.firmness, request.quantity)
        found += _gaining(AlternativeKind.NEARBY_ROUTE, replace(request, route=route), quantity, throughout)
    return sorted(found, key=lambda one: -one.gain)


def _gaining(kind: AlternativeKind, instead: Request, quantity: int, throughout: int) -> Iterator[Found]:
    if quantity > throughout:
        yield Found(kind, replace(instead, quantity=quantity), quantity - throughout)


def gain_of(offered: Period, quantity: int, missing: Sequence[tuple[Period, int]]) -> int:
    """Return the most of what is `missing`, by sub-period, that an offer gives on any gas day."""
    return max(
        (min(quantity, short) for period, short in missing if period.overlap(offered) is not None), default=0
    )


def shift_window(period: Period, on_sale: Period) -> Period:
    """Return the gas days among which other dates for `period` are looked for."""
    reach = timedelta(days=SHIFT_DAYS_MAX)
    return Period(
        max(on_sale.start, min(period.start, period.start - reach)),
        min(on_sale.end, max(period.end, period.end + reach)),
    )


def other_dates(request: Request, capacity: Sequence[tuple[Period, int]]) -> tuple[Period, ...]:
    """Return the periods of the same length, nearest first, in which `capacity` holds the whole quantity.

    No two of them overlap.
    """
    length = timedelta(days=request.period.days)
    starts = sorted(
        (
            start
            for run in _runs(capacity, request.quantity)
            for start in _starts(run, request.period.days, request.period.start)
        ),
        key=lambda start: (abs((start - request.period.start).days), start),
    )
    found: list[Period] = []
    for start in starts:
        period = Period(start, start + length)
        if len(found) < OTHER_DATES_MAX and all(period.overlap(other) is None for other in found):
            found.append(period)
    return tuple(found)


def nearby_routes(network: Network, route: Route) -> list[Route]:
    """Return routes with one end moved to a neighbouring point of the same kind, nearest first."""
    routes = []
    if route.receipt is not None:
        near = _nearest(network, route.receipt, lambda node: node.role.may_enter)
        routes += [Route(point, route.delivery) for point in near if point != route.delivery]
    if route.delivery is not None:
        near = _nearest(network, route.delivery, lambda node: node.role.may_exit)
        routes += [Route(route.receipt, point) for point in near if point != route.receipt]
    return routes


def _runs(capacity: Sequence[tuple[Period, int]], quantity: int) -> Iterator[Period]:
    """Yield the stretches of consecutive gas days with capacity for `quantity`."""
    run: Period | None = None
    for period, most in capacity:
        if most >= quantity:
            run = period if run is None else Period(run.start, period.end)
        elif run is not None:
            yield run
            run = None
    if run is not None:
        yield run


def _starts(run: Period, days: int, wanted: GasDay) -> Iterator[GasDay]:
    """Yield the first days of the period of `days` in `run` nearest to `wanted`, and of the runs' ends."""
    last = run.end - timedelta(days=days)
    if last >= run.start:
        yield from {min(max(wanted, run.start), last), run.start, last}


def _nearest(network: Network, start: str, is_fit: Callable[[Node], bool]) -> list[str]:
    """Return the fitting points with the fewest edges between them and `start`."""
    nodes = {node.id: node for node in network.nodes}
    neighbours: dict[str, list[str]] = {node_id: [] for node_id in nodes}
    for edge in network.edges:
        neighbours[edge.tail].append(edge.head)
        neighbours[edge.head].append(edge.tail)
    seen, ring = {start}, [start]
    found: list[str] = []
    while ring and len(found) < NEIGHBOURS_MAX:
        ring = sorted({other for node_id in ring for other in neighbours[node_id]} - seen)
        seen |= set(ring)
        found += [node_id for node_id in ring if is_fit(nodes[node_id])]
    return found[:NEIGHBOURS_MAX]
