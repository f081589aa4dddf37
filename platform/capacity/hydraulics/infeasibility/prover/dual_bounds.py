"""Dual bounds: what a weighted sum of rows proves over a box, and which bounds of the box the proof uses.

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`.
"""

import math
from typing import Final

from capacity.hydraulics.infeasibility.certificate import Row, RowKind, Weights
from capacity.hydraulics.infeasibility.prover.box import Box
from capacity.hydraulics.infeasibility.prover.mode_rows import ROUNDING
from capacity.hydraulics.infeasibility.prover.rows import Rows

_TRIFLE: Final = 1e-11
"""A coefficient whose column can change the sum by less than this share of it rests on the first bounds."""
_OF_NETWORK: Final = (
    RowKind.BALANCE,
    RowKind.BRIDGE_TAIL,
    RowKind.BRIDGE_HEAD,
    RowKind.DROP,
    RowKind.GAP,
)
"""The rows that are the same over every box."""


def proved_value(rows: Rows, weights: Weights, objective: int | None, sign: float, box: Box) -> float:
    """Return what the weights prove about sign · (column `objective`), or 0: a bound from below.

    Safe: what the checker finds in fractions is no less.
    """
    total, size, rest = _combined(rows, weights, objective, sign, box)
    for column, coefficient in rest.items():
        used = rows.whole if _is_trifle(rows, column, coefficient, size) else box
        part = coefficient * float((used.lower if coefficient > 0 else used.upper)[column])
        total += part
        size += abs(part)
    return total - ROUNDING * size if math.isfinite(total) else -math.inf


def bounds_read(
    rows: Rows, weights: Weights, objective: int | None, sign: float, box: Box
) -> tuple[set[tuple[int, int]], set[int]]:
    """Return the bounds (column, 0 lower or 1 upper) and the elements' modes that the proof rests on."""
    bounds: set[tuple[int, int]] = set()
    elements: set[int] = set()
    _, size, rest = _combined(rows, weights, objective, sign, box)
    for row, weight in weights:
        own_bounds, own_elements = _read(rows, row, weight, box)
        bounds |= own_bounds
        elements |= own_elements
    for column, coefficient in rest.items():
        if not _is_trifle(rows, column, coefficient, size):
            bounds.add((column, int(coefficient < 0)))
    return bounds, elements


def _combined(
    rows: Rows, weights: Weights, objective: int | None, sign: float, box: Box
) -> tuple[float, float, dict[int, float]]:
    """Return the weighted sum of the bounds, the size of its parts, and what is left of the objective."""
    rest: dict[int, float] = {} if objective is None else {objective: sign}
    total = size = 0.0
    for row, weight in weights:
        terms, lower, upper = rows.write(row, box)
        bound = weight * (lower if weight > 0 else upper)
        total += bound
        size += abs(bound)
        for column, coefficient in terms:
            rest[column] = rest.get(column, 0.0) - weight * coefficient
    return total, size, {column: a for column, a in rest.items() if a}


def _is_trifle(rows: Rows, column: int, coefficient: float, size: float) -> bool:
    """Return whether a coefficient is so small that the column's first bounds serve as well as any."""
    width = float(rows.whole.upper[column] - rows.whole.lower[column])
    return abs(coefficient) * width < _TRIFLE * size


def _read(rows: Rows, row: Row, weight: float, box: Box) -> tuple[set[tuple[int, int]], set[int]]:
    """Return the bounds and the elements' modes that a row is written from."""
    kind, index = row.kind, row.number
    if kind in {*_OF_NETWORK, RowKind.SQUARE_TANGENT}:
        return set(), set()
    if kind in {RowKind.PRESSURE_BELOW, RowKind.PRESSURE_ABOVE}:
        return {(rows.columns.potential(index), int(kind == RowKind.PRESSURE_BELOW))}, set()
    if kind in {RowKind.SQUARE_CHORD, RowKind.SQUARE_LEVEL}:
        return {(rows.columns.pressure(index), side) for side in (0, 1)}, set()
    bounds: set[tuple[int, int]] = set()
    if kind == RowKind.TANGENT:
        bounds = {(index, int(row.point < 0))}
    elif kind == RowKind.LEVEL:
        bounds = {(index, int(weight < 0))}
    elif kind in {RowKind.FLOW_BELOW, RowKind.FLOW_ABOVE}:
        is_upper = (kind == RowKind.FLOW_BELOW) == bool(rows.columns.sign[index] > 0)
        bounds = {(rows.columns.drop(index), int(is_upper))}
    elif kind in {RowKind.CHORD, RowKind.LOSS}:
        bounds = {(index, 0), (index, 1)}
    elif int(box.modes[index]).bit_count() > 1:
        bounds = rows.around(index)
    elif kind in {RowKind.RATIO_MIN, RowKind.BYPASS}:
        bounds = {(index, 0), (index, 1)}
    return bounds, {index}
