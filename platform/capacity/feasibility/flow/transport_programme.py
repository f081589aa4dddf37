"""The transport problem as a linear programme that a solver keeps between runs.

One column per edge, one row per node: out of each node flows what is injected there. A check changes the row
bounds and runs again from the last basis.

Nodes joined by edges without bound are one row, and those edges no columns: what they carry follows when the
flows of the others are known, along a tree. Flows are whole, because the programme is totally unimodular.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from capacity.feasibility.flow.flow_network import UNBOUNDED, Capacities, Flags, FlowNetwork, Integers, Load
from capacity.feasibility.flow.max_flow import carry_along_tree
from capacity.feasibility.flow.reduced_network import joined_nodes
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import LinearModel, LiveModel, Reals, Solver, SolverRefused, Status


def endless_edges(capacities: Capacities) -> Flags:
    """Return the edges, bool (edges,), without bound either way."""
    return (capacities.lower <= -UNBOUNDED) & (capacities.upper >= UNBOUNDED)


@dataclass(frozen=True, slots=True, eq=False)
class _Tree:
    """A tree over each group of joined nodes, from the leaves up: a node, its edge upwards, and how it lies.

    node, above, edge : int64 (joined nodes,); sign : +1 where the edge leads from the node upwards
    """

    node: Integers
    above: Integers
    edge: Integers
    sign: Integers

    @classmethod
    def over(cls, network: FlowNetwork, joining: Flags) -> "_Tree":
        neighbours: list[list[tuple[int, int, int]]] = [[] for _ in range(network.hub)]
        for edge in np.flatnonzero(joining).tolist():
            tail, head = int(network.tail[edge]), int(network.head[edge])
            neighbours[tail].append((head, edge, -1))
            neighbours[head].append((tail, edge, 1))
        seen: set[int] = set()
        steps: list[tuple[int, int, int, int]] = []
        for root in range(network.hub):
            ring = [] if root in seen else [root]
            seen.add(root)
            while ring:
                above = ring.pop()
                for node, edge, sign in neighbours[above]:
                    if node not in seen:
                        seen.add(node)
                        ring.append(node)
                        steps.append((node, above, edge, sign))
        return cls(*np.array(steps[::-1], dtype=np.int64).reshape(-1, 4).T.copy())


class TransportProgramme:
    """The transport problem of one network with given edges without bound; making it may raise
    LimitReached."""

    def __init__(self, network: FlowNetwork, endless: Flags, solver: Solver) -> None:
        self._network = network
        self._solver = solver
        self._group = joined_nodes(network, endless)
        self._size = int(self._group.max(initial=-1)) + 1
        self._columns = np.flatnonzero(self._group[network.tail] != self._group[network.head])
        self._tree = _Tree.over(network, endless)
        self._model = self._load()
        self._capacities: Capacities | None = None
        self._bounds = (np.zeros(self._size), np.zeros(self._size))

    def solve(self, capacities: Capacities, load: Load, deadline: Deadline) -> Integers | None:
        """Return whole flows of `load`, int64 (edges,), None when there are none; raises LimitReached."""
        hub_lower, hub_upper = load.hub_bounds
        lower, upper = load.fixed + hub_lower, load.fixed + hub_upper
        flows = np.zeros(len(self._network.tail), dtype=np.int64)
        try:
            self._set_capacities(capacities)
            self._set_injections(self._gathered(lower), self._gathered(upper))
            if not self._is_feasible(deadline):
                return None
        except SolverRefused as error:
            raise LimitReached(str(error)) from error
        if len(self._columns):
            flows[self._columns] = np.rint(self._model.values())
        self._carry_within_groups(flows, lower, upper)
        return flows

    def _load(self) -> LiveModel:
        try:
            return self._solver.load(self._programme())
        except SolverRefused as error:
            raise LimitReached(str(error)) from error

    def _is_feasible(self, deadline: Deadline) -> bool:
        if not len(self._columns):
            lower, upper = self._bounds
            return bool(((lower <= 0) & (upper >= 0)).all())
        status = self._model.run(deadline.left())
        if status is Status.UNFINISHED:
            raise LimitReached(f"{self._solver.name} did not finish in time")
        return status is Status.OPTIMAL

    def _carry_within_groups(self, flows: Integers, lower: Integers, upper: Integers) -> None:
        """Set the flows without bound so that every node injects between `lower` and `upper`."""
        missing = -lower
        np.add.at(missing, self._ends[0], flows[self._columns])
        np.subtract.at(missing, self._ends[1], flows[self._columns])
        tree = self._tree
        slack = upper - lower
        carry_along_tree(self._group, tree.node, tree.above, tree.edge, tree.sign, missing, slack, flows)

    @cached_property
    def _ends(self) -> tuple[Integers, Integers]:
        tail, head = self._network.tail[self._columns], self._network.head[self._columns]
        return tail.astype(np.int64), head.astype(np.int64)

    def _gathered(self, injections: Integers) -> Reals:
        return np.bincount(self._group, injections, self._size).astype(np.float64)

    def _set_capacities(self, capacities: Capacities) -> None:
        if self._capacities is capacities:
            return
        self._model.set_column_bounds(
            np.arange(len(self._columns), dtype=np.int32),
            capacities.lower[self._columns].astype(np.float64),
            capacities.upper[self._columns].astype(np.float64),
        )
        self._capacities = capacities

    def _set_injections(self, lower: Reals, upper: Reals) -> None:
        changed = np.flatnonzero((lower != self._bounds[0]) | (upper != self._bounds[1])).astype(np.int32)
        if len(changed):
            self._model.set_row_bounds(changed, lower[changed], upper[changed])
        self._bounds = (lower, upper)

    def _programme(self) -> LinearModel:
        """Return the programme with all bounds zero."""
        edges = len(self._columns)
        ends = [self._group[nodes] for nodes in self._ends]
        return LinearModel(
            costs=np.zeros(edges),
            column_lower=np.zeros(edges),
            column_upper=np.zeros(edges),
            row_lower=np.zeros(self._size),
            row_upper=np.zeros(self._size),
            starts=np.arange(0, 2 * edges + 1, 2, dtype=np.int32),
            rows=np.column_stack(ends).ravel().astype(np.int32),
            values=np.tile([1.0, -1.0], edges),
        )
