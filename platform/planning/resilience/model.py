"""A supply over one line with a compressor station, which is closed at times, and a relief line around it.

Flows are quantities per day; steps are counted from 1. The guide says which published case it is taken from,
and where it differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf


class Turndown(StrEnum):
    """What the least flow of the compressors is about: the station as a whole, or each unit that runs."""

    STATION = "station"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Units:
    """Compressor units: how much each lets through while it runs, and how long it runs and rests, in steps.

    running_least : how many run at any time while the line is open; running_most : how many there are
    """

    count: int
    flow_least: float
    flow_most: float
    turndown: Turndown = Turndown.STATION
    on_least: int = 1
    off_least: int = 1
    off_most: int | None = None
    running_least: int = 0
    running_most: int | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Steps in which the line is closed, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Store:
    """Gas kept for later: line pack or a storage, full at the beginning unless `initial` says otherwise."""

    volume: float = 0.0
    initial: float = 0.0
    injection: float = inf
    withdrawal: float = inf


@dataclass(frozen=True, slots=True)
class Weights:
    """What a unit delivered, a unit vented and a start of a unit count."""

    delivered: float = 1.0
    vented: float = 1.0
    start: float = 0.001


@dataclass(frozen=True, slots=True)
class ResilientSupply:
    """What is to be planned.

    trapped : what flows on towards the closed line; what the relief line does not take of it is vented
    relief_least, relief_most : of the relief line while it is used; it is open only while the line is closed
    may_fall_short : whether less than the demand may be delivered
    """

    id: str
    steps: int
    step_days: float
    demand: float
    line_capacity: float
    units: Units
    closures: Sequence[Closure] = ()
    trapped: float = 0.0
    relief_least: float = 0.0
    relief_most: float = 0.0
    line_pack: Store = Store()
    storage: Store = Store()
    may_fall_short: bool = True
    weights: Weights = Weights()

    def is_open(self, step: int) -> bool:
        """Return whether the line is open in a step."""
        return not any(one.first <= step <= one.last for one in self.closures)

    @property
    def closed_share(self) -> float:
        """The share of the time in which the line is closed."""
        return sum(not self.is_open(step) for step in range(1, self.steps + 1)) / self.steps
