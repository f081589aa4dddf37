"""Input checking: every fault of a command is collected, then all are raised at once.

Places are the API's field names (`start`, `minimumQuantity`), so that a form shows each fault at its field.
"""

from datetime import datetime
from decimal import Decimal

from capacity.contracts.pricing.calculation import number_fault
from linepack.gasday import GAS_DAY_FIRST, GAS_DAY_LAST, PERIOD_DAYS_MAX, GasDay, Period
from linepack.problems import Fault, InvalidInput, Problem

QUANTITY_MAX = 10**12
"""Whole commercial units; far above any network's capacity, far below what 64-bit sums can hold."""


class Noting:
    """Notes a refusal in a list instead of raising it; what comes after it in the block is left out."""

    def __init__(self, refusals: list[Problem]) -> None:
        self._refusals = refusals

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, kind: object, raised: BaseException | None, trace: object) -> bool:
        """Note what was raised, if it is a refusal."""
        if isinstance(raised, Problem):
            self._refusals.append(raised)
            return True
        return False


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    @property
    def are_any(self) -> bool:
        """Whether a fault was noted."""
        return bool(self._faults)

    def add(self, place: str, message: str) -> None:
        """Note a fault."""
        self._faults.append(Fault(place, message))

    def require(self, condition: bool, place: str, message: str) -> None:
        """Note a fault unless `condition` holds."""
        if not condition:
            self.add(place, message)

    def period(self, start: GasDay, end: GasDay, *, within: Period | None = None) -> Period | None:
        """Return the period from `start` up to, not including, `end`; None when that is a fault."""
        self.gas_day(start, "start")
        self.gas_day(end, "end")
        if start >= end:
            self.add("end", f"must be after the start, {start}")
            return None
        if (end - start).days > PERIOD_DAYS_MAX:
            self.add("end", f"a period has at most {PERIOD_DAYS_MAX} gas days, not {(end - start).days}")
            return None
        if start < GAS_DAY_FIRST or end > GAS_DAY_LAST:
            return None
        period = Period(start, end)
        if within is not None:
            self.require(start >= within.start, "start", f"must not be before {within.start}")
            self.require(end <= within.end, "end", f"must not be after {within.end}")
        return period

    def gas_day(self, day: GasDay, place: str) -> None:
        """Note a fault unless `day` is one that a command may name."""
        self.require(
            GAS_DAY_FIRST <= day <= GAS_DAY_LAST, place, f"must be from {GAS_DAY_FIRST} to {GAS_DAY_LAST}"
        )

    def quantity(self, value: int, place: str = "quantity", *, at_least: int = 1, at_most: int) -> None:
        """Note a fault unless `value` lies within its bounds."""
        if value < at_least:
            self.add(place, f"must be at least {at_least:,}, not {value:,}")
        elif value > at_most:
            self.add(place, f"must be at most {at_most:,}, not {value:,}")

    def price(self, value: Decimal, place: str, *, may_be_negative: bool) -> None:
        """Note a fault unless `value` has a payable count of digits and is 0 or more, where it must be."""
        fault = number_fault(value, place)
        if fault is not None:
            self._faults.append(fault)
        elif value < 0 and not may_be_negative:
            self.add(place, f"must not be negative, as {value} is")

    def instant(self, value: datetime, place: str, *, after: datetime, until: datetime) -> None:
        """Note a fault unless the instant `value` has an offset, is after `after` and not after `until`."""
        if value.tzinfo is None:
            self.add(place, "an instant needs an offset")
        elif not after < value <= until:
            span = f"{after:%Y-%m-%d %H:%M} and not after {until:%Y-%m-%d %H:%M} UTC"
            self.add(place, f"must be after {span}")

    def raise_all(self) -> None:
        """Raise InvalidInput with every fault noted, if there is any."""
        if self._faults:
            raise InvalidInput(self._faults)
