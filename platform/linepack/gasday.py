"""Gas days, and periods made of them.

A gas day starts at the network's local hour (06:00 Europe/Berlin, 09:00 America/Chicago) and is named by the
local date on which it starts. It has 24 hours, 23 or 25 at a clock change. A period is half-open and made of
gas days. Instants are UTC; nothing is ever derived from the server's local time. The rules of the clocks
come from the pinned `tzdata` distribution, because settlement depends on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

GasDay = date
"""The local date on which a gas day starts."""

PERIOD_DAYS_MAX = 20 * 366
"""The longest period anyone may ask about: CAM sells 15 years ahead, contracts run to 20."""


GAS_DAY_FIRST = date(1900, 1, 1)
GAS_DAY_LAST = date(2999, 12, 31)
"""The gas days that a command may name: far from the ends of `date`, so that sums of days always exist."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Gas days from `start` up to, not including, `end`."""

    start: GasDay
    end: GasDay

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a period must end after it starts, not {self.start} to {self.end}")
        if self.days > PERIOD_DAYS_MAX:
            raise ValueError(f"a period has at most {PERIOD_DAYS_MAX} gas days, not {self.days}")

    @property
    def days(self) -> int:
        """The number of gas days."""
        return (self.end - self.start).days

    def __iter__(self) -> Iterator[GasDay]:
        return (self.start + timedelta(days=i) for i in range(self.days))

    def __contains__(self, day: GasDay) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        last = self.end - timedelta(days=1)
        return f"{self.start}" if last == self.start else f"{self.start} to {last}"

    def covers(self, other: "Period") -> bool:
        """Return whether every gas day of `other` is one of this period."""
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: "Period") -> "Period | None":
        """Return the gas days both periods share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def gas_months(self) -> list["Period"]:
        """Return this period cut at the first of each month: the gas months that charges are kept by."""
        cuts = [self.start]
        while cuts[-1] < self.end:
            following = (cuts[-1].replace(day=1) + timedelta(days=32)).replace(day=1)
            cuts.append(min(following, self.end))
        return [Period(a, b) for a, b in pairwise(cuts)]


@dataclass(frozen=True, slots=True)
class GasDayClock:
    """When a network's gas days start: a local hour in a time zone."""

    zone: str
    start_hour: int

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        if not 0 <= self.start_hour <= 23:
            raise ValueError(f"a gas day starts at an hour from 0 to 23, not {self.start_hour}")

    def starts_at(self, day: GasDay) -> datetime:
        """Return the instant, in UTC, at which gas day `day` begins."""
        local = datetime.combine(day, time(self.start_hour), ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def gas_day(self, instant: datetime) -> GasDay:
        """Return the gas day that `instant` (with an offset) falls in."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs an offset")
        candidate = instant.astimezone(ZoneInfo(self.zone)).date()
        return candidate if instant >= self.starts_at(candidate) else candidate - timedelta(days=1)
