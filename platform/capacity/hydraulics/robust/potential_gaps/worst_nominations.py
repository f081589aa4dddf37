"""The search for nominations that drive two potentials apart.

Frank and Wolfe's method on a function that is not concave: the gradient of φ_high − φ_low with respect to the
injections is the potential of the network linearised at the steady state; the balanced nomination within the
booking that is best for it matches the entries of highest gradient with the exits of lowest (greedily, which
is optimal); and the step goes all the way there as long as the difference grows. What is found is a lower
bound with its nomination, nothing more.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit

from capacity.hydraulics.passive.loops import gradient_of_difference, solve_loops, sweep_potentials
from capacity.hydraulics.passive.newton import LIMITS, TOLERANCE_BAR2, LoopSolver
from capacity.hydraulics.passive.reduction import PassiveNetwork
from capacity.hydraulics.physics.network import Integers, Reals

STEPS_MAX: Final = 30
"""A bound on the time of one climb."""
STARTS: Final = 4
SEED: Final = 1729
PULL: Final = 3.0
"""How far above the random gradients of other nodes a start puts that of the high node, in deviations."""


@njit(cache=True, nogil=True)
def matched(gradient, entries, exits, injection):  # type: ignore[no-untyped-def]
    """Set `injection` to the balanced nomination within the booking of largest gradient · injection."""
    injection[:] = 0.0
    order = np.argsort(-gradient)
    first, last = 0, len(order) - 1
    supply = entries[order[first]]
    demand = exits[order[last]]
    while True:
        while supply <= 0.0:
            first += 1
            if first == len(order):
                return
            supply = entries[order[first]]
        while demand <= 0.0:
            last -= 1
            if last < 0:
                return
            demand = exits[order[last]]
        source, sink = order[first], order[last]
        if gradient[source] <= gradient[sink]:
            return
        quantity = min(supply, demand)
        injection[source] += quantity
        injection[sink] -= quantity
        supply -= quantity
        demand -= quantity


@njit(cache=True, nogil=True)
def _difference(graph, resistance, offset, injection, circulation, flow, potential, high, low):  # type: ignore[no-untyped-def]
    _, loss, imbalance = solve_loops(graph, resistance, offset, injection, circulation, flow, LIMITS)
    if not (loss <= TOLERANCE_BAR2 and imbalance <= 1e-9):
        return -np.inf
    sweep_potentials(graph, resistance, offset, flow, potential)
    return potential[high] - potential[low]


@njit(cache=True, nogil=True)
def _climb(graph, resistance, cycles, entries, exits, high, low, injection):  # type: ignore[no-untyped-def]
    """Improve `injection` until it does not; return its difference."""
    offset, flow = np.zeros(len(resistance)), np.empty(len(resistance))
    potential, gradient = np.empty(len(injection)), np.empty(len(injection))
    circulation, target = np.zeros(cycles), np.empty(len(injection))
    best = _difference(graph, resistance, offset, injection, circulation, flow, potential, high, low)
    for _ in range(STEPS_MAX):
        gradient_of_difference(graph, resistance, cycles, flow, high, low, gradient)
        matched(gradient, entries, exits, target)
        found = _difference(graph, resistance, offset, target, circulation, flow, potential, high, low)
        if found <= best * (1 + 1e-12) + 1e-9:
            break
        best = found
        injection[:] = target
    return best


@njit(cache=True, nogil=True)
def _climb_pairs(graph, resistance, cycles, entries, exits, pairs, starts, found):  # type: ignore[no-untyped-def]
    np.random.seed(SEED)
    highs, lows = pairs
    differences, injections = found
    size = entries.size
    gradient, injection = np.empty(size), np.empty(size)
    for place in range(len(highs)):
        high, low = highs[place], lows[place]
        differences[place] = -np.inf
        for start in range(starts):
            for v in range(size):
                gradient[v] = np.random.randn() if start else 0.0
            gradient[high] += PULL
            gradient[low] -= PULL
            matched(gradient, entries, exits, injection)
            reached = _climb(graph, resistance, cycles, entries, exits, high, low, injection)
            if reached > differences[place]:
                differences[place] = reached
                injections[place] = injection


def climb_pairs(
    solver: LoopSolver, entries: Reals, exits: Reals, pairs: tuple[Integers, Integers], starts: int = STARTS
) -> tuple[Reals, Reals]:
    """Return how far the potentials of pairs were driven apart, float64 (pairs,), bar², and by what.

    entries, exits : float64 (nodes,), kg/s, ≥ 0; pairs : the high and the low nodes, int64 (pairs,)
    The nominations are float64 (pairs, nodes), kg/s.
    """
    found = np.full(len(pairs[0]), -np.inf), np.zeros((len(pairs[0]), len(entries)))
    _climb_pairs(solver.graph, solver.resistance, solver.cycles, entries, exits, pairs, starts, found)
    return found


def climb_from(
    solver: LoopSolver, entries: Reals, exits: Reals, high: int, low: int, injection: Reals
) -> tuple[float, Reals]:
    """Return the difference that the search reaches from the direction of `injection`, and its nomination."""
    start = np.empty(len(entries))
    matched(injection, entries, exits, start)
    found = _climb(solver.graph, solver.resistance, solver.cycles, entries, exits, high, low, start)
    return float(found), start


def handed_over(network: PassiveNetwork, booking_min: Reals, booking_max: Reals, injection: Reals) -> Reals:
    """Return injections of reduced nodes as those of booked nodes, float64 (nodes,), kg/s."""
    rest = injection.copy()
    handed = np.zeros(len(booking_min))
    for node in np.flatnonzero((booking_min < 0) | (booking_max > 0)):
        at = network.node_of[node]
        handed[node] = min(max(rest[at], booking_min[node]), booking_max[node])
        rest[at] -= handed[node]
    return handed
