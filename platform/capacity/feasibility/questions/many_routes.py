"""What many routes offer at once, each for itself beside all rights; the quantities do not add up.

Two figures each: the most that capacities allow, found by kernels in moments, and what was verified at the
level that the network demands, as far as it was. Where pressures are not demanded the two are one: one unit
more would be refused. With pressures the second is found route by route and kept.

Both are kept by kind of gas day, so that after a booking only its own gas days are worked out again.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.prover import Prover
from capacity.feasibility.flow.technical_limits import RouteProver, TechnicalLimits
from capacity.networks.policy import Level
from capacity.rights.model import Route
from capacity.solvers.deadline import Deadline
from linepack.gasday import Period
from linepack.limits import AVAILABILITY_QUANTITIES_MAX
from linepack.problems import Fault, InvalidInput

UNKNOWN: Final = -1
"""A quantity that was not verified yet."""
DAYS_KEPT_MAX: Final = 2_000
"""Kinds of gas day whose quantities are kept, the one longest without use goes first."""


@dataclass(frozen=True, slots=True, eq=False)
class ManyRoutes:
    """What several routes offer over a period, in stretches of gas days alike.

    technical, sold, at_most, available : int64 (routes, stretches), whole units; `sold` has what is set aside
    in it; `at_most` is what capacities allow at `bound_level`; `available` what was verified, else UNKNOWN
    """

    routes: tuple[Route, ...]
    stretches: tuple[Period, ...]
    bound_level: Level
    technical: Integers
    sold: Integers
    at_most: Integers
    available: Integers


class KeptQuantities:
    """Quantities by kind of gas day: of sets of routes at once, and of single routes verified one by one."""

    def __init__(self) -> None:
        self._bounds: OrderedDict[tuple[bytes, bytes], Integers] = OrderedDict()
        self._verified: OrderedDict[bytes, dict[Route, int]] = OrderedDict()

    def bounds(self, day: LoadCase, rows: Integers) -> Integers | None:
        """Return what capacities allow more on each route, int64 (rows,), if it was kept."""
        key = day.key, _ends(day, rows)
        if key not in self._bounds:
            return None
        self._bounds.move_to_end(key)
        return self._bounds[key]

    def keep_bounds(self, day: LoadCase, rows: Integers, quantities: Integers) -> None:
        """Keep what capacities allow more on each route, int64 (rows,)."""
        self._bounds[day.key, _ends(day, rows)] = quantities
        if len(self._bounds) > DAYS_KEPT_MAX:
            self._bounds.popitem(last=False)

    def verified(self, day: LoadCase) -> Mapping[Route, int]:
        """Return the quantities that were verified on a kind of day, by route."""
        return self._verified.get(day.key, {})

    def keep_verified(self, day: LoadCase, route: Route, quantity: int) -> None:
        """Keep the quantity that was verified on a route."""
        key = day.key
        self._verified.setdefault(key, {})[route] = quantity
        self._verified.move_to_end(key)
        if len(self._verified) > DAYS_KEPT_MAX:
            self._verified.popitem(last=False)


@dataclass(frozen=True, slots=True, eq=False)
class ManyRoutesQuestion:
    """The question what `routes` offer: by kind of day, and what answers it."""

    level: Level
    routes: tuple[Route, ...]
    days: tuple[LoadCase, ...]
    limits: TechnicalLimits
    prover: Prover
    kept: KeptQuantities

    def answer(self, deadline: Deadline) -> ManyRoutes:
        """Return what is offered, as far as it is known without asking for pressures.

        Raises LimitReached, and InvalidInput for more quantities than one answer may have.
        """
        if len(self.routes) * len(self.days) > AVAILABILITY_QUANTITIES_MAX:
            message = (
                f"{len(self.routes):,} routes on {len(self.days):,} kinds of gas day are more than "
                f"{AVAILABILITY_QUANTITIES_MAX:,} quantities: ask for fewer days or routes"
            )
            raise InvalidInput([Fault("period", message)])
        row_of = {route: row for row, route in enumerate(self.days[0].table.routes)}
        rows = np.array([row_of[route] for route in self.routes], dtype=np.int64)
        bounds = self._bounds(rows, deadline)
        technical = [self.limits.of_routes(day.capacities, day.table, rows) for day in self.days]
        sold = [day.quantities[rows] for day in self.days]
        available = [self._available(day, own) for day, own in zip(self.days, bounds, strict=True)]
        spans = sorted((period, kind) for kind, day in enumerate(self.days) for period in day.periods)
        kinds = [kind for _, kind in spans]
        return ManyRoutes(
            self.routes,
            tuple(period for period, _ in spans),
            self.level.without_pressures,
            *(np.array(figures)[kinds].T for figures in (technical, sold, bounds, available)),
        )

    def _bounds(self, rows: Integers, deadline: Deadline) -> list[Integers]:
        """Return what capacities allow more on each route, int64 (routes,), of each kind of day."""
        found = [self.kept.bounds(day, rows) for day in self.days]
        missing = [day for day, bounds in zip(self.days, found, strict=True) if bounds is None]
        fresh = iter(self._found(missing, rows, deadline) if missing and len(rows) else ())
        bounds = []
        for day, one in zip(self.days, found, strict=True):
            own = one if one is not None else next(fresh, np.empty(0, dtype=np.int64))
            self.kept.keep_bounds(day, rows, own)
            bounds.append(own)
        return bounds

    def _found(self, days: Sequence[LoadCase], rows: Integers, deadline: Deadline) -> Iterable[Integers]:
        if self.level is Level.RIGHTS:
            alone = [RouteProver(self.limits, self.prover, row, is_alone=True) for row in rows.tolist()]
            return np.array([own.largest(days, deadline) for own in alone], dtype=np.int64).T
        return self.prover.largest(days, rows, self.limits.rooms_of_routes(days, rows), deadline)

    def _available(self, day: LoadCase, bounds: Integers) -> Integers:
        """Return what is verified of each route, int64 (routes,), UNKNOWN where nothing is."""
        if not self.level.has_pressures:
            return bounds
        verified = self.kept.verified(day)
        found = [verified.get(route, UNKNOWN) for route in self.routes]
        return np.where(bounds == 0, 0, np.array(found, dtype=np.int64))


def _ends(day: LoadCase, rows: Integers) -> bytes:
    """Return what identifies the routes of some rows; they may be thousands."""
    ends = day.table.receipt[rows].tobytes() + day.table.delivery[rows].tobytes()
    return hashlib.blake2b(ends, digest_size=16).digest()
