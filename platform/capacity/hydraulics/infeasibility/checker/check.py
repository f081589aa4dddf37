"""The check of infeasibility certificates, independent of the search and of its solver.

Works in fractions: every number of the problem and of the certificate is taken for exactly what its float
is, every row is written out anew by `checker.laws`, and nothing is rounded. With the search it shares the
data of `capacity.hydraulics.infeasibility.certificate` and the meaning of each row's name, nothing else.
"""

from dataclasses import dataclass
from fractions import Fraction

from capacity.hydraulics.infeasibility.certificate import (
    Close,
    Exclude,
    InfeasibilityCertificate,
    Row,
    SplitFlow,
    SplitModes,
    Step,
    Tighten,
    Weights,
)
from capacity.hydraulics.infeasibility.checker.laws import Laws
from capacity.hydraulics.infeasibility.checker.numbers import ZERO, ExactBox, Faulty, Terms, each_mode, exact
from capacity.hydraulics.physics.problem import HydraulicProblem


def certificate_faults(problem: HydraulicProblem, certificate: InfeasibilityCertificate) -> list[str]:
    """Return what is wrong with the certificate of the problem; empty: no state answers the problem."""
    steps = iter(enumerate(certificate.steps))
    number = -1
    open_cases = [Case.whole(problem)]
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
    except Faulty as fault:
        return [f"step {number}: {fault}"]
    left = sum(1 for _ in steps)
    return [f"{left} steps follow after the last case has closed"] if left else []


@dataclass(frozen=True, slots=True, eq=False)
class CheckedCertificate:
    """A certificate without fault, and the problem it is about; made by `checked_certificate` only."""

    problem: HydraulicProblem
    certificate: InfeasibilityCertificate


def checked_certificate(
    problem: HydraulicProblem, certificate: InfeasibilityCertificate
) -> CheckedCertificate | list[str]:
    """Return the certificate as checked, or its faults."""
    return certificate_faults(problem, certificate) or CheckedCertificate(problem, certificate)


class Case:
    """One box, and the laws that hold in it."""

    def __init__(self, laws: Laws, box: ExactBox) -> None:
        self._laws = laws
        self._box = box

    @classmethod
    def whole(cls, problem: HydraulicProblem) -> "Case":
        """Return the case of everything that the problem and the network allow."""
        laws = Laws(problem)
        return cls(laws, laws.first_box())

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
            column, value = self._column(step.column), exact(step.value)
            below._box.upper[column] = min(below._box.upper[column], value)
            above._box.lower[column] = max(above._box.lower[column], value)
            return [below, above]
        return self._split_modes(step)

    def _copy(self) -> "Case":
        return Case(self._laws, self._box.copy())

    def _column(self, column: int) -> int:
        if not 0 <= column < len(self._box.lower):
            raise Faulty(f"there is no column {column}")
        return column

    def _element(self, element: int) -> int:
        if not 0 <= element < len(self._box.modes):
            raise Faulty(f"there is no element {element}")
        return element

    def _split_modes(self, step: SplitModes) -> "list[Case]":
        element, covered = self._element(step.element), 0
        parts = []
        for modes in step.sets:
            part = self._copy()
            part._box.modes[element] &= modes
            covered |= modes
            parts.append(part)
        if self._box.modes[element] & ~covered:
            raise Faulty(f"the parts leave out a mode of element {element}")
        return parts

    def _tighten(self, step: Tighten) -> None:
        column, bound = self._column(step.column), exact(step.bound)
        sign = 1 if step.side == "lower" else -1
        if self._value(step.weights, {column: Fraction(sign)}) < sign * bound:
            raise Faulty(f"its weights do not prove the {step.side} bound of column {column}")
        if sign > 0:
            self._box.lower[column] = max(self._box.lower[column], bound)
        else:
            self._box.upper[column] = min(self._box.upper[column], bound)

    def _close(self, step: Close) -> None:
        if step.weights:
            if self._value(step.weights, {}) <= 0:
                raise Faulty("its weights contradict nothing")
        elif all(self._box.modes) and all(
            low <= high for low, high in zip(self._box.lower, self._box.upper, strict=True)
        ):
            raise Faulty("the case closes, but its box is not proved empty")

    def _exclude(self, step: Exclude) -> None:
        element = self._element(step.element)
        left = self._box.modes[element]
        for mode in each_mode(step.mode & left):
            self._box.modes[element] = mode
            if not any(self._is_out_of_reach(row) for row in self._laws.modes.rows(element, mode)):
                raise Faulty(f"element {element} can be in the mode excluded")
            left &= ~mode
        self._box.modes[element] = left

    def _is_out_of_reach(self, row: Row) -> bool:
        terms, lower, upper = self._laws.write(row, self._box)
        if lower is not None and -self._box.least({c: -a for c, a in terms.items()}) < lower:
            return True
        return upper is not None and self._box.least(terms) > upper

    def _value(self, weights: Weights, rest: Terms) -> Fraction:
        """Return what the weights prove `rest` to be at least."""
        total = ZERO
        for row, float_weight in weights:
            weight = exact(float_weight)
            if not weight:
                continue
            terms, lower, upper = self._laws.write(row, self._box)
            bound = lower if weight > 0 else upper
            if bound is None:
                raise Faulty(f"row {row.kind.name} of {row.number} has no bound on the side used")
            total += weight * bound
            for column, coefficient in terms.items():
                rest[column] = rest.get(column, ZERO) - weight * coefficient
        return total + self._box.least(rest)
