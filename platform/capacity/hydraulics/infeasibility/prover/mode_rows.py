"""The rows of modes: what a valve or station obeys in each of its modes, in floats, over a box.

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`. A row of an active mode, or of the bypass, is
loosened by what the other modes that remain can do.
"""

import math
from typing import Final

import numpy as np

from capacity.hydraulics.infeasibility.certificate import (
    ACTIVE,
    CLOSED,
    FACETS,
    FLOW_SLACK,
    LAW_SLACK,
    OPEN,
    Columns,
    Row,
    RowKind,
    Strengthening,
)
from capacity.hydraulics.infeasibility.prover.box import Box, LinearRow, Terms
from capacity.hydraulics.physics.network import RATIO_UNBOUNDED, ElementKind
from capacity.hydraulics.physics.problem import HydraulicProblem

ROUNDING: Final = 1e-10
"""Relative to the size of what was added: how much a sum in floats may be wrong, a thousand times over."""


class ModeRows:
    """Writes out the rows of modes of one problem."""

    def __init__(self, problem: HydraulicProblem) -> None:
        network = problem.network
        self.problem = problem
        self.network = network
        self.columns = Columns(network)
        self.tail: list[int] = network.tail.tolist()
        self.head: list[int] = network.head.tolist()
        self.kind: list[int] = network.kind.tolist()
        self.resistance: list[float] = network.resistance.tolist()
        self.sigma: list[float] = network.elevation.tolist()
        step = problem.direction[:, None] * np.array([problem.step_min, problem.step_max])
        lowest, highest = problem.injection_min + step.min(1), problem.injection_max + step.max(1)
        self.flow_scale = float(max(np.abs(lowest).max(), np.abs(highest).max(), 1.0))
        self.flow_slack = FLOW_SLACK * self.flow_scale

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
        """Return the rows that a program has beside the active rows of a valve or station."""
        up, down = Strengthening.LOWER_TOWARDS_MAX, Strengthening.LOWER_TOWARDS_MIN
        is_valve = self.kind[element] == ElementKind.VALVE
        rows = [
            Row(RowKind.BYPASS, element, tilt=tilt)
            for tilt in Strengthening
            if tilt and (is_valve or tilt in {down, Strengthening.UPPER_TOWARDS_MIN})
        ]
        if is_valve:
            return rows
        for row in self.active_rows(element, ~0, box):
            if row.kind in {RowKind.RATIO_MAX, RowKind.RATIO_MIN}:
                rows += [row._replace(tilt=up), row._replace(tilt=down)]
        return rows

    def has_difference(self, element: int) -> bool:
        """Return whether the pressure difference over an active element is limited."""
        network = self.network
        return bool(
            network.difference_min_bar[element] > 0 or math.isfinite(network.difference_max_bar[element])
        )

    def loosened(self, row: Row, box: Box) -> LinearRow:
        """Return a row of an active mode, as far as it holds in every mode that remains."""
        terms, lower, upper = self._of_mode(row, box)
        element = row.number
        if row.kind == RowKind.FACET:
            own = ACTIVE << (row.part // FACETS)
        else:
            own = OPEN if row.kind == RowKind.BYPASS else ~(OPEN | CLOSED)
        others = int(box.modes[element]) & ~own
        if row.tilt in {Strengthening.UPPER_TOWARDS_MAX, Strengthening.UPPER_TOWARDS_MIN}:
            lower, upper = -upper, -math.inf
            terms = [(c, -a) for c, a in terms]
        ruled_out = 0
        if row.tilt:
            upper = math.inf
            towards_max = row.tilt in {Strengthening.LOWER_TOWARDS_MAX, Strengthening.UPPER_TOWARDS_MAX}
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
        if row.tilt in {Strengthening.UPPER_TOWARDS_MAX, Strengthening.UPPER_TOWARDS_MIN}:
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
        return total - ROUNDING * size

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


def _bits(modes: int) -> list[int]:
    return [1 << k for k in range(modes.bit_length()) if modes >> k & 1]
