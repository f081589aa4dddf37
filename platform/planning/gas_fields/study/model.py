"""What a plan of gas fields is about: fields, the nodes that they feed, and the phases that it is made in.

Quantities are in thousands of the native unit of gas (TJ or BBtu), prices per native unit, so that their
products are thousands of the currency. Demands are those of the intervals of the plan's last phase.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np

from capacity.solvers.port import Reals
from planning.gas_fields.properties.values import Values
from planning.gas_fields.study.calendar import Calendar, Length


class UnitSystem(StrEnum):
    """How gas is counted."""

    METRIC = "metric"
    US = "us"

    @property
    def scale(self) -> float:
        """What a quantity of a file is multiplied by to be in thousands of the native unit."""
        return 1.0 if self is UnitSystem.METRIC else 1e-3

    @property
    def gas(self) -> tuple[str, str]:
        """The native unit, and a thousand of it."""
        return ("GJ", "TJ") if self is UnitSystem.METRIC else ("MMBtu", "BBtu")


class PhaseName(StrEnum):
    """The phases of a plan, from the longest horizon to the shortest intervals."""

    LONG_TERM = "LT Plan"
    MEDIUM_TERM = "MT Schedule"
    SHORT_TERM = "ST Schedule"


class OutageMethod(StrEnum):
    """How forced outages enter a plan."""

    DERATED = "derated"
    DRAWN = "drawn"


class Sense(StrEnum):
    """How a sum is compared with its limit."""

    AT_MOST = "<="
    AT_LEAST = ">="
    EQUAL = "="


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase: intervals from the plan's first gas day on, solved `step` at a time.

    look_ahead : how many intervals beyond a step are seen, though not decided, when it is solved
    """

    name: PhaseName
    interval: Length
    count: int
    step: int
    look_ahead: int = 0


@dataclass(frozen=True, slots=True)
class MaintenanceEvent:
    """A field's production is at most that of `values` from `start` up to and without `end`."""

    name: str
    start: date
    end: date
    values: Values


@dataclass(frozen=True, slots=True)
class Inherited:
    """What an earlier plan hands down: the volume at the end, and what a unit more of it would save."""

    volume: float
    shadow_price: float


@dataclass(frozen=True, slots=True)
class Field:
    """A gas field.

    nodes, basins, companies : their properties together with this field, by their ids
    production_before : what it produced in the last phase's interval before the first
    """

    id: str
    values: Values
    nodes: Mapping[str, Values]
    basins: Mapping[str, Values]
    companies: Mapping[str, Values]
    maintenances: Sequence[MaintenanceEvent]
    production_before: float | None = None
    inherited: Inherited | None = None

    @property
    def energy(self) -> float:
        """What a node receives for a unit produced: its Heat Value, 1 where that is 0."""
        return self.values.value("Heat Value") or 1.0

    def contribution(self, node: str) -> float:
        """Return what a node receives of a unit produced; below 0 where it gives."""
        return self.energy * self.nodes[node].value("Participation Factor")


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its demand, and what else can serve it.

    demand : in an interval of the plan's last phase; the list is repeated
    growth_percent : by how much demand rises from one year to the next
    alternative_cost : the price of other gas, None where there is none
    alternative_max : how much of that there is in an interval of the last phase
    """

    id: str
    demand: Sequence[float]
    growth_percent: float
    alternative_cost: float | None
    alternative_max: float


@dataclass(frozen=True, slots=True)
class GenericRow:
    """A sum over fields of coefficients times figures, limited in each interval, or priced (`sense` None)."""

    id: str
    fields: Mapping[str, Values]
    sense: Sense | None = None
    limit: float = 0.0


@dataclass(frozen=True, slots=True)
class Outages:
    """How forced outages enter; drawn ones `samples` times, scaled to the exact rate if `is_convergent`."""

    method: OutageMethod
    samples: int
    is_convergent: bool


@dataclass(frozen=True, slots=True)
class Study:
    """All that a plan is made of."""

    name: str
    currency: str
    units: UnitSystem
    start: date
    phases: Sequence[Phase]
    fields: Sequence[Field]
    nodes: Sequence[Node]
    constraints: Sequence[GenericRow]
    objectives: Sequence[GenericRow]
    outages: Outages

    @property
    def calendar(self) -> Calendar:
        """The plan's gas days."""
        return Calendar(self.start)

    @property
    def finest(self) -> Length:
        """The interval of the last phase, which demands and limits without a period are those of."""
        return self.phases[-1].interval

    def fine_edges(self) -> Reals:
        """Return the edges of the last phase's intervals up to the end of the longest phase, in hours."""
        calendar = self.calendar
        end = max(float(calendar.edges(one.interval, one.count)[-1]) for one in self.phases)
        count = int(np.ceil(end / SHORTEST_HOURS[self.finest]))
        edges = calendar.edges(self.finest, count)
        return edges[: int(np.searchsorted(edges, end - 1e-9)) + 1]


SHORTEST_HOURS: Final = {
    Length.HOUR: 1,
    Length.SIX_HOURS: 6,
    Length.DAY: 24,
    Length.WEEK: 168,
    Length.MONTH: 672,
    Length.QUARTER: 2_136,
    Length.YEAR: 8_760,
}
"""No interval of a length has fewer hours."""


def demand_by_fine_interval(node: Node, edges: Reals, calendar: Calendar) -> Reals:
    """Return the demand of each of the last phase's intervals, float64 (intervals,)."""
    count = len(edges) - 1
    demand = np.resize(np.array(node.demand or [0.0], dtype=np.float64), count)
    years = np.floor(calendar.position(Length.YEAR, edges[:-1]) + 1e-9)
    grown: Reals = demand * (1.0 + node.growth_percent / 100.0) ** years
    return grown
