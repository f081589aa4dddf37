"""The home of the rows: every inequality that `capacity.hydraulics.refutation.model` names, in floats, over a box.

Units as in `capacity.hydraulics.model`; columns as in `refutation.Columns`. The search reads its rows here;
`refutation_checker` writes them out again, in fractions, on its own.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.hydraulics.model import RATIO_UNBOUNDED, ElementKind, Integers, Reals
from capacity.hydraulics.question import Question
from capacity.hydraulics.refutation.model import (
    ACTIVE,
    CLOSED,
    FACETS,
    FLOW_SLACK,
    LAW_SLACK,
    OPEN,
    Columns,
    Row,
    RowKind,
    Tilt,
    Weights,
)

Terms = list[tuple[int, float]]
LinearRow = tuple[Terms, float, float]
"""The columns and coefficients of a row, its lower and its upper bound."""

_ROUNDING: Final = 1e-10
"""Relative to the size of what was added: how much a sum in floats may be wrong, a thousand times over."""
_TRIFLE: Final = 1e-11
_BRIDGES: Final = (RowKind.BRIDGE_TAIL, RowKind.BRIDGE_HEAD)


@dataclass(slots=True, eq=False)
class Box:
    """A case of the search; lower, upper : float64 (columns,); modes : int64 (elements,), bits."""

    lower: Reals
    upper: Reals
    modes: Integers

    def copy(self) -> "Box":
        """Return a box of its own."""
        return Box(self.lower.copy(), self.upper.copy(), self.modes.copy())

    def is_crossed(self) -> bool:
        """Tell whether no point is left: a column's bounds have crossed or an element has no mode."""
        return bool((self.lower > self.upper).any() or not self.modes.all())


class Rows:
    """Writes out the rows of one question over boxes."""

    def __init__(self, question: Question) -> None:
        network = question.network
        self.question = question
        self.network = network
        self.columns = Columns(network)
        self.tail: list[int] = network.tail.tolist()
        self.head: list[int] = network.head.tolist()
        self.kind: list[int] = network.kind.tolist()
        self.resistance: list[float] = network.resistance.tolist()
        self.sigma: list[float] = network.elevation.tolist()
        self._sign: list[float] = self.columns.sign.tolist()
        self._direction: list[float] = question.direction.tolist()
        step = question.direction[:, None] * np.array([question.step_min, question.step_max])
        lowest, highest = question.injection_min + step.min(1), question.injection_max + step.max(1)
        self.flow_scale = float(max(np.abs(lowest).max(), np.abs(highest).max(), 1.0))
        self.flow_slack = FLOW_SLACK * self.flow_scale
        self._injects: list[bool] = ((question.injection_min != 0) | (question.injection_max != 0)).tolist()
        self._incident = self._incidence()
        self.sides = self._bridge_sides()
        self._whole = self.whole_box()

    def whole_box(self) -> Box:
        """Return the box of everything that the question and the network allow."""
        question, network, columns = self.question, self.network, self.columns
        supply, slack = question.supply_max, self.flow_slack
        low, high = network.potential_min - LAW_SLACK, network.potential_max + LAW_SLACK
        first, second = columns.ends[:, 0], columns.ends[:, 1]
        drop_low, drop_high = low[first] - high[second], high[first] - low[second]
        lower = np.concatenate(
            [
                np.maximum(question.flow_min, -supply) - slack,
                low,
                drop_low - 1e-9 * (1 + np.abs(drop_low)),
                question.injection_min,
                [question.step_min],
                network.pressure_min_bar - LAW_SLACK,
            ]
        )
        upper = np.concatenate(
            [
                np.minimum(question.flow_max, supply) + slack,
                high,
                drop_high + 1e-9 * (1 + np.abs(drop_high)),
                question.injection_max,
                [question.step_max],
                network.pressure_max_bar + LAW_SLACK,
            ]
        )
        return Box(lower, upper, np.array([self.modes(e) for e in range(columns.elements)], dtype=np.int64))

    def modes(self, element: int) -> int:
        """Return every mode that an element has, as bits."""
        kind = self.kind[element]
        if kind in {ElementKind.PIPE, ElementKind.RESISTOR}:
            return OPEN
        if kind == ElementKind.VALVE:
            return OPEN | CLOSED
        ranges = len(self.network.ranges.get(element, ()))
        active = ACTIVE * ((1 << max(ranges, 1)) - 1)
        return CLOSED | active | (OPEN if self.network.has_bypass[element] else 0)

    def loss(self, element: int, flow: float) -> float:
        """Return β q |q|, in bar²."""
        return self.resistance[element] * flow * abs(flow)

    def write(self, row: Row, box: Box) -> LinearRow:
        """Return the row over the box, loosened by the modes that remain there."""
        if row.kind in {RowKind.BALANCE, *_BRIDGES, RowKind.DROP, RowKind.GAP}:
            return self._of_network(row)
        if row.kind <= RowKind.FLOW_ABOVE:
            return self._of_pipe(row, box)
        if row.kind >= RowKind.SQUARE_TANGENT and row.kind != RowKind.BYPASS:
            return self._of_pressure(row, box)
        if row.kind == RowKind.SIGN:
            return self._sign_row(row.number, box)
        if row.kind == RowKind.LOSS:
            return self._loss_row(row.number, box)
        return self._loosened(row, box)

    def of_mode(self, element: int, mode: int, box: Box) -> list[Row]:
        """Return the rows of one mode of an element: those that may show that it cannot be in it."""
        rows = [Row(RowKind.SIGN, element)]
        if mode == OPEN:
            return [*rows, Row(RowKind.LEVEL, element)]
        if mode == CLOSED or self.kind[element] == ElementKind.VALVE:
            return rows
        return rows + self.active_rows(element, mode, box)

    def active_rows(self, element: int, mode: int, box: Box) -> list[Row]:
        """Return the rows of an active mode, without SIGN."""
        network = self.network
        rows = []
        ranges = network.ranges.get(element, ())
        if not ranges:
            point = max(float(box.lower[element]), 0.0)
            if network.ratio_max[element] < RATIO_UNBOUNDED:
                rows.append(Row(RowKind.RATIO_MAX, element, point))
            if network.ratio_min[element] > 0:
                rows.append(Row(RowKind.RATIO_MIN, element))
        if network.inlet_min_bar[element] > 0:
            rows.append(Row(RowKind.INLET, element))
        if math.isfinite(network.outlet_max_bar[element]):
            rows.append(Row(RowKind.OUTLET, element))
        if self.has_difference(element):
            rows.append(Row(RowKind.DIFFERENCE, element))
        for number, found in enumerate(ranges):
            if mode & (ACTIVE << number):
                rows += [
                    Row(RowKind.FACET, element, 0.0, number * FACETS + facet)
                    for facet in range(len(found.offsets))
                    if found.normals[facet, 2] >= 0 or not self.resistance[element]
                ]
        return rows

    def tilted_rows(self, element: int, box: Box) -> list[Row]:
        """Return the rows that a programme has beside the active rows of a valve or station."""
        up, down = Tilt.LOWER_TOWARDS_MAX, Tilt.LOWER_TOWARDS_MIN
        is_valve = self.kind[element] == ElementKind.VALVE
        rows = [
            Row(RowKind.BYPASS, element, tilt=tilt)
            for tilt in Tilt
            if tilt and (is_valve or tilt in {down, Tilt.UPPER_TOWARDS_MIN})
        ]
        if is_valve:
            return rows
        for row in self.active_rows(element, ~0, box):
            if row.kind in {RowKind.RATIO_MAX, RowKind.RATIO_MIN}:
                rows += [row._replace(tilt=up), row._replace(tilt=down)]
        return rows

    def has_difference(self, element: int) -> bool:
        """Tell whether the pressure difference over an active element is limited."""
        network = self.network
        return bool(
            network.difference_min_bar[element] > 0 or math.isfinite(network.difference_max_bar[element])
        )

    def value(self, weights: Weights, objective: int | None, sign: float, box: Box) -> float:
        """Return what the weights prove about sign · (column `objective`), or 0: a bound from below.

        Safe: what the checker finds in fractions is no less.
        """
        total, size, rest = self._combined(weights, objective, sign, box)
        for column, coefficient in rest.items():
            used = self._whole if self._is_trifle(column, coefficient, size) else box
            part = coefficient * float((used.lower if coefficient > 0 else used.upper)[column])
            total += part
            size += abs(part)
        return total - _ROUNDING * size if math.isfinite(total) else -math.inf

    def reads(
        self, weights: Weights, objective: int | None, sign: float, box: Box
    ) -> tuple[set[tuple[int, int]], set[int]]:
        """Return the bounds (column, 0 lower or 1 upper) and the elements' modes that `value` depends on."""
        bounds: set[tuple[int, int]] = set()
        elements: set[int] = set()
        _, size, rest = self._combined(weights, objective, sign, box)
        for row, weight in weights:
            self._read(row, weight, box, bounds, elements)
        for column, coefficient in rest.items():
            if not self._is_trifle(column, coefficient, size):
                bounds.add((column, int(coefficient < 0)))
        return bounds, elements

    def _combined(
        self, weights: Weights, objective: int | None, sign: float, box: Box
    ) -> tuple[float, float, dict[int, float]]:
        """Return the weighted sum of the bounds, the size of its parts, and what is left of the objective."""
        rest: dict[int, float] = {} if objective is None else {objective: sign}
        total = size = 0.0
        for row, weight in weights:
            terms, lower, upper = self.write(row, box)
            bound = weight * (lower if weight > 0 else upper)
            total += bound
            size += abs(bound)
            for column, coefficient in terms:
                rest[column] = rest.get(column, 0.0) - weight * coefficient
        return total, size, {column: a for column, a in rest.items() if a}

    def _is_trifle(self, column: int, coefficient: float, size: float) -> bool:
        """Tell whether a coefficient is so small that the column's first bounds serve as well as any."""
        width = float(self._whole.upper[column] - self._whole.lower[column])
        return abs(coefficient) * width < _TRIFLE * size

    def around(self, element: int) -> set[tuple[int, int]]:
        """Return every bound at an element and its ends."""
        columns, i, j = self.columns, self.tail[element], self.head[element]
        found = (
            element,
            columns.potential(i),
            columns.potential(j),
            columns.drop(element),
            columns.pressure(i),
            columns.pressure(j),
        )
        return {(column, side) for column in found for side in (0, 1)}

    def _read(
        self, row: Row, weight: float, box: Box, bounds: set[tuple[int, int]], elements: set[int]
    ) -> None:
        kind, index = row.kind, row.number
        if kind in {RowKind.BALANCE, *_BRIDGES, RowKind.DROP, RowKind.GAP, RowKind.SQUARE_TANGENT}:
            return
        if kind in {RowKind.PRESSURE_BELOW, RowKind.PRESSURE_ABOVE}:
            bounds.add((self.columns.potential(index), int(kind == RowKind.PRESSURE_BELOW)))
        elif kind in {RowKind.SQUARE_CHORD, RowKind.SQUARE_LEVEL}:
            bounds.update((self.columns.pressure(index), side) for side in (0, 1))
        elif kind == RowKind.TANGENT:
            elements.add(index)
            bounds.add((index, int(row.point < 0)))
        elif kind == RowKind.LEVEL:
            elements.add(index)
            bounds.add((index, int(weight < 0)))
        elif kind in {RowKind.FLOW_BELOW, RowKind.FLOW_ABOVE}:
            elements.add(index)
            is_upper = (kind == RowKind.FLOW_BELOW) == (self._sign[index] > 0)
            bounds.add((self.columns.drop(index), int(is_upper)))
        elif kind in {RowKind.CHORD, RowKind.LOSS}:
            elements.add(index)
            bounds.update(((index, 0), (index, 1)))
        else:
            elements.add(index)
            if int(box.modes[index]).bit_count() > 1:
                bounds |= self.around(index)
            elif kind in {RowKind.RATIO_MIN, RowKind.BYPASS}:
                bounds.update(((index, 0), (index, 1)))

    def _of_network(self, row: Row) -> LinearRow:
        columns, kind, index = self.columns, row.kind, row.number
        if kind == RowKind.BALANCE:
            terms = [*self._incident[index], *self._entering((index,), 1.0)]
            return terms, -self.flow_slack, self.flow_slack
        if kind == RowKind.DROP:
            first, second = columns.ends[index].tolist()
            terms = [
                (columns.first_drop + index, 1.0),
                (columns.potential(first), -1.0),
                (columns.potential(second), 1.0),
            ]
            return terms, 0.0, 0.0
        if kind == RowKind.GAP:
            gap = self.question.gap
            if gap is None:
                raise ValueError("a question without a gap has no such row")
            terms = [(columns.potential(gap.high), 1.0), (columns.potential(gap.low), -1.0)]
            return terms, gap.least - LAW_SLACK, math.inf
        behind, ahead = self.sides[index]
        nodes = behind if kind == RowKind.BRIDGE_TAIL else ahead
        slack = self.flow_slack * len(nodes)
        sign = -1.0 if kind == RowKind.BRIDGE_TAIL else 1.0
        return [(index, 1.0), *self._entering(nodes, sign)], -slack, slack

    def _entering(self, nodes: Iterable[int], sign: float) -> Terms:
        columns = self.columns
        terms = [(columns.injection(node), sign) for node in nodes if self._injects[node]]
        step = sum(self._direction[node] for node in nodes)
        return [*terms, (columns.step, sign * step)] if step else terms

    def _of_pipe(self, row: Row, box: Box) -> LinearRow:
        """Return a row of the law φ_i − φ_j = β q |q|."""
        element, sign = row.number, self._sign[row.number]
        drop = self.columns.drop(element)
        low, high = float(box.lower[element]), float(box.upper[element])
        nothing: LinearRow = ([(element, 0.0)], -math.inf, math.inf)
        if row.kind == RowKind.LEVEL:
            terms = [(drop, sign)]
            lower, upper = self.loss(element, low) - LAW_SLACK, self.loss(element, high) + LAW_SLACK
        elif row.kind == RowKind.FLOW_BELOW:
            terms, lower, upper = [(element, 1.0)], -math.inf, row.point
        elif row.kind == RowKind.FLOW_ABOVE:
            terms, lower, upper = [(element, 1.0)], row.point, math.inf
        elif row.kind == RowKind.TANGENT:
            terms, lower, upper = self._tangent(row, drop, sign, low, high)
        else:
            if low >= high:
                return nothing
            slope = (self.loss(element, high) - self.loss(element, low)) / (high - low)
            rise = self.loss(element, low) - slope * low
            terms = [(drop, sign), (element, -slope)]
            is_below = high <= 0 or (low < 0 and high * high - 2 * high * low - low * low <= 0)
            is_above = low >= 0 or (high > 0 and low * low - 2 * low * high - high * high <= 0)
            lower = rise - LAW_SLACK if is_below else -math.inf
            upper = rise + LAW_SLACK if is_above else math.inf
        if int(box.modes[element]) != OPEN:
            return terms, -math.inf, math.inf
        return terms, lower, upper

    def _tangent(self, row: Row, drop: int, sign: float, low: float, high: float) -> LinearRow:
        element, point = row.number, row.point
        beta = self.resistance[element]
        terms = [(drop, sign), (element, -2 * beta * abs(point))]
        constant = -beta * point * abs(point)
        if point >= 0:
            is_valid = low >= 0 or point * point - 2 * point * low - low * low >= 0
            return terms, constant - LAW_SLACK if is_valid else -math.inf, math.inf
        is_valid = high <= 0 or point * point - 2 * point * high - high * high >= 0
        return terms, -math.inf, constant + LAW_SLACK if is_valid else math.inf

    def _of_pressure(self, row: Row, box: Box) -> LinearRow:
        columns, node, sigma = self.columns, row.number, self.sigma[row.number]
        potential, pressure = columns.potential(node), columns.pressure(node)
        low, high = float(box.lower[pressure]), float(box.upper[pressure])
        if row.kind == RowKind.SQUARE_TANGENT:
            terms = [(potential, 1.0), (pressure, -2 * sigma * row.point)]
            return terms, -sigma * row.point * row.point, math.inf
        if row.kind == RowKind.SQUARE_CHORD:
            terms = [(potential, 1.0), (pressure, -sigma * (low + high))]
            return terms, -math.inf, -sigma * low * high
        if row.kind == RowKind.SQUARE_LEVEL:
            return [(potential, 1.0)], sigma * max(low, 0.0) ** 2, sigma * high * high
        if row.kind == RowKind.PRESSURE_BELOW:
            return [(pressure, 1.0)], -math.inf, row.point
        return [(pressure, 1.0)], row.point, math.inf

    def _sign_row(self, element: int, box: Box) -> LinearRow:
        modes = int(box.modes[element])
        lower = -math.inf if modes & OPEN else -self.flow_slack
        upper = self.flow_slack if modes == CLOSED else math.inf
        return [(element, 1.0)], lower, upper

    def _loss_row(self, element: int, box: Box) -> LinearRow:
        columns, loss = self.columns, float(self.network.loss_bar[element])
        lower = loss if box.lower[element] > self.flow_slack else -loss
        upper = -loss if box.upper[element] < -self.flow_slack else loss
        terms = [(columns.pressure(self.tail[element]), 1.0), (columns.pressure(self.head[element]), -1.0)]
        return terms, lower - LAW_SLACK, upper + LAW_SLACK

    def _loosened(self, row: Row, box: Box) -> LinearRow:
        """Return a row of an active mode, as far as it holds in every mode that remains."""
        terms, lower, upper = self._of_mode(row, box)
        element = row.number
        if row.kind == RowKind.FACET:
            own = ACTIVE << (row.part // FACETS)
        else:
            own = OPEN if row.kind == RowKind.BYPASS else ~(OPEN | CLOSED)
        others = int(box.modes[element]) & ~own
        if row.tilt in {Tilt.UPPER_TOWARDS_MAX, Tilt.UPPER_TOWARDS_MIN}:
            lower, upper = -upper, -math.inf
            terms = [(c, -a) for c, a in terms]
        ruled_out = 0
        if row.tilt:
            upper = math.inf
            towards_max = row.tilt in {Tilt.LOWER_TOWARDS_MAX, Tilt.UPPER_TOWARDS_MAX}
            ruled_out = others & (CLOSED if towards_max else ~OPEN)
        others &= ~ruled_out
        for mode in _bits(others):
            lower = min(lower, self._least(terms, element, mode, box))
            upper = max(upper, -self._least([(c, -a) for c, a in terms], element, mode, box))
        if ruled_out:
            end = float((box.upper if towards_max else box.lower)[element])
            if abs(end) <= 10 * self.flow_slack or (end > 0) is not towards_max or not math.isfinite(lower):
                return terms, -math.inf, math.inf
            least = min(self._least(terms, element, mode, box) for mode in _bits(ruled_out))
            terms, lower = self._tilted(terms, lower, element, max(lower - least, 0.0), end)
        if row.tilt in {Tilt.UPPER_TOWARDS_MAX, Tilt.UPPER_TOWARDS_MIN}:
            return [(c, -a) for c, a in terms], -math.inf, -lower
        return terms, lower, upper

    def _tilted(
        self, terms: Terms, lower: float, element: int, miss: float, end: float
    ) -> tuple[Terms, float]:
        """Return the row loosened by `miss` without flow and by nothing at a flow of `end`."""
        tilted = dict(terms)
        tilted[element] = tilted.get(element, 0.0) - miss / end
        return list(tilted.items()), lower - miss - miss / abs(end) * self.flow_slack

    def _least(self, terms: Terms, element: int, mode: int, box: Box) -> float:
        """Return a lower bound of the terms' sum while the element is in `mode`; endless if it cannot be."""
        slack = self.flow_slack
        low, high = float(box.lower[element]), float(box.upper[element])
        if mode != OPEN:
            low = max(low, -slack)
        if mode == CLOSED:
            high = min(high, slack)
        if low > high:
            return math.inf
        total = size = 0.0
        for column, a in terms:
            if column == element:
                part = a * (low if a > 0 else high)
            else:
                part = a * float((box.lower if a > 0 else box.upper)[column])
            total += part
            size += abs(part)
        if mode == OPEN:
            total = max(total, self._least_open(terms, element, low, high, box))
        return total - _ROUNDING * size

    def _least_open(self, terms: Terms, element: int, low: float, high: float, box: Box) -> float:
        """Return the bound with φ_j = φ_i − β q |q| put in."""
        columns = self.columns
        tail, head = columns.potential(self.tail[element]), columns.potential(self.head[element])
        total = at_tail = 0.0
        for column, a in terms:
            if column == element:
                total += a * (low if a > 0 else high)
            elif column == head:
                at_tail += a
                least, most = (
                    self.loss(element, low) - LAW_SLACK,
                    self.loss(element, high) + LAW_SLACK,
                )
                total -= a * (most if a > 0 else least)
            elif column == tail:
                at_tail += a
            else:
                total += a * float((box.lower if a > 0 else box.upper)[column])
        return total + at_tail * float((box.lower if at_tail > 0 else box.upper)[tail])

    def _of_mode(self, row: Row, box: Box) -> LinearRow:
        network, columns, e = self.network, self.columns, row.number
        i, j = self.tail[e], self.head[e]
        tail, head = columns.potential(i), columns.potential(j)
        if row.kind == RowKind.BYPASS:
            low, high = float(box.lower[e]), float(box.upper[e])
            least, most = self.loss(e, low) - LAW_SLACK, self.loss(e, high) + LAW_SLACK
            return [(tail, 1.0), (head, -1.0)], least, most
        if row.kind in {RowKind.RATIO_MAX, RowKind.RATIO_MIN}:
            is_max = row.kind == RowKind.RATIO_MAX
            return self._ratio_max(row, tail, head) if is_max else self._ratio_min(row, tail, head, box)
        if row.kind == RowKind.INLET:
            least = self.sigma[i] * float(network.inlet_min_bar[e]) ** 2 - LAW_SLACK
            return [(tail, 1.0)], least, math.inf
        if row.kind == RowKind.OUTLET:
            most = self.sigma[j] * float(network.outlet_max_bar[e]) ** 2 + LAW_SLACK
            return [(head, 1.0)], -math.inf, most
        ends = columns.pressure(i), columns.pressure(j)
        if row.kind == RowKind.FACET:
            return self._facet(row, ends)
        lower = float(network.difference_min_bar[e]) - LAW_SLACK
        upper = float(network.difference_max_bar[e]) + LAW_SLACK
        return [(ends[0], 1.0), (ends[1], -1.0)], lower, upper

    def _facet(self, row: Row, ends: tuple[int, int]) -> LinearRow:
        e = row.number
        found = self.network.ranges[e][row.part // FACETS]
        flow, inlet, outlet = found.normals[row.part % FACETS].tolist()
        size = (abs(flow) + abs(inlet) + abs(outlet)) * LAW_SLACK
        terms = [(e, flow), (ends[0], inlet), (ends[1], outlet)]
        return terms, -math.inf, float(found.offsets[row.part % FACETS]) + size

    def _ratio_max(self, row: Row, tail: int, head: int) -> LinearRow:
        e, point = row.number, row.point
        factor = float(self.network.ratio_max[e]) ** 2 * self.sigma[self.head[e]] / self.sigma[self.tail[e]]
        beta = self.resistance[e]
        terms = [(tail, factor), (head, -1.0), (e, -2 * beta * point)]
        return terms, -beta * point * point - LAW_SLACK * max(factor, 1.0), math.inf

    def _ratio_min(self, row: Row, tail: int, head: int, box: Box) -> LinearRow:
        e = row.number
        factor = float(self.network.ratio_min[e]) ** 2 * self.sigma[self.head[e]] / self.sigma[self.tail[e]]
        beta = self.resistance[e]
        low = max(float(box.lower[e]), -self.flow_slack)
        high = max(float(box.upper[e]), low)
        terms = [(head, 1.0), (tail, -factor), (e, beta * (low + high))]
        return terms, beta * low * high - LAW_SLACK * max(factor, 1.0), math.inf

    def _incidence(self) -> list[Terms]:
        incident: list[Terms] = [[] for _ in range(self.columns.nodes)]
        for element, (i, j) in enumerate(zip(self.tail, self.head, strict=True)):
            incident[i].append((element, -1.0))
            incident[j].append((element, 1.0))
        return incident

    def _bridge_sides(self) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return, by bridge, the nodes on its tail's and on its head's side (Tarjan 1974)."""
        order, parts = _depth_first(self._incident, self.tail, self.head)
        sides = {}
        for element, child, first, size, start, end in parts:
            below = tuple(order[first : first + size])
            above = (*order[start:first], *order[first + size : end])
            sides[element] = (below, above) if self.tail[element] == child else (above, below)
        return sides


def _bits(modes: int) -> list[int]:
    return [1 << k for k in range(modes.bit_length()) if modes >> k & 1]


def _depth_first(
    incident: list[Terms], tail: list[int], head: list[int]
) -> tuple[list[int], list[tuple[int, int, int, int, int, int]]]:
    """Return the nodes in the order of a depth-first walk, and every bridge found on it.

    A bridge is: the element, the node below it, where that node's subtree starts in the order and how many
    nodes it has, and where the bridge's component starts and ends.
    """
    place, low = [-1] * len(incident), [0] * len(incident)
    order: list[int] = []
    bridges: list[tuple[int, int, int, int, int, int]] = []
    for root in range(len(incident)):
        if place[root] >= 0:
            continue
        start, found = len(order), []
        place[root] = low[root] = start
        order.append(root)
        stack = [(root, -1, iter(incident[root]))]
        while stack:
            node, entry, rest = stack[-1]
            for element, _ in rest:
                if element == entry:
                    continue
                other = head[element] if tail[element] == node else tail[element]
                if place[other] >= 0:
                    low[node] = min(low[node], place[other])
                    continue
                place[other] = low[other] = len(order)
                order.append(other)
                stack.append((other, element, iter(incident[other])))
                break
            else:
                stack.pop()
                if not stack:
                    continue
                parent = stack[-1][0]
                low[parent] = min(low[parent], low[node])
                if low[node] > place[parent]:
                    found.append((entry, node, place[node], len(order) - place[node]))
        bridges += [(*bridge, start, len(order)) for bridge in found]
    return order, bridges
