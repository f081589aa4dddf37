"""The compiled dual simplex method for small dense programs in which every column is boxed.

Maximise costs · x with A x = right and lower ≤ x ≤ upper, where the last columns are *artificial*: the
identity, fixed at zero. Because every column is boxed, any basis becomes dual feasible by putting each other
column at the bound that its reduced cost prefers; so a basis of a neighbouring program starts this one,
whatever changed. The ratio test goes past columns that can flip to their other bound (Maros 2003).

What is used of the result is its multipliers. They bound the optimum whatever they are
(`capacity.hydraulics.robust.potential_gaps.lagrangian_bound`), so that ending early or rounding costs
strength, not validity.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit

FEASIBLE: Final = 1e-9
"""By how much a basic column may miss its bounds."""
PIVOT_MIN: Final = 1e-8
"""Smaller entries of a row are rounding and no pivots."""
OPTIMAL: Final = 0
INFEASIBLE: Final = 1
UNFINISHED: Final = 2


@njit(cache=True, nogil=True)
def _pivot(table, reduced, row, column):  # type: ignore[no-untyped-def]
    """Make `column` a unit vector with its one in `row`; keep the reduced costs."""
    rows, columns = table.shape
    pivot = 1.0 / table[row, column]
    for j in range(columns):
        table[row, j] *= pivot
    for i in range(rows):
        factor = table[i, column]
        if i != row and factor != 0.0:
            for j in range(columns):
                table[i, j] -= factor * table[row, j]
    factor = reduced[column]
    if factor != 0.0:
        for j in range(columns):
            reduced[j] -= factor * table[row, j]


@njit(cache=True, nogil=True)
def _refactor(table, reduced, basis):  # type: ignore[no-untyped-def]
    """Bring the table to `basis`, int64 (rows,), as far as its columns are independent; renew `basis`."""
    rows, columns = table.shape
    wanted = basis.copy()
    first_artificial = columns - rows
    for row in range(rows):
        basis[row] = first_artificial + row
    is_free = np.ones(rows, dtype=np.bool_)
    for place in range(rows):
        if wanted[place] >= first_artificial:
            is_free[wanted[place] - first_artificial] = False
    for column in wanted:
        if column >= first_artificial:
            continue
        best, size = -1, 1e-7
        for row in range(rows):
            if is_free[row] and abs(table[row, column]) > size:
                best, size = row, abs(table[row, column])
        if best >= 0:
            _pivot(table, reduced, best, column)
            basis[best] = column
            is_free[best] = False


@njit(cache=True, nogil=True)
def _entering(row_of_table, is_raised, reduced, lower, upper, at_upper, is_basic, infeasibility, flips):  # type: ignore[no-untyped-def]
    """Return (entering column or −1, number of columns in `flips` to put at their other bound first)."""
    count = 0
    while True:
        best, ratio, size = -1, np.inf, 0.0
        for j in range(len(reduced)):
            if is_basic[j] or lower[j] == upper[j]:
                continue
            alpha = row_of_table[j]
            if not is_raised:
                alpha = -alpha
            # Raising the basic column needs this one down from its upper bound or up from its lower.
            if (at_upper[j] and alpha > PIVOT_MIN) or (not at_upper[j] and alpha < -PIVOT_MIN):
                is_flipped = False
                for k in range(count):
                    if flips[k] == j:
                        is_flipped = True
                if is_flipped:
                    continue
                quotient = abs(reduced[j]) / abs(alpha)
                if quotient < ratio - 1e-12 or (quotient < ratio + 1e-12 and abs(alpha) > size):
                    best, ratio, size = j, quotient, abs(alpha)
        if best < 0:
            return -1, count
        reach = size * (upper[best] - lower[best])
        if reach >= infeasibility:
            return best, count
        infeasibility -= reach
        flips[count] = best
        count += 1


@njit(cache=True, nogil=True)
def _settle(table, right, reduced, basis, is_basic, lower, upper, at_upper, values):  # type: ignore[no-untyped-def]
    """Put every column that is not basic at the bound its reduced cost prefers; set all values."""
    rows, columns = table.shape
    first_artificial = columns - rows
    is_basic[:] = False
    for row in range(rows):
        is_basic[basis[row]] = True
    for j in range(columns):
        at_upper[j] = reduced[j] > 0
        if not is_basic[j]:
            values[j] = upper[j] if at_upper[j] else lower[j]
    for row in range(rows):
        total = 0.0
        for i in range(rows):
            total += table[row, first_artificial + i] * right[i]
        for j in range(columns):
            if not is_basic[j]:
                total -= table[row, j] * values[j]
        values[basis[row]] = total


@njit(cache=True, nogil=True)
def _leaving(basis, lower, upper, values):  # type: ignore[no-untyped-def]
    """Return (row whose basic column misses its bounds most, or −1; by how much; whether it is to rise)."""
    leaving, infeasibility, is_raised = -1, FEASIBLE, False
    for row in range(len(basis)):
        column = basis[row]
        if lower[column] - values[column] > infeasibility:
            leaving, infeasibility, is_raised = row, lower[column] - values[column], True
        if values[column] - upper[column] > infeasibility:
            leaving, infeasibility, is_raised = row, values[column] - upper[column], False
    return leaving, infeasibility, is_raised


@njit(cache=True, nogil=True)
def _move(table, basis, values, column, change):  # type: ignore[no-untyped-def]
    """Change the value of a column that is not basic."""
    for row in range(len(basis)):
        if table[row, column] != 0.0:
            values[basis[row]] -= table[row, column] * change
    values[column] += change


@njit(cache=True, nogil=True)
def _ray(table, row, is_raised, reduced):  # type: ignore[no-untyped-def]
    """Set `reduced` to the direction along which the multipliers show that no column can mend `row`."""
    sign = -1.0 if is_raised else 1.0
    for j in range(len(reduced)):
        reduced[j] = sign * table[row, j]


@njit(cache=True, nogil=True)
def dual_simplex(table, right, costs, lower, upper, basis, threshold, iterations_max, values):  # type: ignore[no-untyped-def]
    """Maximise from `basis`; stop once no better than `threshold`.

    table : float64 (rows, columns), A, overwritten; basis : int64 (rows,), renewed; values : float64
    (columns,), set. Returns (OPTIMAL, INFEASIBLE or UNFINISHED, reduced costs: float64 (columns,)); those of
    the artificial columns are the rows' multipliers, negated, or if INFEASIBLE a direction of them.
    """
    columns = len(costs)
    reduced = costs.copy()
    _refactor(table, reduced, basis)
    is_basic, at_upper = np.zeros(columns, dtype=np.bool_), np.zeros(columns, dtype=np.bool_)
    _settle(table, right, reduced, basis, is_basic, lower, upper, at_upper, values)
    flips = np.empty(columns, dtype=np.int64)
    for _ in range(iterations_max):
        leaving, infeasibility, is_raised = _leaving(basis, lower, upper, values)
        if leaving < 0:
            return OPTIMAL, reduced
        if np.dot(costs, values) <= threshold:
            return UNFINISHED, reduced
        entering, count = _entering(
            table[leaving], is_raised, reduced, lower, upper, at_upper, is_basic, infeasibility, flips
        )
        if entering < 0:
            _ray(table, leaving, is_raised, reduced)
            return INFEASIBLE, reduced
        for j in flips[:count]:
            _move(table, basis, values, j, (lower[j] if at_upper[j] else upper[j]) - values[j])
            at_upper[j] = not at_upper[j]
        column = basis[leaving]
        bound = lower[column] if is_raised else upper[column]
        change = (values[column] - bound) / table[leaving, entering]
        _move(table, basis, values, entering, change)
        values[column] = bound
        at_upper[column] = not is_raised
        is_basic[column], is_basic[entering] = False, True
        basis[leaving] = entering
        _pivot(table, reduced, leaving, entering)
    return UNFINISHED, reduced
