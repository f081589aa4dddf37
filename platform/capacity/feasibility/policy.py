"""The home of the policy: to which level a network proves each kind of right before it sells it.

RIGHTS: the limits of each point and path alone, on the empty network.
FLOW: everything booked, used at once, can be transported.
ROBUST: every balanced nomination within everything booked can be transported.

Networks with entry or exit rights need ROBUST, because nobody knows which entry serves which exit; where only
paths are sold FLOW may do, and then a counter-flow counts as transported.
"""

from dataclasses import dataclass
from enum import StrEnum

from capacity.rights.model import Firmness


class Level(StrEnum):
    """How much has been proved; each level includes those before it."""

    RIGHTS = "rights"
    FLOW = "flow"
    ROBUST = "robust"


@dataclass(frozen=True, slots=True)
class Policy:
    """The level demanded of firm and of interruptible rights."""

    firm_level: Level = Level.ROBUST
    interruptible_level: Level = Level.FLOW

    def level(self, firmness: Firmness) -> Level:
        """Return the level demanded of rights of this firmness."""
        return self.firm_level if firmness is Firmness.FIRM else self.interruptible_level
