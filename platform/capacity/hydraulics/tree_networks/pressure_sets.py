"""Pressure sets: the result of one propagation over a tree, and a state within it.

A state is chosen from the root down: every node takes a pressure of its set that the element above allows
given its parent's. Stations and control valves are bypassed where that serves, and closed without flow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.physics.network import ElementKind, Integers, Reals
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.hydraulics.tree_networks import intervals
from capacity.hydraulics.tree_networks.branches import ACTIVE, Tree, TreeBranches
from capacity.solvers.deadline import LimitReached

ROUNDING_BAR2: Final = 1e-7
"""How far rounding may carry a chosen potential outside its node's set."""


@dataclass(frozen=True, eq=False)
class PressureSets:
    """What one propagation found: arrays and `found`, `node` as in `capacity.hydraulics.intervals.propagate`.

    slack : the flow taken for none, kg/s
    """

    of: TreeBranches
    tree: Tree
    found: int
    node: int
    flow: Reals
    slack: float
    low: Reals
    high: Reals
    count: Integers
    arriving: Reals

    def lowest(self, node: int) -> float:
        """Return the lowest potential of a node's set, bar²."""
        return float(self.low[0, node])

    def highest(self, node: int) -> float:
        """Return the highest potential of a node's set, bar²."""
        return float(self.high[self.count[node] - 1, node])

    def pieces(self, node: int) -> list[tuple[float, float]]:
        """Return the intervals of a node's set, bar²."""
        count = self.count[node]
        return list(zip(self.low[:count, node].tolist(), self.high[:count, node].tolist(), strict=True))


def propagated(branches: TreeBranches, tree: Tree, injection: Reals) -> PressureSets:
    """Return the sets of pressures of one balanced nomination, float64 (nodes,), kg/s.

    Raises LimitReached if a set falls into too many intervals.
    """
    network = branches.network
    sets = PressureSets(
        branches,
        tree,
        intervals.FEASIBLE,
        -1,
        np.zeros(len(branches.tail)),
        intervals.FLOW_SLACK * float(np.abs(injection).max(initial=0.0)),
        np.zeros((intervals.INTERVALS_MAX, network.size)),
        np.zeros((intervals.INTERVALS_MAX, network.size)),
        np.zeros(network.size, dtype=np.int64),
        np.full((network.size, 2), np.nan),
    )
    nodes = (network.elevation, network.potential_min, network.potential_max)
    arrays = (sets.low, sets.high, sets.count)
    work = np.empty((4, intervals.INTERVALS_MAX))
    found, node = intervals.propagate(
        tree, branches.arrays, nodes, injection, sets.flow, arrays, sets.arriving, work
    )
    if found == intervals.TOO_MANY_INTERVALS:
        raise too_many_intervals()
    return PressureSets(**{**vars(sets), "found": int(found), "node": int(node)})


def too_many_intervals() -> LimitReached:
    """Return the reason why a tree is not decided."""
    return LimitReached(
        f"pressures that work at a node fall into more than {intervals.INTERVALS_MAX} intervals"
    )


def chosen_state(sets: PressureSets, injection: Reals) -> HydraulicState:
    """Return a state out of the sets of a nomination that is feasible."""
    return _Choice(sets, injection).state()


@dataclass(frozen=True, slots=True)
class _Option:
    """A mode of the branch above a node, and what potentials it leaves the node."""

    mode: Mode
    low: float
    high: float
    configuration: str = ""

    def nearest(self, wanted: float, pieces: list[tuple[float, float]]) -> tuple[float, float]:
        """Return (how far outside the node's set it is, the potential to take)."""
        best = (np.inf, wanted)
        for low, high in pieces:
            start, end = max(low, self.low), min(high, self.high)
            if start <= end:
                best = min(best, (0.0, float(np.clip(wanted, start, end))))
            else:
                best = min(best, (start - end, float(np.clip(end, low, high))))
        return best


class _Choice:
    """Chooses one state."""

    def __init__(self, sets: PressureSets, injection: Reals) -> None:
        self._sets = sets
        self._branches = sets.of
        self._network = sets.of.network
        self._injection = injection
        self._potential = np.zeros(self._network.size)
        count = len(self._branches.tail)
        self._mode = [Mode.OPEN] * count
        self._configuration = [""] * count

    def state(self) -> HydraulicState:
        order, parent, _, _ = self._sets.tree
        for node in order.tolist():
            if parent[node] < 0:
                low, high = max(self._sets.pieces(node), key=lambda piece: piece[1] - piece[0])
                self._potential[node] = (low + high) / 2
            else:
                self._choose(node)
        return self._written()

    def _choose(self, node: int) -> None:
        """Set the mode above a node and its potential: the first mode that serves, else the nearest to."""
        branch = int(self._sets.tree[2][node])
        pieces = self._sets.pieces(node)
        best: tuple[float, float, _Option] | None = None
        for option in self._options(node):
            wanted = (option.low + option.high) / 2
            if option.mode is Mode.CLOSED:
                wanted = float(self._potential[self._sets.tree[1][node]])
            gap, potential = option.nearest(wanted, pieces)
            if best is None or gap < best[0]:
                best = gap, potential, option
        if best is None or best[0] > ROUNDING_BAR2:
            raise ArithmeticError(f"no mode fits the pressures found for {self._network.node_ids[node]}")
        _, self._potential[node], option = best
        self._mode[branch], self._configuration[branch] = option.mode, option.configuration

    def _options(self, node: int) -> Iterator[_Option]:
        """Yield what the branch above allows `node`, given its parent's potential; least trouble first."""
        branch = int(self._sets.tree[2][node])
        flow = float(self._sets.flow[branch])
        kind, resistance = self._branches.arrays[0][branch], self._branches.arrays[1][branch]
        at_parent = float(self._potential[self._sets.tree[1][node]])
        to_node = -float(self._sets.tree[3][node])
        is_none = abs(flow) <= self._sets.slack
        if kind == ElementKind.RESISTOR:
            yield self._behind_resistor(node, branch, at_parent, to_node * flow, is_none=is_none)
        elif is_none and kind != ElementKind.PIPE:
            yield _Option(Mode.CLOSED, 0.0, intervals.POTENTIAL_BEYOND_ALL)
        elif kind not in ACTIVE:
            passed = at_parent - to_node * resistance * flow * abs(flow)
            yield _Option(Mode.OPEN, passed, passed)
        else:
            if self._branches.arrays[6][branch]:
                passed = at_parent - to_node * resistance * flow * abs(flow)
                yield _Option(Mode.BYPASS, passed, passed)
            if flow > 0:
                yield from self._running(node, branch, flow, at_parent, is_forward=to_node > 0)

    def _behind_resistor(
        self, node: int, branch: int, at_parent: float, flow: float, *, is_none: bool
    ) -> _Option:
        elevation = self._network.elevation
        parent = int(self._sets.tree[1][node])
        pressure = float(np.sqrt(at_parent / elevation[parent]))
        loss = float(self._branches.arrays[2][branch])
        bounds = (pressure - loss, pressure + loss) if is_none else (pressure - np.sign(flow) * loss,) * 2
        low, high = (float(elevation[node] * max(bound, 0.0) ** 2) for bound in bounds)
        return _Option(Mode.OPEN, low, high)

    def _running(
        self, node: int, branch: int, flow: float, at_parent: float, *, is_forward: bool
    ) -> Iterator[_Option]:
        elevation = self._network.elevation
        parent = int(self._sets.tree[1][node])
        arrays = self._branches.arrays
        for piece in range(int(arrays[7][branch]), int(arrays[7][branch + 1])):
            low, high = intervals.across_machines(
                arrays,
                branch,
                piece,
                flow,
                at_parent,
                at_parent,
                elevation[parent],
                elevation[node],
                is_forward,
            )
            if low <= high:
                yield _Option(Mode.ACTIVE, low, high, self._branches.configurations[piece])

    def _written(self) -> HydraulicState:
        network, branches = self._network, self._branches
        edges, nodes = len(network.network.edges), len(network.network.nodes)
        pressures = np.sqrt(self._potential / network.elevation)
        flows = branches.share * self._sets.flow[branches.branch_of]
        modes = [self._mode[branch] for branch in branches.branch_of]
        flows[[mode is Mode.CLOSED for mode in modes]] = 0.0
        return HydraulicState(
            injections_kg_per_s=tuple(self._injection[:nodes].tolist()),
            flows_kg_per_s=tuple(flows[:edges].tolist()),
            pressures_bar=tuple(pressures[:nodes].tolist()),
            modes=tuple(modes[:edges]),
            configurations=tuple(self._configuration[b] for b in branches.branch_of[:edges]),
            flange_pressures_bar=tuple(pressures[nodes:].tolist()),
        )
