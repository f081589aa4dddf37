"""Level RIGHTS: what each point and each path carries on the otherwise empty network.

Technical capacity of a path is the largest flow from its receipt to its delivery point, of an entry the
largest flow from it to all exits, of an exit the largest from all entries to it, and of a point at most what
it is published to let through. All rights that begin at a point may not exceed its technical entry capacity,
all that end there its technical exit capacity, all on one path the path's.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from capacity.feasibility.flow.cuts import Cut, counted_on, rights_on
from capacity.feasibility.flow.flow_network import UNBOUNDED, Capacities, Flags, FlowNetwork, Integers
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable
from capacity.feasibility.flow.max_flow import augment, graph_of, largest_between
from capacity.feasibility.flow.prover import Prover, Refusal
from capacity.feasibility.verdicts.certificates import DayProof
from capacity.networks.interruptible import limits_on
from capacity.networks.policy import Level
from capacity.rights.model import Route
from capacity.solvers.deadline import Deadline

KEPT_ANSWERS_MAX: Final = 100_000
"""Technical capacities kept; when there are more, all are worked out afresh."""
KEPT_TOGETHER_MAX: Final = 64
"""Those of all points, and of many paths, are kept together by what edges carry, so many times."""


class TechnicalLimits:
    """Technical capacities on one network, each worked out once."""

    def __init__(self, network: FlowNetwork) -> None:
        self._network = network
        # By a digest of the capacities: on a large network they would take far more room than the answers.
        self._kept: dict[tuple[bytes, Route], tuple[int, Flags]] = {}
        self._kept_points: dict[bytes, tuple[Integers, Integers]] = {}
        self._kept_paths: dict[tuple[bytes, bytes, bytes], Integers] = {}

    def technical(self, capacities: Capacities, route: Route) -> int:
        """Return the technical capacity of `route`; raises NotFound for one that does not fit."""
        return min(self._solved(capacities, route)[0], self._network.own_limit(route))

    def alone(self, capacities: Capacities, route: Route) -> int:
        """Return the most of `route` that it and the points at its ends allow without any other right."""
        return min(self.technical(capacities, limit) for limit in limits_on(route))

    def rooms(self, days: Sequence[LoadCase], row: int) -> list[int]:
        """Return how much more the points and the path of a route allow on each load case; not negative."""
        counted = _counted(days, row)
        return [
            max(min(self.technical(day.capacities, limit) - _used(day, own) for limit, own in counted), 0)
            for day in days
        ]

    def of_routes(self, capacities: Capacities, table: RouteTable, rows: Integers) -> Integers:
        """Return the technical capacity of each of several routes, int64 (rows,)."""
        entries, exits = self._of_points(capacities)
        receipt, delivery = table.receipt[rows], table.delivery[rows]
        at_ends = np.where(delivery == self._network.hub, entries[receipt], exits[delivery])
        is_path, paths = self._of_paths(capacities, receipt, delivery)
        at_ends[is_path] = paths
        return at_ends

    def rooms_of_routes(self, days: Sequence[LoadCase], rows: Integers) -> Integers:
        """Return what each of several routes may still be given: int64 (days, rows)."""
        table, nodes = days[0].table, self._network.hub + 1
        receipt, delivery = table.receipt[rows], table.delivery[rows]
        rooms = np.empty((len(days), len(rows)), dtype=np.int64)
        for place, day in enumerate(days):
            entries, exits = self._of_points(day.capacities)
            begun = np.bincount(table.receipt, day.quantities, nodes).astype(np.int64)
            ended = np.bincount(table.delivery, day.quantities, nodes).astype(np.int64)
            begun[-1] = ended[-1] = 0
            is_path, paths = self._of_paths(day.capacities, receipt, delivery)
            own = np.minimum((entries - begun)[receipt], (exits - ended)[delivery])
            own[is_path] = np.minimum(own[is_path], paths - day.quantities[rows[is_path]])
            rooms[place] = own
        return np.maximum(rooms, 0)

    def _of_points(self, capacities: Capacities) -> tuple[Integers, Integers]:
        """Return the technical capacity of each entry and of each exit, int64 (nodes + 1,).

        Zero elsewhere; the hub, the last, has no limit.
        """
        key = capacities.key
        if key not in self._kept_points:
            network = self._network
            entries, exits = (np.zeros(network.hub + 1, dtype=np.int64) for _ in range(2))
            for node in network.entry_points():
                entries[node] = self.technical(capacities, Route(network.node_ids[node], None))
            for node in network.exit_points():
                exits[node] = self.technical(capacities, Route(None, network.node_ids[node]))
            entries[-1] = exits[-1] = UNBOUNDED
            if len(self._kept_points) >= KEPT_TOGETHER_MAX:
                self._kept_points.clear()
            self._kept_points[key] = entries, exits
        return self._kept_points[key]

    def _of_paths(
        self, capacities: Capacities, receipt: Integers, delivery: Integers
    ) -> tuple[Flags, Integers]:
        """Return which of several routes are paths, bool (routes,), and their capacity, int64 (paths,)."""
        is_path = (receipt != self._network.hub) & (delivery != self._network.hub)
        receipt, delivery = receipt[is_path], delivery[is_path]
        key = capacities.key, receipt.tobytes(), delivery.tobytes()
        if key not in self._kept_paths:
            closed = np.zeros(len(self._network.points), dtype=np.int64)
            lower, upper = np.append(capacities.lower, closed), np.append(capacities.upper, closed)
            most = np.full(len(receipt), UNBOUNDED, dtype=np.int64)
            if len(self._kept_paths) >= KEPT_TOGETHER_MAX:
                self._kept_paths.clear()
            self._kept_paths[key] = largest_between(
                graph_of(self._network), lower, upper, np.zeros_like(lower), receipt, delivery, most
            )
        return is_path, self._kept_paths[key]

    def exceeded(self, day: LoadCase, limit: Route) -> Cut | None:
        """Return the cut that shows how a limit is exceeded on `day`, without nodes for a point's own."""
        sent, inside = self._solved(day.capacities, limit)
        own_limit = self._network.own_limit(limit)
        if rights_on(day, limit) <= min(sent, own_limit):
            return None
        return Cut(Level.RIGHTS, np.zeros_like(inside) if own_limit <= sent else inside, limit)

    def refuse(self, days: Sequence[LoadCase], row: int, waived: Collection[Route] = ()) -> Refusal | None:
        """Return the load case, with the cut, that exceeds a technical limit of a route most, if any.

        What the points in `waived` themselves let through is left out of account.
        """
        worst, excess = None, 0
        nowhere = np.zeros(self._network.hub, dtype=np.bool_)
        for limit, counted in _counted(days, row):
            own_limit = UNBOUNDED if limit in waived else self._network.own_limit(limit)
            for day in days:
                sent, inside = self._solved(day.capacities, limit)
                beyond = _used(day, counted) - min(sent, own_limit)
                if beyond > excess:
                    cut = Cut(Level.RIGHTS, nowhere if own_limit <= sent else inside, limit)
                    worst, excess = Refusal(day, cut), beyond
        return worst

    def _solved(self, capacities: Capacities, route: Route) -> tuple[int, Flags]:
        key = hashlib.blake2b(capacities.key, digest_size=16).digest(), route
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


class RouteProver:
    """A level of proof together with the technical limits of one route: all that a request must pass.

    With `is_alone` only the rights on the route itself are proved; at its points all rights count anyway.
    """

    def __init__(self, limits: TechnicalLimits, prover: Prover, row: int, *, is_alone: bool = False) -> None:
        self._limits = limits
        self._prover = prover
        self._row = row
        self._is_alone = is_alone

    def prove(self, days: Sequence[LoadCase], deadline: Deadline) -> list[DayProof] | Refusal:
        """Prove every load case, or refuse with one that cannot be; raises LimitReached."""
        return self._limits.refuse(days, self._row) or self._prover.prove(self._proved(days), deadline)

    def refuse(
        self, days: Sequence[LoadCase], deadline: Deadline, waived: Collection[Route] = ()
    ) -> Refusal | None:
        """Return a load case that cannot be transported, None when all can be; raises LimitReached.

        What the points in `waived` themselves let through is left out of account.
        """
        beyond = self._limits.refuse(days, self._row, waived)
        return beyond or self._prover.refuse(self._proved(days), deadline)

    def rooms(self, days: Sequence[LoadCase]) -> list[int]:
        """Return, for each load case, how much more its points and its path allow: a bound on `largest`."""
        return self._limits.rooms(days, self._row)

    def largest(self, days: Sequence[LoadCase], deadline: Deadline) -> list[int]:
        """Return, for each load case, the largest quantity more on the route; raises LimitReached."""
        limits = np.array(self._limits.rooms(days, self._row), dtype=np.int64)[:, np.newaxis]
        found = self._prover.largest(self._proved(days), np.array([self._row]), limits, deadline)
        quantities: list[int] = found[:, 0].tolist()
        return quantities

    def largest_throughout(self, days: Sequence[LoadCase], deadline: Deadline) -> int:
        """Return the largest quantity more on the route on all load cases alike; raises LimitReached."""
        most = min(self._limits.rooms(days, self._row))
        return self._prover.largest_throughout(self._proved(days), self._row, most, deadline)

    def _proved(self, days: Sequence[LoadCase]) -> Sequence[LoadCase]:
        if not self._is_alone:
            return days
        return [day.alone(self._row, int(day.quantities[self._row])) for day in days]


def _counted(days: Sequence[LoadCase], row: int) -> list[tuple[Route, Flags]]:
    """Return the technical limits that bear on a route, each as a route, with the routes that count on it."""
    table = days[0].table
    return [(limit, counted_on(table, limit)) for limit in limits_on(table.routes[row])]


def _used(day: LoadCase, counted: Flags) -> int:
    return int(day.quantities[counted].sum())
