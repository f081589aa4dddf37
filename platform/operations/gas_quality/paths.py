"""Paths along the flow: what tracking shows on the way from one node to another.

A path follows the gas. Parallel edges between the same two nodes are one step of it: which of them the gas
took makes no difference to what arrives. Where gas can take several ways, the caller names nodes to pass.

Units as in `operations.gas_quality.mixing`; distances in km.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from linepack.problems import NotFound, Problem
from operations.gas_quality.mixing import FlowGraph, Tracking

Onward = Mapping[int, Mapping[int, Sequence[int]]]
"""By node, by next node along the flow, the edges between them."""


class AmbiguousPath(Problem):
    """Gas takes several ways between two nodes; `candidates` are the nodes that only some of them pass."""

    code = "AMBIGUOUS_PATH"

    def __init__(self, from_id: str, to_id: str, candidates: Sequence[str]) -> None:
        listed = ", ".join(candidates)
        super().__init__(
            f"gas takes several ways from {from_id} to {to_id}: name one or more of {listed}", path=("via",)
        )
        self.from_id = from_id
        self.to_id = to_id
        self.candidates = tuple(candidates)


class NoPath(Problem):
    """No gas gets from one node to the other."""

    code = "NO_PATH"

    def __init__(self, from_id: str, to_id: str) -> None:
        super().__init__(f"no gas flows from {from_id} to {to_id}", path=("to",))
        self.from_id = from_id
        self.to_id = to_id


@dataclass(frozen=True, slots=True)
class PathNode:
    """What passes a node of a path; shares by supply.

    `pressure_bar` is None where no state is known, `unit_cost_per_mwh` where the price of some gas is not.
    """

    node_id: str
    distance_km: float
    pressure_bar: float | None
    calorific_value_kwh_per_nm3: float
    volume_shares: Mapping[str, float]
    energy_shares: Mapping[str, float]
    properties: Mapping[str, float]
    unit_cost_per_mwh: float | None
    offtake_nm3_per_h: float


@dataclass(frozen=True, slots=True)
class PathEdge:
    """A step of a path: one edge, or several parallel ones, the one that carries most first.

    `cost_per_h` is what the gas at its end has cost in all, including the transport along this step; None
    where that is not known.
    """

    edge_ids: tuple[str, ...]
    length_km: float
    flow_nm3_per_h: float
    energy_mwh_per_h: float
    cost_per_h: float | None


@dataclass(frozen=True, slots=True)
class TrackedPath:
    """What tracking shows along a path: n nodes and the n − 1 steps between them."""

    nodes: tuple[PathNode, ...]
    edges: tuple[PathEdge, ...]


def track_path(tracking: Tracking, from_id: str, to_id: str, via: Iterable[str] = ()) -> TrackedPath:
    """Return what passes along the way gas takes between two nodes, through `via` in that order.

    Raises NotFound for an unknown node, NoPath, and AmbiguousPath when several ways lead from one named node
    to the next. With circulating flow a candidate may lie on a detour that no simple path takes.
    """
    graph = tracking.graph
    named: list[int] = []
    for node_id in (from_id, *via, to_id):
        if node_id not in graph.node_index:
            raise NotFound("node", node_id)
        named.append(graph.node_index[node_id])
    onward = _onward(graph)
    walk = named[:1]
    for start, end in pairwise(named):
        walk += _only_path(graph, onward, start, end)[1:]
    return _described(tracking, onward, walk)


def _onward(graph: FlowGraph) -> Onward:
    onward: dict[int, dict[int, list[int]]] = {}
    for edge in sorted(graph.carries.nonzero()[0].tolist(), key=lambda e: -abs(graph.flow_nm3_per_h[e])):
        steps = onward.setdefault(int(graph.origin[edge]), {})
        steps.setdefault(int(graph.target[edge]), []).append(edge)
    return onward


def _only_path(graph: FlowGraph, onward: Onward, start: int, end: int) -> list[int]:
    """Return the only simple path from `start` to `end`.

    Another one exists exactly when the end can still be reached without some step of the first one found.
    """
    path = _path(onward, start, end)
    if path is None:
        raise NoPath(graph.node_ids[start], graph.node_ids[end])
    if all(_path(onward, start, end, without_step=step) is None for step in pairwise(path)):
        return path
    ahead = _reached(onward, start)
    between = [v for v in ahead - {start, end} if end in _reached(onward, v)]
    candidates = sorted(v for v in between if _path(onward, start, end, without_node=v) is not None)
    raise AmbiguousPath(graph.node_ids[start], graph.node_ids[end], [graph.node_ids[v] for v in candidates])


def _path(
    onward: Onward,
    start: int,
    end: int,
    *,
    without_step: tuple[int, int] | None = None,
    without_node: int | None = None,
) -> list[int] | None:
    """Return a path with the fewest steps; None if there is none."""
    before: dict[int, int | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in before:
        node = waiting.popleft()
        for following in onward.get(node, ()):
            if following not in before and following != without_node and (node, following) != without_step:
                before[following] = node
                waiting.append(following)
    if end not in before:
        return None
    path = [end]
    while (previous := before[path[-1]]) is not None:
        path.append(previous)
    return path[::-1]


def _reached(onward: Onward, start: int) -> set[int]:
    reached, waiting = {start}, [start]
    while waiting:
        for following in onward.get(waiting.pop(), ()):
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return reached


def _described(tracking: Tracking, onward: Onward, walk: Sequence[int]) -> TrackedPath:
    edges = [_edge(tracking, onward[start][end]) for start, end in pairwise(walk)]
    distances = [0.0]
    for edge in edges:
        distances.append(distances[-1] + edge.length_km)
    nodes = [_node(tracking, node, distance) for node, distance in zip(walk, distances, strict=True)]
    return TrackedPath(tuple(nodes), tuple(edges))


def _node(tracking: Tracking, node: int, distance_km: float) -> PathNode:
    graph = tracking.graph
    supply_ids = [supply.id for supply in tracking.supplies]
    return PathNode(
        node_id=graph.node_ids[node],
        distance_km=distance_km,
        pressure_bar=None if graph.pressures_bar is None else float(graph.pressures_bar[node]),
        calorific_value_kwh_per_nm3=float(tracking.calorific_value_kwh_per_nm3[node]),
        volume_shares=dict(zip(supply_ids, tracking.volume_share[node].tolist(), strict=True)),
        energy_shares=dict(zip(supply_ids, tracking.energy_share[node].tolist(), strict=True)),
        properties={name: float(values[node]) for name, values in tracking.properties.items()},
        unit_cost_per_mwh=_known(tracking.unit_cost_per_mwh[node]),
        offtake_nm3_per_h=float(tracking.offtake_nm3_per_h[node]),
    )


def _edge(tracking: Tracking, parallel: Sequence[int]) -> PathEdge:
    graph = tracking.graph
    edges = list(parallel)
    energy = tracking.edge_energy_mwh_per_h[edges]
    at_origin = tracking.unit_cost_per_mwh[graph.origin[edges]]
    return PathEdge(
        edge_ids=tuple(graph.edge_ids[edge] for edge in edges),
        length_km=float(graph.length_km[edges[0]]),
        flow_nm3_per_h=float(abs(graph.flow_nm3_per_h[edges]).sum()),
        energy_mwh_per_h=float(energy.sum()),
        cost_per_h=_known((energy * at_origin + tracking.edge_costs_per_h[edges]).sum()),
    )


def _known(cost: np.float64) -> float | None:
    return None if np.isnan(cost) else float(cost)
