"""Bound tightening: what single rows imply for single columns, propagated until little moves (FBBT).

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`. Every bound that moves is recorded with the row that
moved it and its value before, so that a proof can be read off backwards. Bounds are rounded outwards, to
whole 10⁻⁷ of their units.
"""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.hydraulics.infeasibility.certificate import CLOSED, OPEN, Row, RowKind, Weights
from capacity.hydraulics.infeasibility.prover.box import Box
from capacity.hydraulics.infeasibility.prover.fbbt import GRID, LINEAR, sweep
from capacity.hydraulics.infeasibility.prover.rows import Rows
from capacity.hydraulics.physics.network import ElementKind, Integers, Reals

MODES: Final = 2
"""The third `side` of a record: not a bound of a column but the modes of an element."""
_RECORDS_MAX: Final = 20_000
"""Bounds that one pass may move; further ones wait for the next pass."""
_CLEARLY: Final = 1e-6
"""By how much a row must be out of reach before a mode is excluded."""


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
    return (math.ceil(value * GRID) if is_upper else math.floor(value * GRID)) / GRID


class BoundTightening:
    """Propagates bounds and modes through the rows of one problem."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        columns, network = rows.columns, rows.network
        scale = rows.flow_scale
        # Smaller moves are no step of the proof: 1e-3 bar², 1e-6 of the largest flow, 1e-6 steps, 1e-5 bar.
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
        if rows.problem.gap is not None:
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
        count = sweep(
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
            row = self._linear[index] if kind == LINEAR else Row(RowKind(kind), index, point)
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
