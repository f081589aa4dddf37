"""The check of technical limits: what the points and the path of a request let through, at every level.

A point lets through at most what it is published to, and the largest flow from it to all other points where
gas may exit (or from all where it may enter, to it) on the otherwise empty network of the day; a path the
largest flow from its receipt to its delivery. All rights there count, the request among them. Flows are found
anew, by augmenting paths, up to what is wanted.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from capacity.feasibility.checking.counting import KindOfDay, Rights
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.model import Network
from capacity.networks.overlays import DayCapacities
from capacity.rights.model import QUANTITY_MAX, Route, RouteKind

ENDLESS: Final = 10**30
"""More than any flow."""


def limit_faults(network: Network, days: Iterable[KindOfDay], request: Request) -> Iterator[str]:
    """Yield on which days the points or the path of a request let through less than the rights take up."""
    alike: dict[int, list[KindOfDay]] = defaultdict(list)
    for day in days:
        alike[id(day.capacities)].append(day)
    streets = _Network(network)
    for limit in _limits(request.route):
        own = own_limit(network, limit)
        for group in alike.values():
            used = [_used(day.rights, limit) for day in group]
            most = min(own, streets.carried(group[0].capacities, limit, max(used)))
            for day, quantity in zip(group, used, strict=True):
                if quantity > most:
                    yield f"takes up {quantity} of the {most} that {limit} lets through on {day.period}"


def own_limit(network: Network, limit: Route) -> int:
    """Return what a point is published to let through, and never more than is sold at all."""
    if limit.delivery is None:
        published = network.node(limit.receipt or "").entry_capacity
    else:
        published = network.node(limit.delivery).exit_capacity if limit.receipt is None else None
    return QUANTITY_MAX if published is None else min(published, QUANTITY_MAX)


def _limits(route: Route) -> list[Route]:
    if route.kind is not RouteKind.PATH:
        return [route]
    return [Route(route.receipt, None), Route(None, route.delivery), route]


def _used(rights: Rights, limit: Route) -> int:
    if limit.kind is RouteKind.PATH:
        return rights.get(limit, 0)
    if limit.delivery is None:
        return sum(quantity for route, quantity in rights.items() if route.receipt == limit.receipt)
    return sum(quantity for route, quantity in rights.items() if route.delivery == limit.delivery)


class _Network:
    """The edges at each node, for flows on the empty network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._at: dict[str, list[tuple[int, str, bool]]] = {node.id: [] for node in network.nodes}
        for place, edge in enumerate(network.edges):
            self._at[edge.tail].append((place, edge.head, True))
            self._at[edge.head].append((place, edge.tail, False))

    def carried(self, capacities: DayCapacities, limit: Route, wanted: int) -> int:
        """Return the largest flow between the ends of a limit, or `wanted` if that is less."""
        left = (
            [ENDLESS if bound is None else bound for bound in capacities.backward],
            [ENDLESS if bound is None else bound for bound in capacities.forward],
        )
        sources, targets = self._ends(limit)
        total = 0
        while total < wanted:
            way = self._way(left, sources, targets)
            if not way:
                break
            more = min(wanted - total, *(left[is_forward][place] for place, is_forward in way))
            for place, is_forward in way:
                left[is_forward][place] -= more
                left[not is_forward][place] += more
            total += more
        return total

    def _ends(self, limit: Route) -> tuple[list[str], set[str]]:
        nodes = self._network.nodes
        sources: list[str | None] = [limit.receipt]
        targets: set[str | None] = {limit.delivery}
        if limit.receipt is None:
            sources = [node.id for node in nodes if node.role.may_enter and node.id != limit.delivery]
        if limit.delivery is None:
            targets = {node.id for node in nodes if node.role.may_exit and node.id != limit.receipt}
        return [source for source in sources if source], {target for target in targets if target}

    def _way(
        self, left: Sequence[Sequence[int]], sources: Iterable[str], targets: Collection[str]
    ) -> list[tuple[int, bool]]:
        """Return the edges of a shortest way with capacity left, each with its direction; empty for none."""
        came: dict[str, tuple[str, int, bool] | None] = dict.fromkeys(sources)
        queue = deque(came)
        while queue:
            node = queue.popleft()
            for place, other, is_forward in self._at[node]:
                if other in came or left[is_forward][place] <= 0:
                    continue
                came[other] = node, place, is_forward
                if other in targets:
                    return list(_back(came, other))
                queue.append(other)
        return []


def _back(came: dict[str, tuple[str, int, bool] | None], node: str) -> Iterator[tuple[int, bool]]:
    while (step := came[node]) is not None:
        node, place, is_forward = step
        yield place, is_forward
