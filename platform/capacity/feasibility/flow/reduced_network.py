"""Network reduction: a smaller network with the same largest flows between all points.

Exact in whole units, and done for many days at once: nodes joined by an edge without bound on every day
become one; edges between the same two nodes are added up; edges in series over a node where nothing can be
handed over carry what both carry; a dead end carries nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from capacity.feasibility.flow.flow_network import UNBOUNDED, Flags, FlowNetwork, Integers, adjacency

GROUPINGS_KEPT_MAX: Final = 256
"""Groupings of nodes kept: neighbouring load cases have the same."""

_Bounds = tuple[Integers, Integers]


@dataclass(frozen=True, slots=True, eq=False)
class ReducedNetwork:
    """A reduced network with its hub arcs, and the bounds of its edges on each of several days.

    node_of : int64 (nodes + 1,), where each node and the hub went; −1 where it was dropped
    lower, upper : int64 (days, edges); hub arcs follow the edges and have no bounds here
    graph : what `capacity.feasibility.flow.max_flow` walks, hub arcs included
    """

    size: int
    node_of: Integers
    lower: Integers
    upper: Integers
    graph: tuple[NDArray[np.generic], ...]


def reduce_network(network: FlowNetwork, lower: Integers, upper: Integers) -> ReducedNetwork:
    """Return the network reduced for days with edge bounds `lower` and `upper`, int64 (days, edges)."""
    endless: Flags = np.all((lower <= -UNBOUNDED) & (upper >= UNBOUNDED), axis=0)
    group = joined_nodes(network, endless)
    points = set(group[network.points].tolist())
    edges = _added_up(group[network.tail], group[network.head], lower, upper)
    _drop_passive_nodes(edges, points)
    kept = sorted(points | edges.keys())
    number = {node: place for place, node in enumerate(kept)}
    pairs = [(a, b, bounds) for a in kept for b, bounds in edges.get(a, {}).items() if a < b]
    hub = len(kept)
    node_of = np.array([number.get(node, -1) for node in group.tolist()] + [hub], dtype=np.int64)
    tail = np.array([number[a] for a, _, _ in pairs] + [hub] * len(network.points), dtype=np.int32)
    head = np.concatenate([[number[b] for _, b, _ in pairs], node_of[network.points]]).astype(np.int32)
    days = len(lower)
    return ReducedNetwork(
        size=hub + 1,
        node_of=node_of,
        lower=np.array([bounds[0] for _, _, bounds in pairs]).reshape(-1, days).T,
        upper=np.array([bounds[1] for _, _, bounds in pairs]).reshape(-1, days).T,
        graph=(tail, head, *adjacency(tail, head, hub + 1)),
    )


def joined_nodes(network: FlowNetwork, joining: Flags) -> NDArray[np.int32]:
    """Return the group of each node, int32 (nodes,), when the edges in `joining` make their ends one."""
    return _joined(network, joining.tobytes())


@lru_cache(maxsize=GROUPINGS_KEPT_MAX)
def _joined(network: FlowNetwork, joining_flags: bytes) -> NDArray[np.int32]:
    joining = np.frombuffer(joining_flags, dtype=np.bool_)
    joins = scipy.sparse.coo_array(
        (np.ones(int(joining.sum()), dtype=np.int8), (network.tail[joining], network.head[joining])),
        shape=(network.hub, network.hub),
    )
    group: NDArray[np.int32] = connected_components(joins, directed=False)[1]
    group.flags.writeable = False
    return group


def _added_up(
    tail: NDArray[np.int32], head: NDArray[np.int32], lower: Integers, upper: Integers
) -> dict[int, dict[int, _Bounds]]:
    """Return bounds from each node to each neighbour, both ways, parallel edges added up."""
    edges: dict[int, dict[int, _Bounds]] = {}
    for edge, (a, b) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
        if a != b:
            _add(edges, a, b, (lower[:, edge], upper[:, edge]))
    return edges


def _add(edges: dict[int, dict[int, _Bounds]], a: int, b: int, bounds: _Bounds) -> None:
    lower, upper = bounds
    known = edges.setdefault(a, {}).get(b)
    if known is not None:
        lower, upper = known[0] + lower, known[1] + upper
    edges[a][b] = (lower, upper)
    edges.setdefault(b, {})[a] = (-upper, -lower)


def _drop_passive_nodes(edges: dict[int, dict[int, _Bounds]], points: set[int]) -> None:
    """Remove, in place, nodes that are no points and have at most two neighbours."""
    pending = [node for node in edges if node not in points]
    while pending:
        node = pending.pop()
        neighbours = list(edges.get(node, {}))
        if node not in edges or len(neighbours) > 2:
            continue
        for other in neighbours:
            del edges[other][node]
        if len(neighbours) == 2:
            a, b = neighbours
            (lower, upper), (other_lower, other_upper) = edges[node][a], edges[node][b]
            series = (np.maximum(-upper, other_lower), np.minimum(-lower, other_upper))
            _add(edges, a, b, series)
        del edges[node]
        pending += [other for other in neighbours if other not in points]
