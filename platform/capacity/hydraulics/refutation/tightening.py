"""The home of tightening: what single rows say about single columns, swept until little moves.

Units as in `capacity.hydraulics.model`; columns as in `refutation.Columns`. Every bound moved is recorded
with the row that moved it and what the bound was before, so that a proof can be read off backwards. Bounds
are rounded outwards, to whole 10⁻⁷ of their units.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.hydraulics.model import ElementKind, Integers, Reals
from capacity.hydraulics.refutation.model import CLOSED, LAW_SLACK, OPEN, Row, RowKind, Weights
from capacity.hydraulics.refutation.rows import Box, Rows

MODES: Final = 2
"""The third `side` of a record: not a bound of a column but the modes of an element."""
_SWEEPS_MAX: Final = 40
_RECORDS_MAX: Final = 20_000
_GRID: Final = 1e7
_LEVEL, _FLOW_BELOW, _FLOW_ABOVE = int(RowKind.LEVEL), int(RowKind.FLOW_BELOW), int(RowKind.FLOW_ABOVE)
_SQUARE_LEVEL = int(RowKind.SQUARE_LEVEL)
_PRESSURE_BELOW, _PRESSURE_ABOVE = int(RowKind.PRESSURE_BELOW), int(RowKind.PRESSURE_ABOVE)
_LINEAR: Final = -1
_CLEARLY: Final = 1e-6
"""By how much a row must be out of reach before a mode is excluded."""
_SLACK: Final = LAW_SLACK


@dataclass(slots=True)
class Record:
    """A bound that moved, or modes that went; `previous` is the id of the record before on the same place.

    place : the column (side 0 lower, 1 upper), or the element (side MODES)
    """

    id: int
    place: int
    side: int
    old: float
    new: float
    previous: int
    weights: Weights


@dataclass(slots=True, eq=False)
class Trail:
    """Where a case stands: its box, who moved each bound last, and the records of this case alone.

    reasons : int64 (2, columns) and mode_reasons : int64 (elements,), ids of records; 0: never moved
    """

    box: Box
    reasons: NDArray[np.int64]
    mode_reasons: NDArray[np.int64]
    records: list[Record] = field(default_factory=list)

    def child(self) -> "Trail":
        """Return a trail that starts where this one stands."""
        return Trail(self.box.copy(), self.reasons.copy(), self.mode_reasons.copy())

    def move(self, number: int, column: int, side: int, value: float, weights: Weights) -> None:
        """Move a bound and record it as record `number`."""
        bounds = self.box.upper if side else self.box.lower
        self.records.append(
            Record(
                number, column, side, float(bounds[column]), value, int(self.reasons[side, column]), weights
            )
        )
        bounds[column] = value
        self.reasons[side, column] = number

    def restrict(self, number: int, element: int, modes: int) -> None:
        """Leave an element only some of its modes, and record it."""
        old = int(self.box.modes[element])
        previous = int(self.mode_reasons[element])
        self.records.append(Record(number, element, MODES, old, modes, previous, ()))
        self.box.modes[element] = modes
        self.mode_reasons[element] = number

    def undo(self, record: Record) -> None:
        """Take the last record back."""
        if record.side == MODES:
            self.box.modes[record.place] = int(record.old)
            self.mode_reasons[record.place] = record.previous
        else:
            (self.box.upper if record.side else self.box.lower)[record.place] = record.old
            self.reasons[record.side, record.place] = record.previous


def rounded(value: float, *, is_upper: bool) -> float:
    """Return a bound rounded outwards to the grid."""
    return (math.ceil(value * _GRID) if is_upper else math.floor(value * _GRID)) / _GRID


class Tightening:
    """Propagates bounds and modes through the rows of one question."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        columns, network = rows.columns, rows.network
        scale = rows.flow_scale
        self.worthwhile = np.full(columns.count, 1e-3)
        self.worthwhile[: columns.elements] = 1e-6 * scale
        self.worthwhile[columns.first_injection : columns.step] = 1e-6 * scale
        self.worthwhile[columns.step] = 1e-6
        self.worthwhile[columns.first_pressure :] = 1e-5
        kind = network.kind
        self.switchable = np.flatnonzero(kind >= ElementKind.VALVE).tolist()
        box = rows.whole_box()
        self._linear = self._linear_rows(box)
        self._of_element: dict[int, list[int]] = {}
        for number, row in enumerate(self._linear):
            if row.kind >= RowKind.SIGN and row.kind != RowKind.GAP:
                self._of_element.setdefault(row.number, []).append(number)
        self._written: dict[int, tuple[float, ...]] = {}
        self._start, self._column, self._value, self._lower, self._upper = self._matrix(box)
        self._elements = np.flatnonzero(kind != ElementKind.RESISTOR)
        self._drop = np.array([columns.drop(int(e)) for e in self._elements], dtype=np.int64)
        self._squares = np.array(sorted(self.pressed()), dtype=np.int64)
        self._scratch = (
            np.zeros((_RECORDS_MAX, 6), dtype=np.int64),
            np.zeros((_RECORDS_MAX, 3), dtype=np.float64),
        )
        self._next = 0

    def pressed(self) -> set[int]:
        """Return the nodes whose pressure, not only its square, some law speaks of."""
        rows = self._rows
        found: set[int] = set()
        for element, kind in enumerate(rows.kind):
            is_switch = kind >= ElementKind.CONTROL_VALVE
            if (
                kind == ElementKind.RESISTOR
                or rows.network.ranges.get(element)
                or (is_switch and rows.has_difference(element))
            ):
                found |= {rows.tail[element], rows.head[element]}
        return found

    def number(self) -> int:
        """Return a new record's id."""
        self._next += 1
        return self._next

    def propagate(self, trail: Trail) -> bool:
        """Narrow the trail's box; return whether nothing is left of it."""
        while True:
            self._rewrite(trail.box)
            self._sweep(trail)
            if trail.box.is_crossed():
                return True
            if not self._exclude(trail):
                return False
            if trail.box.is_crossed():
                return True

    def _linear_rows(self, box: Box) -> list[Row]:
        rows, columns = self._rows, self._rows.columns
        found = [Row(RowKind.BALANCE, node) for node in range(columns.nodes)]
        found += [Row(RowKind.DROP, pair) for pair in range(columns.pairs)]
        if rows.question.gap is not None:
            found.append(Row(RowKind.GAP, 0))
        for element, kind in enumerate(rows.kind):
            if kind == ElementKind.RESISTOR:
                found.append(Row(RowKind.LOSS, element))
            elif kind >= ElementKind.VALVE:
                found.append(Row(RowKind.SIGN, element))
            if kind >= ElementKind.CONTROL_VALVE:
                found += rows.active_rows(element, ~0, box)
        self._often = len(found)
        for element in rows.sides:
            found += [Row(RowKind.BRIDGE_TAIL, element), Row(RowKind.BRIDGE_HEAD, element)]
        return found

    def _matrix(self, box: Box) -> tuple[Integers, Integers, Reals, Reals, Reals]:
        starts, column, value = [0], [], []
        lower, upper = [], []
        for row in self._linear:
            terms, low, high = self._rows.write(row, box)
            column += [c for c, _ in terms]
            value += [a for _, a in terms]
            starts.append(len(column))
            lower.append(low)
            upper.append(high)
        return (
            np.array(starts, dtype=np.int64),
            np.array(column, dtype=np.int64),
            np.array(value, dtype=np.float64),
            np.array(lower, dtype=np.float64),
            np.array(upper, dtype=np.float64),
        )

    def _rewrite(self, box: Box) -> None:
        """Write the rows of elements out anew where the box has changed around them."""
        for element, numbers in self._of_element.items():
            key = self._surroundings(element, box)
            if self._written.get(element) == key:
                continue
            self._written[element] = key
            for number in numbers:
                terms, low, high = self._rows.write(self._linear[number], box)
                start = self._start[number]
                self._value[start : start + len(terms)] = [a for _, a in terms]
                self._lower[number], self._upper[number] = low, high

    def _surroundings(self, element: int, box: Box) -> tuple[float, ...]:
        modes = int(box.modes[element])
        if modes.bit_count() == 1:
            return (modes, float(box.lower[element]), float(box.upper[element]))
        around = self._rows.around(element)
        return (modes, *(float((box.upper if side else box.lower)[c]) for c, side in sorted(around)))

    def _sweep(self, trail: Trail) -> None:
        box, rows = trail.box, self._rows
        whole, real = self._scratch
        is_open = box.modes[self._elements] == OPEN
        count = _sweep(
            self._start,
            self._often,
            self._column,
            self._value,
            self._lower,
            self._upper,
            self._elements[is_open],
            self._drop[is_open],
            rows.columns.sign,
            rows.network.resistance,
            self._squares,
            rows.network.elevation,
            rows.columns.first_potential,
            rows.columns.first_pressure,
            self.worthwhile,
            box.lower,
            box.upper,
            trail.reasons,
            self._next,
            whole,
            real,
        )
        self._next += count
        for (number, column, side, previous, kind, index), (old, new, point) in zip(
            whole[:count].tolist(), real[:count].tolist(), strict=True
        ):
            row = self._linear[index] if kind == _LINEAR else Row(RowKind(kind), index, point)
            trail.records.append(Record(number, column, side, old, new, previous, ((row, math.nan),)))

    def _exclude(self, trail: Trail) -> bool:
        """Take away modes that the bounds rule out; return whether any went."""
        box, any_went = trail.box, False
        for element in self.switchable:
            modes = int(box.modes[element])
            if modes.bit_count() < 2:
                continue
            mode = 1
            while mode <= modes:
                left = int(box.modes[element])
                if left & mode and self._is_out_of_reach(element, mode, box):
                    trail.restrict(self.number(), element, left & ~mode)
                    any_went = True
                mode <<= 1
        return any_went

    def _is_out_of_reach(self, element: int, mode: int, box: Box) -> bool:
        flow_slack = self._rows.flow_slack
        if mode != OPEN and float(box.upper[element]) < -2 * flow_slack:
            return True
        if mode == CLOSED:
            return float(box.lower[element]) > 2 * flow_slack
        modes = box.modes[element]
        box.modes[element] = mode
        try:
            for row in self._rows.of_mode(element, mode, box):
                terms, lower, upper = self._rows.write(row, box)
                least = sum(a * float((box.lower if a > 0 else box.upper)[c]) for c, a in terms)
                most = sum(a * float((box.upper if a > 0 else box.lower)[c]) for c, a in terms)
                if row.kind != RowKind.SIGN and (most < lower - _CLEARLY or least > upper + _CLEARLY):
                    return True
        finally:
            box.modes[element] = modes
        return False


@njit(cache=True, nogil=True)
def _sweep(
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
    for sweep in range(_SWEEPS_MAX):
        before = count
        rows = often if sweep else len(start) - 1
        for step in range(rows):
            r = step if sweep % 2 == 0 else rows - 1 - step
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
    if width < 0 or count >= len(whole) or not gain > max(0.05 * width, worthwhile[c]):
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
        if abs(a) < 1e-12:
            continue
        first, second = a * lower[c], a * upper[c]
        own_least, own_most = min(first, second), max(first, second)
        if np.isfinite(row_lower[r]):
            margin = 1e-10 * (size + abs(row_lower[r]))
            bound = (row_lower[r] - margin - (most - own_most)) / a
            side = 0 if a > 0 else 1
            bound = np.floor(bound * _GRID) / _GRID if side == 0 else np.ceil(bound * _GRID) / _GRID
            count = _move(
                c, side, bound, _LINEAR, r, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count
            )
        if np.isfinite(row_upper[r]):
            margin = 1e-10 * (size + abs(row_upper[r]))
            bound = (row_upper[r] + margin - (least - own_least)) / a
            side = 1 if a > 0 else 0
            bound = np.floor(bound * _GRID) / _GRID if side == 0 else np.ceil(bound * _GRID) / _GRID
            count = _move(
                c, side, bound, _LINEAR, r, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count
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
    least = np.floor((least - 1e-10 * abs(least)) * _GRID) / _GRID
    most = np.ceil((most + 1e-10 * abs(most)) * _GRID) / _GRID
    count = _move(drop, 0, least, _LEVEL, e, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count)
    count = _move(drop, 1, most, _LEVEL, e, 0.0, worthwhile, lower, upper, reasons, last, whole, real, count)
    if beta <= 0:
        return count
    high = (upper[drop] if sign > 0 else -lower[drop]) + _SLACK
    low = (lower[drop] if sign > 0 else -upper[drop]) - _SLACK
    below = np.ceil((np.sqrt(abs(high) / beta) * np.sign(high)) * (_GRID) + 1.0) / _GRID
    above = np.floor((np.sqrt(abs(low) / beta) * np.sign(low)) * (_GRID) - 1.0) / _GRID
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
    below = np.ceil(np.sqrt(max(upper[potential], 0.0) / sigma) * _GRID + 1.0) / _GRID
    above = np.floor(np.sqrt(max(lower[potential], 0.0) / sigma) * _GRID - 1.0) / _GRID
    count = _move(
        pressure, 1, below, _PRESSURE_BELOW, node, below, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
    count = _move(
        pressure, 0, above, _PRESSURE_ABOVE, node, above, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
    least = np.floor(sigma * max(lower[pressure], 0.0) ** 2 * (1 - 1e-10) * _GRID) / _GRID
    most = np.ceil(sigma * upper[pressure] ** 2 * (1 + 1e-10) * _GRID) / _GRID
    count = _move(
        potential, 0, least, _SQUARE_LEVEL, node, 0.0, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
    return _move(
        potential, 1, most, _SQUARE_LEVEL, node, 0.0, worthwhile, lower, upper, reasons, last, whole,
        real, count,
    )  # fmt: skip
