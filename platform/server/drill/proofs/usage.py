"""The proof that no more is sold than the network carries, counted anew from the movements of rights.

It asks no solver and shares no code with what sells: on every gas day the firm rights through each point are
within what is published for it, and all of them used at once can be transported: the scarcer of entry and
exit rights in full, paths beside them, by augmenting paths in whole numbers. The capacities are those of the
revision, without overlays: no overlay of a drill raises one, so that days which only an overlay leaves short
are no fault, and sale beyond the network is.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from capacity.networks.model import Network
from capacity.rights.model import Firmness, Movement, Route
from linepack.gasday import GasDay, Period
from server.drill.journal import Violation

WITHIN: Final = "no more is sold than the network carries"

_SOURCE, _SINK, _HUB = object(), object(), object()

Rights = Mapping[Route, int]
Residual = dict[object, dict[object, int]]


def usage_violations(network: Network, movements: Iterable[Movement]) -> list[Violation]:
    """Return every kind of gas day on which more firm rights are held than the network carries."""
    found = []
    seen: set[frozenset[tuple[Route, int]]] = set()
    for period, rights in firm_rights(movements):
        kind = frozenset(rights.items())
        if kind in seen:
            continue
        seen.add(kind)
        found += [
            Violation(WITHIN, f"{network.code}, {period}: {fault}") for fault in usage_faults(network, rights)
        ]
    return found


def firm_rights(movements: Iterable[Movement]) -> Iterator[tuple[Period, Rights]]:
    """Yield stretches of gas days with all firm rights held on each of their days, in order."""
    changes: defaultdict[GasDay, list[tuple[Route, int]]] = defaultdict(list)
    for movement in movements:
        if movement.firmness is Firmness.FIRM:
            changes[movement.period.start].append((movement.route, movement.quantity))
            changes[movement.period.end].append((movement.route, -movement.quantity))
    held: defaultdict[Route, int] = defaultdict(int)
    for start, end in pairwise(sorted(changes)):
        for route, quantity in changes[start]:
            held[route] += quantity
        yield Period(start, end), {route: quantity for route, quantity in held.items() if quantity}


def usage_faults(network: Network, rights: Rights) -> list[str]:
    """Return what is wrong with holding these rights on one gas day; nothing when they can all be used."""
    faults = [f"{route} has {quantity:,}" for route, quantity in rights.items() if quantity < 0]
    if faults:
        return faults
    for node in network.nodes:
        through = sum(quantity for route, quantity in rights.items() if route.receipt == node.id)
        if node.entry_capacity is not None and through > node.entry_capacity:
            faults.append(f"{through:,} enter at {node.id}, which takes {node.entry_capacity:,}")
        through = sum(quantity for route, quantity in rights.items() if route.delivery == node.id)
        if node.exit_capacity is not None and through > node.exit_capacity:
            faults.append(f"{through:,} exit at {node.id}, which gives {node.exit_capacity:,}")
    missing = untransported(network, rights)
    if missing:
        faults.append(f"{missing:,} of the firm rights cannot be transported when all are used")
    return faults


def untransported(network: Network, rights: Rights) -> int:
    """Return how much is missing when all rights are used at once, 0 when they can be transported.

    Where entry rights are the scarcer, each injects in full and exits take what there is; where exit rights
    are, the network is turned round, which makes the one case the other.
    """
    entries = sum(quantity for route, quantity in rights.items() if route.delivery is None)
    exits = sum(quantity for route, quantity in rights.items() if route.receipt is None)
    is_turned = entries > exits
    net: defaultdict[str, int] = defaultdict(int)
    residual: Residual = defaultdict(lambda: defaultdict(int))
    for route, quantity in rights.items():
        start, end = (route.delivery, route.receipt) if is_turned else (route.receipt, route.delivery)
        if start is not None:
            net[start] += quantity
            if end is not None:
                net[end] -= quantity
        elif end is not None:
            residual[end][_HUB] += quantity
    residual[_HUB][_SINK] = min(entries, exits)
    for node, quantity in net.items():
        if quantity > 0:
            residual[_SOURCE][node] += quantity
        elif quantity < 0:
            residual[node][_SINK] -= quantity
    needed = sum(residual[_SOURCE].values())
    for edge in network.edges:
        forward, backward = edge.capacity_forward, edge.capacity_backward
        if is_turned:
            forward, backward = backward, forward
        residual[edge.tail][edge.head] += needed if forward is None else forward
        residual[edge.head][edge.tail] += needed if backward is None else backward
    return needed - _largest_flow(residual)


def _largest_flow(residual: Residual) -> int:
    """Return the largest flow from source to sink, by shortest augmenting paths."""
    total = 0
    while True:
        before: dict[object, object] = {_SOURCE: _SOURCE}
        waiting = deque([_SOURCE])
        while waiting and _SINK not in before:
            node = waiting.popleft()
            for neighbour, left in list(residual[node].items()):
                if left > 0 and neighbour not in before:
                    before[neighbour] = node
                    waiting.append(neighbour)
        if _SINK not in before:
            return total
        path, node = [], _SINK
        while node is not _SOURCE:
            path.append((before[node], node))
            node = before[node]
        pushed = min(residual[tail][head] for tail, head in path)
        for tail, head in path:
            residual[tail][head] -= pushed
            residual[head][tail] += pushed
        total += pushed
