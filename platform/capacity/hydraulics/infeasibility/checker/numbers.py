"""The checker's numbers: those of the problem, as exact fractions of their floats.

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from capacity.hydraulics.infeasibility.certificate import FLOW_SLACK, LAW_SLACK, Columns
from capacity.hydraulics.physics.problem import HydraulicProblem

Terms = dict[int, Fraction]
Written = tuple[Terms, Fraction | None, Fraction | None]
"""A row's coefficients by column, its lower and its upper bound; None where it has none."""

ZERO: Final = Fraction(0)
SLACK: Final = Fraction(LAW_SLACK)


class Faulty(Exception):
    """A step that its weights or its rows do not justify; the message says what."""


@dataclass(slots=True, eq=False)
class ExactBox:
    """Bounds of every column, and the modes of every element as bits."""

    lower: list[Fraction]
    upper: list[Fraction]
    modes: list[int]

    def copy(self) -> "ExactBox":
        """Return a box of its own."""
        return ExactBox(self.lower.copy(), self.upper.copy(), self.modes.copy())

    def least(self, terms: Terms) -> Fraction:
        """Return the least that the terms add up to over the box."""
        parts = (a * (self.lower if a > 0 else self.upper)[c] for c, a in terms.items() if a)
        return sum(parts, ZERO)


class Numbers:
    """The numbers of one problem.

    tail, head, beta (bar² s²/kg²) : by element; sigma, direction : by node; steps : the least and the largest
    """

    def __init__(self, problem: HydraulicProblem) -> None:
        network = problem.network
        self.problem = problem
        self.network = network
        self.columns = Columns(network)
        self.tail: list[int] = network.tail.tolist()
        self.head: list[int] = network.head.tolist()
        self.beta = [Fraction(beta) for beta in network.resistance.tolist()]
        self.sigma = [Fraction(sigma) for sigma in network.elevation.tolist()]
        self.direction = [Fraction(d) for d in problem.direction.tolist()]
        self.steps = Fraction(problem.step_min), Fraction(problem.step_max)
        self.flow_slack = self._slack_of_flows()

    def _slack_of_flows(self) -> Fraction:
        problem = self.problem
        largest = Fraction(1)
        bounds = zip(
            problem.injection_min.tolist(), problem.injection_max.tolist(), self.direction, strict=True
        )
        for low, high, direction in bounds:
            moves = [direction * step for step in self.steps]
            largest = max(largest, abs(Fraction(low) + min(moves)), abs(Fraction(high) + max(moves)))
        return Fraction(FLOW_SLACK) * largest

    def loss(self, element: int, flow: Fraction) -> Fraction:
        """Return β q |q|, in bar²."""
        return self.beta[element] * flow * abs(flow)

    def potentials(self, element: int) -> tuple[int, int]:
        """Return the columns of the potentials at an element's tail and head."""
        return self.columns.potential(self.tail[element]), self.columns.potential(self.head[element])

    def pressures(self, element: int) -> tuple[int, int]:
        """Return the columns of the pressures at an element's tail and head."""
        return self.columns.pressure(self.tail[element]), self.columns.pressure(self.head[element])


def exact(number: float) -> Fraction:
    """Return a number of the certificate; raises Faulty where it is none."""
    if not math.isfinite(number):
        raise Faulty(f"{number} is no number")
    return Fraction(number)


def finite(number: float, otherwise: Fraction) -> Fraction:
    """Return a bound, or `otherwise` where there is none."""
    return Fraction(number) if math.isfinite(number) else otherwise


def limit(number: float) -> Fraction | None:
    """Return a limit, or None where there is none."""
    return Fraction(float(number)) if math.isfinite(number) else None


def each_mode(modes: int) -> Iterator[int]:
    """Yield the modes one at a time."""
    mode = 1
    while mode <= modes:
        if modes & mode:
            yield mode
        mode <<= 1
