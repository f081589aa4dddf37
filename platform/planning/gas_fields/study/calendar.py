"""Time of a plan: intervals of a phase, and the hours, days, weeks, months and years that limits are of.

Time is counted in hours from the plan's first gas day on, each gas day having 24. Weeks are seven gas days
and years are twelve months, counted from the first gas day; months are those of the calendar.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np

from capacity.solvers.port import Reals
from planning.gas_fields.properties.values import Days


class Length(StrEnum):
    """How long an interval or a period is."""

    HOUR = "hour"
    SIX_HOURS = "six hours"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


HOURS: Final = {Length.HOUR: 1, Length.SIX_HOURS: 6, Length.DAY: 24, Length.WEEK: 168}
MONTHS: Final = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}
YEARS_MAX: Final = 60
"""No plan is longer."""
ORDER: Final = list(Length)
"""From the shortest to the longest."""


@dataclass(frozen=True)
class Calendar:
    """The gas days from `start` on."""

    start: date

    def edges(self, length: Length, count: int) -> Reals:
        """Return the hours at which `count` intervals begin and end, float64 (count + 1,)."""
        if length in HOURS:
            return np.array([float(place * HOURS[length]) for place in range(count + 1)])
        return np.array([self._month_start(place * MONTHS[length]) for place in range(count + 1)])

    def day(self, hour: float) -> date:
        """Return the gas day of an hour."""
        return self.start + timedelta(days=int(hour // 24))

    def days(self, hours: Reals) -> Days:
        """Return the ordinals of the gas days of hours."""
        return self.start.toordinal() + (hours // 24).astype(np.int64)

    def hour(self, day: date) -> float:
        """Return the hour at which a gas day begins."""
        return 24.0 * (day - self.start).days

    def position(self, length: Length, hours: Reals) -> Reals:
        """Return how many periods of a length lie before each hour, with the part of the one that it is in.

        Whole numbers are where periods begin.
        """
        if length in HOURS:
            return hours / HOURS[length]
        step = MONTHS[length]
        starts = self._month_starts[::step]
        days = self.start.toordinal() + hours / 24.0
        return np.interp(days, starts, np.arange(len(starts), dtype=np.float64))

    @cached_property
    def _month_starts(self) -> Reals:
        """The ordinals of the first days of the months from that of the first gas day on."""
        first = self.start.replace(day=1)
        days = [_plus_months(first, place).toordinal() for place in range(12 * YEARS_MAX + 13)]
        return np.array(days, dtype=np.float64)

    def _month_start(self, months: int) -> float:
        return self.hour(_plus_months(self.start, months))


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
