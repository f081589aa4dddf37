"""The adversary: it seeks the cut that a nomination within the rights can overload most.

maximise  t + Σ q_k p_k − Σ c_a y_a   over sets of nodes S (z_v = 1 inside):

    t ≤ Σ E_v z_v,   t ≤ Σ X_v (1 − z_v)      what entries inside can send exits outside
    p_k ≤ z_r,   p_k ≤ 1 − z_d                 path k leaves S
    y_a ≥ z_tail − z_head                      edge a, each way with its capacity, leaves S

Where only the cuts that a request loads count, one row more says so: Σ w_v z_v ≤ m, as in
`capacity.feasibility.flow.cut_loading`.

Only z of points with rights need be decided, because a least cut is left then. The relaxation, 0 ≤ z ≤ 1, is
a linear programme held alive by the solver while `capacity.feasibility.robust.branch_and_bound` decides
point after point.

It runs on a smaller network, exactly equivalent: an edge that carries all the demand there can be, both ways,
is never in a violated cut, so its ends are *tied*: always on the same side. Tied nodes become one, edges
between the same nodes are added up, and paths between tied nodes cannot be cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from capacity.feasibility.flow.cut_loading import LoadedCuts
from capacity.feasibility.flow.flow_network import Capacities, Flags, FlowNetwork, Integers, Load
from capacity.feasibility.flow.reduced_network import joined_nodes
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import (
    LinearModel,
    LiveModel,
    Numbers,
    Reals,
    Solver,
    SolverRefused,
    Status,
)

PROGRAMME_DEMAND_MAX: Final = 1e6
"""Larger demands are counted in larger units by the programme, for the solver's sake: it only proposes."""


@dataclass(frozen=True, eq=False)
class TiedNetwork:
    """A network in which tied nodes are one; a cut is violated in it exactly when it is in the whole one.

    tied : bool (edges,), the edges between tied nodes
    group : int32 (nodes,), where each node went
    tail, head, capacity : int64 (arcs,), directed, each capacity positive and at most the largest demand
    """

    tied: Flags
    group: Numbers
    size: int
    tail: Integers
    head: Integers
    capacity: Integers

    @classmethod
    def of(cls, network: FlowNetwork, capacities: Capacities, demand_max: int) -> "TiedNetwork":
        """Return the network for demands up to `demand_max`."""
        forward = np.minimum(capacities.upper, demand_max)
        backward = np.minimum(-capacities.lower, demand_max)
        wide = (forward >= demand_max) & (backward >= demand_max)
        group = joined_nodes(network, wide)
        size = int(group.max(initial=-1)) + 1
        tail = np.concatenate([group[network.tail], group[network.head]]).astype(np.int64)
        head = np.concatenate([group[network.head], group[network.tail]]).astype(np.int64)
        capacity = np.concatenate([forward, backward])
        kept = (tail != head) & (capacity > 0)
        ends, place = np.unique(tail[kept] * size + head[kept], return_inverse=True)
        total = np.zeros(len(ends), dtype=np.int64)
        np.add.at(total, place, capacity[kept])
        return cls(
            tied=group[network.tail] == group[network.head],
            group=group,
            size=size,
            tail=ends // size,
            head=ends % size,
            capacity=np.minimum(total, demand_max),
        )

    def gathered(self, values: Integers) -> Integers:
        """Return node values, int64 (nodes,), summed over tied nodes, int64 (size,)."""
        total = np.zeros(self.size, dtype=np.int64)
        np.add.at(total, self.group, values)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The answer of the relaxed adversary.

    inside : float64 (groups,), how far each group is inside
    hub_share : the weight of entries against exits, 0 to 1
    path_shares : float64 (cut paths,), the weight of receipt against delivery, 0 to 1
    loading_share : the weight of what the request loads, 0 to 1
    """

    bound: float
    inside: Reals
    hub_share: float
    path_shares: Reals
    loading_share: float = 0.0


class Adversary:
    """The relaxed adversary against one load on one network."""

    def __init__(
        self,
        network: FlowNetwork,
        capacities: Capacities,
        load: Load,
        solver: Solver,
        loaded: LoadedCuts | None = None,
    ) -> None:
        self.network = TiedNetwork.of(network, capacities, load.demand_max)
        self._load = load
        self._loaded = loaded
        self._solver = solver
        self._decided: Mapping[int, bool] = {}
        self._measure = max(1.0, load.demand_max / PROGRAMME_DEMAND_MAX)

    @cached_property
    def _model(self) -> LiveModel:
        return self._solver.load(self.programme())

    @cached_property
    def cut_paths(self) -> Integers:
        """The paths of the load that a cut can separate, int64, by their place in it."""
        group = self.network.group
        apart = group[self._load.receipt] != group[self._load.delivery]
        return np.flatnonzero(apart & (self._load.quantity > 0))

    @cached_property
    def stakes(self) -> Integers:
        """All rights that begin or end in each group, int64 (groups,): what deciding it is worth."""
        stakes = self._load.entry + self._load.exit
        np.add.at(stakes, self._load.receipt[self.cut_paths], self._load.quantity[self.cut_paths])
        np.add.at(stakes, self._load.delivery[self.cut_paths], self._load.quantity[self.cut_paths])
        return self.network.gathered(stakes)

    def relax(self, decided: Mapping[int, bool], deadline: Deadline) -> Relaxation:
        """Return the best relaxed cut with some groups decided: inside, or not; raises LimitReached.

        Where the solver finds no cut that the request loads, nothing is known of this case but that.
        """
        changed = sorted(decided.keys() | self._decided.keys())
        lower = np.array([float(decided.get(group, False)) for group in changed])
        upper = np.array([float(decided.get(group, True)) for group in changed])
        self._decided = dict(decided)
        try:
            self._model.set_column_bounds(np.array(changed, dtype=np.int32), lower, upper)
            status = self._model.run(deadline.left())
        except SolverRefused as error:
            raise LimitReached(str(error)) from error
        if status is Status.INFEASIBLE and self._loaded is not None:
            unknown = np.full(self.network.size, 0.5), 0.5, np.full(len(self.cut_paths), 0.5)
            return Relaxation(np.inf, *unknown)
        if status is not Status.OPTIMAL:
            raise LimitReached(f"{self._solver.name} did not finish: {status}")
        prices = -self._model.row_duals()
        path_prices = prices[2 : 2 + len(self.cut_paths)]
        return Relaxation(
            bound=-self._model.objective() * self._measure,
            inside=self._model.values()[: self.network.size],
            hub_share=float(np.clip(prices[0], 0.0, 1.0)),
            path_shares=np.clip(
                path_prices / (self._load.quantity[self.cut_paths] / self._measure), 0.0, 1.0
            ),
            loading_share=0.0 if self._loaded is None else float(np.clip(prices[-1], 0.0, 1.0)),
        )

    def programme(self) -> LinearModel:
        """Return the relaxed programme, negated to minimise: columns z of each group, t, p, y."""
        network, load, cut = self.network, self._load, self.cut_paths
        entry, exit_ = network.gathered(load.entry), network.gathered(load.exit)
        receipt, delivery = network.group[load.receipt[cut]], network.group[load.delivery[cut]]
        groups, paths, arcs = network.size, len(cut), len(network.tail)
        t, p, y = groups, groups + 1 + np.arange(paths), groups + 1 + paths + np.arange(arcs)
        matrix = _Triplets()
        matrix.row([np.flatnonzero(entry), t], [-entry[entry > 0] / self._measure, 1])
        matrix.row([np.flatnonzero(exit_), t], [exit_[exit_ > 0] / self._measure, 1])
        matrix.rows(paths, [(p, 1), (receipt, -1)])
        matrix.rows(paths, [(p, 1), (delivery, 1)])
        matrix.rows(arcs, [(network.tail, 1), (network.head, -1), (y, -1)])
        exit_total = load.exit_total / self._measure
        row_upper = np.concatenate([[0, exit_total], np.zeros(paths), np.ones(paths), np.zeros(arcs)])
        if self._loaded is not None:
            weight = network.gathered(self._loaded.weight) / self._measure
            matrix.row([np.flatnonzero(weight)], [weight[weight != 0]])
            row_upper = np.append(row_upper, self._loaded.most / self._measure)
        columns = groups + 1 + paths + arcs
        starts, rows, values = matrix.by_columns(columns)
        return LinearModel(
            costs=np.concatenate(
                [
                    np.zeros(groups),
                    [-1.0],
                    -load.quantity[cut] / self._measure,
                    network.capacity / self._measure,
                ]
            ),
            column_lower=np.zeros(columns),
            column_upper=np.concatenate([np.ones(groups), np.full(columns - groups, np.inf)]),
            row_lower=np.full(len(row_upper), -np.inf),
            row_upper=row_upper,
            starts=starts,
            rows=rows,
            values=values,
        )


class _Triplets:
    """A sparse matrix as it is written down, row after row."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.int64]] = []
        self._columns: list[NDArray[np.int64]] = []
        self._values: list[NDArray[np.float64]] = []
        self._count = 0

    def row(self, columns: list[Integers | int], values: list[Reals | int]) -> None:
        """Add one row from several pieces."""
        self._add(np.hstack(columns), np.int64(self._count), np.hstack(values))
        self._count += 1

    def rows(self, count: int, terms: list[tuple[NDArray[np.integer], int]]) -> None:
        """Add `count` rows at once, each with one column and one value per term."""
        numbers = self._count + np.arange(count)
        for columns, value in terms:
            self._add(columns, numbers, np.float64(value))
        self._count += count

    def by_columns(self, columns: int) -> tuple[Numbers, Numbers, Reals]:
        """Return starts, rows and values of the matrix stored by columns."""
        stored = scipy.sparse.csc_array(
            (np.concatenate(self._values), (np.concatenate(self._rows), np.concatenate(self._columns))),
            shape=(self._count, columns),
        )
        return stored.indptr.astype(np.int32), stored.indices.astype(np.int32), stored.data

    def _add(
        self,
        columns: NDArray[np.integer],
        rows: NDArray[np.int64] | np.int64,
        values: NDArray[np.integer] | np.floating,
    ) -> None:
        self._columns.append(columns.astype(np.int64))
        self._rows.append(np.broadcast_to(rows, columns.shape).astype(np.int64))
        self._values.append(np.broadcast_to(values, columns.shape).astype(np.float64))
