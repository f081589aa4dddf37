"""The programme of one step of a phase: its columns, which the rules of the neighbouring modules constrain.

A window is the intervals from `first` up to and without `last`; those before `kept` are decided by it, the
others only looked at. A rule adds columns and rows in the planner's words (`planning.programme`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals
from planning.gas_fields.schedule.field_data import FieldData
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.schedule.state import FieldState, Trajectory
from planning.programme.programme import Programme

Terms = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Link:
    """What a step must end with: what a longer phase hands down, and whether the volume has to return.

    trajectory : by field, of the longer phase
    is_recycling : whether End Effects hold
    """

    trajectory: Mapping[str, Trajectory]
    is_recycling: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Builds:
    """The decisions to build a field: the column of each year of the plan."""

    columns: Sequence[int]
    life: float

    def terms(self, year: int) -> list[tuple[int, float]]:
        """Return the units in service in a year, as terms."""
        return [
            (column, 1.0) for built, column in enumerate(self.columns) if built <= year < built + self.life
        ]


@dataclass(eq=False)
class FieldColumns:
    """A field's columns in a window.

    production : of each interval; volumes : at the end of intervals that have one
    balance_rows : the row that gives each of these volumes
    penalties : what is missing of targets, and the interval at the end of which it is
    """

    data: FieldData
    state: FieldState
    production: list[int]
    ends: NDArray[np.bool_]
    volumes: dict[int, int] = field(default_factory=dict)
    balance_rows: dict[int, int] = field(default_factory=dict)
    penalties: list[tuple[int, int]] = field(default_factory=list)
    builds: Builds | None = None

    @property
    def id(self) -> str:
        """The field's id."""
        return self.data.field.id

    def volume(self, interval: int) -> int:
        """Return the column of the volume at the end of an interval, or at the next one that has one."""
        return self.volumes[self.end(interval)]

    def end(self, interval: int) -> int:
        """Return the interval itself if it ends with a volume, or the next one that does."""
        while interval not in self.volumes:
            interval += 1
        return interval


@dataclass(eq=False)
class Window:
    """The programme of a step."""

    frame: Frame
    first: int
    kept: int
    last: int
    programme: Programme = field(default_factory=lambda: Programme(relative_gap=1e-7))
    fields: list[FieldColumns] = field(default_factory=list)
    demand_rows: dict[str, list[int]] = field(default_factory=dict)
    alternatives: dict[str, list[int]] = field(default_factory=dict)

    @property
    def intervals(self) -> range:
        """The window's intervals."""
        return range(self.first, self.last)

    def price(self, column: int, cost: float) -> None:
        """Add to what a unit of a column costs."""
        found = self.programme.columns[column]
        self.programme.columns[column] = replace(found, cost=found.cost + cost)

    def at(self, columns: FieldColumns, interval: int) -> int:
        """Return the column of a field's production in an interval."""
        return columns.production[interval - self.first]

    def production(self, columns: FieldColumns, intervals: Iterable[int]) -> list[tuple[int, float]]:
        """Return what a field produces in intervals of the window, as terms."""
        return [(self.at(columns, one), 1.0) for one in intervals]

    def within(self, first: int, last: int) -> tuple[range, range]:
        """Return which intervals of a span lie before the window, and which in it."""
        before = range(first, max(min(last, self.first), first))
        return before, range(max(first, self.first), min(last, self.last))

    def limited(
        self,
        columns: FieldColumns,
        terms: Terms,
        *,
        of_a_unit: float,
        known: float,
        is_most: bool,
        interval: int,
        words: str,
    ) -> None:
        """Limit a sum, of which `known` lies before the window, to what holds for each unit in service."""
        if not np.isfinite(of_a_unit) or (of_a_unit == 0.0 and not is_most):
            return
        built = [] if columns.builds is None else columns.builds.terms(int(self.frame.years[interval]))
        scaled = [(column, -of_a_unit * share) for column, share in built]
        bound = of_a_unit * float(columns.data.units[interval]) - known
        lower, upper = (-np.inf, bound if built else max(bound, 0.0)) if is_most else (bound, np.inf)
        self.programme.row([*terms, *scaled], lower, upper, f"{columns.id}: {words}")


def sums(values: Reals, intervals: range) -> float:
    """Return the sum of an array over intervals."""
    return float(values[intervals.start : intervals.stop].sum()) if len(intervals) else 0.0
