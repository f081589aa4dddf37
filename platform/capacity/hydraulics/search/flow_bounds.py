"""Flow bounds: what the balance alone implies for every flow, without pressures.

Flows in kg/s, positive from tail to head.
"""

from typing import Final

import numpy as np
import scipy.sparse
from scipy.sparse.csgraph import breadth_first_order

from capacity.hydraulics.passive.blocks import Blocks
from capacity.hydraulics.physics.network import HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem

WIDE_ENOUGH: Final = 1e-6
"""Flows known to within this many kg/s are known."""


class FlowBounds:
    """Bounds on flows that follow from the balance: exact on bridges, all that enters elsewhere."""

    def __init__(self, network: HydraulicNetwork) -> None:
        self._network = network
        self._bridges = np.flatnonzero(Blocks.of(network.size, network.tail, network.head).is_bridge)
        ends = (network.tail, network.head)
        graph = scipy.sparse.coo_array((np.ones(len(network.tail)), ends), shape=(network.size,) * 2).tocsr()
        self._order, self._above = [], np.full(network.size, -1)
        seen = np.zeros(network.size, dtype=np.bool_)
        for root in range(network.size):
            if not seen[root]:
                order, above = breadth_first_order(graph, root, directed=False)
                seen[order] = True
                self._order += order.tolist()
                self._above[order[1:]] = above[order[1:]]

    def of(self, problem: HydraulicProblem) -> tuple[Reals, Reals]:
        """Return the least and the largest flow of each element, kg/s, float64 (elements,)."""
        network, most = self._network, problem.supply_max
        low, high = np.maximum(problem.flow_min, -most), np.minimum(problem.flow_max, most)
        steps = problem.direction * problem.step_min, problem.direction * problem.step_max
        least = problem.injection_min + np.minimum(*steps)
        largest = problem.injection_max + np.maximum(*steps)
        least_below, largest_below = self._below(least), self._below(largest)
        for element in self._bridges.tolist():
            tail, head = int(network.tail[element]), int(network.head[element])
            # What comes from below the bridge, seen from both of its sides.
            is_up = self._above[tail] == head
            lower = tail if is_up else head
            rising = (
                max(least_below[lower], -(largest.sum() - largest_below[lower])),
                min(largest_below[lower], -(least.sum() - least_below[lower])),
            )
            bounds = rising if is_up else (-rising[1], -rising[0])
            low[element] = max(low[element], bounds[0])
            high[element] = min(high[element], bounds[1])
        # What is known but for rounding is known: presolve makes much of such a little room.
        known = np.abs(high - low) < WIDE_ENOUGH / 2
        low[known] = high[known] = (low[known] + high[known]) / 2
        return low, high

    def _below(self, amount: Reals) -> Reals:
        total = amount.copy()
        for node in reversed(self._order):
            if self._above[node] >= 0:
                total[self._above[node]] += total[node]
        return total
