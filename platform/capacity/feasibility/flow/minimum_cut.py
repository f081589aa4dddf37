"""Minimum cuts: the set of nodes around some, and without others, whose edges outwards carry least.

By maximum flow (Ford and Fulkerson 1956): when no more can be sent, what is still reached is the cut.
"""

# ruff: noqa: PLR0917 arrays are passed by position

import numpy as np

from capacity.feasibility.flow.flow_network import Capacities, Flags, FlowNetwork, Integers
from capacity.feasibility.flow.max_flow import ENDLESS, graph_of, settle, with_hub


def minimum_cut(network: FlowNetwork, capacities: Capacities, inside: Flags, outside: Flags) -> Flags:
    """Return the smallest set of nodes, bool (nodes,), that holds `inside` and not `outside` at least cut.

    inside, outside : bool (nodes,), disjoint.
    """
    none = np.zeros(network.hub, dtype=np.int64)
    _, reached = dual_flow(network, capacities.lower, capacities.upper, none, inside, outside)
    return reached


def dual_flow(
    network: FlowNetwork, lower: Integers, upper: Integers, weight: Integers, inside: Flags, outside: Flags
) -> tuple[Integers, Flags]:
    """Return the flow, int64 (edges,), that best bounds the weight of a set of nodes less its cut.

    And the set, bool (nodes,), that attains the bound: it holds `inside`, not `outside`, and is the smallest.
    weight : int64 (nodes,); lower, upper : int64 (edges,).
    """
    closed = np.zeros(len(network.points), dtype=np.int64)
    excess = with_hub(np.where(inside, ENDLESS, np.where(outside, -ENDLESS, weight)))
    reached = np.empty(network.hub + 1, dtype=np.bool_)
    flow = np.zeros(len(lower) + len(closed), dtype=np.int64)
    bounds = (np.concatenate([lower, closed]), np.concatenate([upper, closed]))
    settle(graph_of(network), *bounds, flow, excess, reached)
    return flow[: len(lower)], reached[:-1]
