"""The linear relaxation of a case: the rows that matter over a box, kept in a solver for warm starts.

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`. The program works on scaled columns and rows (powers
of two), so that flows, potentials and pressures are of one size; what leaves this module is in kg/s, bar² and
bar again. Every element has a fixed number of *slots*, rows of the program whose content follows the box.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.infeasibility.certificate import OPEN, Row, RowKind, Weights
from capacity.hydraulics.infeasibility.prover.box import Box, LinearRow
from capacity.hydraulics.infeasibility.prover.rows import Rows
from capacity.hydraulics.physics.network import RATIO_UNBOUNDED, ElementKind, Reals
from capacity.solvers.deadline import Deadline
from capacity.solvers.port import LinearModel, LiveModel, Numbers, Solver, SolverRefused, Status

_TANGENT_REACH: Final = math.sqrt(2) - 1
"""The tangent of q |q| at p > 0 is below the curve for q ≥ −p / (√2 − 1), where they meet again."""
_CUT_ROUNDS: Final = 3
"""Rounds of tangents in one case before it is divided."""
_CUT_WORTH_BAR2: Final = 0.05
"""A pipe law violated by less gets no further tangent."""
_POTENTIAL_SCALE: Final = 1024.0
_PRESSURE_SCALE: Final = 32.0
"""Near a usual pressure and its square; powers of two, so that scaling rounds nothing."""
_FREE: Final[LinearRow] = ([], -math.inf, math.inf)
_TINY_WEIGHT: Final = 1e-12
"""Weights smaller than this share of the largest are the solver's rounding."""
_NARROW: Final = 1e-7
"""A flow known this well, in kg/s, is treated as fixed."""
_IDLE: Final = 1e-9
"""A row with a smaller dual value does not bind."""
_DISTANCE_MAX: Final = 1e4
_DISTANCE_ENOUGH: Final = 200.0
"""The smallest distance from limits that is asked for at most, and what counts of each, in bar²."""
_EVERY_DISTANCE: Final = 0.001
"""What a node's own distance from its limits counts, up to `_DISTANCE_ENOUGH`, beside the smallest of all."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A point of the relaxation that keeps away from the limits as far as it can.

    values : float64 (columns,); weight : float64 (elements,), by how much that distance would shrink per bar²
        that the rows of an element were tightened
    """

    values: Reals
    weight: Reals


class Relaxation:
    """The linear program of one problem, for boxes within the box it is built from."""

    def __init__(self, rows: Rows, box: Box, pressed: set[int], solver: Solver) -> None:
        self._rows = rows
        columns = rows.columns
        self._pressed = sorted(pressed)
        scale = rows.flow_scale
        flow_scale = 2.0 ** round(math.log2(scale / 4))
        self._limited = self._limited_nodes()
        self._scale = np.ones(columns.count + 1 + len(self._limited))
        self._scale[: columns.elements] = flow_scale
        self._scale[columns.first_injection : columns.step] = flow_scale
        self._scale[columns.first_potential : columns.first_injection] = _POTENTIAL_SCALE
        self._scale[columns.first_pressure :] = _PRESSURE_SCALE
        self._scale[columns.count :] = _POTENTIAL_SCALE
        self._widest = max(box.upper[columns.step] - box.lower[columns.step], 1.0)
        self._scale[columns.step] = 2.0 ** round(math.log2(self._widest))
        self._gap = None if rows.problem.gap is None else Row(RowKind.GAP, 0)
        self._cuts: dict[int, list[float]] = {}
        self._groups = self._grouped(box)
        self._state: list[tuple[float, ...]] = [()] * len(self._groups)
        self._slots: list[Row | None] = []
        self._content: list[dict[int, float]] = []
        self._bounds: list[tuple[float, float]] = []
        self._live = self._load(box, solver)
        self._columns = np.arange(columns.count, dtype=np.int32)

    def solve(self, box: Box, deadline: Deadline, *, cut_rounds: int = _CUT_ROUNDS) -> Point | Weights | None:
        """Return a point of the relaxation over the box, or the weights that say that there is none.

        None where the solver gives neither. Raises LimitReached when the deadline passes.
        """
        self.enter(box)
        self.aim(None, 0.0)
        for _ in range(cut_rounds + 1):
            status = self._run(deadline)
            if status is Status.INFEASIBLE:
                return self._weights(self._live.ray())
            if status is not Status.OPTIMAL:
                return None
            values = self.reached()
            if not self._cut(box, values):
                break
        return Point(values, self._weight_of_elements())

    def _weight_of_elements(self) -> Reals:
        """Return what the rows of each element, and the bounds of its drop, weigh in the last run."""
        duals = self._live.row_duals() * self._row_scale * _POTENTIAL_SCALE
        columns = self._rows.columns
        weight = np.zeros(columns.elements)
        for group, (what, number, count) in enumerate(self._groups):
            if what in {"pipe", "switch", "loss"}:
                weight[number] += np.abs(duals[self._first[group] : self._first[group] + count]).sum()
        drops = np.zeros(columns.pairs)
        for slot in np.flatnonzero(np.abs(duals[: len(self._slots)]) > _IDLE).tolist():
            for column, coefficient in self._content[slot].items():
                if columns.first_drop <= column < columns.first_injection:
                    drops[column - columns.first_drop] += duals[slot] * coefficient
        return np.asarray(weight + np.abs(drops)[columns.pair])

    def extreme(self, column: int, sign: float, deadline: Deadline) -> tuple[Weights, bool] | None:
        """Return the weights that bound sign · column from below over the box entered last.

        The flag says that they close the case instead. None where the solver gives none.
        """
        self.aim(column, sign)
        status = self._run(deadline)
        if status is Status.INFEASIBLE:
            weights = self._weights(self._live.ray())
            return None if weights is None else (weights, True)
        if status is not Status.OPTIMAL:
            return None
        duals = self._live.row_duals() * self._scale[column]
        weights = self._weights(duals)
        return None if weights is None else (weights, False)

    def reached(self) -> Reals:
        """Return the columns of the last optimal run."""
        return (self._live.values() * self._scale)[: self._rows.columns.count]

    def enter(self, box: Box) -> None:
        """Give the program the bounds and the rows of a box."""
        low = np.minimum(box.lower, box.upper)
        scale = self._scale[: len(low)]
        self._live.set_column_bounds(self._columns, low / scale, box.upper / scale)
        self._refresh(box)

    def aim(self, column: int | None, sign: float) -> None:
        """Minimise sign · column, or go as far from the limits as possible."""
        costs = np.zeros(len(self._scale))
        if column is not None:
            costs[column] = sign
        else:
            costs[self._rows.columns.count] = -1.0
            costs[self._rows.columns.count + 1 :] = -_EVERY_DISTANCE
        self._live.set_costs(np.arange(len(costs), dtype=np.int32), costs)

    def _run(self, deadline: Deadline) -> Status:
        try:
            status = self._live.run(deadline.left())
        except SolverRefused:
            return Status.UNFINISHED
        if status is Status.UNFINISHED:
            deadline.left()
        return status

    def _weights(self, raw: Reals | None) -> Weights | None:
        if raw is None:
            return None
        weights = raw * self._row_scale
        largest = np.abs(raw).max(initial=0.0)
        if not largest:
            return None
        chosen = np.flatnonzero(np.abs(raw) > _TINY_WEIGHT * largest)
        found = []
        for slot in chosen.tolist():
            # A row of distances says no more than a column's bound, or than the gap.
            row = self._slots[slot] if slot < len(self._slots) else self._gap
            if row is None:
                continue
            lower, upper = self._bounds[slot] if slot < len(self._slots) else (0.0, math.inf)
            weight = float(weights[slot])
            if math.isfinite(lower if weight > 0 else upper):
                found.append((row, weight))
        return tuple(found)

    def _grouped(self, box: Box) -> list[tuple[str, int, int]]:
        """Return the groups of slots: what they follow, its number, how many slots."""
        rows, columns = self._rows, self._rows.columns
        groups = [("balance", node, 1) for node in range(columns.nodes)]
        groups += [("drop", pair, 1) for pair in range(columns.pairs)]
        if rows.problem.gap is not None:
            groups.append(("gap", 0, 1))
        for element, kind in enumerate(rows.kind):
            if rows.resistance[element] > 0 and box.upper[element] - box.lower[element] > _NARROW:
                groups.append(("pipe", element, 7))
            if kind == ElementKind.RESISTOR:
                groups.append(("loss", element, 1))
            if kind >= ElementKind.VALVE:
                count = len(self._switch_rows(element, box))
                groups.append(("switch", element, count + (1 if rows.resistance[element] > 0 else 0)))
        return groups + [("square", node, 4) for node in self._pressed]

    def _load(self, box: Box, solver: Solver) -> LiveModel:
        """Fill every slot once and hand the program over."""
        for what, number, count in self._groups:
            content = self._content_of(what, number, count, box)
            for row in content:
                terms, lower, upper = _FREE if row is None else self._rows.write(row, box)
                self._slots.append(row)
                self._content.append(dict(terms))
                self._bounds.append((lower, upper))
        self._first = np.cumsum([0] + [count for _, _, count in self._groups]).tolist()
        self._state = [self._key(what, number, box) for what, number, _ in self._groups]
        distances = self._distances()
        contents = [*self._content, *(content for content, _ in distances)]
        bounds = [*self._bounds, *((low, math.inf) for _, low in distances)]
        self._row_scale = np.array([self._row_size(content) for content in contents])
        entries = [(c, r, a) for r, content in enumerate(contents) for c, a in content.items()]
        entries.sort()
        column = np.array([c for c, _, _ in entries], dtype=np.int64)
        slot = np.array([r for _, r, _ in entries], dtype=np.int32)
        value = np.array([a for _, _, a in entries]) * self._scale[column] * self._row_scale[slot]
        starts = np.searchsorted(column, np.arange(len(self._scale) + 1)).astype(np.int32)
        lower = np.array([low for low, _ in bounds]) * self._row_scale
        upper = np.array([high for _, high in bounds]) * self._row_scale
        count = len(self._limited)
        column_lower = np.concatenate([np.minimum(box.lower, box.upper), np.zeros(count + 1)])
        column_upper = np.concatenate([box.upper, [_DISTANCE_MAX], np.full(count, _DISTANCE_ENOUGH)])
        return solver.load(
            LinearModel(
                costs=np.zeros(len(self._scale)),
                column_lower=column_lower / self._scale,
                column_upper=column_upper / self._scale,
                row_lower=lower,
                row_upper=upper,
                starts=starts,
                rows=slot,
                values=value,
            )
        )

    def _limited_nodes(self) -> list[int]:
        """Return the nodes whose distance from their limits counts."""
        rows = self._rows
        if rows.problem.gap is not None:
            return []
        switches = [e for e, kind in enumerate(rows.kind) if kind >= ElementKind.CONTROL_VALVE]
        injects = (rows.problem.injection_min != 0) | (rows.problem.injection_max != 0)
        nodes = {rows.tail[e] for e in switches} | {rows.head[e] for e in switches}
        return sorted(nodes | set(np.flatnonzero(injects).tolist()))

    def _distances(self) -> list[tuple[dict[int, float], float]]:
        """Return rows of distances from limits, as terms and least: the smallest, and that of each node."""
        columns, network = self._rows.columns, self._rows.network
        gap = self._rows.problem.gap
        if gap is not None:
            terms = {columns.potential(gap.high): 1.0, columns.potential(gap.low): -1.0, columns.count: -1.0}
            return [(terms, gap.least)]
        found = []
        for number, node in enumerate(self._limited):
            potential = columns.potential(node)
            for distance in (columns.count, columns.count + 1 + number):
                found.append(({potential: 1.0, distance: -1.0}, float(network.potential_min[node])))
                found.append(({potential: -1.0, distance: -1.0}, -float(network.potential_max[node])))
        return found

    def _row_size(self, content: dict[int, float]) -> float:
        """Return the power of two that brings a row's largest coefficient near one."""
        largest = max((abs(a) * float(self._scale[c]) for c, a in content.items()), default=1.0)
        return float(2.0 ** -round(math.log2(largest))) if largest > 0 else 1.0

    def _key(self, what: str, number: int, box: Box) -> tuple[float, ...]:
        if what == "pipe":
            mode = float(box.modes[number])
            return (mode, float(box.lower[number]), float(box.upper[number]), *self._cuts.get(number, ()))
        if what == "loss":
            return (float(box.lower[number]), float(box.upper[number]))
        if what == "switch":
            around = sorted(self._rows.around(number))
            bounds = (float((box.upper if side else box.lower)[c]) for c, side in around)
            return (float(box.modes[number]), *bounds)
        if what == "square":
            pressure = self._rows.columns.pressure(number)
            return (float(box.lower[pressure]), float(box.upper[pressure]))
        return ()

    def _refresh(self, box: Box) -> None:
        """Write the slots out anew whose surroundings have changed."""
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        changed: list[int] = []
        for group, (what, number, count) in enumerate(self._groups):
            key = self._key(what, number, box)
            if key == self._state[group]:
                continue
            self._state[group] = key
            for k, row in enumerate(self._content_of(what, number, count, box)):
                slot = self._first[group] + k
                terms, lower, upper = _FREE if row is None else self._rows.write(row, box)
                self._slots[slot] = row
                if (lower, upper) == (-math.inf, math.inf):
                    terms = list(self._content[slot].items())
                new = dict(terms)
                for column in self._content[slot].keys() | new.keys():
                    value = new.get(column, 0.0)
                    if value != self._content[slot].get(column, 0.0):
                        rows.append(slot)
                        columns.append(column)
                        values.append(value * self._scale[column] * self._row_scale[slot])
                self._content[slot] = new
                if (lower, upper) != self._bounds[slot]:
                    self._bounds[slot] = (lower, upper)
                    changed.append(slot)
        if rows:
            self._live.set_coefficients(_numbers(rows), _numbers(columns), np.array(values))
        if changed:
            scale = self._row_scale[changed]
            lower_upper = np.array([self._bounds[slot] for slot in changed])
            self._live.set_row_bounds(_numbers(changed), lower_upper[:, 0] * scale, lower_upper[:, 1] * scale)

    def _content_of(self, what: str, number: int, count: int, box: Box) -> list[Row | None]:
        found: list[Row | None]
        if what == "pipe":
            found = list(self._pipe_rows(number, box))
        elif what == "switch":
            found = list(self._switch_rows(number, box))
            upper = float(box.upper[number])
            if len(found) < count and upper > 0 and self._rows.network.ratio_max[number] < RATIO_UNBOUNDED:
                found.append(Row(RowKind.RATIO_MAX, number, upper))
        elif what == "square":
            pressure = self._rows.columns.pressure(number)
            low, high = float(box.lower[pressure]), float(box.upper[pressure])
            tangents = [Row(RowKind.SQUARE_TANGENT, number, t) for t in (low, (low + high) / 2, high)]
            found = [*tangents, Row(RowKind.SQUARE_CHORD, number)]
        else:
            kinds = {
                "balance": RowKind.BALANCE,
                "drop": RowKind.DROP,
                "gap": RowKind.GAP,
                "loss": RowKind.LOSS,
            }
            found = [Row(kinds[what], number)]
        return found + [None] * (count - len(found))

    def _switch_rows(self, element: int, box: Box) -> list[Row]:
        rows = self._rows
        active = [] if rows.kind[element] == ElementKind.VALVE else rows.active_rows(element, ~0, box)
        return [*active, *rows.tilted_rows(element, box)]

    def _pipe_rows(self, element: int, box: Box) -> list[Row]:
        """Return the chord and the tangents of a pipe's law over its flow's bounds."""
        low, high = float(box.lower[element]), float(box.upper[element])
        if int(box.modes[element]) != OPEN or high - low <= _NARROW:
            return []
        points = set(self._cuts.get(element, ()))
        if low >= 0 or high <= 0:
            points |= {low, high, (low + high) / 2}
        else:
            below, above = -_TANGENT_REACH * low * (1 + 1e-9), -_TANGENT_REACH * high * (1 + 1e-9)
            if below < high:
                points |= {below, high}
            if above > low:
                points |= {above, low}
        tangents = [
            Row(RowKind.TANGENT, element, point)
            for point in sorted(points)
            if low <= point <= high and self._is_valid(point, low, high)
        ]
        return [Row(RowKind.CHORD, element), *tangents[:6]]

    @staticmethod
    def _is_valid(point: float, low: float, high: float) -> bool:
        end = low if point >= 0 else high
        is_of_one_sign = end >= 0 if point >= 0 else end <= 0
        return is_of_one_sign or point * point - 2 * point * end - end * end >= 0

    def _cut(self, box: Box, values: Reals) -> bool:
        """Add the tangents that the point violates; return whether any was."""
        rows, columns = self._rows, self._rows.columns
        any_cut = False
        for what, element, _ in self._groups:
            if what != "pipe" or int(box.modes[element]) != OPEN:
                continue
            low, high = float(box.lower[element]), float(box.upper[element])
            flow = float(values[element])
            if high - low <= _NARROW or not low < flow < high or not self._is_valid(flow, low, high):
                continue
            drop = float(values[columns.drop(element)] * columns.sign[element])
            miss = rows.loss(element, flow) - drop
            if (miss if flow >= 0 else -miss) > _CUT_WORTH_BAR2:
                kept = self._cuts.setdefault(element, [])
                kept.append(flow)
                del kept[:-2]
                any_cut = True
        if any_cut:
            self._refresh(box)
        return any_cut


def _numbers(values: list[int]) -> Numbers:
    return np.array(values, dtype=np.int32)
