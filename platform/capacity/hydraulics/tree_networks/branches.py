"""The network as a tree: branches whose flows follow from the balance.

A *branch* is one element, or parallel pipes taken as one: elements that together join the same two nodes.
Where branches close no cycle, the injections fix every flow.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.physics.network import ElementKind, Flags, HydraulicNetwork, Integers, Reals

Tree = tuple[Integers, Integers, Integers, Reals]
Branches = tuple[Integers, Reals, Reals, Reals, Reals, Reals, Flags, Integers, Integers, Reals]
"""What the kernels of `capacity.hydraulics.tree_networks.intervals` take."""

ACTIVE: Final = (ElementKind.CONTROL_VALVE, ElementKind.COMPRESSOR)


@dataclass(frozen=True, eq=False)
class TreeBranches:
    """The branches of a network that is a tree, or several.

    tail, head : int64 (branches,)
    branch_of : int64 (elements,), the branch that an element is part of; share : float64 (elements,), its
        flow per flow of that branch, negative where directed the other way
    first : int64 (branches,), the element that a branch is named by
    configurations : what each piece of an active branch is called; empty without characteristic maps
    """

    network: HydraulicNetwork
    tail: Integers
    head: Integers
    arrays: Branches
    branch_of: Integers
    share: Reals
    first: Integers
    configurations: tuple[str, ...]

    def rooted(self, root: int) -> Tree:
        """Return the spanning forest that grows from `root` and one node of every other component."""
        size = self.network.size
        neighbours: list[list[tuple[int, int, float]]] = [[] for _ in range(size)]
        for branch, (tail, head) in enumerate(zip(self.tail.tolist(), self.head.tolist(), strict=True)):
            neighbours[tail].append((head, branch, -1.0))
            neighbours[head].append((tail, branch, 1.0))
        order: list[int] = []
        parent, above = np.full(size, -1, dtype=np.int64), np.full(size, -1, dtype=np.int64)
        toward = np.zeros(size)
        seen = np.zeros(size, dtype=np.bool_)
        for start in [root, *range(size)]:
            queue = deque([] if seen[start] else [start])
            seen[start] = True
            while queue:
                node = queue.popleft()
                order.append(node)
                for other, branch, sign in neighbours[node]:
                    if not seen[other]:
                        seen[other] = True
                        parent[other], above[other], toward[other] = node, branch, sign
                        queue.append(other)
        return np.array(order, dtype=np.int64), parent, above, toward


def tree_branches(network: HydraulicNetwork, flow_min: Reals, flow_max: Reals) -> TreeBranches | None:
    """Return the network's branches, or None where some flow is not fixed by the balance.

    flow_min, flow_max : float64 (elements,), kg/s
    """
    return _Grower(network, flow_min, flow_max).branches()


class _Grower:
    """Makes branches of the elements, and a tree of the branches."""

    def __init__(self, network: HydraulicNetwork, flow_min: Reals, flow_max: Reals) -> None:
        self._network = network
        self._limits = flow_min, flow_max
        self._members: list[list[tuple[int, float]]] = []
        self._configurations: list[str] = []

    def branches(self) -> TreeBranches | None:
        network = self._network
        between: dict[frozenset[int], list[int]] = defaultdict(list)
        for element, ends in enumerate(zip(network.tail.tolist(), network.head.tolist(), strict=True)):
            between[frozenset(ends)].append(element)
        for pair, elements in between.items():
            shares = self._shares(elements) if len(pair) > 1 else None
            if shares is None:
                return None
            self._members.append(shares)
        first = np.array([members[0][0] for members in self._members], dtype=np.int64)
        branch_of = np.zeros(len(network.tail), dtype=np.int64)
        share = np.zeros(len(network.tail))
        for branch, members in enumerate(self._members):
            for element, part in members:
                branch_of[element], share[element] = branch, part
        tail, head = network.tail[first], network.head[first]
        arrays = self._arrays(first)
        found = TreeBranches(
            network, tail, head, arrays, branch_of, share, first, tuple(self._configurations)
        )
        roots = int((found.rooted(0)[1] < 0).sum())
        return found if len(first) == network.size - roots else None

    def _shares(self, elements: list[int]) -> list[tuple[int, float]] | None:
        """Return what each element carries of all that they carry together; None if that is not fixed."""
        network = self._network
        if len(elements) == 1:
            return [(elements[0], 1.0)]
        if any(network.kind[element] != ElementKind.PIPE for element in elements):
            return None
        free = [element for element in elements if network.resistance[element] == 0]
        if len(free) > 1:
            return None
        first = free[0] if free else elements[0]
        elements = [first, *(element for element in elements if element != first)]
        ease = [
            float(element == first) if free else float(network.resistance[element]) ** -0.5
            for element in elements
        ]
        return [
            (element, (1 if network.tail[element] == network.tail[first] else -1) * value / sum(ease))
            for element, value in zip(elements, ease, strict=True)
        ]

    def _arrays(self, first: Integers) -> Branches:
        network = self._network
        resistance, low, high = network.resistance[first], *(limit[first] for limit in self._limits)
        for branch, members in enumerate(self._members):
            if len(members) > 1:
                resistance[branch] *= members[0][1] ** 2
                low[branch], high[branch] = self._narrowed(members)
        pieces, pointer, facets = [0], [0], [np.empty((0, 4))]
        for element in first.tolist():
            for configuration, piece in _pieces(network, element):
                self._configurations.append(configuration)
                facets.append(piece)
                pointer.append(pointer[-1] + len(piece))
            pieces.append(len(pointer) - 1)
        return (
            network.kind[first],
            resistance,
            network.loss_bar[first],
            low,
            high,
            network.outlet_max_bar[first],
            network.has_bypass[first],
            np.array(pieces, dtype=np.int64),
            np.array(pointer, dtype=np.int64),
            np.concatenate(facets),
        )

    def _narrowed(self, members: list[tuple[int, float]]) -> tuple[float, float]:
        lowest, highest = -math.inf, math.inf
        for element, part in members:
            if part:
                bounds = sorted(float(limit[element]) / part for limit in self._limits)
                lowest, highest = max(lowest, bounds[0]), min(highest, bounds[1])
        return lowest, highest


def _pieces(network: HydraulicNetwork, element: int) -> list[tuple[str, Reals]]:
    """Return the pieces of an active element by configuration; see
    `capacity.hydraulics.tree_networks.intervals`."""
    if network.kind[element] not in ACTIVE:
        return []
    inlet = [-1.0, 0.0, 0.0, -float(network.inlet_min_bar[element])]
    ranges = network.ranges.get(element, ())
    if ranges:
        return [
            (
                one.configuration,
                np.vstack([np.column_stack([one.normals[:, [1, 2, 0]], one.offsets]), inlet]),
            )
            for one in ranges
        ]
    facets = [
        inlet,
        [float(network.ratio_min[element]), -1.0, 0.0, 0.0],
        [-float(network.ratio_max[element]), 1.0, 0.0, 0.0],
    ]
    if network.kind[element] == ElementKind.CONTROL_VALVE:
        facets.append([-1.0, 1.0, 0.0, -float(network.difference_min_bar[element])])
        if math.isfinite(network.difference_max_bar[element]):
            facets.append([1.0, -1.0, 0.0, float(network.difference_max_bar[element])])
    return [("", np.array(facets))]
