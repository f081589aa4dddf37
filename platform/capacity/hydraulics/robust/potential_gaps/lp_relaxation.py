"""The linear relaxation of a gap problem over a box, and of what a box is examined for.

Over low ≤ q ≤ high the law is y = q |q| = chord(q) + deviation, with the deviation in an interval of its own:
a parallelogram around the curve. That leaves a linear program with one row per balance and per cycle, in
which every column is boxed, so that `capacity.hydraulics.robust.potential_gaps.dual_simplex` finds its
multipliers. What bounds the box is then not the parallelogram but the law itself at those multipliers
(`lagrangian_bound`).
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit

from capacity.hydraulics.robust.potential_gaps.dual_simplex import INFEASIBLE, dual_simplex
from capacity.hydraulics.robust.potential_gaps.lagrangian_bound import bound_by, cut_by, propagate

ITERATIONS_MAX: Final = 400
"""A bound on the time: multipliers of an unfinished run are valid, only weaker."""
IDLE: Final = 0.1
"""What a law missed weighs in choosing where to split, although the bound does not feel it yet."""


@njit(cache=True, nogil=True)
def _hull(low, high):  # type: ignore[no-untyped-def]
    """Return (slope, constant) of the chord of q |q| and the least and largest deviation from it."""
    first, last = low * abs(low), high * abs(high)
    width = high - low
    slope = (last - first) / width if width > 1e-12 else 2 * abs(low)
    constant = first - slope * low
    least, most = 0.0, 0.0
    half = slope / 2
    if max(low, 0.0) <= half <= high:
        least = min(least, -slope * slope / 4 - constant)
    if low <= -half <= min(high, 0.0):
        most = max(most, slope * slope / 4 - constant)
    return slope, constant, least, most


@njit(cache=True, nogil=True)
def _program(problem, low, high, inject_low, inject_high, slope, constant):  # type: ignore[no-untyped-def]
    """Return (table, right, costs, lower, upper); columns: flows, deviations, injections, artificial ones."""
    tail, head, resistance, path, cycles = problem
    count, size = len(tail), len(inject_low)
    rows = size + len(cycles)
    first_injection = 2 * count
    columns = first_injection + size + rows
    table = np.zeros((rows, columns))
    right, costs = np.zeros(rows), np.zeros(columns)
    lower, upper = np.zeros(columns), np.zeros(columns)
    for e in range(count):
        slope[e], constant[e], lower[count + e], upper[count + e] = _hull(low[e], high[e])
        lower[e], upper[e] = low[e], high[e]
        table[tail[e], e] += 1.0
        table[head[e], e] -= 1.0
        costs[e] = path[e] * resistance[e] * slope[e]
        costs[count + e] = path[e] * resistance[e]
        for k in range(len(cycles)):
            weight = cycles[k, e] * resistance[e]
            table[size + k, e] = weight * slope[e]
            table[size + k, count + e] = weight
            right[size + k] -= weight * constant[e]
    for v in range(size):
        table[v, first_injection + v] = -1.0
        lower[first_injection + v], upper[first_injection + v] = inject_low[v], inject_high[v]
    for row in range(rows):
        table[row, columns - rows + row] = 1.0
    return table, right, costs, lower, upper


@njit(cache=True, nogil=True)
def _multipliers(problem, reduced, weight, current, multiplier):  # type: ignore[no-untyped-def]
    """Read the multipliers off reduced costs; `weight` is 1, or 0 along a ray."""
    path, cycles = problem[3], problem[4]
    size = len(multiplier)
    first = len(reduced) - size - len(cycles)
    for v in range(size):
        multiplier[v] = -reduced[first + v]
    for e in range(len(current)):
        current[e] = weight * path[e]
        for k in range(len(cycles)):
            current[e] += reduced[first + size + k] * cycles[k, e]


@njit(cache=True, nogil=True)
def examine(problem, low, high, inject_low, inject_high, basis, threshold, result):  # type: ignore[no-untyped-def]
    """Bound the difference over a box, narrow the box, and say where to split it.

    low, high, inject_low, inject_high, basis : changed. result : float64 (2 nodes + pipes,), set to the
    injections and flows of the relaxation's point. Returns (bound, pipe to split or −1); a bound of −∞ says
    that nothing in the box exceeds `threshold`.
    """
    tail, resistance = problem[0], problem[2]
    count, size = len(tail), len(inject_low)
    slope, constant = np.empty(count), np.empty(count)
    current, multiplier = np.empty(count), np.empty(size)
    if not propagate(problem, low, high, inject_low, inject_high, threshold):
        return -np.inf, -1
    table, right, costs, lower, upper = _program(problem, low, high, inject_low, inject_high, slope, constant)
    start = np.dot(costs[count : 2 * count], constant)
    values = np.empty(len(costs))
    status, reduced = dual_simplex(
        table, right, costs, lower, upper, basis, threshold - start, ITERATIONS_MAX, values
    )
    if status == INFEASIBLE:
        _multipliers(problem, reduced, 0.0, current, multiplier)
        if bound_by(problem, current, multiplier, low, high, inject_low, inject_high) < 0:
            return -np.inf, -1
        return np.inf, _widest(problem, low, high)
    _multipliers(problem, reduced, 1.0, current, multiplier)
    bound = bound_by(problem, current, multiplier, low, high, inject_low, inject_high)
    if not cut_by(problem, current, multiplier, bound, threshold, low, high, inject_low, inject_high):
        return -np.inf, -1
    worst, split = 0.0, -1
    for e in range(count):
        q = values[e]
        miss = slope[e] * q + constant[e] + values[count + e] - q * abs(q)
        weight = (abs(current[e]) + IDLE) * resistance[e] * abs(miss)
        if weight > worst:
            worst, split = weight, e
        result[size + e] = q
    result[:size] = values[2 * count : 2 * count + size]
    if split >= 0 and high[split] - low[split] < 1e-9:
        split = _widest(problem, low, high)
    return bound, split


@njit(cache=True, nogil=True)
def _widest(problem, low, high):  # type: ignore[no-untyped-def]
    """Return the pipe whose law is least certain, or −1."""
    resistance = problem[2]
    worst, split = 1e-12, -1
    for e in range(len(low)):
        spread = resistance[e] * (high[e] - low[e]) * (high[e] * abs(high[e]) - low[e] * abs(low[e]))
        if spread > worst:
            worst, split = spread, e
    return split
