"""The Lagrangian bound on one potential difference over a box of flows, for any multipliers.

The problem: on a network of pipes, how far apart can the potentials of two nodes be when node v injects
within [inject_low, inject_high] and pipe e carries within [low, high]? With multipliers π of the balances and
a unit current f from the one node to the other (one path's plus any circulation, around which potential
differences add up to zero) the difference is at most

    Σ_e max over low ≤ q ≤ high of (f_e β_e q |q| − (π_tail − π_head) q)  +  Σ_v max of π_v b,

each term in closed form: Lagrange's duality of a separable problem (Geoffrion 1974). The best multipliers are
those of the linear program over the hulls of each pipe's law. Where raising the bound over a threshold needs
a term to stay high, flows for which it does not are cut off the box.

A *gap problem* is the tuple (tail, head: int64 (pipes,); resistance β: float64 (pipes,); path: float64
(pipes,), the unit current along one path; cycles: float64 (cycles, pipes), a basis of what runs around).
Units are whatever the caller scales to; flows about one.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

GapProblem = tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
]

MARGIN: Final = 1e-11
"""What interval ends are widened by, against rounding, where flows are about one."""
ROUNDS_MAX: Final = 8
"""A bound on the time of one narrowing: bounds may approach each other without end."""
PROGRESS: Final = 0.02
"""The part of an interval that a round must cut off for another round to follow."""


@njit(cache=True, nogil=True)
def _signed_root(value):  # type: ignore[no-untyped-def]
    return np.sqrt(value) if value >= 0 else -np.sqrt(-value)


@njit(cache=True, nogil=True)
def _narrow(low, high, place, least, most):  # type: ignore[no-untyped-def]
    """Cut an interval to [least, most]; return the part of it cut off, or −1 if nothing is left."""
    width = high[place] - low[place]
    least -= MARGIN
    most += MARGIN
    cut = 0.0
    if least > low[place]:
        cut += least - low[place]
        low[place] = least
    if most < high[place]:
        cut += high[place] - most
        high[place] = most
    if low[place] > high[place]:
        return -1.0
    return cut / width if width > 10 * MARGIN else 0.0


@njit(cache=True, nogil=True)
def _propagate_balances(problem, low, high, inject_low, inject_high, least, most):  # type: ignore[no-untyped-def]
    tail, head = problem[0], problem[1]
    size, count = len(inject_low), len(tail)
    for v in range(size):
        least[v] = -inject_high[v]
        most[v] = -inject_low[v]
    for e in range(count):
        least[tail[e]] += low[e]
        most[tail[e]] += high[e]
        least[head[e]] -= high[e]
        most[head[e]] -= low[e]
    progress = 0.0
    for e in range(count):
        t, h = tail[e], head[e]
        at_least = max(high[e] - most[t], high[e] + least[h])
        at_most = min(low[e] - least[t], low[e] + most[h])
        cut = _narrow(low, high, e, at_least, at_most)
        if cut < 0:
            return -1.0
        progress = max(progress, cut)
    for v in range(size):
        # Sums are of intervals before this round's cuts: wider, hence still valid.
        cut = _narrow(inject_low, inject_high, v, inject_high[v] + least[v], inject_low[v] + most[v])
        if cut < 0:
            return -1.0
        progress = max(progress, cut)
    return progress


@njit(cache=True, nogil=True)
def _propagate_law(weights, resistance, low, high, least, most):  # type: ignore[no-untyped-def]
    """Narrow by least ≤ Σ weights β q |q| ≤ most."""
    bottom, top = 0.0, 0.0
    for e in range(len(low)):
        w = weights[e] * resistance[e]
        if w != 0.0:
            first, last = w * low[e] * abs(low[e]), w * high[e] * abs(high[e])
            bottom += min(first, last)
            top += max(first, last)
    slack = MARGIN * (1.0 + abs(bottom) + abs(top))
    if bottom > most + slack or top < least - slack:
        return -1.0
    progress = 0.0
    for e in range(len(low)):
        w = weights[e] * resistance[e]
        if w == 0.0:
            continue
        first, last = w * low[e] * abs(low[e]), w * high[e] * abs(high[e])
        at_least = least - slack - (top - max(first, last))
        at_most = most + slack - (bottom - min(first, last))
        if w < 0:
            at_least, at_most = at_most, at_least
        if at_least / w > low[e] * abs(low[e]) or at_most / w < high[e] * abs(high[e]):
            cut = _narrow(low, high, e, _signed_root(at_least / w), _signed_root(at_most / w))
            if cut < 0:
                return -1.0
            progress = max(progress, cut)
            # Later terms use this one's old interval: wider, hence still valid.
            bottom += min(w * low[e] * abs(low[e]), w * high[e] * abs(high[e])) - min(first, last)
            top += max(w * low[e] * abs(low[e]), w * high[e] * abs(high[e])) - max(first, last)
    return progress


@njit(cache=True, nogil=True)
def propagate(problem, low, high, inject_low, inject_high, threshold):  # type: ignore[no-untyped-def]
    """Narrow the box by the balances, the law around cycles, and a difference above `threshold`.

    Returns False if nothing is left.
    """
    resistance, path, cycles = problem[2], problem[3], problem[4]
    least, most = np.empty(len(inject_low)), np.empty(len(inject_low))
    for _ in range(ROUNDS_MAX):
        progress = _propagate_balances(problem, low, high, inject_low, inject_high, least, most)
        if progress < 0:
            return False
        for k in range(len(cycles)):
            cut = _propagate_law(cycles[k], resistance, low, high, 0.0, 0.0)
            if cut < 0:
                return False
            progress = max(progress, cut)
        cut = _propagate_law(path, resistance, low, high, threshold, np.inf)
        if cut < 0:
            return False
        if max(progress, cut) < PROGRESS:
            break
    return True


@njit(cache=True, nogil=True)
def _term(a, b, q):  # type: ignore[no-untyped-def]
    return a * q * abs(q) - b * q


@njit(cache=True, nogil=True)
def _term_max(a, b, low, high):  # type: ignore[no-untyped-def]
    """Return the largest a q |q| − b q over low ≤ q ≤ high."""
    best = max(_term(a, b, low), _term(a, b, high))
    if low < 0 < high:
        best = max(best, 0.0)
    if a != 0.0:
        size = b / (2 * a)
        if size > 0:
            if low < size < high:
                best = max(best, _term(a, b, size))
            if low < -size < high:
                best = max(best, _term(a, b, -size))
    return best


@njit(cache=True, nogil=True)
def _edge_of_level(a, b, need, low, high, is_first):  # type: ignore[no-untyped-def]
    """Return the first (or last) q in [low, high], on one side of zero, with a q |q| − b q ≥ need, or nan."""
    start, end = (low, high) if is_first else (high, low)
    if _term(a, b, start) >= need:
        return start
    square = a if low + high > 0 else -a
    best = np.nan
    if abs(square) < 1e-300:
        if b != 0.0:
            root = -need / b
            if low <= root <= high:
                return root
        return end if _term(a, b, end) >= need else best
    discriminant = b * b + 4 * square * need
    if discriminant >= 0:
        wide = np.sqrt(discriminant)
        for sign in (-1.0, 1.0):
            root = (b + sign * wide) / (2 * square)
            if low <= root <= high and (np.isnan(best) or (root < best) == is_first):
                best = root
    if np.isnan(best) and _term(a, b, end) >= need:
        return end
    return best


@njit(cache=True, nogil=True)
def _cut_level(a, b, need, low, high, e):  # type: ignore[no-untyped-def]
    """Narrow interval e to the hull of where a q |q| − b q ≥ need; return False if that is nowhere."""
    first, last = np.nan, np.nan
    for side in range(2):
        left = low[e] if side == 0 else max(low[e], 0.0)
        right = min(high[e], 0.0) if side == 0 else high[e]
        if left > right:
            continue
        start = _edge_of_level(a, b, need, left, right, True)
        if np.isnan(start):
            continue
        if np.isnan(first):
            first = start
        last = _edge_of_level(a, b, need, left, right, False)
    if np.isnan(first):
        return False
    if np.isnan(last):
        last = high[e]
    return _narrow(low, high, e, first, last) >= 0


@njit(cache=True, nogil=True)
def bound_by(problem, current, multiplier, low, high, inject_low, inject_high):  # type: ignore[no-untyped-def]
    """Return the bound; see the module docstring. current: float64 (pipes,); multiplier: float64 (nodes,)."""
    tail, head, resistance = problem[0], problem[1], problem[2]
    total, size = 0.0, 0.0
    for e in range(len(tail)):
        slope = multiplier[tail[e]] - multiplier[head[e]]
        term = _term_max(current[e] * resistance[e], slope, low[e], high[e])
        total += term
        size += abs(term)
    for v in range(len(multiplier)):
        term = max(multiplier[v] * inject_low[v], multiplier[v] * inject_high[v])
        total += term
        size += abs(term)
    return total + 1e-13 * size


@njit(cache=True, nogil=True)
def cut_by(problem, current, multiplier, bound, threshold, low, high, inject_low, inject_high):  # type: ignore[no-untyped-def]
    """Cut off the box what these multipliers show not to exceed `threshold`; False if nothing is left."""
    tail, head, resistance = problem[0], problem[1], problem[2]
    slack = bound - threshold
    if slack < 0:
        return False
    slack += 1e-9 * (abs(bound) + abs(threshold))
    for e in range(len(tail)):
        a, b = current[e] * resistance[e], multiplier[tail[e]] - multiplier[head[e]]
        need = _term_max(a, b, low[e], high[e]) - slack
        is_cut = _term(a, b, low[e]) < need or _term(a, b, high[e]) < need
        if is_cut and not _cut_level(a, b, need, low, high, e):
            return False
    for v in range(len(multiplier)):
        weight = multiplier[v]
        if abs(weight) * (inject_high[v] - inject_low[v]) > slack:
            reach = slack / abs(weight)
            if weight > 0:
                inject_low[v] = max(inject_low[v], inject_high[v] - reach - MARGIN)
            else:
                inject_high[v] = min(inject_high[v], inject_low[v] + reach + MARGIN)
    return True
