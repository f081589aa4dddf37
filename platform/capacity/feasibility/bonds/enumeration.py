"""Bonds: the cuts among which the tightest is always found.

A *bond* is a cut both of whose sides hang together. A nomination that forces more out of a set of nodes than
its edges carry does so, if the set falls apart, out of one of its parts; if the rest falls apart, into one of
those. So a network is short of a nomination exactly when a bond is. The edges of a bond lie in one *block*, a
part that no single node takes apart, and networks built almost as trees have few: GasLib-135 has some 31,000,
GasLib-582 some 67,000. They depend on the topology alone and are listed once for it.

Edges without bound are left out: their ends are on the same side of every cut that can be tight. Parts that
no edge joins are bonds too, whose edges carry nothing.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import scipy.sparse
from numba import njit
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from capacity.feasibility.flow.flow_network import Flags, FlowNetwork, Integers
from capacity.hydraulics.passive.blocks import Blocks

BLOCK_BONDS_MAX: Final = 100_000
"""A block with more bonds is left out; what is asked of its edges is then answered otherwise."""
TOPOLOGIES_KEPT_MAX: Final = 8


@dataclass(frozen=True, eq=False)
class Bonds:
    """The bonds of a network that have a point on either side, each named by one of its sides.

    pointer : int64 (bonds + 1,), edge : int32, leaves : bool; the edges of bond b are edge[pointer[b]] up to
        pointer[b + 1], and leave the named side in their own direction, or enter it
    inside : bool (groups, points), the points in the named side; bonds that part the points alike are a group
    group : int64 (bonds,), ascending
    left_out : bool (edges,), the edges of blocks that have too many bonds to list
    """

    pointer: Integers
    edge: NDArray[np.int32]
    leaves: Flags
    inside: NDArray[np.bool_]
    group: Integers
    left_out: Flags

    @property
    def is_complete(self) -> bool:
        """Whether every bond is listed."""
        return not self.left_out.any()

    @cached_property
    def both_sides(self) -> NDArray[np.bool_]:
        """The points in the named side of each group, then those in the other, bool (2 × groups, points)."""
        return np.concatenate([self.inside, ~self.inside])

    @cached_property
    def group_starts(self) -> Integers:
        """The first bond of each group, int64 (groups,)."""
        return np.flatnonzero(np.diff(self.group, prepend=-1))


def bonds_of(network: FlowNetwork, endless: Flags) -> Bonds:
    """Return the bonds of a network whose edges in `endless`, bool (edges,), have no bound either way."""
    arrays = network.tail, network.head, network.points, endless
    return _listed(network.hub, *(array.tobytes() for array in arrays))


@lru_cache(maxsize=TOPOLOGIES_KEPT_MAX)
def _listed(size: int, tails: bytes, heads: bytes, at_points: bytes, endless: bytes) -> Bonds:
    starts, ends_at, points = (np.frombuffer(nodes, dtype=np.int32) for nodes in (tails, heads, at_points))
    joining = np.frombuffer(endless, dtype=np.bool_)
    group = _parts(size, starts[joining], ends_at[joining])
    tail, head, groups = group[starts], group[ends_at], int(group.max()) + 1
    edges = np.flatnonzero(tail != head)
    joins = _joins(groups, tail[edges], head[edges])
    ids = np.concatenate([edges, np.full(len(joins), -1, dtype=np.int64)])
    ends = np.concatenate([np.stack([tail[edges], head[edges]], axis=1), joins])
    left_out = np.zeros(len(tail), dtype=np.bool_)
    parts: list[_Part] = []
    for own, block, hanging in _BlockTree(groups, ends[:, 0], ends[:, 1], group[points]).blocks():
        bonds = _parted(block)
        if bonds is None:
            left_out[ids[own][ids[own] >= 0]] = True
        else:
            parts.append(_Part.of(bonds, block, hanging, ids[own]))
    return _together(parts, len(points), left_out)


def _parts(size: int, tail: NDArray[np.integer], head: NDArray[np.integer]) -> Integers:
    """Return the connected part of each of `size` nodes, int64 (nodes,)."""
    graph = scipy.sparse.coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    part: Integers = connected_components(graph, directed=False)[1].astype(np.int64)
    return part


def _joins(size: int, tail: Integers, head: Integers) -> Integers:
    """Return ends, int64 (joins, 2), of joins that make the parts of a graph of `size` nodes one."""
    first = np.unique(_parts(size, tail, head), return_index=True)[1].astype(np.int64)
    return np.stack([np.full(len(first) - 1, first[0]), first[1:]], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """A block: its nodes by number, the one nearest the root first, and its edges between them.

    tail, head : int64 (edges,)
    """

    size: int
    tail: Integers
    head: Integers


class _BlockTree:
    """The blocks of a connected graph as a tree, and which points hang where on it.

    A walk of the tree numbers the nodes so that all beyond a node of a block are numbered in a row.
    """

    def __init__(self, size: int, tail: Integers, head: Integers, points: Integers) -> None:
        self._tail, self._head = tail, head
        self._blocks = Blocks.of(size, tail, head)
        self._order: list[tuple[int, int]] = []
        self._first, self._last = [0] * size, [0] * size
        self._walk(size)
        self._place = np.array(self._first, dtype=np.int64)[points]

    def blocks(self) -> Iterator[tuple[Integers, _Block, NDArray[np.bool_]]]:
        """Yield the edges of each block, it, and the points that hang at each of its nodes but the first.

        The points as bool (nodes − 1, points).
        """
        for block, above in self._order:
            edges = self._blocks.pipes[block]
            nodes = self._blocks.nodes[block]
            nodes = np.concatenate([[above], nodes[nodes != above]])
            number = {node: place for place, node in enumerate(nodes.tolist())}
            tail = np.array([number[node] for node in self._tail[edges].tolist()], dtype=np.int64)
            head = np.array([number[node] for node in self._head[edges].tolist()], dtype=np.int64)
            first = np.array([self._first[node] for node in nodes[1:].tolist()])[:, np.newaxis]
            last = np.array([self._last[node] for node in nodes[1:].tolist()])[:, np.newaxis]
            yield edges, _Block(len(nodes), tail, head), (first <= self._place) & (self._place < last)

    def _walk(self, size: int) -> None:
        """Number the nodes from node 0 on, block after block."""
        blocks_at: list[list[int]] = [[] for _ in range(size)]
        for block, nodes in enumerate(self._blocks.nodes):
            for node in nodes.tolist():
                blocks_at[node].append(block)
        pending: list[tuple[int, int, bool]] = [(0, -1, False)]
        count = 0
        while pending:
            node, came_by, is_done = pending.pop()
            if is_done:
                self._last[node] = count
                continue
            self._first[node] = count
            count += 1
            pending.append((node, came_by, True))
            for block in blocks_at[node]:
                if block != came_by:
                    self._order.append((block, node))
                    others = self._blocks.nodes[block].tolist()
                    pending += [(other, block, False) for other in others if other != node]


def _parted(block: _Block) -> NDArray[np.bool_] | None:
    """Return every way to part a block in two that hang together, bool (ways, nodes); the first never inside.

    None where there are too many.
    """
    matrix = scipy.sparse.coo_array(
        (np.ones(2 * len(block.tail), dtype=np.int8), _both(block)), shape=(block.size, block.size)
    ).tocsr()
    pointer, neighbour = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
    found, count = _part(pointer, neighbour, BLOCK_BONDS_MAX)
    return None if count > BLOCK_BONDS_MAX else found[:count]


def _both(block: _Block) -> tuple[Integers, Integers]:
    return np.concatenate([block.tail, block.head]), np.concatenate([block.head, block.tail])


@njit(cache=True, nogil=True)
def _reach(pointer, neighbour, outside, start, part, queue):  # type: ignore[no-untyped-def]
    """Set `part` to the nodes not in `outside` that hang together with `start`."""
    part[:] = False
    part[start] = True
    queue[0] = start
    done, count = 0, 1
    while done < count:
        node = queue[done]
        done += 1
        for place in range(pointer[node], pointer[node + 1]):
            other = neighbour[place]
            if not part[other] and not outside[other]:
                part[other] = True
                queue[count] = other
                count += 1


@njit(cache=True, nogil=True)
def _open(pointer, neighbour, outside, kept):  # type: ignore[no-untyped-def]
    """Return a node next to `outside` that is neither in it nor `kept`; -1 without any."""
    for node in range(len(outside)):
        if outside[node]:
            for place in range(pointer[node], pointer[node + 1]):
                other = neighbour[place]
                if not outside[other] and not kept[other]:
                    return other
    return -1


@njit(cache=True, nogil=True)
def _part(pointer, neighbour, most):  # type: ignore[no-untyped-def]
    """Return the insides of all bonds of a connected graph, bool (≥ count, nodes), and their count.

    Node 0 is always outside. Stops beyond `most`. Of the bonds whose inside has the same first node, in an
    order by distance from node 0, the outside grows from the nodes before it, node by node next to it: either
    the node goes outside, with all that no longer hangs together with the first, or it is kept inside.
    """
    size = len(pointer) - 1
    order = np.empty(size, np.int64)
    whole = np.empty(size, np.bool_)
    none = np.zeros(size, np.bool_)
    _reach(pointer, neighbour, none, 0, whole, order)
    queue = np.empty(size, np.int64)
    part = np.empty(size, np.bool_)
    outsides = np.zeros((2 * size + 2, size), np.bool_)
    kept = np.zeros((2 * size + 2, size), np.bool_)
    found = np.empty((1024, size), np.bool_)
    before = np.zeros(size, np.bool_)
    count = 0
    for place in range(1, size):
        before[order[place - 1]] = True
        first = order[place]
        _reach(pointer, neighbour, before, first, part, queue)
        for node in range(size):
            outsides[0, node] = not part[node]
            kept[0, node] = node == first
        depth = 1
        while depth > 0:
            depth -= 1
            other = _open(pointer, neighbour, outsides[depth], kept[depth])
            if other < 0:
                if count == most:
                    return found, most + 1
                if count == len(found):
                    grown = np.empty((2 * count, size), np.bool_)
                    grown[:count] = found
                    found = grown
                for node in range(size):
                    found[count, node] = not outsides[depth, node]
                count += 1
                continue
            # The case kept inside stays where it is on the pile; the case outside goes on top of it.
            above = depth + 1
            outsides[above] = outsides[depth]
            outsides[above, other] = True
            _reach(pointer, neighbour, outsides[above], first, part, queue)
            is_open = True
            for node in range(size):
                outsides[above, node] = not part[node]
                if kept[depth, node] and not part[node]:
                    is_open = False
            kept[above] = kept[depth]
            kept[depth, other] = True
            depth += 1
            if is_open:
                depth += 1
    return found, count


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The bonds of one block: sizes int64 (bonds,), edge and leaves of all, inside bool (bonds, points)."""

    sizes: Integers
    edge: Integers
    leaves: Flags
    inside: NDArray[np.bool_]

    @classmethod
    def of(
        cls, bonds: NDArray[np.bool_], block: _Block, hanging: NDArray[np.bool_], ids: Integers
    ) -> "_Part":
        """Return the bonds, bool (bonds, nodes), of a block whose edges have these `ids`, −1 for joins.

        Those without a point on either side are left out.
        """
        inside = bonds[:, 1:].astype(np.float32) @ hanging.astype(np.float32) > 0
        parts_points = inside.any(axis=1) & ~inside.all(axis=1)
        bonds, inside = bonds[parts_points], inside[parts_points]
        crossing = (bonds[:, block.tail] != bonds[:, block.head]) & (ids >= 0)
        bond, edge = np.nonzero(crossing)
        return cls(crossing.sum(axis=1), ids[edge], bonds[bond, block.tail[edge]], inside)


def _together(parts: list[_Part], points: int, left_out: Flags) -> Bonds:
    """Return the bonds of all blocks, those that part the points alike next to each other."""
    inside = np.concatenate([np.empty((0, points), dtype=np.bool_), *(part.inside for part in parts)])
    patterns, group = np.unique(np.packbits(inside, axis=1), axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    sizes = np.concatenate([np.empty(0, dtype=np.int64), *(part.sizes for part in parts)])
    starts = np.cumsum(sizes) - sizes
    edge = np.concatenate([np.empty(0, dtype=np.int64), *(part.edge for part in parts)])
    leaves = np.concatenate([np.empty(0, dtype=np.bool_), *(part.leaves for part in parts)])
    pointer = np.concatenate([[0], np.cumsum(sizes[order])])
    taken = np.repeat(starts[order] - pointer[:-1], sizes[order]) + np.arange(len(edge))
    return Bonds(
        pointer=pointer.astype(np.int64),
        edge=edge[taken].astype(np.int32),
        leaves=leaves[taken],
        inside=np.unpackbits(patterns, axis=1, count=points).astype(np.bool_),
        group=group[order].astype(np.int64),
        left_out=left_out,
    )
