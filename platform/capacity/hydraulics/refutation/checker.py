"""The home of the check of refutations: believes neither the search nor its solver, only the question.

Works in fractions: every number of the question and of the refutation is taken for exactly what its float is,
every row is written out anew from the laws of `capacity.hydraulics.model`, and nothing is rounded. Of
`capacity.hydraulics.refutation.model` it shares the data and what each row's name means, of the search nothing.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from capacity.hydraulics.model import RATIO_UNBOUNDED, ElementKind
from capacity.hydraulics.question import Question
from capacity.hydraulics.refutation.model import (
    ACTIVE,
    CLOSED,
    FACETS,
    FLOW_SLACK,
    LAW_SLACK,
    OPEN,
    Close,
    Columns,
    Exclude,
    Refutation,
    Row,
    RowKind,
    SplitFlow,
    SplitModes,
    Step,
    Tighten,
    Tilt,
    Weights,
)

Terms = dict[int, Fraction]
Written = tuple[Terms, Fraction | None, Fraction | None]
"""A row's coefficients by column, its lower and its upper bound; None where it has none."""

_SLACK: Final = Fraction(LAW_SLACK)
_ZERO: Final = Fraction(0)
_UPPER_TILTS: Final = (Tilt.UPPER_TOWARDS_MAX, Tilt.UPPER_TOWARDS_MIN)
_RULED_OUT: Final = {
    Tilt.NONE: 0,
    Tilt.LOWER_TOWARDS_MAX: CLOSED,
    Tilt.UPPER_TOWARDS_MAX: CLOSED,
    Tilt.LOWER_TOWARDS_MIN: ~OPEN,
    Tilt.UPPER_TOWARDS_MIN: ~OPEN,
}
"""The modes that a flow of the sign of that end rules out."""
_ACTIVE_KINDS: Final = (ElementKind.CONTROL_VALVE, ElementKind.COMPRESSOR)
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


def refutation_faults(question: Question, refutation: Refutation) -> list[str]:
    """Return what is wrong with the refutation of the question; empty: no state answers the question."""
    steps = iter(enumerate(refutation.steps))
    number = -1
    open_cases = [Case.whole(question)]
    try:
        while open_cases:
            case = open_cases.pop()
            parts: list[Case] | None = None
            while parts is None:
                number, step = next(steps, (number + 1, None))
                if step is None:
                    return [f"step {number}: missing: a case is left open"]
                parts = case.take(step)
            open_cases += reversed(parts)
    except _Faulty as fault:
        return [f"step {number}: {fault}"]
    left = sum(1 for _ in steps)
    return [f"{left} steps follow after the last case has closed"] if left else []


class _Faulty(Exception):
    """A step that its weights or its rows do not justify; the message says what."""


class Case:
    """One box, and the laws that hold in it."""

    def __init__(self, laws: "Laws", lower: list[Fraction], upper: list[Fraction], modes: list[int]) -> None:
        self._laws = laws
        self.lower = lower
        self.upper = upper
        self.modes = modes

    @classmethod
    def whole(cls, question: Question) -> "Case":
        """Return the case of everything that the question and the network allow."""
        laws = Laws(question)
        return cls(laws, *laws.first_box())

    def take(self, step: Step) -> "list[Case] | None":
        """Take a step; return the cases that it leaves in place of this one, None if this one goes on."""
        if isinstance(step, Tighten):
            self._tighten(step)
            return None
        if isinstance(step, Exclude):
            self._exclude(step)
            return None
        if isinstance(step, Close):
            self._close(step)
            return []
        if isinstance(step, SplitFlow):
            below, above = self._copy(), self._copy()
            column, value = self._column(step.column), _exact(step.value)
            below.upper[column] = min(below.upper[column], value)
            above.lower[column] = max(above.lower[column], value)
            return [below, above]
        return self._split_modes(step)

    def _copy(self) -> "Case":
        return Case(self._laws, self.lower.copy(), self.upper.copy(), self.modes.copy())

    def _column(self, column: int) -> int:
        if not 0 <= column < len(self.lower):
            raise _Faulty(f"there is no column {column}")
        return column

    def _element(self, element: int) -> int:
        if not 0 <= element < len(self.modes):
            raise _Faulty(f"there is no element {element}")
        return element

    def _split_modes(self, step: SplitModes) -> "list[Case]":
        element, covered = self._element(step.element), 0
        parts = []
        for modes in step.sets:
            part = self._copy()
            part.modes[element] &= modes
            covered |= modes
            parts.append(part)
        if self.modes[element] & ~covered:
            raise _Faulty(f"the parts leave out a mode of element {element}")
        return parts

    def _tighten(self, step: Tighten) -> None:
        column, bound = self._column(step.column), _exact(step.bound)
        sign = 1 if step.side == "lower" else -1
        if self._value(step.weights, {column: Fraction(sign)}) < sign * bound:
            raise _Faulty(f"its weights do not prove the {step.side} bound of column {column}")
        if sign > 0:
            self.lower[column] = max(self.lower[column], bound)
        else:
            self.upper[column] = min(self.upper[column], bound)

    def _close(self, step: Close) -> None:
        if step.weights:
            if self._value(step.weights, {}) <= 0:
                raise _Faulty("its weights contradict nothing")
        elif all(self.modes) and all(low <= high for low, high in zip(self.lower, self.upper, strict=True)):
            raise _Faulty("the case closes although points are left in it")

    def _exclude(self, step: Exclude) -> None:
        element = self._element(step.element)
        left = self.modes[element]
        for mode in _bits(step.mode & left):
            self.modes[element] = mode
            if not any(self._is_out_of_reach(row) for row in self._laws.rows_of_mode(element, mode)):
                raise _Faulty(f"element {element} can be in the mode excluded")
            left &= ~mode
        self.modes[element] = left

    def _is_out_of_reach(self, row: Row) -> bool:
        terms, lower, upper = self._laws.write(row, self)
        if lower is not None and -self.least({c: -a for c, a in terms.items()}) < lower:
            return True
        return upper is not None and self.least(terms) > upper

    def _value(self, weights: Weights, rest: Terms) -> Fraction:
        """Return what the weights prove `rest` to be at least."""
        total = Fraction(0)
        for row, float_weight in weights:
            weight = _exact(float_weight)
            if not weight:
                continue
            terms, lower, upper = self._laws.write(row, self)
            bound = lower if weight > 0 else upper
            if bound is None:
                raise _Faulty(f"row {row.kind.name} of {row.number} has no bound on the side used")
            total += weight * bound
            for column, coefficient in terms.items():
                rest[column] = rest.get(column, Fraction(0)) - weight * coefficient
        return total + self.least(rest)

    def least(self, terms: Terms) -> Fraction:
        """Return the least that the terms add up to over the box."""
        parts = (a * (self.lower if a > 0 else self.upper)[c] for c, a in terms.items() if a)
        return sum(parts, Fraction(0))


class Laws:
    """Writes rows out from the question."""

    def __init__(self, question: Question) -> None:
        network = question.network
        self._question = question
        self._network = network
        self._columns = Columns(network)
        self._tail: list[int] = network.tail.tolist()
        self._head: list[int] = network.head.tolist()
        self._beta = [Fraction(beta) for beta in network.resistance.tolist()]
        self._sigma = [Fraction(sigma) for sigma in network.elevation.tolist()]
        self._direction = [Fraction(d) for d in question.direction.tolist()]
        self._flow_slack = self._slack_of_flows()
        self._sides: dict[tuple[int, int], frozenset[int]] = {}
        self._around: list[list[int]] = [[] for _ in range(network.size)]
        for element, ends in enumerate(zip(self._tail, self._head, strict=True)):
            for node in ends:
                self._around[node].append(element)
        self._writers: Mapping[RowKind, Callable[[Row, Case], Written]] = {
            RowKind.BALANCE: self._balance,
            RowKind.BRIDGE_TAIL: self._bridge,
            RowKind.BRIDGE_HEAD: self._bridge,
            RowKind.DROP: self._drop,
            RowKind.GAP: self._gap,
            RowKind.SIGN: self._sign,
            RowKind.LOSS: self._loss,
            **dict.fromkeys(_PIPE_ROWS, self._pipe),
            **dict.fromkeys(_NODE_ROWS, self._pressure),
            **dict.fromkeys(_MACHINE_ROWS, self._loosened),
            RowKind.BYPASS: self._loosened,
        }

    def _steps(self) -> tuple[Fraction, Fraction]:
        return Fraction(self._question.step_min), Fraction(self._question.step_max)

    def _slack_of_flows(self) -> Fraction:
        question = self._question
        largest = Fraction(1)
        bounds = zip(
            question.injection_min.tolist(), question.injection_max.tolist(), self._direction, strict=True
        )
        for low, high, direction in bounds:
            moves = [direction * step for step in self._steps()]
            largest = max(largest, abs(Fraction(low) + min(moves)), abs(Fraction(high) + max(moves)))
        return Fraction(FLOW_SLACK) * largest

    def first_box(self) -> tuple[list[Fraction], list[Fraction], list[int]]:
        """Return every column's bounds, and every element's modes, before any step."""
        question, network, slack = self._question, self._network, self._flow_slack
        supply = Fraction(question.supply_max)
        lower = [max(_finite(q, -supply), -supply) - slack for q in question.flow_min.tolist()]
        upper = [min(_finite(q, supply), supply) + slack for q in question.flow_max.tolist()]
        least = [Fraction(x) - _SLACK for x in network.potential_min.tolist()]
        most = [Fraction(x) + _SLACK for x in network.potential_max.tolist()]
        first, last = self._steps()
        ends = self._columns.ends.tolist()
        lower += [*least, *(least[a] - most[b] for a, b in ends)]
        upper += [*most, *(most[a] - least[b] for a, b in ends)]
        lower += [*map(Fraction, question.injection_min.tolist()), first]
        upper += [*map(Fraction, question.injection_max.tolist()), last]
        lower += [Fraction(x) - _SLACK for x in network.pressure_min_bar.tolist()]
        upper += [Fraction(x) + _SLACK for x in network.pressure_max_bar.tolist()]
        return lower, upper, [self._modes(element) for element in range(len(self._tail))]

    def _modes(self, element: int) -> int:
        kind = self._network.kind[element]
        if kind in _ACTIVE_KINDS:
            configurations = max(len(self._network.ranges.get(element, ())), 1)
            active = sum(ACTIVE << k for k in range(configurations))
            return CLOSED | active | (OPEN if self._network.has_bypass[element] else 0)
        return CLOSED | OPEN if kind == ElementKind.VALVE else OPEN

    def rows_of_mode(self, element: int, mode: int) -> Iterator[Row]:
        """Yield the rows that one mode alone must meet."""
        network = self._network
        yield Row(RowKind.SIGN, element)
        if mode == OPEN and network.kind[element] != ElementKind.RESISTOR:
            yield Row(RowKind.LEVEL, element)
        if mode < ACTIVE:
            return
        ranges = network.ranges.get(element, ())
        kinds = [RowKind.INLET, RowKind.OUTLET, RowKind.DIFFERENCE]
        if ranges:
            configuration = _configuration(mode)
            for facet in range(len(ranges[configuration].offsets)):
                if network.resistance[element] == 0 or ranges[configuration].normals[facet, 2] >= 0:
                    yield Row(RowKind.FACET, element, 0.0, configuration * FACETS + facet)
        else:
            kinds.append(RowKind.RATIO_MIN)
            yield Row(RowKind.RATIO_MAX, element)
        for kind in kinds:
            yield Row(kind, element)

    def write(self, row: Row, case: Case) -> Written:
        """Return the row over the case; raises _Faulty where there is no such row."""
        of_nodes = row.kind in {*_NODE_ROWS, RowKind.BALANCE}
        of_pairs = row.kind == RowKind.DROP
        size = len(self._around) if of_nodes else len(self._columns.ends) if of_pairs else len(self._tail)
        if not 0 <= row.number < size or not math.isfinite(row.point):
            raise _Faulty(f"there is no row {row.kind.name} of {row.number}")
        return self._writers[row.kind](row, case)

    def _entering(self, nodes: frozenset[int], sign: int) -> Terms:
        terms = {self._columns.injection(node): Fraction(sign) for node in nodes}
        terms[self._columns.step] = sign * sum((self._direction[node] for node in nodes), Fraction(0))
        return terms

    def _balance(self, row: Row, _: Case) -> Written:
        terms = self._entering(frozenset((row.number,)), 1)
        for element in self._around[row.number]:
            sign = 1 if self._head[element] == row.number else -1
            terms[element] = terms.get(element, Fraction(0)) + sign
        return terms, -self._flow_slack, self._flow_slack

    def _bridge(self, row: Row, _: Case) -> Written:
        element = row.number
        is_tail = row.kind == RowKind.BRIDGE_TAIL
        start, end = self._tail[element], self._head[element]
        side = self._reach(start if is_tail else end, element)
        if (end if is_tail else start) in side:
            raise _Faulty(f"element {element} is not the only one between two parts")
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

    def _drop(self, row: Row, _: Case) -> Written:
        first, second = self._columns.ends[row.number].tolist()
        terms = {
            self._columns.first_drop + row.number: Fraction(1),
            self._columns.potential(first): Fraction(-1),
            self._columns.potential(second): Fraction(1),
        }
        return terms, Fraction(0), Fraction(0)

    def _gap(self, _: Row, __: Case) -> Written:
        gap = self._question.gap
        if gap is None or gap.high == gap.low:
            raise _Faulty("the question demands no gap")
        terms = {
            self._columns.potential(gap.high): Fraction(1),
            self._columns.potential(gap.low): -Fraction(1),
        }
        return terms, Fraction(gap.least) - _SLACK, None

    def _sign(self, row: Row, case: Case) -> Written:
        modes = case.modes[row.number]
        lower = None if modes & OPEN else -self._flow_slack
        return {row.number: Fraction(1)}, lower, self._flow_slack if modes == CLOSED else None

    def _loss(self, row: Row, case: Case) -> Written:
        if self._network.kind[row.number] != ElementKind.RESISTOR:
            raise _Faulty(f"element {row.number} is no resistor")
        loss = Fraction(float(self._network.loss_bar[row.number]))
        lower = loss if case.lower[row.number] > self._flow_slack else -loss
        upper = -loss if case.upper[row.number] < -self._flow_slack else loss
        inlet, outlet = self._pressures(row.number)
        return {inlet: Fraction(1), outlet: Fraction(-1)}, lower - _SLACK, upper + _SLACK

    def _pressures(self, element: int) -> tuple[int, int]:
        columns = self._columns
        return columns.pressure(self._tail[element]), columns.pressure(self._head[element])

    def _f(self, element: int, flow: Fraction) -> Fraction:
        return self._beta[element] * flow * abs(flow)

    def _pipe(self, row: Row, case: Case) -> Written:
        """Write a row of φ_i − φ_j = β q |q|."""
        element = row.number
        is_open = case.modes[element] == OPEN and self._network.kind[element] != ElementKind.RESISTOR
        if not is_open:
            raise _Faulty(f"element {element} need not obey the law of a pipe")
        low, high = case.lower[element], case.upper[element]
        drop = self._columns.drop(element)
        sign = 1 if self._tail[element] < self._head[element] else -1
        point, at_point = Fraction(row.point), self._f(element, Fraction(row.point))
        if row.kind == RowKind.LEVEL:
            return {drop: Fraction(sign)}, self._f(element, low) - _SLACK, self._f(element, high) + _SLACK
        if row.kind == RowKind.FLOW_BELOW:
            most = case.upper[drop] if sign > 0 else -case.lower[drop]
            return {element: Fraction(1)}, None, point if at_point >= most + _SLACK else None
        if row.kind == RowKind.FLOW_ABOVE:
            least = case.lower[drop] if sign > 0 else -case.upper[drop]
            return {element: Fraction(1)}, point if at_point <= least - _SLACK else None, None
        if row.kind == RowKind.TANGENT:
            terms = {drop: Fraction(sign), element: -2 * self._beta[element] * abs(point)}
            if point >= 0:
                is_below = low >= 0 or point**2 - 2 * point * low - low**2 >= 0
                return terms, -at_point - _SLACK if is_below else None, None
            is_above = high <= 0 or point**2 - 2 * point * high - high**2 >= 0
            return terms, None, -at_point + _SLACK if is_above else None
        return self._chord(element, drop, sign, low, high)

    def _chord(self, element: int, drop: int, sign: int, low: Fraction, high: Fraction) -> Written:
        """Below the law where that is concave, or bends up too late to dip under; above in mirror image."""
        if low >= high:
            raise _Faulty(f"the flow of element {element} is not open")
        slope = (self._f(element, high) - self._f(element, low)) / (high - low)
        rise = self._f(element, low) - slope * low
        is_below = high <= 0 or (low < 0 and high**2 - 2 * high * low - low**2 <= 0)
        is_above = low >= 0 or (high > 0 and low**2 - 2 * low * high - high**2 <= 0)
        terms = {drop: Fraction(sign), element: -slope}
        return terms, rise - _SLACK if is_below else None, rise + _SLACK if is_above else None

    def _pressure(self, row: Row, case: Case) -> Written:
        """Write a row of φ = σ p²."""
        node, sigma, point = row.number, self._sigma[row.number], Fraction(row.point)
        potential, pressure = self._columns.potential(node), self._columns.pressure(node)
        low, high = max(case.lower[pressure], Fraction(0)), case.upper[pressure]
        if row.kind == RowKind.SQUARE_TANGENT:
            return {potential: Fraction(1), pressure: -2 * sigma * point}, -sigma * point**2, None
        if row.kind == RowKind.SQUARE_CHORD:
            return {potential: Fraction(1), pressure: -sigma * (low + high)}, None, -sigma * low * high
        if row.kind == RowKind.SQUARE_LEVEL:
            return {potential: Fraction(1)}, sigma * low**2, sigma * high**2
        if row.kind == RowKind.PRESSURE_BELOW:
            holds = point >= 0 and sigma * point**2 >= case.upper[potential]
            return {pressure: Fraction(1)}, None, point if holds else None
        holds = point <= 0 or sigma * point**2 <= case.lower[potential]
        return {pressure: Fraction(1)}, point if holds else None, None

    def _loosened(self, row: Row, case: Case) -> Written:
        """Write a row of an active mode, loosened by what the other modes that remain can do."""
        element = row.number
        own, (terms, lower, upper) = self._of_mode(row, case)
        if row.tilt in _UPPER_TILTS:
            terms, lower, upper = _turned(terms, None, upper)
        if row.tilt:
            upper = None
        ruled_out = case.modes[element] & ~own & _RULED_OUT[row.tilt]
        for mode in _bits(case.modes[element] & ~own & ~ruled_out):
            if lower is not None and (least := self._least(terms, element, mode, case)) is not None:
                lower = min(lower, least)
            opposite = _turned(terms, None, None)[0]
            if upper is not None and (least := self._least(opposite, element, mode, case)) is not None:
                upper = max(upper, -least)
        if ruled_out and lower is not None:
            lower = self._tilt(row, terms, lower, ruled_out, case)
        return _turned(terms, lower, upper) if row.tilt in _UPPER_TILTS else (terms, lower, upper)

    def _tilt(self, row: Row, terms: Terms, lower: Fraction, ruled_out: int, case: Case) -> Fraction | None:
        """Tilt the terms towards an end of the flow's interval; return the lower bound they then have.

        In the row's own modes q / end ≤ 1, so that M (1 − q / end) ≥ 0 loosens it. In those ruled out
        q / end ≤ slack / |end|, so that no less than M (1 − slack / |end|) is left of it.
        """
        element = row.number
        is_up = row.tilt in {Tilt.LOWER_TOWARDS_MAX, Tilt.UPPER_TOWARDS_MAX}
        end = case.upper[element] if is_up else case.lower[element]
        if (end if is_up else -end) <= 0:
            return None
        leasts = [self._least(terms, element, mode, case) for mode in _bits(ruled_out)]
        miss = max(max((lower - least for least in leasts if least is not None), default=_ZERO), _ZERO)
        terms[element] = terms.get(element, _ZERO) - miss / end
        return lower - miss - miss / abs(end) * self._flow_slack

    def _of_mode(self, row: Row, case: Case) -> tuple[int, Written]:
        """Return the modes whose row it is, and the row as it holds in them."""
        element, kind = row.number, self._network.kind[row.number]
        if row.kind == RowKind.BYPASS:
            if kind not in {ElementKind.VALVE, *_ACTIVE_KINDS}:
                raise _Faulty(f"element {element} has no bypass")
            inlet = self._columns.potential(self._tail[element])
            outlet = self._columns.potential(self._head[element])
            lower = self._f(element, case.lower[element]) - _SLACK
            upper = self._f(element, case.upper[element]) + _SLACK
            return OPEN, ({inlet: Fraction(1), outlet: Fraction(-1)}, lower, upper)
        if kind not in _ACTIVE_KINDS:
            raise _Faulty(f"element {element} has no active mode")
        if row.kind == RowKind.FACET:
            return ACTIVE << (row.part // FACETS), self._facet(row)
        return ~(CLOSED | OPEN), self._machine(row, case)

    def _least(self, terms: Terms, element: int, mode: int, case: Case) -> Fraction | None:
        """Return a lower bound of the terms' sum in one mode; None if the flow's bounds rule the mode out."""
        low, high = case.lower[element], case.upper[element]
        if mode != OPEN:
            low = max(low, -self._flow_slack)
        if mode == CLOSED:
            high = min(high, self._flow_slack)
        if low > high:
            return None
        narrowed = Case(self, case.lower.copy(), case.upper.copy(), case.modes)
        narrowed.lower[element], narrowed.upper[element] = low, high
        least = narrowed.least(terms)
        if mode != OPEN:
            return least
        inlet = self._columns.potential(self._tail[element])
        outlet = self._columns.potential(self._head[element])
        fall = terms.get(outlet, Fraction(0))
        merged = {c: a for c, a in terms.items() if c != outlet}
        merged[inlet] = terms.get(inlet, Fraction(0)) + fall
        loss = self._f(element, high) + _SLACK if fall > 0 else self._f(element, low) - _SLACK
        return max(least, narrowed.least(merged) - fall * loss)

    def _machine(self, row: Row, case: Case) -> Written:
        network, element = self._network, row.number
        i, j = self._tail[element], self._head[element]
        inlet, outlet = self._columns.potential(i), self._columns.potential(j)
        if row.kind == RowKind.INLET:
            least = self._sigma[i] * Fraction(float(network.inlet_min_bar[element])) ** 2
            return {inlet: Fraction(1)}, least - _SLACK, None
        if row.kind == RowKind.OUTLET:
            most = _limit(network.outlet_max_bar[element])
            bound = None if most is None else self._sigma[j] * most**2 + _SLACK
            return {outlet: Fraction(1)}, None, bound
        if row.kind == RowKind.DIFFERENCE:
            at_inlet, at_outlet = self._pressures(element)
            lower = Fraction(float(network.difference_min_bar[element])) - _SLACK
            most = _limit(network.difference_max_bar[element])
            terms = {at_inlet: Fraction(1), at_outlet: Fraction(-1)}
            # Without limits a state answers to the ratio alone, whose slack is in squares.
            if most is None and not network.difference_min_bar[element]:
                return terms, None, None
            return terms, lower, None if most is None else most + _SLACK
        if network.ranges.get(element):
            raise _Faulty(f"element {element} has operating ranges and no ratio")
        return self._ratio(row, case, inlet, outlet)

    def _ratio(self, row: Row, case: Case, inlet: int, outlet: int) -> Written:
        element, beta = row.number, self._beta[row.number]
        uphill = self._sigma[self._head[element]] / self._sigma[self._tail[element]]
        if row.kind == RowKind.RATIO_MAX:
            highest, point = Fraction(float(self._network.ratio_max[element])), Fraction(row.point)
            factor = highest**2 * uphill
            terms = {inlet: factor, outlet: Fraction(-1), element: -2 * beta * point}
            is_bounded = highest < RATIO_UNBOUNDED
            return terms, -beta * point**2 - _SLACK * max(factor, Fraction(1)) if is_bounded else None, None
        factor = Fraction(float(self._network.ratio_min[element])) ** 2 * uphill
        low = max(case.lower[element], -self._flow_slack)
        high = max(case.upper[element], low)
        terms = {outlet: Fraction(1), inlet: -factor, element: beta * (low + high)}
        return terms, beta * low * high - _SLACK * max(factor, Fraction(1)), None

    def _facet(self, row: Row) -> Written:
        element = row.number
        configuration, facet = divmod(row.part, FACETS)
        ranges = self._network.ranges.get(element, ())
        if not 0 <= configuration < len(ranges) or facet >= len(ranges[configuration].offsets):
            raise _Faulty(f"element {element} has no such operating range")
        flow, inlet, outlet = map(Fraction, ranges[configuration].normals[facet].tolist())
        if outlet < 0 and self._beta[element]:
            raise _Faulty(f"facet {facet} of element {element} speaks of a pressure that is no node's")
        slack = (abs(flow) + abs(inlet) + abs(outlet)) * _SLACK
        at_inlet, at_outlet = self._pressures(element)
        offset = Fraction(float(ranges[configuration].offsets[facet]))
        return {element: flow, at_inlet: inlet, at_outlet: outlet}, None, offset + slack


def _turned(terms: Terms, lower: Fraction | None, upper: Fraction | None) -> Written:
    """Return the row times −1."""
    return (
        {column: -a for column, a in terms.items()},
        None if upper is None else -upper,
        None if lower is None else -lower,
    )


def _exact(number: float) -> Fraction:
    if not math.isfinite(number):
        raise _Faulty(f"{number} is no number")
    return Fraction(number)


def _finite(number: float, otherwise: Fraction) -> Fraction:
    return Fraction(number) if math.isfinite(number) else otherwise


def _limit(number: float) -> Fraction | None:
    return Fraction(float(number)) if math.isfinite(number) else None


def _configuration(mode: int) -> int:
    return (mode // ACTIVE).bit_length() - 1


def _bits(modes: int) -> Iterator[int]:
    mode = 1
    while mode <= modes:
        if modes & mode:
            yield mode
        mode <<= 1
