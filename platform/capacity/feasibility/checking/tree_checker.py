"""The check of proof trees: every case must be split, bounded or empty, none left open.

What it relies on, for a set of nodes S and its complement T, with E and X entry and exit rights, q_k path
rights and c the capacity of the edges from S to T:

- some balanced nomination forces min(E(S), X(T)) + Σ q_k over paths from S to T out of S;
- for shares 0 ≤ h, m_k ≤ 1 and any flow x within capacity, that demand exceeds c by at most
      (1 − h) X + Σ (1 − m_k) q_k + Σ over v in S of (w_v − out_v(x)),
      w_v = h E_v − (1 − h) X_v + Σ m_k q_k (k from v) − Σ (1 − m_k) q_k (k to v);
- min(E(S), X(T)) stays the same when no entry right counts more than all exits, and no exit than all entries;
- an edge that carries all the demand there can be, both ways, is in no overloaded cut: its ends are tied, the
  flow across it is free, and a path between tied nodes is never cut.

Over the cuts that a request loads: they hold its receipt and not its delivery point. An entry right loads S
where E(S) < X(T) without it, that is where the sum of l = E + X over S is at most m = X − 1; an exit right
where the sum of l = −(E + X) is at most m = −X − 1. So the bound may be raised by n (m − Σ_S l_v) for any
share n ≥ 0, and a case in which every sum exceeds m holds no such cut. Which cuts those are depends on the
rights, so that the proof is about the rights of the day, no more and no fewer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from capacity.feasibility.checking.counting import (
    Ends,
    KindOfDay,
    Rights,
    bounds_of,
    carries,
    clipped,
    is_within,
    least,
    less,
)
from capacity.feasibility.verdicts.certificates import Leaf, Split, TreeProof, Unloaded
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.model import Network
from capacity.networks.overlays import DayCapacities
from capacity.rights.model import RouteKind


def tree_faults(
    network: Network, tree: TreeProof, covering: Rights, days: Sequence[KindOfDay], request: Request
) -> list[str]:
    """Return what is wrong with a tree for `covering` rights on the capacities of `days`."""
    faults = _covering_faults(covering, days, only_loaded=tree.only_loaded)
    if faults:
        return faults
    ends = Ends.of(covering).clipped()
    loaded = _Loaded(covering, ends, request) if tree.only_loaded else None
    counter = _LeafCounter(network, ends, [day.capacities for day in days], loaded)
    root = counter.root()
    if counter.demand_max == 0 or root is None:
        return []
    pending = [root]
    for number, item in enumerate(tree.items):
        if not pending:
            return [f"item {number} belongs to no case"]
        decided = pending.pop()
        if message := counter.fault(item, decided):
            return [f"item {number} {message}"]
        if isinstance(item, Split):
            group = counter.group[item.point]
            pending += [{**decided, group: False}, {**decided, group: True}]
    return ["leaves cases open"] if pending else []


def _covering_faults(covering: Rights, days: Sequence[KindOfDay], *, only_loaded: bool) -> list[str]:
    faults = [f"covers {most} on {route}" for route, most in covering.items() if most < 0]
    none = dict.fromkeys(covering, 0)
    for day in days:
        for route, quantity in (none | dict(day.rights) if only_loaded else day.rights).items():
            most = covering.get(route, 0)
            if quantity > most or (only_loaded and quantity < most):
                faults.append(f"covers {most} of {quantity} on {route} on {day.period}")
    return faults


class _Loaded:
    """The cuts that a request loads; receipt and delivery are None at the hub."""

    def __init__(self, covering: Rights, ends: Ends, request: Request) -> None:
        kind, before = request.route.kind, Ends.of(less(covering, request))
        self.receipt, self.delivery = request.route.receipt, request.route.delivery
        self.weight: dict[str, int] = defaultdict(int)
        self.most = 0
        entries, exits = ends.entry, ends.exit
        if kind is RouteKind.ENTRY:
            entries = clipped(before.entry, ends.exit_total)
            self.most = ends.exit_total - 1
        elif kind is RouteKind.EXIT:
            exits = clipped(before.exit, ends.entry_total)
            self.most = -sum(exits.values()) - 1
        sign = {RouteKind.ENTRY: 1, RouteKind.EXIT: -1}.get(kind, 0)
        for rights in (entries, exits):
            for node, quantity in rights.items():
                self.weight[node] += sign * quantity


class _LeafCounter:
    """Counts the bounds of leaves for one covering stack, on what every day of the proof carries."""

    def __init__(
        self, network: Network, ends: Ends, capacities: Sequence[DayCapacities], loaded: _Loaded | None
    ) -> None:
        self._network = network
        self._ends = ends
        self._loaded = loaded
        self.demand_max = ends.demand_max()
        self._bounds = _least_bounds(capacities)
        self.group = {node.id: node.id for node in network.nodes}
        for edge, (forward, backward) in zip(network.edges, self._bounds, strict=True):
            if carries(forward, self.demand_max) and carries(backward, self.demand_max):
                self.group[self._end(edge.tail)] = self._end(edge.head)
        self.group = {node: self._end(node) for node in self.group}
        self._ties = [(self.group[edge.tail], self.group[edge.head]) for edge in network.edges]

    def root(self) -> dict[str, bool] | None:
        """Return the groups decided from the beginning; None where no cut can part them as it must."""
        if self._loaded is None:
            return {}
        root = {} if self._loaded.receipt is None else {self.group[self._loaded.receipt]: True}
        if self._loaded.delivery is not None and root.setdefault(self.group[self._loaded.delivery], False):
            return None
        return root

    def _holds_none(self, decided: Mapping[str, bool]) -> bool:
        """Return whether a case holds no cut that the request loads."""
        if self._loaded is None:
            return False
        total = 0
        for node, weight in self._loaded.weight.items():
            group = self.group[node]
            total += min(weight, 0) if group not in decided else weight if decided[group] else 0
        return total > self._loaded.most

    def fault(self, item: Split | Leaf | Unloaded, decided: Mapping[str, bool]) -> str:
        """Return what is wrong with one item of the tree, nothing when it settles or splits its case."""
        if isinstance(item, Leaf):
            return self._bound_fault(item, decided)
        if isinstance(item, Unloaded):
            return "" if self._holds_none(decided) else "leaves out cuts that count"
        is_new = item.point in self.group and self.group[item.point] not in decided
        return "" if is_new else f"decides {item.point}, which is unknown or decided before"

    def _bound_fault(self, leaf: Leaf, decided: Mapping[str, bool]) -> str:
        """Return what is wrong with a leaf; nothing when its bound is below one unit."""
        shares = [leaf.hub_share, *leaf.path_shares]
        if leaf.scale < 1 or not all(0 <= share <= leaf.scale for share in shares):
            return "has a share that is none"
        if leaf.loading_share < 0 or (leaf.loading_share and self._loaded is None):
            return "has a share of what the request loads that is none"
        if len(leaf.path_shares) != len(self._ends.paths) or len(leaf.flows) != len(self._network.edges):
            return "has not one share per path and one flow per edge"
        rest: dict[str, int] = defaultdict(int)
        for place, ((tail, head), flow, bounds) in enumerate(
            zip(self._ties, leaf.flows, self._bounds, strict=True)
        ):
            if tail == head or not flow:
                continue
            if not is_within(flow, bounds, leaf.scale):
                return f"sends more over edge {self._network.edges[place].id} than it carries"
            rest[tail] -= flow
            rest[head] += flow
        bound = self._weigh(leaf, rest)
        for group, surplus in rest.items():
            bound += surplus if decided.get(group) else max(surplus, 0) if group not in decided else 0
        return "" if bound < leaf.scale else f"bounds the shortfall by {bound} in 1/{leaf.scale} only"

    def _weigh(self, leaf: Leaf, rest: dict[str, int]) -> int:
        """Add the weights w of the module docstring to `rest`, by group; return the constant."""
        exits_share = leaf.scale - leaf.hub_share
        for node, quantity in self._ends.entry.items():
            rest[self.group[node]] += leaf.hub_share * quantity
        constant = 0
        for node, quantity in self._ends.exit.items():
            rest[self.group[node]] -= exits_share * quantity
            constant += exits_share * quantity
        for (receipt, delivery, quantity), share in zip(self._ends.paths, leaf.path_shares, strict=True):
            if self.group[receipt] != self.group[delivery]:
                rest[self.group[receipt]] += share * quantity
                rest[self.group[delivery]] -= (leaf.scale - share) * quantity
                constant += (leaf.scale - share) * quantity
        if self._loaded is not None:
            for node, weight in self._loaded.weight.items():
                rest[self.group[node]] -= leaf.loading_share * weight
            constant += leaf.loading_share * self._loaded.most
        return constant

    def _end(self, node: str) -> str:
        while self.group[node] != node:
            node = self.group[node]
        return node


def _least_bounds(days: Sequence[DayCapacities]) -> list[tuple[int | None, int | None]]:
    """Return the least that each edge carries forward and backward; days alike are read once."""
    first, *others = {id(day): day for day in days}.values()
    if not others:
        return list(bounds_of(first))
    edges = zip(bounds_of(first), *(bounds_of(day) for day in others), strict=True)
    return [(least(one for one, _ in edge), least(other for _, other in edge)) for edge in edges]
