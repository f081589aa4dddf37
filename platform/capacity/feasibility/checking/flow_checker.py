"""The check of flows: that they transport the rights of a day, or what its request adds to them.

A flow that balances at every node within capacity transports what it balances.

A proof over the cuts that a request loads counts differently. The hub is one node more, joined to each point
by an arc, on which it injects between a least and a most quantity y. The request is a path from s to t, the
hub among them, of the q that the balance of entries and exits leaves in demand. For any flow x within
capacity and any such y, a set S with s and without t faces

    demand − capacity ≤ Σ over v in S of (b_v − out_v(x, y)),

b the injections of all paths, the request among them. So no such set falls short where the terms of s and of
every other node whose term is positive add up to nothing. For given x that sum is least with y at its least
at s, at its most at t, and elsewhere as near to balance as it goes.
"""

from collections.abc import Mapping
from operator import le
from typing import Final

from capacity.feasibility.checking.counting import Ends, KindOfDay, bounds_of, is_within
from capacity.feasibility.verdicts.certificates import FlowProof
from capacity.networks.model import Network
from capacity.networks.overlays import DayCapacities
from capacity.rights.model import RouteKind

ENDLESS: Final = 10**30
"""More than any flow."""


class FlowCounter:
    """Counts flows on one network, day after day."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._index = {node.id: place for place, node in enumerate(network.nodes)}
        self._tails = [self._index[edge.tail] for edge in network.edges]
        self._heads = [self._index[edge.head] for edge in network.edges]
        self._bounds: dict[int, tuple[DayCapacities, list[int], list[int]]] = {}

    def faults(self, proof: FlowProof, day: KindOfDay) -> list[str]:
        """Return what is wrong with a flow on a day, nothing when it proves what it should."""
        if len(proof.flows) != len(self._tails):
            return ["has not one flow per edge"]
        _, lower, upper = self._limits(day.capacities)
        if not (all(map(le, lower, proof.flows)) and all(map(le, proof.flows, upper))):
            return [self._excess(proof, day)]
        sent = [0] * len(self._index)
        for tail, head, flow in zip(self._tails, self._heads, proof.flows, strict=True):
            sent[tail] += flow
            sent[head] -= flow
        ends = Ends.of(day.before if proof.only_loaded else day.rights)
        for receipt, delivery, quantity in ends.paths:
            sent[self._index[receipt]] -= quantity
            sent[self._index[delivery]] += quantity
        if proof.only_loaded:
            return _loaded_faults(self._network, dict(zip(self._index, sent, strict=True)), ends, day)
        return self._unbalanced(sent, ends, day)

    def _unbalanced(self, sent: list[int], ends: Ends, day: KindOfDay) -> list[str]:
        """Return the first node found that sends what it does not get; nothing when all balance."""
        in_full = ends.entry_total <= ends.exit_total
        for node in ends.entry.keys() | ends.exit.keys():
            least, most = _from_hub(ends, node, entries_in_full=in_full)
            if not least <= sent[self._index[node]] <= most:
                return [f"node {node} does not balance on {day.period}"]
            sent[self._index[node]] = 0
        if not any(sent):
            return []
        other = next(node for node, place in self._index.items() if sent[place])
        return [f"node {other} does not balance on {day.period}"]

    def _limits(self, capacities: DayCapacities) -> tuple[DayCapacities, list[int], list[int]]:
        """Return the least and the most that each edge carries; the same capacities are read once."""
        known = self._bounds.get(id(capacities))
        if known is None:
            lower = [-ENDLESS if backward is None else -backward for backward in capacities.backward]
            upper = [ENDLESS if forward is None else forward for forward in capacities.forward]
            known = self._bounds[id(capacities)] = (capacities, lower, upper)
        return known

    def _excess(self, proof: FlowProof, day: KindOfDay) -> str:
        bounds = bounds_of(day.capacities)
        edge, flow = next(
            (edge.id, flow)
            for edge, flow, own in zip(self._network.edges, proof.flows, bounds, strict=True)
            if not is_within(flow, own)
        )
        return f"edge {edge} cannot carry {flow} on {day.period}"


def _loaded_faults(network: Network, sent: Mapping[str, int], ends: Ends, day: KindOfDay) -> list[str]:
    """Return what is wrong; `sent` is what leaves each node beyond what the paths before inject there."""
    route, quantity = day.request.route, _in_demand(ends, day)
    if quantity == 0:
        return []
    source, target = route.receipt, route.delivery
    short, from_hub = quantity, 0
    in_full = ends.entry_total <= ends.exit_total
    for node in network.nodes:
        (least, most), own = _from_hub(ends, node.id, entries_in_full=in_full), sent[node.id]
        if node.id == source:
            injected = least
            short += injected - own
        elif node.id == target:
            injected = most
        else:
            injected = min(max(own, least), most)
            short += max(injected - own, 0)
        from_hub += injected
    without_hub = 0 if source is None else short
    with_hub = 0 if target is None else short - from_hub
    worst = max(without_hub, with_hub)
    return [f"leaves {worst} of the request unproved on {day.period}"] if worst > 0 else []


def _in_demand(before: Ends, day: KindOfDay) -> int:
    """Return how much of the request is demanded in full, used at once with the rights before it."""
    surplus = before.exit_total - before.entry_total
    left = {RouteKind.ENTRY: surplus, RouteKind.EXIT: -surplus}
    quantity = day.request.quantity
    return max(min(quantity, left.get(day.request.route.kind, quantity)), 0)


def _from_hub(ends: Ends, node: str, *, entries_in_full: bool) -> tuple[int, int]:
    """Return the least and the most that the hub injects at a node; the scarcer side is used in full."""
    entry, exit_ = ends.entry.get(node, 0), ends.exit.get(node, 0)
    return (entry - exit_, entry) if entries_in_full else (-exit_, entry - exit_)
