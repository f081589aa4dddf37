"""Load cases: a long period reduced to the few kinds of gas day that differ.

A year of monthly contracts has a dozen different days, not 365. Days with the same rights and the same
capacities are one load case, proved once. A load case with a request on it remembers what was asked for, so
that its rights before the request are known.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from capacity.feasibility.flow.flow_network import Capacities, FlowNetwork, Integers, Load
from capacity.networks.overlays import Segment
from capacity.rights.model import Route
from capacity.rights.snapshot import StackTable
from linepack.gasday import Period


@dataclass(frozen=True, eq=False)
class RouteTable:
    """The routes of a set of stacks, in the order of their sort keys, with the nodes they join.

    receipt, delivery : int64 (routes,), node numbers, the hub's for hub rights
    """

    network: FlowNetwork
    routes: tuple[Route, ...]
    receipt: Integers
    delivery: Integers

    @classmethod
    def of(cls, network: FlowNetwork, routes: Iterable[Route]) -> "RouteTable":
        """Return the table of `routes`, none twice; raises NotFound for one that does not fit the network."""
        ordered = tuple(sorted(set(routes), key=lambda route: route.sort_key))
        return cls(
            network,
            ordered,
            np.array([network.receipt(route) for route in ordered], dtype=np.int64),
            np.array([network.delivery(route) for route in ordered], dtype=np.int64),
        )

    @cached_property
    def _is_entry(self) -> tuple[Integers, Integers, Integers]:
        hub = self.network.hub
        entries = np.flatnonzero(self.delivery == hub)
        exits = np.flatnonzero(self.receipt == hub)
        paths = np.flatnonzero((self.receipt != hub) & (self.delivery != hub))
        return entries, exits, paths

    def load(self, quantities: Integers) -> Load:
        """Return what rights of these quantities, int64 (routes,), ask of the network."""
        entries, exits, paths = self._is_entry
        entry = np.zeros(self.network.hub, dtype=np.int64)
        exit_ = np.zeros(self.network.hub, dtype=np.int64)
        entry[self.receipt[entries]] = quantities[entries]
        exit_[self.delivery[exits]] = quantities[exits]
        return Load(entry, exit_, self.receipt[paths], self.delivery[paths], quantities[paths])


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request adds to the rights of a gas day: `quantity` more on the route of `row`."""

    row: int
    quantity: int


@dataclass(frozen=True, eq=False)
class LoadCase:
    """One kind of gas day: its rights, its capacities, and the periods that are of its kind.

    quantities : int64 (routes,), whole units, in the order of `table.routes`
    asked : the request among them; None where they are rights already sold
    """

    periods: tuple[Period, ...]
    capacities: Capacities
    table: RouteTable
    quantities: Integers
    asked: Asked | None = None

    @cached_property
    def load(self) -> Load:
        """What the rights ask of the network."""
        return self.table.load(self.quantities)

    @cached_property
    def key(self) -> bytes:
        """A value equal for days of one network with the same rights and capacities, else different."""
        table, held = self.table, np.flatnonzero(self.quantities)
        digest = hashlib.blake2b(self.capacities.key, digest_size=32)
        for array in (table.receipt, table.delivery, self.quantities):
            digest.update(array[held].tobytes())
        return digest.digest()

    @property
    def stack(self) -> tuple[tuple[Route, int], ...]:
        """The rights by route, in the order of the routes' sort keys, none that is zero."""
        routes = self.table.routes
        return tuple((routes[row], int(self.quantities[row])) for row in np.flatnonzero(self.quantities))

    @cached_property
    def before(self) -> "LoadCase":
        """This load case without the request."""
        if self.asked is None:
            return self
        quantities = self.quantities.copy()
        quantities[self.asked.row] -= self.asked.quantity
        return replace(self, quantities=quantities, asked=None)

    @property
    def asked_route(self) -> Route | None:
        """The route of the request."""
        return None if self.asked is None else self.table.routes[self.asked.row]

    def plus(self, row: int, quantity: int) -> "LoadCase":
        """Return this load case with `quantity` more asked for on the route of that row, always the same."""
        quantities = self.quantities.copy()
        quantities[row] += quantity
        asked = quantity if self.asked is None else self.asked.quantity + quantity
        return replace(self, quantities=quantities, asked=Asked(row, asked))

    def alone(self, row: int, quantity: int) -> "LoadCase":
        """Return this kind of day with `quantity` on the route of that row and no other rights."""
        quantities = np.zeros_like(self.quantities)
        quantities[row] = quantity
        return replace(self, quantities=quantities)

    @staticmethod
    def covering(days: Sequence["LoadCase"]) -> "LoadCase":
        """Return a load case with the most rights that any of `days` has and the least that any carries."""
        if len(days) == 1:
            return days[0]
        return LoadCase(
            merged(period for day in days for period in day.periods),
            Capacities.least(day.capacities for day in days),
            days[0].table,
            np.maximum.reduce([day.quantities for day in days]),
        )


def load_cases(
    network: FlowNetwork, rights: StackTable, segments: Sequence[Segment], routes: Iterable[Route] = ()
) -> list[LoadCase]:
    """Return the different kinds of day of a period, in order of their first day.

    `rights` and `segments` cover the same period; `routes` are taken into the table even without rights.
    """
    table = RouteTable.of(network, [*rights.routes, *routes])
    row_of = {route: row for row, route in enumerate(table.routes)}
    rows = np.array([row_of[route] for route in rights.routes], dtype=np.int64)
    capacities = [Capacities.of_day(segment.capacities) for segment in segments]
    kinds: dict[tuple[bytes, int], tuple[Integers, list[Period]]] = {}
    first_alike: dict[object, int] = {}
    place = 0
    for span, column in rights.spans():
        while segments[place].period.end <= span.start:
            place += 1
        for i in range(place, len(segments)):
            period = segments[i].period.overlap(span)
            if period is None:
                break
            alike = first_alike.setdefault(segments[i].capacities, i)
            kinds.setdefault((column.tobytes(), alike), (column, []))[1].append(period)
    stacks = []
    for (_, alike), (column, periods) in kinds.items():
        quantities = np.zeros(len(table.routes), dtype=np.int64)
        quantities[rows] = column
        stacks.append(LoadCase(merged(periods), capacities[alike], table, quantities))
    return stacks


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same gas days in as few periods as possible, in order; `periods` must not overlap."""
    joined: list[Period] = []
    for period in sorted(periods):
        if joined and joined[-1].end == period.start:
            joined[-1] = Period(joined[-1].start, period.end)
        else:
            joined.append(period)
    return tuple(joined)
