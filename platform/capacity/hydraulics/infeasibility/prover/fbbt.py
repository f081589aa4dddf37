"""Feasibility-based bound tightening (FBBT): rows, pipe laws and squares of pressures, in turn; compiled.

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`. A sweep leaves a record of every bound that it moves:
whole numbers (id, column, side, id of the record before on the same place, kind of row, its number) and real
ones (old bound, new bound, point of the row).
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit

from capacity.hydraulics.infeasibility.certificate import LAW_SLACK, RowKind
from capacity.hydraulics.physics.network import Integers, Reals

GRID: Final = 1e7
"""Bounds are rounded outwards to whole parts of this size of their units."""
LINEAR: Final = -1
"""The kind, in a record, of a row that was given as such, by its place among those given."""
GAIN_MIN: Final = 0.05
"""A bound that moves by less than this share of the width is left: each move may be a step of the proof."""
ROUNDING: Final = 1e-10
"""Margin for rounding, relative to the terms; the checker computes without rounding."""
COEFFICIENT_MIN: Final = 1e-12
"""Dividing by a smaller coefficient would amplify rounding."""
_SWEEPS_MAX: Final = 40
"""A bound on the time where bounds approach each other without end."""
_LEVEL, _FLOW_BELOW, _FLOW_ABOVE = int(RowKind.LEVEL), int(RowKind.FLOW_BELOW), int(RowKind.FLOW_ABOVE)
_SQUARE_LEVEL = int(RowKind.SQUARE_LEVEL)
_PRESSURE_BELOW, _PRESSURE_ABOVE = int(RowKind.PRESSURE_BELOW), int(RowKind.PRESSURE_ABOVE)
_SLACK: Final = LAW_SLACK


@njit(cache=True, nogil=True)
def sweep(
    start: Integers,
    often: int,
    column: Integers,
    value: Reals,
    row_lower: Reals,
    row_upper: Reals,
    pipes: Integers,
    drops: Integers,
    signs: Reals,
    resistance: Reals,
    squares: Integers,
    elevation: Reals,
    first_potential: int,
    first_pressure: int,
    worthwhile: Reals,
    lower: Reals,
    upper: Reals,
    reasons: Integers,
    last: int,
    whole: Integers,
    real: Reals,
) -> int:
    """Sweep over the rows until no bound moves enough; return how many bounds moved.

    Rows from `often` on, which are long, are looked at in the first sweep only.
    """
    count = 0
    for turn in range(_SWEEPS_MAX):
        before = count
        rows = often if turn else len(start) - 1
        for step in range(rows):
            r = step if turn % 2 == 0 else rows - 1 - step
            count = _sweep_row(
                r, start, column, value, row_lower, row_upper, worthwhile, lower, upper, reasons, last, whole,
                real, count,
            )  # fmt: skip
        for k in range(len(pipes)):
            count = _sweep_pipe(
                pipes[k], drops[k], signs[pipes[k]], resistance[pipes[k]], worthwhile, lower, upper, reasons,
                last, whole, real, count,
            )  # fmt: skip
        for node in squares:
            count = _sweep_square(
                node, first_potential + node, first_pressure + node, elevation[node], worthwhile, lower,
                upper, reasons, last, whole, real, count,
            )  # fmt: skip
        if count == before or count > len(whole) // 2:
            break
        for c in range(len(lower)):
            if lower[c] > upper[c]:
                return count
    return count


@njit(cache=True, nogil=True)
def _move(
    c: int, side: int, bound: float, kind: int, index: int, point: float, worthwhile: Reals, lower: Reals,
    upper: Reals, reasons: Integers, last: int, whole: Integers, real: Reals, count: int,
) -> int:  # fmt: skip
    """Move a bound if that is worth a record; return the number of records."""
    width = upper[c] - lower[c]
    gain = upper[c] - bound if side else bound - lower[c]
    if width < 0 or count >= len(whole) or not gain > max(GAIN_MIN * width, worthwhile[c]):
        return count
    whole[count, 0] = last + count + 1
    whole[count, 1], whole[count, 2], whole[count, 3] = c, side, reasons[side, c]
    whole[count, 4], whole[count, 5] = kind, index
    real[count, 1], real[count, 2] = bound, point
    if side:
        real[count, 0] = upper[c]
        upper[c] = bound
    else:
        real[count, 0] = lower[c]
        lower[c] = bound
    reasons[side, c] = last + count + 1
    return count + 1


@njit(cache=True, nogil=True)
def _sweep_row(
    r: int, start: Integers, column: Integers, value: Reals, row_lower: Reals, row_upper: Reals,
    worthwhile: Reals, lower: Reals, upper: Reals, reasons: Integers, last: int, whole: Integers, real: Reals,
    count: int,
) -> int:  # fmt: skip
    """Let one linear row tighten each of its columns."""
    least = most = size = 0.0
    for k in range(start[r], start[r + 1]):
        a, c = value[k], column[k]
        first, second = a * lower[c], a * upper[c]
        least += min(first, second)
        most += max(first, second)
        size += max(abs(first), abs(second))
    for k in range(start[r], start[r + 1]):
        a, c = value[k], column[k]
        if abs(a) < COEFFICIENT_MIN:
            continue
        first, second = a * lower[c], a * upper[c]
        own_least, own_most = min(first, second), max(first, second)
        if np.isfinite(row_lower[r]):
            margin = ROUNDING * (size + abs(row_lower[r]))
            bound = (row_lower[r] - margin - (most - own_most)) / a
            side = 0 if a > 0 else 1
            bound = np.floor(bound * GRID) / GRID if side == 0 else np.ceil(bound * GRID) / GRID
            count = _move(
                c, side, bound, LINEAR, r, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count
            )
        if np.isfinite(row_upper[r]):
            margin = ROUNDING * (size + abs(row_upper[r]))
            bound = (row_upper[r] + margin - (least - own_least)) / a
            side = 1 if a > 0 else 0
            bound = np.floor(bound * GRID) / GRID if side == 0 else np.ceil(bound * GRID) / GRID
            count = _move(
                c, side, bound, LINEAR, r, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count
            )
    return count


@njit(cache=True, nogil=True)
def _sweep_pipe(
    e: int, drop: int, sign: float, beta: float, worthwhile: Reals, lower: Reals, upper: Reals,
    reasons: Integers, last: int, whole: Integers, real: Reals, count: int,
) -> int:  # fmt: skip
    """Let the law of one pipe tighten its drop by its flow and its flow by its drop."""
    least = beta * lower[e] * abs(lower[e]) - _SLACK
    most = beta * upper[e] * abs(upper[e]) + _SLACK
    if sign < 0:
        least, most = -most, -least
    least = np.floor((least - ROUNDING * abs(least)) * GRID) / GRID
    most = np.ceil((most + ROUNDING * abs(most)) * GRID) / GRID
    count = _move(drop, 0, least, _LEVEL, e, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count)
    count = _move(drop, 1, most, _LEVEL, e, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count)
    if beta <= 0:
        return count
    high = (upper[drop] if sign > 0 else -lower[drop]) + _SLACK
    low = (lower[drop] if sign > 0 else -upper[drop]) - _SLACK
    below = np.ceil((np.sqrt(abs(high) / beta) * np.sign(high)) * (GRID) + 1.0) / GRID
    above = np.floor((np.sqrt(abs(low) / beta) * np.sign(low)) * (GRID) - 1.0) / GRID
    count = _move(
        e, 1, below, _FLOW_BELOW, e, below, worthwhile, lower, upper, reasons, last, whole, real, count
    )
    return _move(
        e, 0, above, _FLOW_ABOVE, e, above, worthwhile, lower, upper, reasons, last, whole, real, count
    )


@njit(cache=True, nogil=True)
def _sweep_square(
    node: int, potential: int, pressure: int, sigma: float, worthwhile: Reals, lower: Reals, upper: Reals,
    reasons: Integers, last: int, whole: Integers, real: Reals, count: int,
) -> int:  # fmt: skip
    """Let a node's pressure and its potential tighten each other."""
    below = np.ceil(np.sqrt(max(upper[potential], 0.0) / sigma) * GRID + 1.0) / GRID
    above = np.floor(np.sqrt(max(lower[potential], 0.0) / sigma) * GRID - 1.0) / GRID
    count = _move(
        pressure, 1, below, _PRESSURE_BELOW, node, below, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
    count = _move(
        pressure, 0, above, _PRESSURE_ABOVE, node, above, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
    least = np.floor(sigma * max(lower[pressure], 0.0) ** 2 * (1 - 1e-10) * GRID) / GRID
    most = np.ceil(sigma * upper[pressure] ** 2 * (1 + ROUNDING) * GRID) / GRID
    count = _move(
        potential, 0, least, _SQUARE_LEVEL, node, 0.0, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
    return _move(
        potential, 1, most, _SQUARE_LEVEL, node, 0.0, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
