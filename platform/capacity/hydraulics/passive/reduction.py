"""The reduced network: a hydraulic network without what changes no answer.

Four rewritings, each exact in flows and in potentials (bar², see `capacity.hydraulics.physics.network`):

contraction   the ends of an element without resistance have one potential and become one node; so do those
              of every active element, unless it is to stay as a *link*
parallel      pipes between the same nodes become one, 1/√β = Σ 1/√β_e, which carry its flow in proportion to
              1/√β_e
series        pipes through a node where nothing else happens become one, β = Σ β_e; the node's potential
              divides the difference of the ends' as the resistances do
dead end      a pipe beyond which nothing can be injected carries nothing: both ends have one potential

So every pipe's flow is a fixed share of a reduced pipe's, and every node's potential a fixed mean of two
reduced nodes'. Limits: a contracted node has the intersection of those of all it stands for. A node within a
series has a potential between those of the two ends; it is merged away only if its limits are no tighter than
both ends', so that they hold whenever the ends' do. (With `keep_limits=False` it is always merged away, and
the caller checks the potentials that `expand` returns.) Flow limits of pipes are carried over; those of
contracted elements are not, because the flows among them need not be unique: `expand` sends them along a
tree.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numba import njit

from capacity.hydraulics.passive.merging import MergedPipe, in_parallel, in_series
from capacity.hydraulics.physics.network import ElementKind, Flags, HydraulicNetwork, Integers, Reals

NOWHERE: Final = -1


@dataclass(frozen=True, eq=False)
class PassiveNetwork:
    """The pipes that remain, and the way back to the network they came from.

    tail, head : int64 (pipes,), reduced node numbers; resistance : float64 (pipes,), bar² s²/kg²
    flow_min, flow_max : float64 (pipes,), kg/s
    potential_min, potential_max : float64 (reduced nodes,), bar²
    node_of : int64 (nodes,), the reduced node where a node's injection enters; −1 if it cannot inject
    links : int64 (links,), elements left as they are; their ends are `node_of` of the element's
    pipe_of : int64 (elements,), the reduced pipe that an element is part of, else −1
    share : float64 (elements,), its flow per flow of that pipe, negative where directed the other way
    ends : int64 (nodes, 2) and weight : float64 (nodes,): a node's potential is (1 − weight) times that of
        reduced node ends[:, 0] plus weight times that of ends[:, 1]
    """

    network: HydraulicNetwork
    tail: Integers
    head: Integers
    resistance: Reals
    flow_min: Reals
    flow_max: Reals
    potential_min: Reals
    potential_max: Reals
    node_of: Integers
    links: Integers
    pipe_of: Integers
    share: Reals
    ends: Integers
    weight: Reals
    tree_element: Integers
    tree_node: Integers
    tree_above: Integers

    @property
    def size(self) -> int:
        """The number of reduced nodes."""
        return len(self.potential_min)

    @cached_property
    def injecting(self) -> Flags:
        """Which nodes may inject, bool (nodes,)."""
        return np.asarray(self.node_of >= 0)

    def reduced(self, injection: Reals) -> Reals:
        """Return injections of nodes, float64 (…, nodes), added up by reduced node, (…, reduced nodes).

        Raises ValueError if a node injects that was said not to.
        """
        if injection[..., ~self.injecting].any():
            raise ValueError("gas is injected at a node that was merged away")
        rows = np.atleast_2d(injection)
        sums = np.zeros((len(rows), self.size))
        for node in np.flatnonzero(self.injecting):
            sums[:, self.node_of[node]] += rows[:, node]
        return sums.reshape(*injection.shape[:-1], self.size)

    def potentials(self, potentials: Reals) -> Reals:
        """Return potentials of reduced nodes, float64 (…, reduced nodes), as those of all nodes."""
        first, second = potentials[..., self.ends[:, 0]], potentials[..., self.ends[:, 1]]
        return np.asarray(first + self.weight * (second - first))

    def flows(self, flows: Reals, injection: Reals, link_flows: Reals | None = None) -> Reals:
        """Return the flows of all elements, kg/s, float64 (…, elements).

        flows : float64 (…, pipes); injection : float64 (…, nodes); link_flows : float64 (…, links)
        """
        none = np.zeros((*flows.shape[:-1], 1))
        all_flows = self.share * np.concatenate([flows, none], axis=-1)[..., self.pipe_of]
        if link_flows is not None:
            all_flows[..., self.links] = link_flows
        rows = np.ascontiguousarray(np.atleast_2d(all_flows))
        sent = np.ascontiguousarray(np.atleast_2d(injection))
        network = self.network
        _send_along_trees(
            network.tail, network.head, self.tree_element, self.tree_node, self.tree_above, sent, rows
        )
        return rows.reshape(all_flows.shape)

    def expand(self, flows: Reals, potentials: Reals, injection: Reals) -> tuple[Reals, Reals]:
        """Return the flows of all elements and the potentials of all nodes; see `flows`, `potentials`."""
        return self.flows(flows, injection), self.potentials(potentials)


def passive_network(
    network: HydraulicNetwork,
    *,
    injecting: Flags | None = None,
    links: Flags | None = None,
    closed: Flags | None = None,
    merge: bool = True,
    keep_limits: bool = True,
) -> PassiveNetwork:
    """Return the network reduced; active elements and resistors of constant loss are contracted to points.

    injecting : bool (nodes,), where gas may be injected; None: where it may enter or leave, or is nominated
    links : bool (elements,), elements to leave as they are (`active(network)` for all active ones)
    closed : bool (elements,), elements to leave out: they carry nothing
    merge : whether to merge parallel and series pipes and dead ends at all
    """
    count = len(network.tail)
    nothing = np.zeros(count, dtype=np.bool_)
    may_inject = handover_nodes(network) if injecting is None else injecting
    reducer = _Reducer(
        network, may_inject, nothing if links is None else links, nothing if closed is None else closed
    )
    if merge:
        reducer.merge(keep_limits=keep_limits)
    return reducer.reduced()


def handover_nodes(network: HydraulicNetwork) -> Flags:
    """Return where gas may enter or leave, or is nominated, bool (nodes,)."""
    flags = np.zeros(network.size, dtype=np.bool_)
    for number, node in enumerate(network.network.nodes):
        flags[number] = node.role.may_enter or node.role.may_exit or node.nomination != 0
    return flags


class _Reducer:
    """Reduces one network; its nodes are the roots of contracted groups."""

    def __init__(self, network: HydraulicNetwork, injecting: Flags, links: Flags, closed: Flags) -> None:
        self._network = network
        self._links = np.flatnonzero(links & ~closed)
        self._group = list(range(network.size))
        is_point: Flags = (network.kind != ElementKind.PIPE) | (network.resistance == 0)
        self._point = is_point & ~links & ~closed
        self._trees: list[tuple[int, int, int]] = []
        self._contract()
        self._root = np.array([self._find(node) for node in range(network.size)], dtype=np.int64)
        self._low = np.full(network.size, -np.inf)
        self._high = np.full(network.size, np.inf)
        np.maximum.at(self._low, self._root, network.potential_min)
        np.minimum.at(self._high, self._root, network.potential_max)
        self._kept = {int(root) for root in self._root[injecting]}
        for element in self._links:
            self._kept |= {int(self._root[network.tail[element]]), int(self._root[network.head[element]])}
        self._pipes: dict[int, MergedPipe] = {}
        self._pipes_at: dict[int, set[int]] = defaultdict(set)
        self._place: dict[int, tuple[int, int, float]] = {}
        for element in np.flatnonzero(~self._point & ~links & ~closed):
            self._add_element(int(element))

    def _find(self, node: int) -> int:
        group = self._group
        while group[node] != node:
            group[node] = group[group[node]]
            node = group[node]
        return node

    def _contract(self) -> None:
        """Join what has one potential, and grow the trees along which gas moves within a group."""
        network = self._network
        neighbours: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for element in np.flatnonzero(self._point).tolist():
            tail, head = int(network.tail[element]), int(network.head[element])
            root, other = self._find(tail), self._find(head)
            if root != other:
                self._group[other] = root
                neighbours[tail].append((head, element))
                neighbours[head].append((tail, element))
        for root in [node for node in neighbours if self._find(node) == node]:
            queue, seen = deque([root]), {root}
            while queue:
                node = queue.popleft()
                for other, element in neighbours[node]:
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
                        self._trees.append((element, other, node))

    def _add_element(self, element: int) -> None:
        network = self._network
        tail, head = int(self._root[network.tail[element]]), int(self._root[network.head[element]])
        limits = float(network.flow_min[element]), float(network.flow_max[element])
        if tail != head:
            self._add(
                MergedPipe(tail, head, float(network.resistance[element]), *limits, [(element, 1.0)], [])
            )

    def _add(self, pipe: MergedPipe) -> int:
        number = min(element for element, _ in pipe.shares)
        self._pipes[number] = pipe
        self._pipes_at[pipe.tail].add(number)
        self._pipes_at[pipe.head].add(number)
        return number

    def _remove(self, number: int) -> MergedPipe:
        pipe = self._pipes.pop(number)
        self._pipes_at[pipe.tail].discard(number)
        self._pipes_at[pipe.head].discard(number)
        return pipe

    def merge(self, *, keep_limits: bool) -> None:
        """Rewrite until nothing more can be."""
        waiting = deque(sorted(self._pipes_at))
        while waiting:
            node = waiting.popleft()
            touched = self._merge_parallel(node)
            pipes_here = sorted(self._pipes_at[node])
            if node not in self._kept:
                if len(pipes_here) == 1:
                    touched |= self._cut_dead_end(node, pipes_here[0])
                elif len(pipes_here) == 2:
                    touched |= self._merge_series(node, *pipes_here, keep_limits=keep_limits)
            waiting.extend(sorted(touched))

    def _merge_parallel(self, node: int) -> set[int]:
        between: dict[int, list[int]] = defaultdict(list)
        for number in sorted(self._pipes_at[node]):
            between[self._pipes[number].other(node)].append(number)
        touched = {other for other, numbers in between.items() if len(numbers) > 1}
        for other in touched:
            self._add(in_parallel([self._remove(number).leaving(node) for number in between[other]]))
        return touched

    def _cut_dead_end(self, node: int, number: int) -> set[int]:
        pipe = self._remove(number)
        other = pipe.other(node)
        self._collapse([node, *(within for within, _ in pipe.within)], other)
        return {other}

    def _merge_series(self, node: int, first: int, second: int, *, keep_limits: bool) -> set[int]:
        ends = [self._pipes[number].other(node) for number in (first, second)]
        is_slack = self._high[node] >= self._high[ends].max() and self._low[node] <= self._low[ends].min()
        if keep_limits and not is_slack:
            return set()
        arriving = self._remove(first).leaving(node).reversed()
        leaving = self._remove(second).leaving(node)
        self._add(in_series(arriving, node, leaving))
        return set(ends)

    def _collapse(self, nodes: list[int], into: int) -> None:
        """Give `nodes` the potential of `into`."""
        for node in nodes:
            self._place[node] = (into, into, 0.0)
            self._low[into] = max(self._low[into], self._low[node])
            self._high[into] = min(self._high[into], self._high[node])

    def reduced(self) -> PassiveNetwork:
        """Return the network as it is now."""
        network = self._network
        for pipe in self._pipes.values():
            for node, until in pipe.within:
                self._place[node] = (pipe.tail, pipe.head, until)
        left = np.array([root for root in np.unique(self._root) if root not in self._place], dtype=np.int64)
        number_of = np.full(network.size, NOWHERE, dtype=np.int64)
        number_of[left] = np.arange(len(left))
        ends, weight = self._places(number_of)
        pipes = [self._pipes[number] for number in sorted(self._pipes)]
        pipe_of = np.full(len(network.tail), NOWHERE, dtype=np.int64)
        share = np.zeros(len(network.tail))
        for number, pipe in enumerate(pipes):
            for element, part in pipe.shares:
                pipe_of[element], share[element] = number, part
        tree = np.array(self._trees[::-1], dtype=np.int64).reshape(-1, 3)
        return PassiveNetwork(
            network=network,
            tail=number_of[np.array([pipe.tail for pipe in pipes], dtype=np.int64)],
            head=number_of[np.array([pipe.head for pipe in pipes], dtype=np.int64)],
            resistance=np.array([pipe.resistance for pipe in pipes]),
            flow_min=np.array([pipe.flow_min for pipe in pipes]),
            flow_max=np.array([pipe.flow_max for pipe in pipes]),
            potential_min=self._low[left],
            potential_max=self._high[left],
            node_of=number_of[self._root],
            links=self._links,
            pipe_of=pipe_of,
            share=share,
            ends=ends,
            weight=weight,
            tree_element=np.ascontiguousarray(tree[:, 0]),
            tree_node=np.ascontiguousarray(tree[:, 1]),
            tree_above=np.ascontiguousarray(tree[:, 2]),
        )

    def _places(self, number_of: Integers) -> tuple[Integers, Reals]:
        """Return of every node the reduced nodes that its potential lies between, and its weight."""
        means: dict[int, dict[int, float]] = {int(root): {int(root): 1.0} for root in np.unique(self._root)}
        for root, (first, second, until) in reversed(self._place.items()):
            parts: dict[int, float] = defaultdict(float)
            for end, part in ((first, 1 - until), (second, until)):
                for node, inner in means[end].items():
                    parts[node] += part * inner
            means[root] = parts
        ends = np.empty((self._network.size, 2), dtype=np.int64)
        weight = np.zeros(self._network.size)
        for node, root in enumerate(self._root):
            of_root = sorted(means[int(root)].items())
            ends[node] = number_of[of_root[0][0]], number_of[of_root[-1][0]]
            weight[node] = of_root[1][1] if len(of_root) > 1 else 0.0
        return ends, weight


@njit(cache=True, nogil=True)
def _send_along_trees(tail, head, tree_element, tree_node, tree_above, injection, flow):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Set the flows, (rows, elements), of tree elements, listed from the leaves up, so that nodes balance."""
    excess = np.empty(injection.shape[1])
    for row in range(flow.shape[0]):
        excess[:] = injection[row]
        for element in range(flow.shape[1]):
            excess[tail[element]] -= flow[row, element]
            excess[head[element]] += flow[row, element]
        for step in range(len(tree_element)):
            element, node = tree_element[step], tree_node[step]
            sent = excess[node]
            flow[row, element] = sent if tail[element] == node else -sent
            excess[tree_above[step]] += sent
