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

from collections import defaultdict
from collections.abc import Mapping

from capacity.feasibility.counting import Ends, KindOfDay, bounds_of, is_within
from capacity.feasibility.verdict import FlowProof
from capacity.networks.model import Network
from capacity.rights.model import RouteKind


def flow_faults(network: Network, proof: FlowProof, day: KindOfDay) -> list[str]:
    """Return what is wrong with a flow on a day, nothing when it proves what it should."""
    if len(proof.flows) != len(network.edges):
        return ["has not one flow per edge"]
    sent: dict[str, int] = defaultdict(int)
    for edge, flow, bounds in zip(network.edges, proof.flows, bounds_of(day.capacities), strict=True):
        if not is_within(flow, bounds):
            return [f"edge {edge.id} cannot carry {flow} on {day.period}"]
        sent[edge.tail] += flow
        sent[edge.head] -= flow
    ends = Ends.of(day.before if proof.only_loaded else day.rights)
    for receipt, delivery, quantity in ends.paths:
        sent[receipt] -= quantity
        sent[delivery] += quantity
    if proof.only_loaded:
        return _loaded_faults(network, sent, ends, day)
    for node in network.nodes:
        least, most = _from_hub(ends, node.id)
        if not least <= sent[node.id] <= most:
            return [f"node {node.id} does not balance on {day.period}"]
    return []


def _loaded_faults(network: Network, sent: Mapping[str, int], ends: Ends, day: KindOfDay) -> list[str]:
    """Return what is wrong; `sent` is what leaves each node beyond what the paths before inject there."""
    route, quantity = day.request.route, _in_demand(ends, day)
    if quantity == 0:
        return []
    source, target = route.receipt, route.delivery
    short, from_hub = quantity, 0
    for node in network.nodes:
        (least, most), own = _from_hub(ends, node.id), sent[node.id]
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


def _from_hub(ends: Ends, node: str) -> tuple[int, int]:
    """Return the least and the most that the hub injects at a node; the scarcer side is used in full."""
    entry, exit_ = ends.entry.get(node, 0), ends.exit.get(node, 0)
    return (entry - exit_, entry) if ends.entry_total <= ends.exit_total else (-exit_, entry - exit_)
