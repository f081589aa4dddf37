"""The checker's laws: every row that `capacity.hydraulics.infeasibility.certificate` names, in fractions.

Written out from the laws of `capacity.hydraulics.physics.network` without rounding and without any code of
the prover.
"""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from capacity.hydraulics.infeasibility.certificate import CLOSED, OPEN, Row, RowKind
from capacity.hydraulics.infeasibility.checker.modes import LawsOfModes
from capacity.hydraulics.infeasibility.checker.numbers import (
    SLACK,
    ZERO,
    ExactBox,
    Faulty,
    Numbers,
    Terms,
    Written,
    finite,
)
from capacity.hydraulics.physics.network import ElementKind
from capacity.hydraulics.physics.problem import HydraulicProblem

_PIPE_ROWS: Final = (
    RowKind.CHORD,
    RowKind.TANGENT,
    RowKind.LEVEL,
    RowKind.FLOW_BELOW,
    RowKind.FLOW_ABOVE,
)
_NODE_ROWS: Final = (
    RowKind.SQUARE_TANGENT,
    RowKind.SQUARE_CHORD,
    RowKind.SQUARE_LEVEL,
    RowKind.PRESSURE_BELOW,
    RowKind.PRESSURE_ABOVE,
)
_MACHINE_ROWS: Final = (
    RowKind.RATIO_MAX,
    RowKind.RATIO_MIN,
    RowKind.INLET,
    RowKind.OUTLET,
    RowKind.DIFFERENCE,
    RowKind.FACET,
)


class Laws:
    """Writes rows out from the problem."""

    def __init__(self, problem: HydraulicProblem) -> None:
        self._numbers = numbers = Numbers(problem)
        self._network, self._columns = numbers.network, numbers.columns
        self._tail, self._head = numbers.tail, numbers.head
        self._beta, self._sigma = numbers.beta, numbers.sigma
        self._flow_slack = numbers.flow_slack
        self.modes = LawsOfModes(numbers)
        self._sides: dict[tuple[int, int], frozenset[int]] = {}
        self._around: list[list[int]] = [[] for _ in range(numbers.network.size)]
        for element, ends in enumerate(zip(numbers.tail, numbers.head, strict=True)):
            for node in ends:
                self._around[node].append(element)
        self._writers: Mapping[RowKind, Callable[[Row, ExactBox], Written]] = {
            RowKind.BALANCE: self._balance,
            RowKind.BRIDGE_TAIL: self._bridge,
            RowKind.BRIDGE_HEAD: self._bridge,
            RowKind.DROP: self._drop,
            RowKind.GAP: self._gap,
            RowKind.SIGN: self._sign,
            RowKind.LOSS: self._loss,
            **dict.fromkeys(_PIPE_ROWS, self._pipe),
            **dict.fromkeys(_NODE_ROWS, self._pressure),
            **dict.fromkeys(_MACHINE_ROWS, self.modes.write),
            RowKind.BYPASS: self.modes.write,
        }

    def first_box(self) -> ExactBox:
        """Return every column's bounds, and every element's modes, before any step."""
        problem, network, slack = self._numbers.problem, self._network, self._flow_slack
        supply = Fraction(problem.supply_max)
        lower = [max(finite(q, -supply), -supply) - slack for q in problem.flow_min.tolist()]
        upper = [min(finite(q, supply), supply) + slack for q in problem.flow_max.tolist()]
        least = [Fraction(x) - SLACK for x in network.potential_min.tolist()]
        most = [Fraction(x) + SLACK for x in network.potential_max.tolist()]
        first, last = self._numbers.steps
        ends = self._columns.ends.tolist()
        lower += [*least, *(least[a] - most[b] for a, b in ends)]
        upper += [*most, *(most[a] - least[b] for a, b in ends)]
        lower += [*map(Fraction, problem.injection_min.tolist()), first]
        upper += [*map(Fraction, problem.injection_max.tolist()), last]
        lower += [Fraction(x) - SLACK for x in network.pressure_min_bar.tolist()]
        upper += [Fraction(x) + SLACK for x in network.pressure_max_bar.tolist()]
        return ExactBox(lower, upper, [self.modes.of(element) for element in range(len(self._tail))])

    def write(self, row: Row, box: ExactBox) -> Written:
        """Return the row over the box; raises Faulty where there is no such row."""
        of_nodes = row.kind in {*_NODE_ROWS, RowKind.BALANCE}
        of_pairs = row.kind == RowKind.DROP
        size = len(self._around) if of_nodes else len(self._columns.ends) if of_pairs else len(self._tail)
        if not 0 <= row.number < size or not math.isfinite(row.point):
            raise Faulty(f"there is no row {row.kind.name} of {row.number}")
        return self._writers[row.kind](row, box)

    def _entering(self, nodes: frozenset[int], sign: int) -> Terms:
        terms = {self._columns.injection(node): Fraction(sign) for node in nodes}
        terms[self._columns.step] = sign * sum((self._numbers.direction[node] for node in nodes), ZERO)
        return terms

    def _balance(self, row: Row, _: ExactBox) -> Written:
        terms = self._entering(frozenset((row.number,)), 1)
        for element in self._around[row.number]:
            sign = 1 if self._head[element] == row.number else -1
            terms[element] = terms.get(element, ZERO) + sign
        return terms, -self._flow_slack, self._flow_slack

    def _bridge(self, row: Row, _: ExactBox) -> Written:
        element = row.number
        is_tail = row.kind == RowKind.BRIDGE_TAIL
        start, end = self._tail[element], self._head[element]
        side = self._reach(start if is_tail else end, element)
        if (end if is_tail else start) in side:
            raise Faulty(f"element {element} is not the only one between two parts")
        slack = self._flow_slack * len(side)
        return {**self._entering(side, -1 if is_tail else 1), element: Fraction(1)}, -slack, slack

    def _reach(self, start: int, without: int) -> frozenset[int]:
        """Return the nodes joined to `start` by other elements."""
        key = start, without
        if key not in self._sides:
            seen, left = {start}, [start]
            while left:
                for element in self._around[left.pop()]:
                    for node in (self._tail[element], self._head[element]):
                        if element != without and node not in seen:
                            seen.add(node)
                            left.append(node)
            self._sides[key] = frozenset(seen)
        return self._sides[key]

    def _drop(self, row: Row, _: ExactBox) -> Written:
        first, second = self._columns.ends[row.number].tolist()
        terms = {
            self._columns.first_drop + row.number: Fraction(1),
            self._columns.potential(first): Fraction(-1),
            self._columns.potential(second): Fraction(1),
        }
        return terms, ZERO, ZERO

    def _gap(self, _: Row, __: ExactBox) -> Written:
        gap = self._numbers.problem.gap
        if gap is None or gap.high == gap.low:
            raise Faulty("the problem demands no gap")
        terms = {
            self._columns.potential(gap.high): Fraction(1),
            self._columns.potential(gap.low): -Fraction(1),
        }
        return terms, Fraction(gap.least) - SLACK, None

    def _sign(self, row: Row, box: ExactBox) -> Written:
        modes = box.modes[row.number]
        lower = None if modes & OPEN else -self._flow_slack
        return {row.number: Fraction(1)}, lower, self._flow_slack if modes == CLOSED else None

    def _loss(self, row: Row, box: ExactBox) -> Written:
        if self._network.kind[row.number] != ElementKind.RESISTOR:
            raise Faulty(f"element {row.number} is no resistor")
        loss = Fraction(float(self._network.loss_bar[row.number]))
        lower = loss if box.lower[row.number] > self._flow_slack else -loss
        upper = -loss if box.upper[row.number] < -self._flow_slack else loss
        inlet, outlet = self._numbers.pressures(row.number)
        return {inlet: Fraction(1), outlet: Fraction(-1)}, lower - SLACK, upper + SLACK

    def _pipe(self, row: Row, box: ExactBox) -> Written:
        """Write a row of φ_i − φ_j = β q |q|."""
        element = row.number
        is_open = box.modes[element] == OPEN and self._network.kind[element] != ElementKind.RESISTOR
        if not is_open:
            raise Faulty(f"element {element} need not obey the law of a pipe")
        low, high = box.lower[element], box.upper[element]
        drop = self._columns.drop(element)
        sign = 1 if self._tail[element] < self._head[element] else -1
        point, at_point = Fraction(row.point), self._numbers.loss(element, Fraction(row.point))
        if row.kind == RowKind.LEVEL:
            return (
                {drop: Fraction(sign)},
                self._numbers.loss(element, low) - SLACK,
                self._numbers.loss(element, high) + SLACK,
            )
        if row.kind == RowKind.FLOW_BELOW:
            most = box.upper[drop] if sign > 0 else -box.lower[drop]
            return {element: Fraction(1)}, None, point if at_point >= most + SLACK else None
        if row.kind == RowKind.FLOW_ABOVE:
            least = box.lower[drop] if sign > 0 else -box.upper[drop]
            return {element: Fraction(1)}, point if at_point <= least - SLACK else None, None
        if row.kind == RowKind.TANGENT:
            terms = {drop: Fraction(sign), element: -2 * self._beta[element] * abs(point)}
            if point >= 0:
                is_below = low >= 0 or point**2 - 2 * point * low - low**2 >= 0
                return terms, -at_point - SLACK if is_below else None, None
            is_above = high <= 0 or point**2 - 2 * point * high - high**2 >= 0
            return terms, None, -at_point + SLACK if is_above else None
        return self._chord(element, drop, sign, low, high)

    def _chord(self, element: int, drop: int, sign: int, low: Fraction, high: Fraction) -> Written:
        """Below the law where that is concave, or bends up too late to dip under; above in mirror image."""
        if low >= high:
            raise Faulty(f"the flow of element {element} is not open")
        slope = (self._numbers.loss(element, high) - self._numbers.loss(element, low)) / (high - low)
        rise = self._numbers.loss(element, low) - slope * low
        is_below = high <= 0 or (low < 0 and high**2 - 2 * high * low - low**2 <= 0)
        is_above = low >= 0 or (high > 0 and low**2 - 2 * low * high - high**2 <= 0)
        terms = {drop: Fraction(sign), element: -slope}
        return terms, rise - SLACK if is_below else None, rise + SLACK if is_above else None

    def _pressure(self, row: Row, box: ExactBox) -> Written:
        """Write a row of φ = σ p²."""
        node, sigma, point = row.number, self._sigma[row.number], Fraction(row.point)
        potential, pressure = self._columns.potential(node), self._columns.pressure(node)
        low, high = max(box.lower[pressure], ZERO), box.upper[pressure]
        if row.kind == RowKind.SQUARE_TANGENT:
            return {potential: Fraction(1), pressure: -2 * sigma * point}, -sigma * point**2, None
        if row.kind == RowKind.SQUARE_CHORD:
            return {potential: Fraction(1), pressure: -sigma * (low + high)}, None, -sigma * low * high
        if row.kind == RowKind.SQUARE_LEVEL:
            return {potential: Fraction(1)}, sigma * low**2, sigma * high**2
        if row.kind == RowKind.PRESSURE_BELOW:
            holds = point >= 0 and sigma * point**2 >= box.upper[potential]
            return {pressure: Fraction(1)}, None, point if holds else None
        holds = point <= 0 or sigma * point**2 <= box.lower[potential]
        return {pressure: Fraction(1)}, point if holds else None, None
