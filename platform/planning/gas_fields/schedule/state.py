"""What goes from one step of a phase to the next, and from one phase to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals


@dataclass(slots=True)
class FieldState:
    """A field at the beginning of a step.

    volume : what is in it
    produced : what it has produced in each interval so far, float64 (intervals,), 0 from the step on
    since_reset : what it has produced since production was last counted anew
    """

    volume: float
    produced: Reals
    since_reset: float = 0.0


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What a phase, or an earlier plan, hands down about a field.

    hours : the ends of its intervals
    volumes, prices : the volume then, and what a unit more of it would save, float64 (intervals,)
    """

    hours: Reals
    volumes: Reals
    prices: Reals

    def volume(self, hour: float) -> float:
        """Return the volume at an hour, in between as it changes evenly."""
        return float(np.interp(hour, self.hours, self.volumes))

    def price(self, hour: float) -> float:
        """Return the price at an hour, that of the interval which it is in or ends."""
        place = int(np.searchsorted(self.hours, hour - 1e-9))
        return float(self.prices[min(place, len(self.prices) - 1)])


@dataclass(frozen=True, slots=True)
class Built:
    """What the long-term plan builds: for each field, the share of a unit by the year of the plan."""

    years: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def units(self, name: str, years: NDArray[np.int64], life: float) -> Reals:
        """Return the units in service of what was built, in intervals of these years."""
        found = np.zeros(len(years))
        for year, share in enumerate(self.years.get(name, ())):
            found[(years >= year) & (years < year + life)] += share
        return found
