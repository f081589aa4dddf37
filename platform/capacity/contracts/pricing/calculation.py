"""Exact price arithmetic, and the steps of a calculation.

Every amount is computed in a decimal context that refuses to round: an operation that would lose a digit
raises `decimal.Inexact` instead. The ratios a price may need (a calorific value over its reference, a share
of a cost) are rounded explicitly, to a number of digits that the contract states (`rounded_ratio`). Amounts
are in the contract's currency; `linepack.money.Money.rounded` rounds them where they become payable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator

from linepack.gasday import GasDay
from linepack.problems import Fault

DIGITS_MAX = 15
DECIMALS_MAX = 9
NUMBER_LENGTH_MAX = 64

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Wide enough for any price within the limits of `capacity.contracts.pricing.price`: nothing is rounded."""


def number_fault(value: Decimal, place: str) -> Fault | None:
    """Return why `value` is no number a contract may hold, or None."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        return Fault(place, f"{value} is not a number")
    if value.adjusted() >= DIGITS_MAX or -exponent > DECIMALS_MAX:
        return Fault(place, f"at most {DIGITS_MAX} digits and {DECIMALS_MAX} decimals, not {value}")
    return None


def _read_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > NUMBER_LENGTH_MAX:
        raise ValueError("a decimal number is written as a string")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if fault := number_fault(number, ""):
        raise ValueError(fault.message)
    return number


Number = Annotated[Decimal, BeforeValidator(_read_number)]
"""A number of a contract; JSON gives it as a string or a whole number."""


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
    """One step of a calculation: what was computed, and its result."""

    expression: str
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.expression} = {format_decimal(self.amount)}"


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
        """Return a calculation of one step."""
        return cls((Line(expression, amount),), amount)

    def then(self, expression: str, amount: Decimal) -> "CalculationSteps":
        """Return this calculation continued by one step, which becomes the amount."""
        return CalculationSteps((*self.lines, Line(expression, amount)), amount, self.alerts)


def total(parts: tuple[CalculationSteps, ...], label: str = "sum") -> CalculationSteps:
    """Return several calculations one after the other, closed by their sum where there is more than one."""
    if len(parts) == 1:
        return parts[0]
    lines = tuple(line for part in parts for line in part.lines)
    alerts = tuple(alert for part in parts for alert in part.alerts)
    amount = exact_sum(*(part.amount for part in parts))
    return CalculationSteps((*lines, Line(label, amount)), amount, alerts)


def exact_sum(*amounts: Decimal) -> Decimal:
    """Return the exact sum."""
    result = Decimal(0)
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def exact_product(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact product."""
    return EXACT.multiply(left, right)


def rounded_ratio(numerator: Decimal, denominator: Decimal, digits: int) -> Decimal:
    """Return numerator/denominator to `digits` decimals, half away from zero; the denominator positive."""
    scaled = Fraction(abs(numerator)) / Fraction(denominator) * 10**digits
    rounded = Decimal(int(scaled + Fraction(1, 2))).scaleb(-digits, EXACT)
    return EXACT.minus(rounded) if numerator < 0 else rounded


def format_decimal(value: Decimal) -> str:
    """Return a number as a calculation shows it: thousands apart, no trailing zeros, never an exponent."""
    return f"{value.normalize(EXACT):,f}"
