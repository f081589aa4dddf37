"""What is sold beyond capacity: on which gas days, across which cuts, and by how much.

The rights of each kind of gas day are judged alone, without any request, at the policy's level without
pressures: cuts of the network, and the technical limits of points and paths. The worst comes first; its
widest edge is raised by the shortfall and the next is sought, until nothing is short. Each limit is listed
once. A cut that is found on one kind of day is listed for every other kind on which it is short.

The set of nodes that falls short by most may be several shortages in one: two edges closed far apart. So a
cut is brought down to its worst part that divides the network in two, each side connected.

Quantities are whole commercial units. A day without a proof in time is listed as undecided, never as carried.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from capacity.feasibility.flow.cuts import Cut, counted_on, cut_edges, edges_across
from capacity.feasibility.flow.flow_network import Flags, FlowNetwork
from capacity.feasibility.flow.load_cases import LoadCase, merged
from capacity.feasibility.flow.prover import Prover
from capacity.feasibility.flow.technical_limits import TechnicalLimits
from capacity.feasibility.robust.branch_and_bound import BranchAndBound
from capacity.feasibility.verdicts.certificates import TreeProof
from capacity.feasibility.verdicts.explanation import CutEdge
from capacity.networks.interruptible import limits_on
from capacity.networks.policy import Level
from capacity.rights.model import Route, RouteKind
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Solver
from linepack.gasday import Period

CUTS_MAX: Final = 32
"""Cuts looked for on one kind of gas day; a day with more is listed as undecided too."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A cut whose demand exceeds its capacity on the gas days of `periods`.

    `nodes` are the side that gas cannot leave, `edges` all that leave it. `limit` is set where the technical
    limit of a point or path is exceeded; without nodes, it is the limit of the point itself. `routes` are
    those whose rights make the demand.
    """

    level: Level
    limit: Route | None
    nodes: tuple[str, ...]
    edges: tuple[CutEdge, ...]
    capacity: int
    demand: int
    routes: tuple[Route, ...]
    periods: tuple[Period, ...]

    @property
    def units(self) -> int:
        """What is sold beyond capacity; positive."""
        return self.demand - self.capacity


@dataclass(frozen=True, slots=True)
class DaysOfOneKind:
    """Gas days with the same rights and capacities, and the routes on which there are rights.

    `reason` says why it is not known whether they are short, or how much; it is empty for days carried.
    """

    periods: tuple[Period, ...]
    routes: tuple[Route, ...]
    reason: str = ""

    @classmethod
    def of(cls, day: LoadCase, reason: str = "") -> "DaysOfOneKind":
        """Return the gas days of a load case."""
        return cls(day.periods, tuple(route for route, _ in day.stack), reason)


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """What is short of a period, which of its days are carried, and which are not decided."""

    short: tuple[Shortfall, ...]
    carried: tuple[DaysOfOneKind, ...]
    undecided: tuple[DaysOfOneKind, ...]


class ShortfallSearch:
    """The search over the load cases of one period, at `level`, which is one without pressures."""

    def __init__(self, level: Level, prover: Prover, limits: TechnicalLimits, solver: Solver) -> None:
        self._level = level
        self._prover, self._limits, self._solver = prover, limits, solver
        self._cuts: dict[bytes, Cut] = {}
        self._exceeded: dict[Route, None] = {}
        self._carried: list[DaysOfOneKind] = []
        self._undecided: list[DaysOfOneKind] = []

    def run(self, days: Sequence[LoadCase], deadline: Deadline) -> Shortfalls:
        """Return what is short of `days`, the earliest first and of one day the largest."""
        self._divide(days, deadline)
        short = [found for cut in self._cuts.values() for found in _listed(cut, days)]
        short += [found for limit in self._exceeded for found in self._listed_limit(limit, days)]
        return Shortfalls(
            tuple(sorted(short, key=lambda found: (found.periods[0], -found.units))),
            tuple(self._carried),
            tuple(self._undecided),
        )

    def _divide(self, days: Sequence[LoadCase], deadline: Deadline) -> None:
        """Settle all of `days` at once where they are carried, or halves of them down to single ones."""
        try:
            if self._is_carried(days, deadline):
                self._carried += [DaysOfOneKind.of(day) for day in days]
                return
            if len(days) == 1:
                self._search(days[0], deadline)
                return
        except LimitReached as unproved:
            if len(days) == 1:
                self._undecided.append(DaysOfOneKind.of(days[0], str(unproved)))
                return
        middle = len(days) // 2
        self._divide(days[:middle], deadline)
        self._divide(days[middle:], deadline)

    def _search(self, day: LoadCase, deadline: Deadline) -> None:
        """Keep every cut that is short on `day`, each relieved before the next is sought; raises
        LimitReached."""
        raised, listed = day, set[Route]()
        for _ in range(CUTS_MAX):
            cut = self._worst(raised, deadline, listed)
            if cut is None:
                return
            if cut.limit is not None:
                self._exceeded[cut.limit] = None
                # Paths of a point are exceeded by no more than the point, or they would have come before it.
                listed |= {limit for limit in _limits_of(day) if cut.limit in limits_on(limit)}
                continue
            self._cuts.setdefault(cut.inside.tobytes(), cut)
            relief = _widest_edge(cut, raised)
            if relief is None:
                raise LimitReached(
                    "no edge leads out of a part of the network, so what else is short is not known"
                )
            capacities = raised.capacities.raised({relief: cut.shortfall(raised)})
            raised = replace(raised, capacities=capacities)
        raise LimitReached(f"more than {CUTS_MAX} cuts are short")

    def _listed_limit(self, limit: Route, days: Sequence[LoadCase]) -> list[Shortfall]:
        """Return where a technical limit is exceeded; capacity differs by day, and so may what bounds it."""
        alike: dict[bytes, tuple[Cut, list[LoadCase]]] = {}
        for day in days:
            cut = self._limits.exceeded(day, limit)
            if cut is not None:
                alike.setdefault(cut.inside.tobytes(), (cut, []))[1].append(day)
        return [found for cut, own in alike.values() for found in _listed(cut, own)]

    def _is_carried(self, days: Sequence[LoadCase], deadline: Deadline) -> bool:
        deadline.left()
        deadline.pause()
        if any(self._limits.exceeded(day, limit) is not None for day in days for limit in _limits_of(day)):
            return False
        return self._level is Level.RIGHTS or self._prover.refuse(days, deadline) is None

    def _worst(self, day: LoadCase, deadline: Deadline, listed: AbstractSet[Route]) -> Cut | None:
        """Return the cut with the largest shortfall: alike, of the network before points before paths."""
        limits = _limits_of(day) - listed
        cuts = [self._worst_of_network(day, deadline)]
        in_order = sorted(limits, key=lambda limit: (limit.kind is RouteKind.PATH, limit.sort_key))
        cuts += [self._limits.exceeded(day, limit) for limit in in_order]
        found = [cut for cut in cuts if cut is not None]
        return max(found, key=lambda cut: cut.shortfall(day), default=None)

    def _worst_of_network(self, day: LoadCase, deadline: Deadline) -> Cut | None:
        if self._level is Level.RIGHTS:
            return None
        refusal = self._prover.refuse([day], deadline)
        if refusal is None or self._level is not Level.ROBUST:
            return None if refusal is None else _worst_part(refusal.cut, day)
        # What refuses at this level may be any cut known already; the search finds the one short by most.
        found = BranchAndBound(day, self._solver).run(deadline)
        return _worst_part(refusal.cut if isinstance(found, TreeProof) else Cut(Level.ROBUST, found), day)


def _limits_of(day: LoadCase) -> set[Route]:
    """Return the technical limits that rights of `day` count on, each as a route."""
    return {limit for route, _ in day.stack for limit in limits_on(route)}


def _worst_part(cut: Cut, day: LoadCase) -> Cut:
    """Return the worst cut with two connected sides that `cut` is made of; itself where none is short."""
    network = day.table.network
    parts = []
    for inside in _connected(network, cut.inside):
        parts += [replace(cut, inside=~outside) for outside in _connected(network, ~inside)]
    worst = max(parts, key=lambda part: part.shortfall(day), default=cut)
    return worst if worst.shortfall(day) > 0 else cut


def _connected(network: FlowNetwork, nodes: Flags) -> list[Flags]:
    """Return the connected parts of a set of nodes, each bool (nodes,)."""
    within = nodes[network.tail] & nodes[network.head]
    ends = (network.tail[within], network.head[within])
    links = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(network.hub, network.hub))
    _, part = connected_components(links, directed=False)
    return [nodes & (part == number) for number in np.unique(part[nodes])]


def _widest_edge(cut: Cut, day: LoadCase) -> tuple[int, bool] | None:
    """Return the edge out of `cut` that carries most on `day`, and whether in its own direction."""
    forward, backward = edges_across(day.table.network, cut.inside)
    carried = np.where(forward, day.capacities.upper, np.where(backward, -day.capacities.lower, -1))
    widest = int(carried.argmax()) if carried.max(initial=-1) >= 0 else None
    return None if widest is None else (widest, bool(forward[widest]))


def _listed(cut: Cut, days: Iterable[LoadCase]) -> list[Shortfall]:
    """Return where `cut` is short, days with the same figures as one."""
    alike: dict[tuple[int, int, tuple[Route, ...]], list[LoadCase]] = defaultdict(list)
    for day in days:
        if cut.shortfall(day) > 0:
            counted = np.flatnonzero(routes_on(cut, day) & (day.quantities > 0))
            routes = tuple(day.table.routes[row] for row in counted.tolist())
            alike[cut.capacity(day), cut.demand(day), routes].append(day)
    return [
        Shortfall(
            level=cut.level,
            limit=cut.limit,
            nodes=tuple(own[0].table.network.node_ids[node] for node in np.flatnonzero(cut.inside)),
            edges=cut_edges(own[0].table.network, own[0].capacities, cut.inside),
            capacity=capacity,
            demand=demand,
            routes=routes,
            periods=merged(period for day in own for period in day.periods),
        )
        for (capacity, demand, routes), own in alike.items()
    ]


def routes_on(cut: Cut, day: LoadCase) -> Flags:
    """Return the routes, bool (routes,), whose rights make the demand of `cut`.

    Paths from inside to outside; and where the hub adds to the demand, entries inside and exits outside.
    """
    table = day.table
    if cut.limit is not None:
        return counted_on(table, cut.limit)
    hub = table.network.hub
    inside = np.append(cut.inside, False)
    is_path = (table.receipt != hub) & (table.delivery != hub)
    across: Flags = is_path & inside[table.receipt] & ~inside[table.delivery]
    if cut.level is Level.FLOW:
        paths = int(day.load.fixed[cut.inside].sum())
    else:
        paths = int(day.quantities[across].sum())
    if cut.demand(day) > paths:
        across |= (table.delivery == hub) & inside[table.receipt]
        across |= (table.receipt == hub) & ~inside[table.delivery]
    return across
