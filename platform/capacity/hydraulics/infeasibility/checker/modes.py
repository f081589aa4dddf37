"""The checker's laws of modes: what holds of a valve or station in each of its modes.

A row of an active mode, or of the bypass, is loosened by what the other modes that remain can do. Written out
in fractions from the laws of `capacity.hydraulics.physics.network`, without any code of the prover.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from capacity.hydraulics.infeasibility.certificate import (
    ACTIVE,
    CLOSED,
    FACETS,
    OPEN,
    Row,
    RowKind,
    Strengthening,
)
from capacity.hydraulics.infeasibility.checker.numbers import (
    SLACK,
    ZERO,
    ExactBox,
    Faulty,
    Numbers,
    Terms,
    Written,
    each_mode,
    limit,
)
from capacity.hydraulics.physics.network import RATIO_UNBOUNDED, ElementKind

_UPPER_TILTS: Final = (Strengthening.UPPER_TOWARDS_MAX, Strengthening.UPPER_TOWARDS_MIN)
_RULED_OUT: Final = {
    Strengthening.NONE: 0,
    Strengthening.LOWER_TOWARDS_MAX: CLOSED,
    Strengthening.UPPER_TOWARDS_MAX: CLOSED,
    Strengthening.LOWER_TOWARDS_MIN: ~OPEN,
    Strengthening.UPPER_TOWARDS_MIN: ~OPEN,
}
"""The modes that a flow of the sign of that end rules out."""
_ACTIVE_KINDS: Final = (ElementKind.CONTROL_VALVE, ElementKind.COMPRESSOR)


class LawsOfModes:
    """Writes out the rows of modes of one problem."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._network = numbers.network
        self._tail, self._head = numbers.tail, numbers.head
        self._beta, self._sigma = numbers.beta, numbers.sigma
        self._flow_slack = numbers.flow_slack

    def of(self, element: int) -> int:
        """Return every mode that an element has, as bits."""
        kind = self._network.kind[element]
        if kind in _ACTIVE_KINDS:
            configurations = max(len(self._network.ranges.get(element, ())), 1)
            active = sum(ACTIVE << k for k in range(configurations))
            return CLOSED | active | (OPEN if self._network.has_bypass[element] else 0)
        return CLOSED | OPEN if kind == ElementKind.VALVE else OPEN

    def rows(self, element: int, mode: int) -> Iterator[Row]:
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

    def write(self, row: Row, box: ExactBox) -> Written:
        """Write a row of an active mode, loosened by what the other modes that remain can do."""
        element = row.number
        own, (terms, lower, upper) = self._of_mode(row, box)
        if row.tilt in _UPPER_TILTS:
            terms, lower, upper = _turned(terms, None, upper)
        if row.tilt:
            upper = None
        ruled_out = box.modes[element] & ~own & _RULED_OUT[row.tilt]
        for mode in each_mode(box.modes[element] & ~own & ~ruled_out):
            if lower is not None and (least := self._least(terms, element, mode, box)) is not None:
                lower = min(lower, least)
            opposite = _turned(terms, None, None)[0]
            if upper is not None and (least := self._least(opposite, element, mode, box)) is not None:
                upper = max(upper, -least)
        if ruled_out and lower is not None:
            lower = self._tilt(row, terms, lower, ruled_out, box)
        return _turned(terms, lower, upper) if row.tilt in _UPPER_TILTS else (terms, lower, upper)

    def _tilt(
        self, row: Row, terms: Terms, lower: Fraction, ruled_out: int, box: ExactBox
    ) -> Fraction | None:
        """Strengthening the terms towards an end of the flow's interval; return the lower bound they then
        have.

        In the row's own modes q / end ≤ 1, so that M (1 − q / end) ≥ 0 loosens it. In those ruled out
        q / end ≤ slack / |end|, so that no less than M (1 − slack / |end|) is left of it.
        """
        element = row.number
        is_up = row.tilt in {Strengthening.LOWER_TOWARDS_MAX, Strengthening.UPPER_TOWARDS_MAX}
        end = box.upper[element] if is_up else box.lower[element]
        if (end if is_up else -end) <= 0:
            return None
        leasts = [self._least(terms, element, mode, box) for mode in each_mode(ruled_out)]
        miss = max(max((lower - least for least in leasts if least is not None), default=ZERO), ZERO)
        terms[element] = terms.get(element, ZERO) - miss / end
        return lower - miss - miss / abs(end) * self._flow_slack

    def _of_mode(self, row: Row, box: ExactBox) -> tuple[int, Written]:
        """Return the modes whose row it is, and the row as it holds in them."""
        element, kind = row.number, self._network.kind[row.number]
        if row.kind == RowKind.BYPASS:
            if kind not in {ElementKind.VALVE, *_ACTIVE_KINDS}:
                raise Faulty(f"element {element} has no bypass")
            inlet, outlet = self._numbers.potentials(element)
            lower = self._numbers.loss(element, box.lower[element]) - SLACK
            upper = self._numbers.loss(element, box.upper[element]) + SLACK
            return OPEN, ({inlet: Fraction(1), outlet: Fraction(-1)}, lower, upper)
        if kind not in _ACTIVE_KINDS:
            raise Faulty(f"element {element} has no active mode")
        if row.kind == RowKind.FACET:
            facet = self._facet(row)
            return ACTIVE << (row.part // FACETS), facet
        return ~(CLOSED | OPEN), self._machine(row, box)

    def _least(self, terms: Terms, element: int, mode: int, box: ExactBox) -> Fraction | None:
        """Return a lower bound of the terms' sum in one mode; None if the flow's bounds rule the mode out."""
        low, high = box.lower[element], box.upper[element]
        if mode != OPEN:
            low = max(low, -self._flow_slack)
        if mode == CLOSED:
            high = min(high, self._flow_slack)
        if low > high:
            return None
        narrowed = ExactBox(box.lower.copy(), box.upper.copy(), box.modes)
        narrowed.lower[element], narrowed.upper[element] = low, high
        least = narrowed.least(terms)
        if mode != OPEN:
            return least
        inlet, outlet = self._numbers.potentials(element)
        fall = terms.get(outlet, ZERO)
        merged = {c: a for c, a in terms.items() if c != outlet}
        merged[inlet] = terms.get(inlet, ZERO) + fall
        loss = (
            self._numbers.loss(element, high) + SLACK
            if fall > 0
            else self._numbers.loss(element, low) - SLACK
        )
        return max(least, narrowed.least(merged) - fall * loss)

    def _machine(self, row: Row, box: ExactBox) -> Written:
        network, element = self._network, row.number
        i, j = self._tail[element], self._head[element]
        inlet, outlet = self._numbers.potentials(element)
        if row.kind == RowKind.INLET:
            least = self._sigma[i] * Fraction(float(network.inlet_min_bar[element])) ** 2
            return {inlet: Fraction(1)}, least - SLACK, None
        if row.kind == RowKind.OUTLET:
            most = limit(network.outlet_max_bar[element])
            bound = None if most is None else self._sigma[j] * most**2 + SLACK
            return {outlet: Fraction(1)}, None, bound
        if row.kind == RowKind.DIFFERENCE:
            at_inlet, at_outlet = self._numbers.pressures(element)
            lower = Fraction(float(network.difference_min_bar[element])) - SLACK
            most = limit(network.difference_max_bar[element])
            terms = {at_inlet: Fraction(1), at_outlet: Fraction(-1)}
            # Without limits a state answers to the ratio alone, whose slack is in squares.
            if most is None and not network.difference_min_bar[element]:
                return terms, None, None
            return terms, lower, None if most is None else most + SLACK
        if network.ranges.get(element):
            raise Faulty(f"element {element} has operating ranges and no ratio")
        return self._ratio(row, box, inlet, outlet)

    def _ratio(self, row: Row, box: ExactBox, inlet: int, outlet: int) -> Written:
        element, beta = row.number, self._beta[row.number]
        uphill = self._sigma[self._head[element]] / self._sigma[self._tail[element]]
        if row.kind == RowKind.RATIO_MAX:
            highest, point = Fraction(float(self._network.ratio_max[element])), Fraction(row.point)
            factor = highest**2 * uphill
            terms = {inlet: factor, outlet: Fraction(-1), element: -2 * beta * point}
            is_bounded = highest < RATIO_UNBOUNDED
            return terms, -beta * point**2 - SLACK * max(factor, Fraction(1)) if is_bounded else None, None
        factor = Fraction(float(self._network.ratio_min[element])) ** 2 * uphill
        low = max(box.lower[element], -self._flow_slack)
        high = max(box.upper[element], low)
        terms = {outlet: Fraction(1), inlet: -factor, element: beta * (low + high)}
        return terms, beta * low * high - SLACK * max(factor, Fraction(1)), None

    def _facet(self, row: Row) -> Written:
        element = row.number
        configuration, facet = divmod(row.part, FACETS)
        ranges = self._network.ranges.get(element, ())
        if not 0 <= configuration < len(ranges) or facet >= len(ranges[configuration].offsets):
            raise Faulty(f"element {element} has no such operating range")
        flow, inlet, outlet = map(Fraction, ranges[configuration].normals[facet].tolist())
        if outlet < 0 and self._beta[element]:
            raise Faulty(f"facet {facet} of element {element} needs a pressure that is not that of a node")
        slack = (abs(flow) + abs(inlet) + abs(outlet)) * SLACK
        at_inlet, at_outlet = self._numbers.pressures(element)
        offset = Fraction(float(ranges[configuration].offsets[facet]))
        return {element: flow, at_inlet: inlet, at_outlet: outlet}, None, offset + slack


def _turned(terms: Terms, lower: Fraction | None, upper: Fraction | None) -> Written:
    """Return the row times −1."""
    return (
        {column: -a for column, a in terms.items()},
        None if upper is None else -upper,
        None if lower is None else -lower,
    )


def _configuration(mode: int) -> int:
    return (mode // ACTIVE).bit_length() - 1
