"""The home of the adversary: the search for the cut that a nomination can overload most.

maximise  t + Σ q_k p_k − Σ c_a y_a   over sets of nodes S (z_v = 1 inside), as a mixed-integer programme:

    t ≤ Σ E_v z_v,   t ≤ Σ X_v (1 − z_v)      what entries inside can send exits outside
    p_k ≤ z_r,   p_k ≤ 1 − z_d                 path k leaves S
    y_a ≥ z_tail − z_head                      edge a, each way with its capacity, leaves S

z is whole at points that have rights; elsewhere it is continuous, because with the points decided a least cut
is left, and that is whole by itself. An optimum of zero proves that every balanced nomination can be
transported. All data are whole, so a bound below one is as good as zero.

The programme runs on a smaller network, exactly equivalent: an edge that carries all demand there can be,
both ways, is never in a violated cut and its ends become one; edges between the same ends are added up.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from capacity.feasibility.model import Capacities, Flags, FlowNetwork, Integers, Load
from capacity.feasibility.solvers.port import LinearModel, Numbers


@dataclass(frozen=True, slots=True, eq=False)
class ReducedNetwork:
    """A network with fewer nodes in which a cut is violated exactly when it is in the whole one.

    node_of : int32 (nodes,), where each node went
    tail, head, capacity : int64 (arcs,), directed, capacity positive and at most the largest demand
    """

    size: int
    node_of: Numbers
    tail: Integers
    head: Integers
    capacity: Integers


def reduced(network: FlowNetwork, capacities: Capacities, demand_max: int) -> ReducedNetwork:
    """Return the network reduced for demands up to `demand_max`."""
    forward = np.minimum(capacities.upper, demand_max)
    backward = np.minimum(-capacities.lower, demand_max)
    wide = (forward >= demand_max) & (backward >= demand_max)
    joins = scipy.sparse.coo_array(
        (np.ones(int(wide.sum()), dtype=np.int8), (network.tail[wide], network.head[wide])),
        shape=(network.hub, network.hub),
    )
    size, node_of = connected_components(joins, directed=False)
    tail = np.concatenate([node_of[network.tail], node_of[network.head]]).astype(np.int64)
    head = np.concatenate([node_of[network.head], node_of[network.tail]]).astype(np.int64)
    capacity = np.concatenate([forward, backward])
    kept = (tail != head) & (capacity > 0)
    ends, place = np.unique(tail[kept] * size + head[kept], return_inverse=True)
    total = np.zeros(len(ends), dtype=np.int64)
    np.add.at(total, place, capacity[kept])
    return ReducedNetwork(
        size, node_of, ends // size, ends % size, np.minimum(total, demand_max, dtype=np.int64)
    )


def points_with_rights(load: Load) -> Flags:
    """Return the nodes, bool (nodes,), where some right begins or ends."""
    used = (load.entry > 0) | (load.exit > 0)
    used[load.receipt[load.quantity > 0]] = True
    used[load.delivery[load.quantity > 0]] = True
    return used


def adversary_model(network: ReducedNetwork, load: Load) -> LinearModel:
    """Return the programme of the module docstring, negated to minimise.

    Columns: z of each node, t, p of each path, y of each arc.
    """
    entry, exit_ = (_gathered(network, rights) for rights in (load.entry, load.exit))
    receipt, delivery = network.node_of[load.receipt], network.node_of[load.delivery]
    across = (receipt != delivery) & (load.quantity > 0)
    receipt, delivery, quantity = receipt[across], delivery[across], load.quantity[across]
    nodes, paths, arcs = network.size, len(quantity), len(network.tail)
    t, p, y = nodes, nodes + 1 + np.arange(paths), nodes + 1 + paths + np.arange(arcs)
    matrix = _Triplets()
    matrix.row([np.flatnonzero(entry), t], [-entry[entry > 0], 1])
    matrix.row([np.flatnonzero(exit_), t], [exit_[exit_ > 0], 1])
    matrix.rows(paths, [(p, 1), (receipt, -1)])
    matrix.rows(paths, [(p, 1), (delivery, 1)])
    matrix.rows(arcs, [(network.tail, 1), (network.head, -1), (y, -1)])
    row_upper = np.concatenate([[0, load.exit_total], np.zeros(paths), np.ones(paths), np.zeros(arcs)])
    integral = np.zeros(nodes + 1 + paths + arcs, dtype=np.bool_)
    integral[network.node_of[points_with_rights(load)]] = True
    upper = np.ones(len(integral))
    upper[t] = min(load.entry_total, load.exit_total)
    starts, rows, values = matrix.by_columns(len(integral))
    return LinearModel(
        costs=np.concatenate([np.zeros(nodes), [-1.0], -quantity.astype(np.float64), network.capacity]),
        column_lower=np.zeros(len(integral)),
        column_upper=upper,
        row_lower=np.full(len(row_upper), -np.inf),
        row_upper=row_upper,
        starts=starts,
        rows=rows,
        values=values,
        integral=integral,
    )


def _gathered(network: ReducedNetwork, rights: Integers) -> Integers:
    total = np.zeros(network.size, dtype=np.int64)
    np.add.at(total, network.node_of, rights)
    return total


class _Triplets:
    """A sparse matrix as it is written down, row after row."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.int64]] = []
        self._columns: list[NDArray[np.int64]] = []
        self._values: list[NDArray[np.float64]] = []
        self._count = 0

    def row(self, columns: list[Integers | int], values: list[Integers | int]) -> None:
        """Add one row from several pieces."""
        self._add(np.hstack(columns), np.int64(self._count), np.hstack(values))
        self._count += 1

    def rows(self, count: int, terms: list[tuple[NDArray[np.integer], int]]) -> None:
        """Add `count` rows at once, each with one column and one value per term."""
        numbers = self._count + np.arange(count)
        for columns, value in terms:
            self._add(columns, numbers, np.float64(value))
        self._count += count

    def by_columns(self, columns: int) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
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
