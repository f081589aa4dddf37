"""The home of cuts: what rights can force out of a set of nodes, and what its edges carry.

For nodes S inside and T outside, per level of `capacity.feasibility.policy`:

RIGHTS, one point or path alone: demand = the rights that begin or end at the point, or are on the path, where
S holds the receipt point (or all other entries) and T the delivery point (or all other exits).

FLOW, everything used at once: with P the paths from S to T less those from T to S, and E and X the entry and
exit rights, demand = P + max(E(S) − X(S), −E(T)) where entries are the scarcer side and used in full, and
P + max(−X(S), X(T) − E(T)) where exits are. Feasible exactly when no cut's demand exceeds its capacity
(Hoffman 1960).

ROBUST, every balanced nomination: demand = min(E(S), X(T)) + paths from S to T, the most that a holder of all
these rights can force across; never less for more rights, so that a proof for a stack holds for every smaller
one.

A cut, once found, judges every later stack in closed form; the pool keeps cuts for that.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.feasibility.days import DayStack, RouteTable
from capacity.feasibility.model import Capacities, Flags, FlowNetwork, Integers, Load
from capacity.feasibility.policy import Level
from capacity.feasibility.verdict import CutEdge, Nomination
from capacity.rights.model import Route, RouteKind

POOL_CUTS_MAX: Final = 256
"""Cuts kept per network revision."""


def edges_across(network: FlowNetwork, inside: Flags) -> tuple[Flags, Flags]:
    """Return the edges, bool (edges,), that leave `inside` in their own direction, and against it."""
    from_inside, to_inside = inside[network.tail], inside[network.head]
    return from_inside & ~to_inside, to_inside & ~from_inside


def capacity_across(network: FlowNetwork, capacities: Capacities, inside: Flags) -> int:
    """Return what the edges carry out of `inside`."""
    forward, backward = edges_across(network, inside)
    return int(capacities.upper[forward].sum() - capacities.lower[backward].sum())


def cut_edges(network: FlowNetwork, capacities: Capacities, inside: Flags) -> tuple[CutEdge, ...]:
    """Return every edge that leaves `inside`, in the direction outwards, in the revision's order."""
    forward, backward = edges_across(network, inside)
    edges = []
    for edge in np.flatnonzero(forward | backward):
        ends = (network.node_ids[network.tail[edge]], network.node_ids[network.head[edge]])
        tail, head = ends if forward[edge] else ends[::-1]
        capacity = capacities.upper[edge] if forward[edge] else -capacities.lower[edge]
        edges.append(CutEdge(network.edge_ids[edge], tail, head, int(capacity)))
    return tuple(edges)


def robust_shortfalls(day: DayStack, cuts: NDArray[np.bool_]) -> Integers:
    """Return demand less capacity, int64 (cuts,), of many cuts, bool (cuts, nodes), at level ROBUST."""
    network, capacities, load = day.table.network, day.capacities, day.load
    from_inside, to_inside = cuts[:, network.tail], cuts[:, network.head]
    capacity = (from_inside & ~to_inside) @ capacities.upper - (to_inside & ~from_inside) @ capacities.lower
    across = cuts[:, load.receipt] & ~cuts[:, load.delivery]
    hub = np.minimum(cuts @ load.entry, load.exit_total - cuts @ load.exit)
    shortfalls: Integers = hub + across @ load.quantity - capacity
    return shortfalls


def flow_demand(load: Load, inside: Flags) -> int:
    """Return what `load`, used at once, forces out of `inside`; the formula is in the module docstring."""
    paths = int(load.fixed[inside].sum())
    entry_inside, exit_inside = int(load.entry[inside].sum()), int(load.exit[inside].sum())
    entry_outside, exit_outside = load.entry_total - entry_inside, load.exit_total - exit_inside
    if load.entry_total <= load.exit_total:
        return paths + max(entry_inside - exit_inside, -entry_outside)
    return paths + max(-exit_inside, exit_outside - entry_outside)


def robust_demand(load: Load, inside: Flags) -> int:
    """Return what a nomination within `load` can force out of `inside`; formula in the module docstring."""
    across = inside[load.receipt] & ~inside[load.delivery]
    hub = min(int(load.entry[inside].sum()), load.exit_total - int(load.exit[inside].sum()))
    return hub + int(load.quantity[across].sum())


def largest_flow_quantity(day: DayStack, row: int, most: int, inside: Flags) -> int | None:
    """Return the largest quantity up to `most` more on a route of `day` that this cut allows at level FLOW.

    None when it allows none. Demand grows by one per unit or not at all as long as the quantity does not
    change which hub side is the scarcer; `most` must respect that.
    """
    capacity = capacity_across(day.table.network, day.capacities, inside)
    shortfall = flow_demand(day.plus(row, most).load, inside) - capacity
    if shortfall <= 0:
        return most
    less = most - shortfall
    if less < 0 or flow_demand(day.plus(row, less).load, inside) > capacity:
        return None
    return less


def largest_robust_quantity(day: DayStack, row: int, most: int, inside: Flags) -> int | None:
    """Return the largest quantity up to `most` more on a route of `day` that this cut allows at ROBUST.

    None when it allows none, because the rights of `day` alone are too much.
    """
    capacity = capacity_across(day.table.network, day.capacities, inside)
    if robust_demand(day.load, inside) > capacity:
        return None
    if robust_demand(day.plus(row, most).load, inside) <= capacity:
        return most
    load, kind = day.load, day.table.routes[row].kind
    across = inside[load.receipt] & ~inside[load.delivery]
    room = capacity - int(load.quantity[across].sum())
    entry_inside, exit_outside = int(load.entry[inside].sum()), int(load.exit[~inside].sum())
    used = {RouteKind.ENTRY: entry_inside, RouteKind.EXIT: exit_outside}
    return room - used.get(kind, min(entry_inside, exit_outside))


def witness(network: FlowNetwork, load: Load, inside: Flags) -> Nomination:
    """Return a balanced nomination within `load` that forces its robust demand out of `inside`."""
    hub = min(int(load.entry[inside].sum()), int(load.exit[~inside].sum()))
    across = np.flatnonzero(inside[load.receipt] & ~inside[load.delivery] & (load.quantity > 0))
    return Nomination(
        entries=_taken(network, np.where(inside, load.entry, 0), hub),
        exits=_taken(network, np.where(inside, 0, load.exit), hub),
        paths=tuple(
            (
                Route(network.node_ids[load.receipt[path]], network.node_ids[load.delivery[path]]),
                int(load.quantity[path]),
            )
            for path in across
        ),
    )


def _taken(network: FlowNetwork, rights: Integers, total: int) -> tuple[tuple[str, int], ...]:
    """Return `total` taken from the rights, int64 (nodes,), node by node until it is reached."""
    before = np.cumsum(rights) - rights
    taken = np.clip(total - before, 0, rights)
    return tuple((network.node_ids[node], int(taken[node])) for node in np.flatnonzero(taken))


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A cut as a level judges it. inside : bool (nodes,); `limit` is set at level RIGHTS only."""

    level: Level
    inside: Flags
    limit: Route | None = None

    def demand(self, day: DayStack) -> int:
        """Return what the rights of `day` force out of the cut."""
        if self.limit is not None:
            return rights_on(day, self.limit)
        return (flow_demand if self.level is Level.FLOW else robust_demand)(day.load, self.inside)

    def capacity(self, day: DayStack) -> int:
        """Return what the edges carry out of the cut on `day`, or the limit's own capacity without nodes."""
        if self.limit is not None and not self.inside.any():
            return day.table.network.own_limit(self.limit)
        return capacity_across(day.table.network, day.capacities, self.inside)

    def shortfall(self, day: DayStack) -> int:
        """Return demand less capacity: positive where the cut refuses `day`."""
        return self.demand(day) - self.capacity(day)


def rights_on(day: DayStack, limit: Route) -> int:
    """Return the rights that count on a limit: all that begin at the entry, end at the exit, or are both."""
    return int(day.quantities[counted_on(day.table, limit)].sum())


def counted_on(table: RouteTable, limit: Route) -> Flags:
    """Return the routes, bool (routes,), whose rights count on a limit."""
    counted = np.ones(len(table.routes), dtype=np.bool_)
    if limit.receipt is not None:
        counted &= table.receipt == table.network.receipt(limit)
    if limit.delivery is not None:
        counted &= table.delivery == table.network.delivery(limit)
    return counted


class CutPool:
    """Cuts that once stopped a stack at level ROBUST; the one longest without use goes first."""

    def __init__(self) -> None:
        self._cuts: OrderedDict[bytes, Flags] = OrderedDict()

    def __len__(self) -> int:
        return len(self._cuts)

    def add(self, inside: Flags) -> None:
        """Keep a cut, bool (nodes,)."""
        self._cuts[inside.tobytes()] = inside
        self._cuts.move_to_end(inside.tobytes())
        if len(self._cuts) > POOL_CUTS_MAX:
            self._cuts.popitem(last=False)

    def cuts(self) -> list[Cut]:
        """Return the cuts, most recently useful first."""
        return [Cut(Level.ROBUST, inside) for inside in reversed(self._cuts.values())]

    def worst(self, day: DayStack) -> Cut | None:
        """Return the kept cut with the largest shortfall under the rights of `day`, None without any."""
        if not self._cuts:
            return None
        cuts = self.cuts()
        shortfalls = robust_shortfalls(day, np.array([cut.inside for cut in cuts]))
        worst = int(shortfalls.argmax())
        if shortfalls[worst] <= 0:
            return None
        self.add(cuts[worst].inside)
        return cuts[worst]
