"""What a request makes worse: the cuts it loads.

A request may load a cut up to its capacity. A cut that it does not load never stands in its way, however
short it is already: on every cut, load after ≤ max(capacity, load before).

For nodes S inside and T outside, E and X the entry and exit rights before the request:

ROBUST: a path from s to t loads the cuts with s in S and t in T; an entry right at s those with s in S and
E(S) < X(T), because elsewhere there is no exit left to serve; an exit right at t those with t in T and
X(T) < E(S).

FLOW: the hub is a node and lies on one side of each cut. An entry right is a path to the hub, an exit right
one from the hub, up to the balance of entries and exits; beyond it, it loads nothing.
"""

import numpy as np
from numpy.typing import NDArray

from capacity.feasibility.flow.flow_network import Flags, Integers, Load
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.rights.model import RouteKind


def loads_robust(day: LoadCase, cuts: NDArray[np.bool_]) -> Flags:
    """Return which of many cuts, bool (cuts, nodes), the request on `day` loads at level ROBUST.

    All of them where nothing is asked for.
    """
    ends = _ends(day)
    if ends is None:
        return np.ones(len(cuts), dtype=np.bool_)
    kind, receipt, delivery = ends
    if kind is RouteKind.PATH:
        return cuts[:, receipt] & ~cuts[:, delivery]
    before = day.before.load
    entry_inside, exit_outside = cuts @ before.entry, before.exit_total - cuts @ before.exit
    loaded: Flags = (
        cuts[:, receipt] & (entry_inside < exit_outside)
        if kind is RouteKind.ENTRY
        else ~cuts[:, delivery] & (exit_outside < entry_inside)
    )
    return loaded


def loads_flow(day: LoadCase, inside: Flags) -> bool:
    """Return whether the request on `day` loads a cut, bool (nodes,), at level FLOW; True without one."""
    ends = _ends(day)
    if ends is None:
        return True
    kind, receipt, delivery = ends
    is_between = (kind is RouteKind.EXIT or inside[receipt]) and (
        kind is RouteKind.ENTRY or not inside[delivery]
    )
    return bool(is_between and hub_room(day.before.load, kind, 1))


def hub_room(load: Load, kind: RouteKind, limit: int) -> int:
    """Return how much of `limit` is demanded in full: beyond the other side's rights, hub rights are not."""
    other_side = {
        RouteKind.ENTRY: load.exit_total - load.entry_total,
        RouteKind.EXIT: load.entry_total - load.exit_total,
    }
    return max(min(limit, other_side.get(kind, limit)), 0)


def asks_of_hub(day: LoadCase) -> bool:
    """Return whether the request on `day` leads to or from the hub."""
    ends = _ends(day)
    return ends is not None and ends[0] is not RouteKind.PATH


def _ends(day: LoadCase) -> tuple[RouteKind, int, int] | None:
    """Return the kind of route asked for and the nodes it joins; None where nothing is."""
    if day.asked is None:
        return None
    table, row = day.table, day.asked.row
    return table.routes[row].kind, int(table.receipt[row]), int(table.delivery[row])


class LoadedCuts:
    """The cuts that the request on a day loads at level ROBUST, as the search for one needs them.

    A set S of nodes is such a cut when it holds `receipt` and not `delivery` (−1 for the hub) and the sum of
    `weight`, int64 (nodes,), over S is at most `most`. For an entry right weight is E + X, because
    E(S) < X(T) says E(S) + X(S) ≤ X − 1; for an exit right −(E + X), for a path zero. Like the load of the
    search it counts no entry above all exits and no exit above all entries, which changes no comparison.
    """

    def __init__(self, day: LoadCase, clipped: Load) -> None:
        ends = _ends(day)
        if ends is None:
            raise ValueError("nothing is asked for on this day")
        kind, receipt, delivery = ends
        hub = day.table.network.hub
        self.receipt = -1 if receipt == hub else receipt
        self.delivery = -1 if delivery == hub else delivery
        before = day.before.load
        self.weight: Integers = np.zeros(hub, dtype=np.int64)
        self.most = 0
        if kind is RouteKind.ENTRY:
            self.weight = np.minimum(before.entry, clipped.exit_total) + clipped.exit
            self.most = clipped.exit_total - 1
        elif kind is RouteKind.EXIT:
            exits = np.minimum(before.exit, clipped.entry_total)
            self.weight = -(clipped.entry + exits)
            self.most = -int(exits.sum()) - 1
