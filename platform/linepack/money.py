"""Money: exact amounts with a currency.

An amount is an exact Decimal with its currency. Intermediate amounts keep full precision; rounding to the
currency's minor unit happens in one place, `Money.rounded`, half away from zero as invoices do. Amounts of
different currencies never mix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

_EXACT: Final = Context(prec=400)
"""Wide enough for any sum of prices: decimal's own context keeps 28 digits and drops the cents beyond."""


class Currency(StrEnum):
    """ISO 4217 code of a currency the platform settles in."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"

    @property
    def minor_unit(self) -> Decimal:
        """The smallest amount that can be paid: one hundredth, for every currency listed."""
        return Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; positive is owed by the debtor that the context names."""

    amount: Decimal
    currency: Currency

    @classmethod
    def zero(cls, currency: Currency) -> "Money":
        """Return nothing, in `currency`."""
        return cls(Decimal(0), currency)

    def __add__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(_EXACT.subtract(self.amount, other.amount), self.currency)

    def __neg__(self) -> "Money":
        return Money(_EXACT.minus(self.amount), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(_EXACT.multiply(self.amount, factor), self.currency)

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"

    def rounded(self) -> "Money":
        """Return this amount in whole minor units, half away from zero: the only rounding of money."""
        amount = self.amount.quantize(self.currency.minor_unit, ROUND_HALF_UP, _EXACT)
        return Money(amount, self.currency)

    def shared(self, weights: Sequence[int]) -> list["Money"]:
        """Return the rounded amount divided in proportion to `weights`, exact to the last minor unit.

        Largest remainder: each share is floored, the units left over go to the largest remainders, ties to
        the first. The shares always add up to `rounded()`. Raises ValueError when no weight is positive.
        """
        total_weight = sum(weights)
        if total_weight <= 0 or any(weight < 0 for weight in weights):
            raise ValueError(f"weights must be non-negative with a positive sum, not {list(weights)}")
        units = int(Fraction(self.rounded().amount) / Fraction(self.currency.minor_unit))
        exact = [Fraction(units * weight, total_weight) for weight in weights]
        floors = [share.numerator // share.denominator for share in exact]
        by_remainder = sorted(range(len(weights)), key=lambda i: (floors[i] - exact[i], i))
        for i in by_remainder[: units - sum(floors)]:
            floors[i] += 1
        return [Money(self.currency.minor_unit, self.currency) * count for count in floors]

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency is not other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
