"""The rows: every inequality that the certificate names, in floats, over a box.

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`. The prover reads its rows here; the checker writes
them out again in fractions, on its own.
"""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from capacity.hydraulics.infeasibility.certificate import CLOSED, LAW_SLACK, OPEN, Row, RowKind
from capacity.hydraulics.infeasibility.prover.box import Box, LinearRow, Terms
from capacity.hydraulics.infeasibility.prover.bridges import bridge_sides
from capacity.hydraulics.infeasibility.prover.mode_rows import ModeRows
from capacity.hydraulics.physics.problem import HydraulicProblem

_BRIDGES: Final = (RowKind.BRIDGE_TAIL, RowKind.BRIDGE_HEAD)


class Rows(ModeRows):
    """Writes out the rows of one problem over boxes."""

    def __init__(self, problem: HydraulicProblem) -> None:
        super().__init__(problem)
        self._sign: list[float] = self.columns.sign.tolist()
        self._direction: list[float] = problem.direction.tolist()
        self._injects: list[bool] = ((problem.injection_min != 0) | (problem.injection_max != 0)).tolist()
        self._incident = self._incidence()
        self.sides = bridge_sides(self.tail, self.head, self.columns.nodes)
        self.whole = self.whole_box()

    def whole_box(self) -> Box:
        """Return the box of everything that the problem and the network allow."""
        problem, network, columns = self.problem, self.network, self.columns
        supply, slack = problem.supply_max, self.flow_slack
        low, high = network.potential_min - LAW_SLACK, network.potential_max + LAW_SLACK
        first, second = columns.ends[:, 0], columns.ends[:, 1]
        drop_low, drop_high = low[first] - high[second], high[first] - low[second]
        lower = np.concatenate(
            [
                np.maximum(problem.flow_min, -supply) - slack,
                low,
                drop_low - 1e-9 * (1 + np.abs(drop_low)),
                problem.injection_min,
                [problem.step_min],
                network.pressure_min_bar - LAW_SLACK,
            ]
        )
        upper = np.concatenate(
            [
                np.minimum(problem.flow_max, supply) + slack,
                high,
                drop_high + 1e-9 * (1 + np.abs(drop_high)),
                problem.injection_max,
                [problem.step_max],
                network.pressure_max_bar + LAW_SLACK,
            ]
        )
        return Box(lower, upper, np.array([self.modes(e) for e in range(columns.elements)], dtype=np.int64))

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
        return self.loosened(row, box)

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
            gap = self.problem.gap
            if gap is None:
                raise ValueError("a problem without a gap has no such row")
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

    def _incidence(self) -> list[Terms]:
        incident: list[Terms] = [[] for _ in range(self.columns.nodes)]
        for element, (i, j) in enumerate(zip(self.tail, self.head, strict=True)):
            incident[i].append((element, -1.0))
            incident[j].append((element, 1.0))
        return incident
