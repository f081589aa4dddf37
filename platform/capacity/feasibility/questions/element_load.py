"""Which rights load an edge or a point, and how much of what they can force through it is of which.

A point is loaded by the rights to hand gas over there, and by those to take it back. An edge is loaded by the
rights that cross the tightest bond through it: the cut that says what the worst nomination forces through the
edge, as `usage` shows it. Of an edge on no cycle these are the rights from one side of it to the other.

Across a bond gas goes under a path from the one side to the other, or through the hub under an entry on the
one side and an exit on the other. So all demand comes of paths and entries, and all of it goes to paths and
exits: the shares of paths and entries add up to 1, and those of paths and exits do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.flow.flow_network import UNBOUNDED, FlowNetwork
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.rights.model import Route, RouteKind


class FlowDirection(StrEnum):
    """How gas passes an element: along an edge or against it, into the network at a point or out of it."""

    FORWARD = "forward"
    BACKWARD = "backward"
    ENTERING = "entering"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class ElementLoad:
    """What the rights of a kind of gas day can force through an element in one direction, in whole units.

    `worst` is what they do force through it, the rest of `demand` going other ways; `capacity` is None
    without bound. `units` are the rights that count, by route, and `per_unit` what part of the demand one
    unit is.
    """

    direction: FlowDirection
    capacity: int | None
    worst: int
    demand: int
    units: Mapping[Route, int]
    per_unit: Mapping[Route, Fraction]

    def share(self, route: Route, quantity: int) -> Fraction:
        """Return the part of the demand that some of the rights on a route are."""
        return self.per_unit[route] * quantity


Loads: TypeAlias = tuple[ElementLoad, ...] | None
"""In each direction in which anything loads an element; None where it lies on too many cycles to say."""


@dataclass(frozen=True, slots=True)
class ElementLoads:
    """Works out the loads of elements of one network."""

    network: FlowNetwork
    tightest: TightestBonds

    def of_edge(self, edge: int, day: LoadCase) -> Loads:
        """Return what loads an edge on a kind of gas day."""
        sides = (FlowDirection.FORWARD, FlowDirection.BACKWARD)
        try:
            found = [self._through(edge, day, direction) for direction in sides]
        except LookupError:
            return None
        return tuple(load for load in found if load is not None)

    def of_point(self, node: int, day: LoadCase) -> Loads:
        """Return what loads a point on a kind of gas day."""
        table = day.table
        sides = (
            (FlowDirection.ENTERING, table.receipt == node, self.network.entry_limit),
            (FlowDirection.LEAVING, table.delivery == node, self.network.exit_limit),
        )
        loads = []
        for direction, is_there, limit in sides:
            units = {table.routes[row]: int(day.quantities[row]) for row in _held(day, is_there)}
            if total := sum(units.values()):
                capacity = None if limit[node] >= UNBOUNDED else int(limit[node])
                per_unit = dict.fromkeys(units, Fraction(1, total))
                loads.append(ElementLoad(direction, capacity, total, total, units, per_unit))
        return tuple(loads)

    def _through(self, edge: int, day: LoadCase, direction: FlowDirection) -> ElementLoad | None:
        is_forward = direction is FlowDirection.FORWARD
        bond = self.tightest.through(day, edge, is_forward=is_forward)
        carried = int(day.capacities.upper[edge] if is_forward else -day.capacities.lower[edge])
        if bond is None or bond.spare >= carried:
            return None
        units = self._across(day, bond.inside)
        of_entries = sum(quantity for route, quantity in units.items() if route.delivery is None)
        of_exits = sum(quantity for route, quantity in units.items() if route.receipt is None)
        by_hub = min(of_entries, of_exits)
        demand = sum(units.values()) - of_entries - of_exits + by_hub
        parts = {
            RouteKind.PATH: Fraction(1, demand),
            RouteKind.ENTRY: Fraction(by_hub, max(of_entries, 1) * demand),
            RouteKind.EXIT: Fraction(by_hub, max(of_exits, 1) * demand),
        }
        return ElementLoad(
            direction,
            None if carried >= UNBOUNDED else carried,
            carried - bond.spare,
            demand,
            units,
            {route: parts[route.kind] for route in units},
        )

    def _across(self, day: LoadCase, is_inside: NDArray[np.bool_]) -> dict[Route, int]:
        """Return the rights across a bond: entries inside, exits outside, and paths from in to out."""
        hub, table = self.network.hub, day.table
        inside = np.zeros(hub, dtype=np.bool_)
        inside[self.network.points[is_inside]] = True
        from_inside = np.append(inside, True)[table.receipt]
        to_outside = np.append(~inside, True)[table.delivery]
        return {table.routes[row]: int(day.quantities[row]) for row in _held(day, from_inside & to_outside)}


def _held(day: LoadCase, is_chosen: NDArray[np.bool_]) -> list[int]:
    """Return the rows of the routes chosen on which there are rights."""
    rows: list[int] = np.flatnonzero(is_chosen & (day.quantities > 0)).tolist()
    return rows
