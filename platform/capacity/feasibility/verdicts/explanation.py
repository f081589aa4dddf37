"""Explanations: why a request was refused, what stands in its way, and what could be had instead.

Sought after the decision, for a limited time; quantities are whole commercial units.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from capacity.hydraulics.physics.state import Shortage
from capacity.rights.model import Route
from linepack.gasday import Period


@dataclass(frozen=True, slots=True)
class CutEdge:
    """An edge that a cut crosses, in the direction of the missing gas, and what it carries that way."""

    edge_id: str
    tail: str
    head: str
    capacity: int

    def __str__(self) -> str:
        return f"{self.tail} → {self.head}"


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What stands in the way on some gas days.

    `edges` are all that leave `nodes`, full under the demand. `relief` is the edge (and direction) whose
    capacity, raised by `shortfall`, removes this bottleneck; None where no edge leaves, and where without
    `nodes` it is the own limit of a point, `limit`, that has to be raised. When a verdict names several
    bottlenecks, raising each by its own shortfall makes the request feasible and one unit less on any of them
    does not. `missing` is how much of the request is missing: less than the shortfall where what was sold
    before is short already.
    """

    periods: tuple[Period, ...]
    edges: tuple[CutEdge, ...]
    relief: CutEdge | None
    nodes: tuple[str, ...]
    capacity: int
    demand: int
    shortfall: int
    missing: int
    text: str
    limit: Route | None = None

    @property
    def period(self) -> Period:
        """From the first to the last gas day concerned."""
        return Period(self.periods[0].start, self.periods[-1].end)


class LimitKind(StrEnum):
    """What limits a quantity."""

    CUT = "cut"
    PRESSURE = "pressure"
    INTERRUPTIBLE = "interruptible"


@dataclass(frozen=True, slots=True)
class Limit:
    """Why no more can be had on some gas days; `edges` are all that leave the full cut."""

    kind: LimitKind
    text: str
    edges: tuple[CutEdge, ...] = ()


@dataclass(frozen=True, slots=True)
class FeasibleQuantity:
    """The largest quantity verified on the gas days of `period`, and the most that capacities allow.

    Where both are equal no more can be had; where `quantity` is 0 and `bound` is not, none was verified in
    time. `limit` is None where all that was asked was verified, or where time ended before it was known.
    """

    period: Period
    quantity: int
    bound: int
    limit: Limit | None = None

    def followed_by(self, later: "FeasibleQuantity") -> "FeasibleQuantity | None":
        """Return both as one where `later` follows at once and is alike in all else, None elsewhere."""
        if self.period.end != later.period.start or replace(later, period=self.period) != self:
            return None
        return replace(self, period=Period(self.period.start, later.period.end))


@dataclass(frozen=True, slots=True)
class PressureShortage:
    """Where pressure fails on some gas days, in the best state found for them."""

    periods: tuple[Period, ...]
    shortage: Shortage


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request was refused; `is_complete` is False where time ended the search, or nothing helps.

    `largest` says what could be had on each sub-period, `largest_throughout` what was verified for the whole
    period and `bound_throughout` what capacities allow there.
    """

    bottlenecks: tuple[Bottleneck, ...] = ()
    largest: tuple[FeasibleQuantity, ...] = ()
    largest_throughout: int = 0
    bound_throughout: int = 0
    is_complete: bool = True
    shortages: tuple[PressureShortage, ...] = ()
