"""Dynamic programming over pressures: the cheapest way to run a tree of stations, roughly.

From the leaves to the root, the *value* of a joint is the least power beyond it by its own pressure, on a
grid; a station chooses its outlet pressure and configuration, a regulator its outlet pressure. From the root
outwards the choices are then read off at the pressures that really arise. A ring is cut at its chord, whose
flow is given: the values are carried for every pressure at which the chord might meet, all at once.

Between grid points values are interpolated, and a pressure less than one step outside its limits only costs
`PENALTY_MW_PER_BAR`; pressures below the atmosphere's are not tried. The plan is a start for
`planning.compressor_dispatch.pressure_program`, not yet a state.

Units: bar, kg/s, MW. Values are float64 (meetings, grid), meetings being 1 where the chord plays no part.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.networks.physics import ATMOSPHERE_BAR
from planning.compressor_dispatch.machines import BYPASS, Configuration, power_mw
from planning.compressor_dispatch.station_networks import (
    Branch,
    Element,
    NoPressure,
    PipeSection,
    Regulator,
    Station,
    StationNetwork,
    pressure_bounds,
)

Reals = NDArray[np.float64]

STEP_BAR: Final = 0.5
PENALTY_MW_PER_BAR: Final = 5.0
READ_PER_PLAN: Final = 6
"""How many of the cheapest places are read off for each plan wanted: neighbours often choose alike."""
ON_GRID: Final = 1e-9
"""A pressure this close to a grid point, in steps, is on it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A rough way to run the network: an estimate of its power, configurations and pressures by id."""

    estimate_mw: float
    chord_flow_kg_per_s: float
    configurations: Mapping[str, Configuration]
    pressures_bar: Mapping[str, float]


def plans(network: StationNetwork, chord_flow_kg_per_s: float, count: int) -> list[Plan]:
    """Return up to `count` plans with different configurations, cheapest first; none if bounds are empty."""
    try:
        grid = _PressureGrid(network, chord_flow_kg_per_s)
    except NoPressure:
        return []
    return grid.plans(count)


class _PressureGrid:
    """The values of one network at one chord flow."""

    def __init__(self, network: StationNetwork, chord_flow: float) -> None:
        self._network = network
        self._chord_flow = chord_flow
        self._flows = network.flows_kg_per_s(chord_flow)
        self._bounds = pressure_bounds(network, self._flows)
        low = max(min(low for low, _ in self._bounds.values()), ATMOSPHERE_BAR)
        high = max(high for _, high in self._bounds.values())
        self._grid = low + STEP_BAR * np.arange(math.ceil((high - low) / STEP_BAR) + 1.0)
        self._meetings = self._possible_meetings()
        self._value = {joint.id: self._own_value(joint.id) for joint in network.joints}
        for branch in reversed(network.branches):
            if branch.parent != network.root:
                self._value[branch.parent] = self._value[branch.parent] + self._through(branch, self._grid)

    def plans(self, count: int) -> list[Plan]:
        root = self._network.root
        low, high = self._bounds[root]
        starts = np.array([low]) if high - low < STEP_BAR else np.arange(low, high + ON_GRID, STEP_BAR)
        parts = [self._through(branch, starts) for branch in self._network.branches if branch.parent == root]
        value = reduce(np.add, parts, np.zeros((len(self._meetings), len(starts))))
        found: dict[tuple[Configuration, ...], Plan] = {}
        for place in np.argsort(value, axis=None)[: READ_PER_PLAN * count]:
            meeting, start = np.unravel_index(place, value.shape)
            if not np.isfinite(value[meeting, start]) or len(found) == count:
                break
            plan = self._plan(int(meeting), float(starts[start]), float(value[meeting, start]))
            found.setdefault(tuple(plan.configurations.values()), plan)
        return list(found.values())

    def _possible_meetings(self) -> Reals:
        """Return the pressures tried at the chord's tail, float64 (meetings,)."""
        if self._network.chord is None:
            return np.zeros(1)
        low, high = self._bounds[self._network.element[self._network.chord].tail]
        return np.arange(low, high + ON_GRID, STEP_BAR)

    def _own_value(self, joint_id: str) -> Reals:
        """Return what a joint's limits, and the chord's meeting, leave of it: 0, a penalty or infinity."""
        low, high = self._bounds[joint_id]
        outside = np.maximum(np.maximum(low - self._grid, self._grid - high), 0.0)[None, :]
        value = _penalty(outside)
        chord = self._network.element.get(self._network.chord or "")
        if chord is None or joint_id not in (chord.tail, chord.head):
            return value
        meeting = self._meetings
        if isinstance(chord, Regulator):
            excess = self._grid[None, :] - meeting[:, None]
            return value + _penalty(np.maximum(excess if joint_id == chord.head else -excess, 0.0))
        if isinstance(chord, PipeSection) and joint_id == chord.head:
            drop = chord.resistance_bar2_s2_per_kg2 * self._chord_flow * abs(self._chord_flow)
            meeting = np.sqrt(np.maximum(meeting**2 - drop, 0.0))
        return value + _penalty(np.abs(self._grid[None, :] - meeting[:, None]))

    def _through(self, branch: Branch, at: Reals) -> Reals:
        """Return the value beyond a branch, float64 (meetings, at), by the pressure `at` its near end."""
        value, element = self._value[branch.child], branch.element
        if isinstance(element, PipeSection):
            return self._interpolated(value, self._beyond(branch, element, at))
        open_value = self._interpolated(value, at) if _may_be_open(element) else np.inf
        if isinstance(element, Regulator):
            is_outlet = branch.sign > 0
            allowed = self._grid <= at[:, None] if is_outlet else self._grid >= at[:, None]
            needed = np.where(allowed, 0.0, np.inf)
        else:
            needed = self._least_power(branch, element, at)
        return np.asarray(np.minimum(open_value, (needed[None, :, :] + value[:, None, :]).min(axis=2)))

    def _beyond(self, branch: Branch, pipe: PipeSection, at: Reals) -> Reals:
        flow = self._flows[pipe.id]
        drop = branch.sign * pipe.resistance_bar2_s2_per_kg2 * flow * abs(flow)
        return np.asarray(np.sqrt(np.maximum(at**2 - drop, 0.0)))

    def _powers(self, branch: Branch, station: Station, way: Configuration, at: Reals) -> Reals:
        """Return the power, float64 (at, grid), from the near end's pressure to the far end's."""
        near, far = at[:, None], self._grid[None, :]
        flow = self._flows[station.id]
        if way == BYPASS or flow <= 0:
            return np.full((len(at), len(self._grid)), np.inf)
        return power_mw(
            station.unit,
            way,
            self._network.gas,
            flow_kg_per_s=flow,
            inlet_bar=near if branch.sign > 0 else far,
            outlet_bar=far if branch.sign > 0 else near,
        )

    def _least_power(self, branch: Branch, station: Station, at: Reals) -> Reals:
        powers = [self._powers(branch, station, way, at) for way in station.configurations]
        return reduce(np.minimum, powers)

    def _interpolated(self, value: Reals, at: Reals) -> Reals:
        place = (at - self._grid[0]) / STEP_BAR
        last = len(self._grid) - 1
        below = np.clip(np.floor(place + ON_GRID), 0, last).astype(np.int64)
        share = place - below
        left, right = value[:, below], value[:, np.minimum(below + 1, last)]
        with np.errstate(invalid="ignore"):
            between = left + share * (right - left)
        between = np.where(np.isfinite(left) & np.isfinite(right), between, np.inf)
        is_outside = (place < -ON_GRID) | (place > last + ON_GRID)
        return np.where(is_outside, np.inf, np.where(np.abs(share) <= ON_GRID, left, between))

    def _plan(self, meeting: int, start: float, estimate: float) -> Plan:
        """Read the choices off from the root outwards."""
        pressures = {self._network.root: start}
        chosen: dict[str, Configuration] = {}
        for branch in self._network.branches:
            at = np.array([pressures[branch.parent]])
            element = branch.element
            if isinstance(element, PipeSection):
                pressures[branch.child] = float(self._beyond(branch, element, at)[0])
                continue
            value = self._value[branch.child]
            value = value[meeting if len(value) > 1 else 0]
            best = float(self._interpolated(value[None, :], at)[0, 0]) if _may_be_open(element) else np.inf
            pressures[branch.child] = float(at[0])
            if isinstance(element, Station):
                chosen[element.id] = BYPASS
                for way in element.configurations:
                    total = self._powers(branch, element, way, at)[0] + value
                    if total.min() < best:
                        best, chosen[element.id] = float(total.min()), way
                        pressures[branch.child] = float(self._grid[total.argmin()])
            else:
                allowed = self._grid <= at if branch.sign > 0 else self._grid >= at
                total = np.where(allowed, value, np.inf)
                if total.min() < best:
                    pressures[branch.child] = float(self._grid[total.argmin()])
        ordered = {station.id: chosen[station.id] for station in self._network.stations}
        return Plan(estimate, self._chord_flow, ordered, pressures)


def _may_be_open(element: Element) -> bool:
    return not isinstance(element, Station) or BYPASS in element.configurations


def _penalty(distance: Reals) -> Reals:
    return np.where(distance <= STEP_BAR, PENALTY_MW_PER_BAR * distance, np.inf)
