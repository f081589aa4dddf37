"""The rights snapshot: the sum of a network's movements, ready for verification.

For each route and firmness the snapshot keeps a step function of the gas day, the total over all holders and
what the operator has set aside: that counts as sold. It is immutable: `apply` returns another snapshot that
shares every step function the movements leave alone, so that a copy costs nothing, a booking costs its own
routes, and a verification that runs in a thread is never disturbed by the next booking. `version` is the
sequence of the last movement or hold that it takes account of.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from capacity.rights.model import Firmness, Hold, Movement, Route
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


Profiles = Mapping[tuple[Firmness, Route], Profile]


class RightsSnapshot:
    """The rights on one network as of `version`; see the module docstring."""

    __slots__ = ("_profiles", "_set_aside", "_until", "version")

    def __init__(
        self,
        version: int = 0,
        profiles: Profiles | None = None,
        set_aside: Profiles | None = None,
        until: Mapping[UUID, tuple[datetime, int]] | None = None,
    ) -> None:
        self.version = version
        self._profiles: Profiles = profiles or {}
        self._set_aside: Profiles = set_aside or {}
        self._until: Mapping[UUID, tuple[datetime, int]] = until or {}

    def apply(self, movements: Iterable[Movement]) -> "RightsSnapshot":
        """Return the snapshot after `movements`; those without a sequence leave the version as it is."""
        moved = list(movements)
        version = max([self.version, *(movement.sequence for movement in moved)])
        changes = [(one.firmness, one.route, one.period, one.quantity) for one in moved]
        return RightsSnapshot(version, _changed(self._profiles, changes), self._set_aside, self._until)

    def given(self, route: Route, firmness: Firmness, period: Period, quantity: int) -> "RightsSnapshot":
        """Return the snapshot after one more movement, which gives these rights to somebody."""
        profiles = _changed(self._profiles, [(firmness, route, period, quantity)])
        return RightsSnapshot(self.version + 1, profiles, self._set_aside, self._until)

    def hold(self, holds: Iterable[Hold]) -> "RightsSnapshot":
        """Return the snapshot after lines on the operator's own capacity, which count as sold."""
        lines = list(holds)
        version = max([self.version, *(line.sequence for line in lines)])
        changes = [
            (one.firmness, one.route, one.period, one.quantity) for one in lines if one.route is not None
        ]
        profiles, set_aside = _changed(self._profiles, changes), _changed(self._set_aside, changes)
        return RightsSnapshot(version, profiles, set_aside, _lapsing(self._until, lines))

    def as_of(self, version: int) -> "RightsSnapshot":
        """Return the same rights under a later version, which holds on contracts alone have made."""
        return RightsSnapshot(version, self._profiles, self._set_aside, self._until)

    def has_lapsed(self, at: datetime) -> bool:
        """Return whether something set aside counts that should have ended by `at`."""
        return any(until <= at for until, _ in self._until.values())

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
        """Return the rights on one route over `period` and what is set aside, in spans of equal quantity."""
        return _spans(self._profiles.get((firmness, route)), period)

    def set_aside(self, route: Route, period: Period) -> list[tuple[Period, int]]:
        """Return the firm capacity that the operator has set aside, in spans of equal quantity."""
        return _spans(self._set_aside.get((Firmness.FIRM, route)), period)


def _lapsing(
    before: Mapping[UUID, tuple[datetime, int]], lines: Iterable[Hold]
) -> Mapping[UUID, tuple[datetime, int]]:
    """Return until when capacity is set aside, with its unit-days; what has none left is left out."""
    after = dict(before)
    for line in lines:
        if line.until is not None:
            _, unit_days = after.get(line.purpose.cause_id, (line.until, 0))
            after[line.purpose.cause_id] = line.until, unit_days + line.quantity * line.period.days
    return {cause_id: entry for cause_id, entry in after.items() if entry[1]}


def _changed(profiles: Profiles, changes: Iterable[tuple[Firmness, Route, Period, int]]) -> Profiles:
    steps: dict[tuple[Firmness, Route], list[tuple[int, int]]] = {}
    for firmness, route, period, quantity in changes:
        own = steps.setdefault((firmness, route), [])
        own.append((period.start.toordinal(), quantity))
        own.append((period.end.toordinal(), -quantity))
    changed = dict(profiles)
    for key, own in steps.items():
        days, quantities = np.array(own, dtype=np.int64).T
        profile = changed[key].plus(days, quantities) if key in changed else None
        profile = profile or Profile.of_changes(days, quantities)
        if len(profile.days):
            changed[key] = profile
        else:
            changed.pop(key, None)
    return changed


def _spans(profile: Profile | None, period: Period) -> list[tuple[Period, int]]:
    if profile is None:
        return [(period, 0)]
    first, last = period.start.toordinal(), period.end.toordinal()
    starts = np.concatenate([np.array([first], dtype=np.int64), profile.breaks(first, last)])
    ends = [*starts[1:].tolist(), last]
    return [
        (Period(date.fromordinal(start), date.fromordinal(end)), level)
        for start, end, level in zip(starts.tolist(), ends, profile.on(starts).tolist(), strict=True)
    ]
