"""The intervals of a phase, and how they make up the periods that limits hold for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals
from planning.gas_fields.properties.values import Days
from planning.gas_fields.study.calendar import ORDER, Calendar, Length
from planning.gas_fields.study.model import Phase, Study, demand_by_fine_interval

PERIODS: Final[Mapping[str, Length | None]] = {
    "": None,
    " Hour": Length.HOUR,
    " Day": Length.DAY,
    " Week": Length.WEEK,
    " Month": Length.MONTH,
    " Year": Length.YEAR,
}
"""How the names of limits end, and the period that they hold for; None is an interval of the last phase."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of one length.

    ids : which period each interval is in, the interval's own number where it is as long or longer
    measures : how many periods each interval is, float64 (intervals,)
    ends : bool (intervals,), whether a period ends with the interval
    is_own : whether each interval is a period, or several, by itself
    """

    ids: NDArray[np.int64]
    measures: Reals
    ends: NDArray[np.bool_]
    is_own: bool

    def of(self, interval: int) -> tuple[int, int]:
        """Return the first interval of the period that an interval is in, and the one after its last."""
        found = self.ids[interval]
        return int(np.searchsorted(self.ids, found)), int(np.searchsorted(self.ids, found, side="right"))


@dataclass(frozen=True)
class Frame:
    """The intervals of a phase.

    edges : the hours at which they begin and end, float64 (intervals + 1,)
    fine_edges : those of the last phase's intervals
    """

    phase: Phase
    calendar: Calendar
    edges: Reals
    fine_edges: Reals

    @classmethod
    def of(cls, study: Study, phase: Phase) -> "Frame":
        """Return the frame of one of a study's phases."""
        calendar = study.calendar
        return cls(phase, calendar, calendar.edges(phase.interval, phase.count), study.fine_edges())

    @property
    def count(self) -> int:
        """How many intervals there are."""
        return len(self.edges) - 1

    @cached_property
    def hours(self) -> Reals:
        """The length of each interval in hours, float64 (intervals,)."""
        lengths: Reals = np.diff(self.edges)
        return lengths

    @cached_property
    def days(self) -> Days:
        """The gas day on which each interval begins."""
        return self.calendar.days(self.edges[:-1])

    @cached_property
    def fine(self) -> Reals:
        """How many of the last phase's intervals each interval is, float64 (intervals,)."""
        return self.periods(None).measures

    @cached_property
    def years(self) -> NDArray[np.int64]:
        """The year of the plan that each interval begins in, from 0 on."""
        return np.floor(self.calendar.position(Length.YEAR, self.edges[:-1]) + 1e-9).astype(np.int64)

    def periods(self, length: Length | None) -> Periods:
        """Return the periods of a length, None: of the last phase's intervals."""
        if length is None:
            positions = np.interp(self.edges, self.fine_edges, np.arange(len(self.fine_edges)))
        else:
            positions = self.calendar.position(length, self.edges)
        numbers = np.floor(positions + 1e-9).astype(np.int64)
        is_own = length is None or ORDER.index(self.phase.interval) >= ORDER.index(length)
        ids = np.arange(self.count) if is_own else numbers[:-1]
        ends = np.ones(self.count, dtype=np.bool_) if is_own else numbers[1:] > numbers[:-1]
        return Periods(ids, np.diff(positions), ends, is_own)

    def when(self, interval: int) -> str:
        """Return when an interval is, in words."""
        start = self.edges[interval]
        day = self.calendar.day(start)
        if self.phase.interval in {Length.HOUR, Length.SIX_HOURS}:
            return f"{day} hour {int(start % 24.0) + 1}"
        return str(day) if self.phase.interval is Length.DAY else f"the {self.phase.interval} from {day} on"

    def demands(self, study: Study) -> dict[str, Reals]:
        """Return the demand of each node in each interval, float64 (intervals,)."""
        places = np.interp(self.edges, self.fine_edges, np.arange(len(self.fine_edges)))
        found = {}
        for node in study.nodes:
            fine = demand_by_fine_interval(node, self.fine_edges, self.calendar)
            total = np.concatenate([[0.0], np.cumsum(fine)])
            found[node.id] = np.diff(np.interp(places, np.arange(len(total)), total))
        return found
