"""The policy: to which level a network proves each kind of right before it sells it.

RIGHTS: the limits of each point and path alone, on the empty network.
FLOW: everything booked, used at once, can be transported.
ROBUST: every balanced nomination within everything booked can be transported.
HYDRAULIC: and everything booked, used at once, keeps every pressure within its limits.

Whether every balanced nomination keeps its pressures is no level: where stations work it can be bounded but
rarely proved, and a bound takes minutes. `capacity.hydraulics.robust` answers it, as a job, with an interval.

Interruptible rights are proved alone: firm flow beside them may help or hinder, and goes first.

Networks with entry or exit rights need at least ROBUST, because any entry may serve any exit;
where only paths are sold FLOW may do, and then a counter-flow counts as transported.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from capacity.rights.model import Firmness
from linepack.problems import Fault, InvalidInput

DEADLINE_MIN_S: Final = 0.1
DEADLINE_MAX_S: Final = 15.0
DEADLINE_DEFAULT_S: Final = 10.0
"""How long the proof of one request may take; who asks waits for it."""


class Level(StrEnum):
    """How much has been proved; each level includes those before it."""

    RIGHTS = "rights"
    FLOW = "flow"
    ROBUST = "robust"
    HYDRAULIC = "hydraulic"

    @property
    def has_pressures(self) -> bool:
        """Whether pressures are part of the proof."""
        return self is Level.HYDRAULIC

    @property
    def without_pressures(self) -> "Level":
        """The most that is proved of capacities alone on the way to this level."""
        return Level.ROBUST if self.has_pressures else self

    @property
    def of_capacities(self) -> tuple["Level", ...]:
        """The levels of capacities on the way to this one, each allowing no more than the one before."""
        return (Level.FLOW, Level.ROBUST) if self.without_pressures is Level.ROBUST else (self,)


class WhenUndecided(StrEnum):
    """What becomes of a request whose pressures could be neither proved nor disproved in time.

    A request whose flows are undecided is always refused.
    """

    REFUSE = "refuse"
    SELL_AT_LEVEL_REACHED = "sell_at_level_reached"
    """It is sold, and verdict and contract say that no more than the lower level was proved."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The level demanded of firm and of interruptible rights, the time, and what UNDECIDED means."""

    firm_level: Level = Level.ROBUST
    interruptible_level: Level = Level.FLOW
    deadline_s: float = DEADLINE_DEFAULT_S
    when_undecided: WhenUndecided = WhenUndecided.REFUSE

    def __post_init__(self) -> None:
        if not DEADLINE_MIN_S <= self.deadline_s <= DEADLINE_MAX_S:
            allowed = f"{DEADLINE_MIN_S:g} to {DEADLINE_MAX_S:g}"
            raise InvalidInput([Fault("deadlineS", f"must be {allowed} seconds, not {self.deadline_s:g}")])

    def level(self, firmness: Firmness) -> Level:
        """Return the level demanded of rights of this firmness."""
        return self.firm_level if firmness is Firmness.FIRM else self.interruptible_level
