"""The exact decision where every flow is fixed by the balance: networks that are trees.

When the elements, parallel pipes taken as one, close no cycle, the injections fix every flow, and whether
pressures exist is decided by propagating sets of pressures from the leaves to a root, through every kind of
element and mode of `capacity.hydraulics.physics.network` (`capacity.hydraulics.tree_networks.intervals`).
The answer is exact up to that module's slacks: with every yes comes a state, with every no the place where
sets do not meet.
"""

from dataclasses import dataclass

import numpy as np

from capacity.hydraulics.physics.network import Flags, HydraulicNetwork, Reals
from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.tree_networks import intervals
from capacity.hydraulics.tree_networks.branches import Tree, TreeBranches, tree_branches
from capacity.hydraulics.tree_networks.conflicts import TreeConflict, conflict_of
from capacity.hydraulics.tree_networks.pressure_sets import chosen_state, propagated, too_many_intervals


@dataclass(frozen=True, eq=False)
class TreeNetwork:
    """A network whose flows follow from the balance."""

    network: HydraulicNetwork
    branches: TreeBranches
    tree: Tree

    @classmethod
    def of(
        cls, network: HydraulicNetwork, flow_min: Reals | None = None, flow_max: Reals | None = None
    ) -> "TreeNetwork | None":
        """Return the network as a tree, or None if some flow is not fixed by the balance.

        flow_min, flow_max : float64 (elements,), kg/s, limits instead of the network's
        """
        low = network.flow_min if flow_min is None else flow_min
        high = network.flow_max if flow_max is None else flow_max
        branches = tree_branches(network, low, high)
        return None if branches is None else cls(network, branches, branches.rooted(0))

    def decide(self, injections: Reals) -> Flags:
        """Return which of these nominations can be transported, bool (rows,).

        injections : float64 (rows, nodes), kg/s. Raises ValueError if a row does not add up to zero, and
        LimitReached if a set of pressures falls into too many intervals.
        """
        rows = np.ascontiguousarray(injections, dtype=np.float64)
        _demand_balance(rows)
        network = self.network
        nodes = (network.elevation, network.potential_min, network.potential_max)
        found = np.empty(len(rows), dtype=np.int64)
        intervals.propagate_all(self.tree, self.branches.arrays, nodes, rows, found)
        if (found == intervals.TOO_MANY_INTERVALS).any():
            raise too_many_intervals()
        return np.asarray(found == intervals.FEASIBLE)

    def state(self, injection: Reals) -> HydraulicState | TreeConflict:
        """Return a state that transports one nomination, float64 (nodes,), or where that fails.

        Raises as `decide` does.
        """
        row = np.ascontiguousarray(injection, dtype=np.float64)
        _demand_balance(row[np.newaxis])
        sets = propagated(self.branches, self.tree, row)
        if sets.found == intervals.FEASIBLE:
            return chosen_state(sets, row)
        return conflict_of(sets, row)


def _demand_balance(rows: Reals) -> None:
    largest = np.abs(rows).max(axis=1, initial=0.0)
    if not (np.abs(rows.sum(axis=1)) <= intervals.FLOW_SLACK * largest).all():
        raise ValueError("the injections of a nomination do not add up to zero")
