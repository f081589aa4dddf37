"""Cuts: what rights can force out of a set of nodes, and what its edges carry.

For nodes S inside and T outside, per level of `capacity.networks.policy`:

RIGHTS, one point or path alone: demand = the rights that begin or end at the point, or are on the path, where
S holds the receipt point (or all other entries) and T the delivery point (or all other exits).

FLOW, everything used at once: with P the paths from S to T less those from T to S, and E and X the entry and
exit rights, demand = P + max(E(S) − X(S), −E(T)) where entries are the scarcer side and used in full, and
P + max(−X(S), X(T) − E(T)) where exits are. Feasible exactly when no cut's demand exceeds its capacity
(Hoffman 1960).

ROBUST, every balanced nomination: demand = min(E(S), X(T)) + paths from S to T, the most that a holder of all
these rights can force across; never less for more rights, so that a proof for a stack holds for every smaller
one.

Only a cut that a request loads refuses it (`capacity.feasibility.flow.cut_loading`). A cut, once found,
judges every later stack in closed form; the pool keeps cuts for that.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.feasibility.flow.cut_loading import asks_of_hub, loads_flow, loads_robust
from capacity.feasibility.flow.flow_network import Capacities, Flags, FlowNetwork, Integers, Load
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable
from capacity.feasibility.verdicts.certificates import Nomination
from capacity.feasibility.verdicts.explanation import CutEdge
from capacity.networks.policy import Level
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


def robust_shortfalls(day: LoadCase, cuts: NDArray[np.bool_]) -> Integers:
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


def hub_demand(load: Load, inside: Flags) -> int:
    """Return what `load`, used at once, forces out of `inside` where only one side of it has the hub.

    That of a request to or from the hub, up to the balance: P + E(S) − X(S), and at most P + X(T) − E(T).
    """
    entry_inside, exit_inside = int(load.entry[inside].sum()), int(load.exit[inside].sum())
    entry_outside, exit_outside = load.entry_total - entry_inside, load.exit_total - exit_inside
    return int(load.fixed[inside].sum()) + min(entry_inside - exit_inside, exit_outside - entry_outside)


def largest_robust_quantity(day: LoadCase, row: int, most: int, inside: Flags) -> int:
    """Return the largest quantity up to `most` more on a route of `day` that this cut allows at ROBUST."""
    asking = day.plus(row, most)
    capacity = capacity_across(day.table.network, day.capacities, inside)
    if robust_demand(asking.load, inside) <= capacity or not loads_robust(asking, inside[np.newaxis])[0]:
        return most
    load, kind = day.load, day.table.routes[row].kind
    across = inside[load.receipt] & ~inside[load.delivery]
    room = capacity - int(load.quantity[across].sum())
    entry_inside, exit_outside = int(load.entry[inside].sum()), int(load.exit[~inside].sum())
    used = {RouteKind.ENTRY: entry_inside, RouteKind.EXIT: exit_outside}
    return max(room - used.get(kind, min(entry_inside, exit_outside)), 0)


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

    def demand(self, day: LoadCase) -> int:
        """Return what the rights of `day` force out of the cut."""
        if self.limit is not None:
            return rights_on(day, self.limit)
        if self.level is Level.ROBUST:
            return robust_demand(day.load, self.inside)
        return (hub_demand if asks_of_hub(day) else flow_demand)(day.load, self.inside)

    def capacity(self, day: LoadCase) -> int:
        """Return what the edges carry out of the cut on `day`, or the limit's own capacity without nodes."""
        if self.limit is not None and not self.inside.any():
            return day.table.network.own_limit(self.limit)
        return capacity_across(day.table.network, day.capacities, self.inside)

    def shortfall(self, day: LoadCase) -> int:
        """Return demand less capacity: positive where the cut cannot carry the rights of `day`."""
        return self.demand(day) - self.capacity(day)

    def is_loaded(self, day: LoadCase) -> bool:
        """Return whether the request on `day` makes the demand larger; so if nothing is asked for there."""
        if self.limit is not None:
            return True
        if self.level is Level.ROBUST:
            return bool(loads_robust(day, self.inside[np.newaxis])[0])
        return loads_flow(day, self.inside)

    def hindrance(self, day: LoadCase) -> int:
        """Return the shortfall that stands in the way of the request on `day`: positive where it is refused.

        A cut that the request does not load hinders nothing.
        """
        shortfall = self.shortfall(day)
        return shortfall if shortfall <= 0 or self.is_loaded(day) else 0


def rights_on(day: LoadCase, limit: Route) -> int:
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

    def worst(self, day: LoadCase, *, only_loaded: bool = False) -> Cut | None:
        """Return the kept cut with the largest shortfall under the rights of `day`, None without any.

        With `only_loaded`, among those that the request on `day` loads.
        """
        if not self._cuts:
            return None
        cuts = self.cuts()
        insides = np.array([cut.inside for cut in cuts])
        shortfalls = robust_shortfalls(day, insides)
        if only_loaded and shortfalls.max() > 0:
            shortfalls = np.where(loads_robust(day, insides), shortfalls, 0)
        worst = int(shortfalls.argmax())
        if shortfalls[worst] <= 0:
            return None
        self.add(cuts[worst].inside)
        return cuts[worst]
