"""The values that are given for the properties of one object; all others have their defaults.

A value holds for a band from its first gas day on, up to and without its last. Where several are given for a
gas day, the one whose first gas day is latest holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals
from planning.gas_fields.properties.definitions import BY_NAME, UNBOUNDED, Collection

Days = NDArray[np.int64]
"""Gas days as their ordinals."""


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A value of a property for a band, from `start` on up to and without `end`; None is no such bound."""

    value: float
    band: int = 1
    start: date | None = None
    end: date | None = None

    @property
    def first(self) -> int:
        """The ordinal of the first gas day, 0 without one."""
        return 0 if self.start is None else self.start.toordinal()

    @property
    def last(self) -> int:
        """The ordinal of the gas day after the last."""
        return date.max.toordinal() if self.end is None else self.end.toordinal()


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one object's properties, by name of the property."""

    collection: Collection
    given: Mapping[str, Sequence[PropertyValue]]

    def has(self, name: str) -> bool:
        """Return whether a value was given that is not the default."""
        default = BY_NAME[self.collection][name].default
        return any(one.value != default for one in self.given.get(name, ()))

    def bands(self, name: str) -> int:
        """Return the highest band that a value was given for, 0 where none was."""
        return max((one.band for one in self.given.get(name, ())), default=0)

    def value(self, name: str, band: int = 1) -> float:
        """Return the value of a property that does not change with the gas day."""
        for one in self.given.get(name, ()):
            if one.band == band:
                return one.value
        return BY_NAME[self.collection][name].default

    def flag(self, name: str) -> bool:
        """Return whether a property is Yes."""
        return self.value(name) != 0.0

    def over(self, name: str, days: Days, band: int = 1) -> Reals:
        """Return the values on gas days, float64 (days,)."""
        values = np.full(len(days), float(BY_NAME[self.collection][name].default))
        for one in sorted(self.given.get(name, ()), key=lambda one: one.first):
            if one.band == band:
                values[(days >= one.first) & (days < one.last)] = one.value
        return values

    def limits(self, name: str, days: Days, band: int = 1) -> Reals:
        """Return the values on gas days, with infinity where there is no limit."""
        values = self.over(name, days, band)
        values[values >= UNBOUNDED] = np.inf
        return values

    def changes(self, *names: str) -> Days:
        """Return the gas days on which a value of these properties begins or ends, the first of all too."""
        days = {1}
        for name in names:
            for one in self.given.get(name, ()):
                days |= {max(one.first, 1), min(one.last, date.max.toordinal())}
        return np.array(sorted(days), dtype=np.int64)
