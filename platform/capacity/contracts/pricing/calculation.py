"""Exact price arithmetic, and how it shows itself.

Every amount is computed in a decimal context that refuses to round: an operation that would lose a digit
raises `decimal.Inexact` instead. The ratios a price may need (a calorific value over its reference, a share
of a cost) are rounded explicitly, to a number of digits that the contract states (`ratio`). Amounts are in
the contract's currency and unrounded; `linepack.money.Money.rounded` rounds them where they become payable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction

from linepack.gasday import GasDay

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Wide enough for any price within the limits of `capacity.contracts.pricing.price`: nothing is rounded."""


@dataclass(frozen=True, slots=True)
class PricingContext:
    """What a price may depend on beside the quantity: the gas day, the gas, and published index values.

    An index of `estimated_from` has no value for the gas day yet: its value is that of an earlier gas day.
    """

    day: GasDay
    calorific_value_kwh_per_nm3: Decimal | None = None
    index_values: Mapping[str, Decimal] = field(default_factory=dict)
    estimated_from: Mapping[str, GasDay] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a working: what was computed, and what it gave."""

    expression: str
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.expression} = {shown(self.amount)}"


@dataclass(frozen=True, slots=True)
class CalculationSteps:
    """How an amount came about: steps in order, the last of which is the amount, and what to look at."""

    lines: tuple[Line, ...]
    amount: Decimal
    alerts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([*map(str, self.lines), *(f"! {alert}" for alert in self.alerts)])

    @classmethod
    def single(cls, expression: str, amount: Decimal) -> "CalculationSteps":
        """Return a working of one step."""
        return cls((Line(expression, amount),), amount)

    def then(self, expression: str, amount: Decimal) -> "CalculationSteps":
        """Return this working continued by one step, which becomes the amount."""
        return CalculationSteps((*self.lines, Line(expression, amount)), amount, self.alerts)


def total(workings: tuple[CalculationSteps, ...], label: str = "sum") -> CalculationSteps:
    """Return several workings one after the other, closed by their sum where there is more than one."""
    if len(workings) == 1:
        return workings[0]
    lines = tuple(line for working in workings for line in working.lines)
    alerts = tuple(alert for working in workings for alert in working.alerts)
    amount = added(*(working.amount for working in workings))
    return CalculationSteps((*lines, Line(label, amount)), amount, alerts)


def added(*amounts: Decimal) -> Decimal:
    """Return the exact sum."""
    result = Decimal(0)
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def times(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact product."""
    return EXACT.multiply(left, right)


def ratio(numerator: Decimal, denominator: Decimal, digits: int) -> Decimal:
    """Return numerator/denominator to `digits` decimals, half away from zero; the denominator positive."""
    scaled = Fraction(abs(numerator)) / Fraction(denominator) * 10**digits
    rounded = Decimal(int(scaled + Fraction(1, 2))).scaleb(-digits, EXACT)
    return EXACT.minus(rounded) if numerator < 0 else rounded


def shown(value: Decimal) -> str:
    """Return a number as a working shows it: thousands apart, no trailing zeros, never an exponent."""
    return f"{value.normalize(EXACT):,f}"
