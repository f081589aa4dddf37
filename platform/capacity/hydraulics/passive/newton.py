"""Steady flow in a passive network: the flows and potentials that follow from the injections.

Units: kg/s, bar², bar² s²/kg². Potentials count from each component's reference node, where they are zero:
without active elements the level is free, and whether some level keeps all limits is a comparison.

Method: Newton's on the circulations around the fundamental cycles of a spanning tree of least resistance,
with exact line search (`capacity.hydraulics.passive.loops`; the network's energy is convex: Maugis 1977). It
converges from anywhere; a state is returned only when the law is kept within `TOLERANCE_BAR2` around every
cycle, and along the tree by construction. Balances hold to rounding.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.hydraulics.passive.loops import (
    LoopGraph,
    solve_batch,
    solve_loops,
    sweep_potentials,
)
from capacity.hydraulics.passive.reduction import PassiveNetwork
from capacity.hydraulics.physics.network import Integers, Reals

TOLERANCE_BAR2: Final = 1e-6
"""At 50 bar this is 1e-8 bar: far below what a gauge shows."""
AIM_BAR2: Final = 1e-9
"""What is aimed at where rounding allows: a flow near zero is known only to the root of this over its β."""
ITERATIONS_MAX: Final = 200
"""A bound on the time: near the solution convergence is quadratic."""
LIMITS: Final = (AIM_BAR2, TOLERANCE_BAR2, ITERATIONS_MAX)
"""What the kernels of `capacity.hydraulics.passive.loops` take."""
IMBALANCE_MAX: Final = 1e-9
"""The largest sum of a component's injections, relative to the largest injection."""


class NoSteadyState(ArithmeticError):
    """Newton's method did not reach the tolerance; the message says how far it came."""


@dataclass(frozen=True, eq=False)
class PassiveState:
    """A steady state: flows, float64 (pipes,), and potentials, float64 (nodes,), zero at reference nodes.

    circulations : float64 (cycles,), from which a neighbouring state is found sooner
    loss_bar2 : what is left of the law around the worst cycle
    """

    flows: Reals
    potentials: Reals
    circulations: Reals
    iterations: int
    loss_bar2: float


class LoopSolver:
    """Finds steady states of one network of pipes; built once, it answers many injections.

    `graph`, `resistance` and `cycles` are what the kernels of `capacity.hydraulics.passive.loops` take.
    """

    def __init__(self, size: int, tail: Integers, head: Integers, resistance: Reals, reference: int = 0):
        self.size = size
        self.tail = tail
        self.head = head
        self.resistance = np.ascontiguousarray(resistance, dtype=np.float64)
        self.reference = reference
        forest = _Forest(size, tail, head, resistance, reference)
        self.component = forest.component
        self.cycles = len(forest.chords)
        self.graph: LoopGraph = forest.graph()
        self._no_offset = np.zeros(len(tail))
        self._no_circulation = np.zeros(self.cycles)

    @classmethod
    def of(cls, network: PassiveNetwork, reference: int = 0) -> "LoopSolver":
        """Return the solver of a reduced network; its `links` carry nothing."""
        return cls(network.size, network.tail, network.head, network.resistance, reference)

    def solve(
        self,
        injection: Reals,
        start: Reals | None = None,
        *,
        resistance: Reals | None = None,
        offset: Reals | None = None,
    ) -> PassiveState:
        """Return the steady state of these injections, float64 (nodes,), kg/s.

        start : float64 (cycles,), the circulations of a state nearby
        resistance : float64 (pipes,), instead of the solver's own
        offset : float64 (pipes,), bar², what a pipe's ends differ by without flow

        Raises ValueError if injections of connected nodes do not add up to zero, NoSteadyState.
        """
        circulations = self._no_circulation.copy() if start is None else start.copy()
        flows, potentials = np.empty(len(self.tail)), np.empty(self.size)
        betas = self.resistance if resistance is None else resistance
        offsets = self._no_offset if offset is None else offset
        balance = np.ascontiguousarray(injection, dtype=np.float64)
        iterations, loss, imbalance = solve_loops(
            self.graph, betas, offsets, balance, circulations, flows, LIMITS
        )
        _demand_steadiness(loss, imbalance)
        sweep_potentials(self.graph, betas, offsets, flows, potentials)
        return PassiveState(flows, potentials, circulations, iterations, loss)

    def solve_batch(self, injections: Reals, start: Reals | None = None) -> tuple[Reals, Reals]:
        """Return flows, float64 (rows, pipes), and potentials, (rows, nodes), of rows of injections.

        Each row starts from `start`, float64 (cycles,). Raises as `solve` does.
        """
        rows = len(injections)
        flows, potentials = np.empty((rows, len(self.tail))), np.empty((rows, self.size))
        losses, imbalances = np.zeros(rows), np.zeros(rows)
        solve_batch(
            self.graph,
            self.resistance,
            self._no_offset,
            np.ascontiguousarray(injections),
            self._no_circulation if start is None else start,
            LIMITS,
            flows,
            potentials,
            losses,
            imbalances,
        )
        if rows:
            _demand_steadiness(float(losses.max()), float(imbalances.max()))
        return flows, potentials


def _demand_steadiness(loss_bar2: float, imbalance: float) -> None:
    if not imbalance <= IMBALANCE_MAX:
        raise ValueError(f"injections of connected nodes miss a sum of zero by {imbalance:g} of the largest")
    if not loss_bar2 <= TOLERANCE_BAR2:
        raise NoSteadyState(f"the pipe law is missed by {loss_bar2:g} bar² around a cycle")


class _Forest:
    """A spanning forest of least resistance, from the reference node and one node of each other component."""

    def __init__(self, size: int, tail: Integers, head: Integers, resistance: Reals, reference: int) -> None:
        self._tail, self._head = tail.tolist(), head.tolist()
        self._count = len(self._tail)
        trees, self.chords = self._kruskal(size, np.argsort(resistance, kind="stable").tolist())
        neighbours: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for pipe in trees:
            neighbours[self._tail[pipe]].append((self._head[pipe], pipe))
            neighbours[self._head[pipe]].append((self._tail[pipe], pipe))
        self.order: list[int] = []
        self.parent = [-1] * size
        self.parent_pipe = [-1] * size
        self.depth = [0] * size
        self.component = np.full(size, -1, dtype=np.int64)
        starts = [reference, *range(size)] if size else []
        for root in starts:
            if self.component[root] < 0:
                self._grow(root, neighbours)

    def _kruskal(self, size: int, pipes: list[int]) -> tuple[list[int], list[int]]:
        group = list(range(size))

        def find(node: int) -> int:
            while group[node] != node:
                group[node] = group[group[node]]
                node = group[node]
            return node

        trees: list[int] = []
        chords: list[int] = []
        for pipe in pipes:
            root, other = find(self._tail[pipe]), find(self._head[pipe])
            (chords if root == other else trees).append(pipe)
            group[other] = root
        return trees, chords

    def _grow(self, root: int, neighbours: dict[int, list[tuple[int, int]]]) -> None:
        number = int(self.component.max()) + 1
        self.component[root] = number
        queue = deque([root])
        while queue:
            node = queue.popleft()
            self.order.append(node)
            for other, pipe in neighbours[node]:
                if self.component[other] < 0:
                    self.component[other] = number
                    self.parent[other], self.parent_pipe[other] = node, pipe
                    self.depth[other] = self.depth[node] + 1
                    queue.append(other)

    def _sign(self, node: int) -> float:
        pipe = self.parent_pipe[node]
        return 1.0 if pipe >= 0 and self._head[pipe] == node else -1.0

    def _cycle(self, chord: int) -> list[tuple[int, float]]:
        """Return the pipes around the cycle of a chord, with their direction along it."""
        around = [(chord, 1.0)]
        above, below = self._tail[chord], self._head[chord]
        while above != below:
            if self.depth[above] >= self.depth[below]:
                around.append((self.parent_pipe[above], self._sign(above)))
                above = self.parent[above]
            else:
                around.append((self.parent_pipe[below], -self._sign(below)))
                below = self.parent[below]
        return around

    def graph(self) -> LoopGraph:
        cycles_of: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for number, chord in enumerate(self.chords):
            for pipe, sign in self._cycle(chord):
                cycles_of[pipe].append((number, sign))
        pipes = sorted(cycles_of)
        entries = [entry for pipe in pipes for entry in cycles_of[pipe]]
        lengths = [len(cycles_of[pipe]) for pipe in pipes]
        return (
            _int32(self.order),
            _int32(self.parent),
            _int32(self.parent_pipe),
            np.array([self._sign(node) for node in range(len(self.parent))], dtype=np.float64),
            _int32(pipes),
            _int32([0, *np.cumsum(lengths, dtype=np.int64).tolist()]),
            _int32([number for number, _ in entries]),
            np.array([sign for _, sign in entries], dtype=np.float64),
        )


def _int32(values: list[int]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)
