"""The home of the rights snapshot: the sum of a network's movements, ready for verification.

For each route and firmness the snapshot keeps a step function of the gas day, the total over all holders. It
is immutable: `apply` returns another snapshot that shares every step function the movements leave alone, so
that a copy costs nothing, a booking costs its own routes, and a verification that runs in a thread is never
disturbed by the next booking. `version` is the sequence of the last movement applied.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from capacity.rights.model import Firmness, Movement, Route
from linepack.gasday import GasDay, Period

Stack = Mapping[Route, int]
"""All rights of one firmness on one gas day: whole commercial units per route, no route with nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A step function of the gas day.

    days : int64 (steps,), ordinals (`date.toordinal`), strictly increasing
    levels : int64 (steps,), whole commercial units from that day on; zero before the first day
    """

    days: NDArray[np.int64]
    levels: NDArray[np.int64]

    @classmethod
    def of_changes(cls, days: NDArray[np.int64], changes: NDArray[np.int64]) -> "Profile":
        """Return the running sum of `changes` (int64, whole units), each from its day (int64) on."""
        unique_days, place = np.unique(days, return_inverse=True)
        sums = np.zeros(len(unique_days), dtype=np.int64)
        np.add.at(sums, place, changes)
        kept = sums != 0
        return cls(unique_days[kept], np.cumsum(sums[kept]))

    def plus(self, days: NDArray[np.int64], changes: NDArray[np.int64]) -> "Profile":
        """Return this profile with further `changes` (int64, whole units), each from its day (int64) on."""
        own_changes = np.diff(self.levels, prepend=np.int64(0))
        return Profile.of_changes(np.concatenate([self.days, days]), np.concatenate([own_changes, changes]))

    def on(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the levels, int64 (days,), in whole units, on the given ordinals."""
        if not len(self.days):
            return np.zeros(len(days), dtype=np.int64)
        place = np.searchsorted(self.days, days, side="right") - 1
        return np.where(place < 0, 0, self.levels[np.maximum(place, 0)])

    def breaks(self, first: int, last: int) -> NDArray[np.int64]:
        """Return the ordinals in (first, last) on which the level changes."""
        return self.days[(self.days > first) & (self.days < last)]


@dataclass(frozen=True, slots=True, eq=False)
class StackTable:
    """The rights of a period as a table.

    routes : the rows, in the order of their sort keys
    starts : int64 (spans + 1,), ordinals; span i runs from starts[i] up to, not including, starts[i + 1]
    quantities : int64 (routes, spans), whole commercial units
    """

    routes: tuple[Route, ...]
    starts: NDArray[np.int64]
    quantities: NDArray[np.int64]

    def spans(self) -> Iterator[tuple[Period, NDArray[np.int64]]]:
        """Yield each span with its column of quantities, int64 (routes,)."""
        for i, (start, end) in enumerate(pairwise(self.starts.tolist())):
            yield Period(date.fromordinal(start), date.fromordinal(end)), self.quantities[:, i]


class RightsSnapshot:
    """The rights on one network as of `version`; see the module docstring."""

    __slots__ = ("_profiles", "version")

    def __init__(
        self, version: int = 0, profiles: Mapping[tuple[Firmness, Route], Profile] | None = None
    ) -> None:
        self.version = version
        self._profiles: Mapping[tuple[Firmness, Route], Profile] = profiles or {}

    def apply(self, movements: Iterable[Movement]) -> "RightsSnapshot":
        """Return the snapshot after `movements`; those without a sequence leave the version as it is."""
        changes: dict[tuple[Firmness, Route], list[tuple[int, int]]] = {}
        version = self.version
        for movement in movements:
            steps = changes.setdefault((movement.firmness, movement.route), [])
            steps.append((movement.period.start.toordinal(), movement.quantity))
            steps.append((movement.period.end.toordinal(), -movement.quantity))
            version = max(version, movement.sequence)
        profiles = dict(self._profiles)
        for key, steps in changes.items():
            days, quantities = np.array(steps, dtype=np.int64).T
            profile = profiles[key].plus(days, quantities) if key in profiles else None
            profile = profile or Profile.of_changes(days, quantities)
            if len(profile.days):
                profiles[key] = profile
            else:
                profiles.pop(key, None)
        return RightsSnapshot(version, profiles)

    def end(self, firmness: Firmness = Firmness.FIRM) -> GasDay | None:
        """Return the gas day from which on there are no rights any more, None when there never were any."""
        ends = [int(profile.days[-1]) for (kind, _), profile in self._profiles.items() if kind is firmness]
        return date.fromordinal(max(ends)) if ends else None

    def table(self, period: Period, firmness: Firmness = Firmness.FIRM) -> StackTable:
        """Return the rights over `period`, cut wherever any of them changes; routes with none left out."""
        first, last = period.start.toordinal(), period.end.toordinal()
        chosen = sorted(
            (
                (route, profile)
                for (kind, route), profile in self._profiles.items()
                if kind is firmness and profile.days[0] < last
            ),
            key=lambda item: item[0].sort_key,
        )
        breaks = [np.array([first], dtype=np.int64), *(p.breaks(first, last) for _, p in chosen)]
        starts = np.unique(np.concatenate(breaks))
        quantities = np.zeros((len(chosen), len(starts)), dtype=np.int64)
        for row, (_, profile) in enumerate(chosen):
            quantities[row] = profile.on(starts)
        used: NDArray[np.bool_] = np.any(quantities, axis=1)
        routes = tuple(route for (route, _), is_used in zip(chosen, used, strict=True) if is_used)
        return StackTable(routes, np.append(starts, last), quantities[used])

    def stacks(
        self, period: Period, firmness: Firmness = Firmness.FIRM
    ) -> list[tuple[tuple[Period, ...], Stack]]:
        """Return the distinct stacks of `period`, each with the periods that have it, in order of first day.

        Together the periods are `period`, none twice.
        """
        table = self.table(period, firmness)
        periods: dict[bytes, list[Period]] = {}
        columns: dict[bytes, NDArray[np.int64]] = {}
        for span, column in table.spans():
            key = column.tobytes()
            columns[key] = column
            own = periods.setdefault(key, [])
            if own and own[-1].end == span.start:
                own[-1] = Period(own[-1].start, span.end)
            else:
                own.append(span)
        return [
            (tuple(own), {table.routes[row]: int(columns[key][row]) for row in np.flatnonzero(columns[key])})
            for key, own in periods.items()
        ]

    def stack(self, day: GasDay, firmness: Firmness = Firmness.FIRM) -> Stack:
        """Return the stack of one gas day."""
        ordinal = np.array([day.toordinal()], dtype=np.int64)
        levels = {
            route: int(profile.on(ordinal)[0])
            for (kind, route), profile in self._profiles.items()
            if kind is firmness
        }
        return {route: levels[route] for route in sorted(levels, key=lambda r: r.sort_key) if levels[route]}

    def booked(self, route: Route, period: Period, firmness: Firmness) -> list[tuple[Period, int]]:
        """Return the rights on one route over `period`, in spans of equal quantity."""
        profile = self._profiles.get((firmness, route))
        if profile is None:
            return [(period, 0)]
        first, last = period.start.toordinal(), period.end.toordinal()
        starts = np.concatenate([np.array([first], dtype=np.int64), profile.breaks(first, last)])
        ends = [*starts[1:].tolist(), last]
        return [
            (Period(date.fromordinal(start), date.fromordinal(end)), level)
            for start, end, level in zip(starts.tolist(), ends, profile.on(starts).tolist(), strict=True)
        ]
