"""The compiled kernels: augmentation along residual paths, for bulk questions in microseconds.

A kept flow answers a question by augmenting it (Ford and Fulkerson 1956; shortest paths, Edmonds and Karp
1972) instead of solving anew. Arithmetic is in whole commercial units, int64, hence exact: what a kernel says
equals the transport problem's optimum, and the nodes still reached when augmentation ends are the smallest
set of nodes that shortens it most, the same whatever flow it started from.

A *graph* is the five arrays (arc_tail, arc_head, pointer, neighbour, arc, sign) of `model.FlowNetwork`, hub
included. Bounds and flows are int64 (arcs,); excess, int64 (nodes + 1,), is what a node still has to send
(positive) or receive. Kernels release the interpreter lock.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.feasibility.flow.flow_network import Capacities, Flags, FlowNetwork, Integers, Load

Graph = tuple[
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int64],
]

ENDLESS: Final = np.int64(2**60)
"""A supply, or the capacity of an edge, that nothing exhausts."""


def graph_of(network: FlowNetwork) -> Graph:
    """Return the arrays the kernels walk."""
    return (
        network.arc_tail,
        network.arc_head,
        network.pointer,
        network.neighbour,
        network.arc,
        network.sign,
    )


def arc_bounds(network: FlowNetwork, capacities: Capacities, load: Load) -> tuple[Integers, Integers]:
    """Return lower and upper bounds, int64 (arcs,), of edges and hub arcs under `load`."""
    hub_lower, hub_upper = load.hub_bounds
    return (
        np.concatenate([capacities.lower, hub_lower[network.points]]),
        np.concatenate([capacities.upper, hub_upper[network.points]]),
    )


@njit(cache=True, nogil=True)
def _push(  # type: ignore[no-untyped-def]
    graph, lower, upper, flow, excess, parent, queue, count
):
    """Send excess along one shortest residual path; `queue[:count]` are the sources, marked in `parent`.

    Returns (quantity sent, nodes reached); nodes reached stay in `queue`.
    """
    _, _, pointer, neighbour, arc, sign = graph
    done = 0
    while done < count:
        node = queue[done]
        done += 1
        for place in range(pointer[node], pointer[node + 1]):
            other = neighbour[place]
            if parent[other] != -1:
                continue
            a = arc[place]
            room = upper[a] - flow[a] if sign[place] > 0 else flow[a] - lower[a]
            if room <= 0:
                continue
            parent[other] = place
            queue[count] = other
            count += 1
            if excess[other] < 0:
                return _send(graph, lower, upper, flow, excess, parent, other), count
    return 0, count


@njit(cache=True, nogil=True)
def _send(graph, lower, upper, flow, excess, parent, target):  # type: ignore[no-untyped-def]
    """Send what the path found to `target` allows, from its source; returns the quantity."""
    tail, head, _, _, arc, sign = graph
    quantity = -excess[target]
    node = target
    while parent[node] >= 0:
        place = parent[node]
        a = arc[place]
        quantity = min(quantity, upper[a] - flow[a] if sign[place] > 0 else flow[a] - lower[a])
        node = tail[a] if sign[place] > 0 else head[a]
    quantity = min(quantity, excess[node])
    excess[node] -= quantity
    excess[target] += quantity
    node = target
    while parent[node] >= 0:
        place = parent[node]
        a = arc[place]
        flow[a] += quantity * sign[place]
        node = tail[a] if sign[place] > 0 else head[a]
    return quantity


@njit(cache=True, nogil=True)
def settle(graph, lower, upper, flow, excess, reached):  # type: ignore[no-untyped-def]
    """Change `flow` until no excess can be sent on; returns what is left, 0 when the flow is feasible.

    `reached`, bool (nodes + 1,), is set to the nodes that what is left can still reach: the violated cut.
    """
    size = len(excess)
    parent = np.empty(size, np.int32)
    queue = np.empty(size, np.int32)
    while True:
        parent[:] = -1
        count = 0
        for node in range(size):
            if excess[node] > 0:
                parent[node] = -2
                queue[count] = node
                count += 1
        sent, count = _push(graph, lower, upper, flow, excess, parent, queue, count)
        if sent == 0:
            break
    reached[:] = False
    for place in range(count):
        reached[queue[place]] = True
    left = 0
    for node in range(size):
        left += max(excess[node], 0)
    return left


@njit(cache=True, nogil=True)
def augment(graph, lower, upper, flow, excess, source, target, quantity, parent, queue):  # type: ignore[no-untyped-def]
    """Send up to `quantity` more from `source` to `target`, changing `flow`; returns what was sent.

    `excess` must be zero throughout and is so again afterwards; `parent` and `queue`, int32 (nodes + 1,), are
    working space.
    """
    excess[source] = quantity
    excess[target] = -quantity
    sent_in_all = 0
    while sent_in_all < quantity:
        parent[:] = -1
        parent[source] = -2
        queue[0] = source
        sent, _ = _push(graph, lower, upper, flow, excess, parent, queue, 1)
        if sent == 0:
            break
        sent_in_all += sent
    excess[source] = 0
    excess[target] = 0
    return sent_in_all


@njit(cache=True, nogil=True)
def start(graph, lower, upper, fixed, flow, excess):  # type: ignore[no-untyped-def]
    """Bring `flow` within its bounds and set `excess` to what it leaves unbalanced.

    `fixed`, int64 (nodes + 1,), is what each node must inject.
    """
    tail, head = graph[0], graph[1]
    excess[:] = fixed
    for a in range(len(flow)):
        flow[a] = min(max(flow[a], lower[a]), upper[a])
        excess[tail[a]] -= flow[a]
        excess[head[a]] += flow[a]


@njit(cache=True, nogil=True)
def largest_between(graph, lower, upper, flow, sources, targets, limits):  # type: ignore[no-untyped-def]
    """Return int64 (pairs,): the most that each source can send its target beside `flow`, up to its limit.

    `flow` is feasible and left as it is; pairs do not add up.
    """
    size = len(graph[2]) - 1
    excess = np.zeros(size, np.int64)
    parent = np.empty(size, np.int32)
    queue = np.empty(size, np.int32)
    trial = np.empty_like(flow)
    largest = np.empty(len(sources), np.int64)
    for pair in range(len(sources)):
        if sources[pair] == targets[pair]:
            largest[pair] = limits[pair]
            continue
        trial[:] = flow
        largest[pair] = augment(
            graph,
            lower,
            upper,
            trial,
            excess,
            sources[pair],
            targets[pair],
            limits[pair],
            parent,
            queue,
        )
    return largest


@njit(cache=True, nogil=True)
def largest_despite(graph, lower, upper, flow, excess, sources, targets, limits):  # type: ignore[no-untyped-def]
    """Return int64 (pairs,): as `largest_between`, where `flow` leaves `excess` that cannot be sent.

    Only sets of nodes with the source inside and the target outside count: without end to send there, what
    remains unsent beyond is what those fall short, and what they have to spare if it is less.
    """
    trial = np.empty_like(flow)
    unsent = np.empty_like(excess)
    reached = np.empty(len(excess), np.bool_)
    largest = np.empty(len(sources), np.int64)
    for pair in range(len(sources)):
        if sources[pair] == targets[pair]:
            largest[pair] = limits[pair]
            continue
        trial[:] = flow
        unsent[:] = excess
        unsent[sources[pair]] += ENDLESS
        unsent[targets[pair]] -= ENDLESS
        spare = ENDLESS - settle(graph, lower, upper, trial, unsent, reached)
        largest[pair] = min(max(spare, 0), limits[pair])
    return largest


@njit(cache=True, nogil=True)
def largest_by_day(graph, lower, upper, fixed, sources, targets, limits):  # type: ignore[no-untyped-def]
    """Return int64 (states, pairs): for many load cases what each pair could be given beside all rights.

    lower, upper : int64 (states, arcs); fixed : int64 (states, nodes + 1); limits : int64 (states, pairs).
    Each state starts from the flow of the one before.
    """
    states = len(lower)
    flow = np.zeros(lower.shape[1], np.int64)
    excess = np.empty(fixed.shape[1], np.int64)
    reached = np.empty(fixed.shape[1], np.bool_)
    largest = np.empty((states, len(sources)), np.int64)
    for state in range(states):
        start(graph, lower[state], upper[state], fixed[state], flow, excess)
        if settle(graph, lower[state], upper[state], flow, excess, reached) > 0:
            largest[state] = largest_despite(
                graph, lower[state], upper[state], flow, excess, sources, targets, limits[state]
            )
            continue
        largest[state] = largest_between(
            graph, lower[state], upper[state], flow, sources, targets, limits[state]
        )
    return largest


@njit(cache=True, nogil=True)
def carry_along_tree(group, node, above, edge, sign, missing, slack, flow):  # type: ignore[no-untyped-def]
    """Set the flows of the tree edges of joined nodes so that every node has what it is missing.

    group : int32 (nodes,); node, above, edge, sign : the tree edges, from the leaves up.
    missing, slack : int64 (nodes,), what a node sends beyond its least injection, and how much more it may
    inject; `missing` changes.
    """
    to_inject = np.zeros(len(group), np.int64)
    for v in range(len(group)):
        to_inject[group[v]] += missing[v]
    for v in range(len(group)):
        injected = min(slack[v], to_inject[group[v]])
        to_inject[group[v]] -= injected
        missing[v] -= injected
    for step in range(len(node)):
        carried = missing[node[step]]
        missing[above[step]] += carried
        flow[edge[step]] = -sign[step] * carried


def with_hub(values: Integers) -> Integers:
    """Return node values, int64 (nodes,), with a zero for the hub."""
    return np.append(values, np.int64(0))


def settled_flow(
    network: FlowNetwork, capacities: Capacities, load: Load, kept: Integers | None = None
) -> tuple[Integers, Flags | None]:
    """Return a flow of all rights of `load` used at once, int64 (arcs,), starting from a `kept` one.

    With it None, or, when not everything can be transported, the violated cut: bool (nodes + 1,). The flow
    then leaves the shortfall unbalanced.
    """
    lower, upper = arc_bounds(network, capacities, load)
    flow = np.zeros(len(lower), dtype=np.int64) if kept is None else kept.copy()
    excess = np.empty(network.hub + 1, dtype=np.int64)
    reached = np.empty(network.hub + 1, dtype=np.bool_)
    graph = graph_of(network)
    start(graph, lower, upper, with_hub(load.fixed), flow, excess)
    left = settle(graph, lower, upper, flow, excess, reached)
    return flow, reached if left else None


def flow_between(
    network: FlowNetwork, capacities: Capacities, load: Load, source: int, target: int
) -> tuple[Integers, Flags]:
    """Return a flow, int64 (edges,), of `load` that leaves most capacity free from `source` to `target`.

    And the smallest set, bool (nodes,), of those with the source inside and the target outside that has the
    least to spare under `load`. Both may be the hub.
    """
    lower, upper = arc_bounds(network, capacities, load)
    flow = np.zeros(len(lower), dtype=np.int64)
    excess = np.empty(network.hub + 1, dtype=np.int64)
    reached = np.empty(network.hub + 1, dtype=np.bool_)
    graph = graph_of(network)
    start(graph, lower, upper, with_hub(load.fixed), flow, excess)
    excess[source] += ENDLESS
    excess[target] -= ENDLESS
    settle(graph, lower, upper, flow, excess, reached)
    return flow[: len(network.edge_ids)], reached[:-1]
