"""What contracts, their prices and their algebra refuse.

Problem
├── IndexValueMissing       a price follows an index that has no value for the day
├── CalorificValueMissing   a price follows the calorific value, and none was measured
├── BeyondBands             a quantity is more than the bands of an edge allow
├── NotReducible            edges cannot be merged without losing their meaning or their cost
└── NotDivisible            a contract does not have the quantity or the days asked of it
"""

from collections.abc import Sequence
from decimal import Decimal

from linepack.gasday import GasDay, Period
from linepack.problems import Problem


class IndexValueMissing(Problem):
    """A price follows an index that has no value for the gas day."""

    code = "INDEX_VALUE_MISSING"

    def __init__(self, index: str, day: GasDay) -> None:
        super().__init__(f"index {index} has no value for gas day {day}")
        self.index = index
        self.day = day


class CalorificValueMissing(Problem):
    """A price follows the calorific value of the gas, and none is known for the gas day."""

    code = "CALORIFIC_VALUE_MISSING"

    def __init__(self, day: GasDay) -> None:
        super().__init__(f"no calorific value is known for gas day {day}")
        self.day = day


class BeyondBands(Problem):
    """A quantity is more than the bands of an edge allow."""

    code = "BEYOND_BANDS"

    def __init__(self, edge: str, quantity: Decimal, most: Decimal) -> None:
        super().__init__(f"{quantity:,f} on {edge} is beyond its bands, which end at {most:,f}")
        self.edge = edge
        self.quantity = quantity
        self.most = most


class NotReducible(Problem):
    """Edges of a contract network cannot be merged; the message says which and why."""

    code = "NOT_REDUCIBLE"

    def __init__(self, elements: Sequence[str], reason: str) -> None:
        super().__init__(f"{', '.join(elements)} cannot be reduced: {reason}")
        self.elements = tuple(elements)
        self.reason = reason


class NotDivisible(Problem):
    """A contract does not have the quantity, or the gas days, that a part of it was to take."""

    code = "NOT_DIVISIBLE"

    def __init__(self, contract: str, reason: str) -> None:
        super().__init__(f"contract {contract} cannot be divided: {reason}")
        self.contract = contract
        self.reason = reason

    @classmethod
    def beyond_period(cls, contract: str, period: Period, asked: Period) -> "NotDivisible":
        """Refuse gas days that the contract does not run on."""
        return cls(contract, f"it runs {period}, and {asked} was asked")

    @classmethod
    def beyond_quantity(cls, contract: str, quantity: int, passed_on: int, asked: int) -> "NotDivisible":
        """Refuse more units than are left."""
        left = quantity - passed_on
        return cls(contract, f"{left:,} of its {quantity:,} units are left, and {asked:,} were asked")
