"""The home of level RIGHTS: what each point and each path carries on the otherwise empty network.

Technical capacity of a path is the largest flow from its receipt to its delivery point, of an entry the
largest flow from it to all exits, of an exit the largest from all entries to it. All rights that begin at a
point may not exceed its technical entry capacity, all that end there its technical exit capacity, all on one
path the path's.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from capacity.feasibility.days import DayStack
from capacity.feasibility.kernels import augment, graph_of
from capacity.feasibility.model import UNBOUNDED, Capacities, Flags, FlowNetwork
from capacity.rights.model import Route

KEPT_ANSWERS_MAX: Final = 100_000
"""Technical capacities kept; when there are more, all are worked out afresh."""


class TechnicalLimits:
    """Technical capacities on one network, each worked out once."""

    def __init__(self, network: FlowNetwork) -> None:
        self._network = network
        self._kept: dict[tuple[bytes, Route], tuple[int, Flags]] = {}

    def technical(self, capacities: Capacities, route: Route) -> int:
        """Return the technical capacity of `route`; raises NotFound for one that does not fit."""
        return self._solved(capacities, route)[0]

    def cut(self, capacities: Capacities, route: Route) -> Flags:
        """Return the cut, bool (nodes,), that limits the technical capacity of `route`."""
        return self._solved(capacities, route)[1]

    def room(self, day: DayStack, row: int) -> int:
        """Return how much more the points and the path of a route allow; not negative."""
        uses = uses_of(day, row)
        return max(min(self.technical(day.capacities, route) - used for route, used in uses), 0)

    def exceeded(self, day: DayStack, row: int) -> Flags | None:
        """Return the cut of the first technical limit of a route that the rights exceed, None without."""
        for route, used in uses_of(day, row):
            if used > self.technical(day.capacities, route):
                return self.cut(day.capacities, route)
        return None

    def _solved(self, capacities: Capacities, route: Route) -> tuple[int, Flags]:
        key = (capacities.key, route)
        if key not in self._kept:
            if len(self._kept) >= KEPT_ANSWERS_MAX:
                self._kept.clear()
            self._kept[key] = self._solve(capacities, route)
        return self._kept[key]

    def _solve(self, capacities: Capacities, route: Route) -> tuple[int, Flags]:
        network = self._network
        source, target = network.receipt(route), network.delivery(route)
        open_points = np.zeros(len(network.points), dtype=np.int64)
        if target == network.hub:
            open_points[network.may_exit[network.points] & (network.points != source)] = -UNBOUNDED
        elif source == network.hub:
            open_points[network.may_enter[network.points] & (network.points != target)] = UNBOUNDED
        lower = np.concatenate([capacities.lower, np.minimum(open_points, 0)])
        upper = np.concatenate([capacities.upper, np.maximum(open_points, 0)])
        parent = np.empty(network.hub + 1, dtype=np.int32)
        sent = augment(
            graph_of(network),
            lower,
            upper,
            np.zeros(len(lower), dtype=np.int64),
            np.zeros(network.hub + 1, dtype=np.int64),
            source,
            target,
            UNBOUNDED,
            parent,
            np.empty(network.hub + 1, dtype=np.int32),
        )
        return int(sent), parent[:-1] != -1


def uses_of(day: DayStack, row: int) -> Iterator[tuple[Route, int]]:
    """Yield the technical limits that bear on a route, each as a route, with the rights that count on it."""
    table, quantities = day.table, day.quantities
    route = table.routes[row]
    if route.receipt is not None:
        at_receipt = table.receipt == table.receipt[row]
        yield Route(route.receipt, None), int(quantities[at_receipt].sum())
    if route.delivery is not None:
        at_delivery = table.delivery == table.delivery[row]
        yield Route(None, route.delivery), int(quantities[at_delivery].sum())
    if route.receipt is not None and route.delivery is not None:
        yield route, int(quantities[row])
