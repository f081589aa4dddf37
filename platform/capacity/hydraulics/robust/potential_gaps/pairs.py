"""The pairs that decide whether a booking can be transported without stations.

In a network of pipes the flows of a nomination are unique and its potentials are up to a level. A level that
keeps all limits exists if and only if φ_u − φ_w ≤ φmax_u − φmin_w for every ordered pair of nodes; so a
booking is feasible if and only if the largest difference of every pair over its nominations is allowed
(Labbé, Plein and Schmidt 2020). Differences grow with the square of the booking, so that one computation
gives the largest uniform scale, √(allowed / largest).

Not every pair is needed. Where gas never enters, some neighbour's potential is at least as high; if no
neighbour may be higher either, the neighbour's pair is violated whenever the node's is, and the node need not
be the high one. Likewise for the low one. With the same limits everywhere, entries and exits remain.

A flow limit of a pipe is a pair as well: φ_tail − φ_head ≤ β (flow limit)². No two potentials are further
apart than some entry's and some exit's, which bounds these pairs at once.
"""

from dataclasses import dataclass

import numpy as np

from capacity.hydraulics.passive.reduction import PassiveNetwork
from capacity.hydraulics.physics.network import Flags, Integers, Reals


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Ordered pairs of reduced nodes and what each allows.

    high, low : int64 (pairs,); allowed : float64 (pairs,), bar²
    pipe : int64 (pairs,), whose flow limit this is, −1 where it is of pressure
    is_handover : bool (pairs,), whether gas may enter at the one and leave at the other
    """

    high: Integers
    low: Integers
    allowed: Reals
    pipe: Integers
    is_handover: Flags


def deciding_pairs(network: PassiveNetwork, entries: Reals, exits: Reals) -> Pairs:
    """Return the pairs; entries, exits : float64 (reduced nodes,), kg/s, ≥ 0."""
    highs = _candidates(network, entries, -network.potential_max)
    lows = _candidates(network, exits, network.potential_min)
    rows = [
        (u, w, float(network.potential_max[u] - network.potential_min[w]), -1)
        for u in highs
        for w in lows
        if u != w
    ]
    rows += _of_flow_limits(network)
    high, low = (np.array([row[place] for row in rows], dtype=np.int64) for place in (0, 1))
    pipe = np.array([row[3] for row in rows], dtype=np.int64)
    is_handover = (entries[high] > 0) & (exits[low] > 0) & (pipe < 0)
    return Pairs(high, low, np.array([row[2] for row in rows]), pipe, is_handover)


def _candidates(network: PassiveNetwork, booked: Reals, strictness: Reals) -> list[int]:
    """Return the nodes where something is booked or some neighbour is less strict."""
    is_needed = booked > 0
    for tail, head in zip(network.tail.tolist(), network.head.tolist(), strict=True):
        is_needed[tail] |= strictness[head] < strictness[tail]
        is_needed[head] |= strictness[tail] < strictness[head]
    return [int(node) for node in np.flatnonzero(is_needed)]


def _of_flow_limits(network: PassiveNetwork) -> list[tuple[int, int, float, int]]:
    rows = []
    for pipe in range(len(network.tail)):
        tail, head = int(network.tail[pipe]), int(network.head[pipe])
        beta = float(network.resistance[pipe])
        most, least = float(network.flow_max[pipe]), float(network.flow_min[pipe])
        for high, low, limit in ((tail, head, most), (head, tail, -least)):
            allowed = float(network.potential_max[high] - network.potential_min[low])
            if beta * limit * abs(limit) < allowed:
                rows.append((high, low, beta * limit * abs(limit), pipe))
    return rows
