"""Blocks: the biconnected components of a network, joined at its cut nodes.

A *block* is a largest set of pipes any two of which lie on a common cycle, or a single *bridge*: a pipe on no
cycle. Parallel pipes are a cycle. Blocks meet in *cut nodes* only, and with them form a tree (forest): gas
flows around the cycles of a block as if the rest hung at its cut nodes.

Found by one depth-first search in time linear in nodes and pipes (Hopcroft and Tarjan 1973).
"""

from collections import deque
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from capacity.hydraulics.physics.network import Flags, Integers


@dataclass(frozen=True, slots=True)
class Passage:
    """A block that a path goes through, from node `entered` to node `left`."""

    block: int
    entered: int
    left: int


@dataclass(frozen=True, eq=False)
class Blocks:
    """The blocks of a network of pipes.

    tail, head : int64 (pipes,); block_of : int64 (pipes,), the number of each pipe's block
    """

    size: int
    tail: Integers
    head: Integers
    block_of: Integers

    @classmethod
    def of(cls, size: int, tail: Integers, head: Integers) -> "Blocks":
        """Return the blocks of `size` nodes joined by pipes.

        tail, head : int64 (pipes,). Raises ValueError if a pipe joins a node to itself.
        """
        if (tail == head).any():
            raise ValueError("a pipe joins a node to itself")
        return cls(size, tail, head, _Search(size, tail, head).block_of)

    @property
    def count(self) -> int:
        """The number of blocks."""
        return int(self.block_of.max(initial=-1)) + 1

    @cached_property
    def pipes(self) -> tuple[Integers, ...]:
        """The pipes of each block, ascending."""
        order = np.argsort(self.block_of, kind="stable")
        starts = np.searchsorted(self.block_of[order], np.arange(1, self.count))
        return tuple(np.split(order, starts)) if self.count else ()

    @cached_property
    def nodes(self) -> tuple[Integers, ...]:
        """The nodes of each block, ascending."""
        return tuple(np.unique(np.concatenate([self.tail[p], self.head[p]])) for p in self.pipes)

    @cached_property
    def is_bridge(self) -> Flags:
        """Which pipes are on no cycle, bool (pipes,): their flow follows from the balance alone."""
        return np.asarray(np.bincount(self.block_of, minlength=self.count)[self.block_of] == 1)

    @cached_property
    def cycles(self) -> Integers:
        """The number of independent cycles of each block, int64 (blocks,)."""
        return np.array(
            [len(p) - len(n) + 1 for p, n in zip(self.pipes, self.nodes, strict=True)], dtype=np.int64
        )

    @cached_property
    def _blocks_at(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in range(self.size)]
        for block, nodes in enumerate(self.nodes):
            for node in nodes.tolist():
                found[node].append(block)
        return found

    def path(self, first: int, second: int) -> list[Passage]:
        """Return the blocks that every path from one node to another goes through, in order.

        Empty if they are the same node; raises ValueError if they are not connected.
        """
        came_from: dict[int, tuple[int, int]] = {first: (-1, -1)}
        queue, seen = deque([first]), set[int]()
        while queue and second not in came_from:
            node = queue.popleft()
            for block in self._blocks_at[node]:
                if block not in seen:
                    seen.add(block)
                    for other in self.nodes[block].tolist():
                        if other not in came_from:
                            came_from[other] = (block, node)
                            queue.append(other)
        if second not in came_from:
            raise ValueError("the nodes are not connected")
        passages: list[Passage] = []
        node = second
        while node != first:
            block, before = came_from[node]
            passages.append(Passage(block, before, node))
            node = before
        return passages[::-1]


class _Search:
    """One depth-first search; pipes wait on a stack until their block is complete."""

    def __init__(self, size: int, tail: Integers, head: Integers) -> None:
        self._pipes_at: list[list[tuple[int, int]]] = [[] for _ in range(size)]
        for pipe, (start, end) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
            self._pipes_at[start].append((end, pipe))
            self._pipes_at[end].append((start, pipe))
        self._depth = [-1] * size
        self._low = [0] * size
        self._stack: list[int] = []
        self._blocks = 0
        self.block_of = np.full(len(tail), -1, dtype=np.int64)
        for root in range(size):
            if self._depth[root] < 0:
                self._search(root)

    def _search(self, root: int) -> None:
        self._depth[root] = self._low[root] = 0
        walk = [(root, -1, iter(self._pipes_at[root]))]
        while walk:
            node, arrived_by, pipes = walk[-1]
            for other, pipe in pipes:
                if pipe == arrived_by:
                    continue
                if self._depth[other] < 0:
                    self._stack.append(pipe)
                    self._depth[other] = self._low[other] = self._depth[node] + 1
                    walk.append((other, pipe, iter(self._pipes_at[other])))
                    break
                if self._depth[other] < self._depth[node]:
                    self._stack.append(pipe)
                    self._low[node] = min(self._low[node], self._depth[other])
            else:
                walk.pop()
                if walk:
                    self._return(walk[-1][0], node, arrived_by)

    def _return(self, above: int, node: int, pipe: int) -> None:
        self._low[above] = min(self._low[above], self._low[node])
        if self._low[node] < self._depth[above]:
            return
        while True:
            met = self._stack.pop()
            self.block_of[met] = self._blocks
            if met == pipe:
                break
        self._blocks += 1
