"""Operating ranges: what a configuration of a compressor station can do.

A machine's map (`capacity.hydraulics.physics.compressor_maps`) is in volume flow and head; at one inlet
pressure it is also in mass flow and pressure ratio, as ρ = p_in / (z R_s T). Every point (Q, H) of the map is
thus a ray p_in · (Q / (z R_s T), 1, r(H)) in (q, p_in, p_out), on which the pressure limits, and the power of
the drive, leave an interval. The range of a machine is the convex hull of these intervals.

In a configuration the machines of a stage share the flow, at the pressures of the stage; stages multiply
ratios, and gas is cooled to T before each. Its range holds all that the ranges of its machines allow
together.

**Sound for rejections.** A range is an outer approximation of at most `FACETS_MAX` facets: it holds every
sampled point, and is pushed out by twice what halving the grid of samples changes. It is not sound for
acceptances: a point inside may be off the map where the map is not convex;
`capacity.hydraulics.physics.station_power` decides that. z is one number, as in the rest of a compiled
network, and flanges' limits are those of the station.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from capacity.hydraulics.physics.compressor_maps import SECONDS_PER_MINUTE, biquadratic, duty, flow_limits
from capacity.hydraulics.physics.laws import adiabatic_head_kj_per_kg, pressure_ratio
from capacity.networks.model import Edge, Network
from capacity.networks.physics import ATMOSPHERE_BAR, RESISTANCE, state_j_per_kg
from capacity.networks.stations import Configuration, Drive, Machine, PistonCompressor, Station

Reals = NDArray[np.float64]

FACETS_MAX: Final = 30
"""A bound on the rows that each configuration adds to every model."""
SAMPLES_PER_AXIS: Final = 65
SAMPLES_OF_HULL: Final = 17
"""Points of the map along each axis: those that place the facets, and those that choose them."""
SLACK_ENOUGH: Final = 0.005
"""Facets are added until no corner stands out further than this part of the range's extent."""
DIRECTIONS: Final = 64
"""In which the range of several machines is explored."""
ROUNDING: Final = 1e-9
"""What sums and roots of floats may be off, relative to the largest term."""
FEASIBLE: Final = 1e-6
"""By which part of the extent a solver may stay short of the furthest point."""
MACHINE_PRESSURE_MAX_BAR: Final = 200.0
"""The highest pressure at a machine where the source states none."""
PA_PER_BAR: Final = 1e5
SECONDS_MAX: Final = 2.0
"""For one linear program; a facet that takes longer is left out."""
INFEASIBLE: Final = 2
"""What scipy calls the status of a linear program without a point."""


@dataclass(frozen=True, slots=True, eq=False)
class OperatingRange:
    """The convex hull of what a configuration can do, in (q kg/s, inlet bar, outlet bar).

    normals : float64 (facets, 3); offsets : float64 (facets,); inside where normals @ x ≤ offsets
    """

    configuration: str
    normals: NDArray[np.float64]
    offsets: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Limits:
    """The pressures at the machines of a station, in bar."""

    inlet_min: float
    inlet_max: float
    outlet_min: float
    outlet_max: float


_LOWER: Final = 2
"""So many of the bounds of a ray are lower ones; they come first."""
Stages = tuple[tuple[tuple[Machine, Drive], ...], ...]
"""The machines of a configuration, with their drives: serial stages of parallel machines."""
Facets = tuple[Reals, Reals]
"""Normals and offsets as in `OperatingRange`."""
_NOTHING: Final[Facets] = (np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]), np.array([-1.0, -1.0]))
"""Facets without a point inside."""


def operating_ranges(edge: Edge, network: Network, compressibility: float) -> tuple[OperatingRange, ...]:
    """Return the range of each configuration of a station; empty where the source gives no maps.

    A configuration that cannot run within the station's pressures has no range; if none can, there is one
    range, without a point.
    """
    if edge.station is None:
        return ()
    state = state_j_per_kg(network, compressibility)
    limits = _limits(edge, network)
    ranges: list[OperatingRange] = []
    for configuration in edge.station.configurations:
        facets = _facets(_nameless(machines_of(edge.station, configuration)), limits, state)
        if facets is not None:
            ranges.append(OperatingRange(configuration.id, *facets))
    return tuple(ranges) or (OperatingRange(edge.station.configurations[0].id, *_NOTHING),)


def _limits(edge: Edge, network: Network) -> _Limits:
    """Return what the station and its nodes allow at the machines, which flanges may part from the nodes."""
    tail, head = network.node(edge.tail), network.node(edge.head)

    def number(attribute: str, otherwise: float = 0.0) -> float:
        value = edge.attributes.get(attribute, otherwise)
        return otherwise if isinstance(value, str) else value

    loses_before = bool(number("drag_factor_in") or number("pressure_loss_in_bar"))
    loses_behind = bool(number("drag_factor_out") or number("pressure_loss_out_bar") or number(RESISTANCE))
    inlet_min = max(number("pressure_in_min_bar"), ATMOSPHERE_BAR)
    outlet_max = MACHINE_PRESSURE_MAX_BAR
    if not number(RESISTANCE):
        outlet_max = min(outlet_max, number("pressure_out_max_bar", outlet_max))
    if not loses_before:
        inlet_min = max(inlet_min, tail.pressure_min_bar or 0.0)
    if not loses_behind:
        outlet_max = min(outlet_max, head.pressure_max_bar or outlet_max)
    return _Limits(
        inlet_min=inlet_min,
        inlet_max=min(tail.pressure_max_bar or MACHINE_PRESSURE_MAX_BAR, outlet_max),
        outlet_min=max(head.pressure_min_bar or 0.0, inlet_min),
        outlet_max=outlet_max,
    )


def machines_of(station: Station, configuration: Configuration) -> Stages:
    """Return the machines of a configuration, with their drives."""
    return tuple(
        tuple(station.machine_and_drive[machine] for machine in stage) for stage in configuration.stages
    )


def _nameless(stages: Stages) -> Stages:
    """Return machines and drives without their names, so that like configurations share a range."""
    return tuple(
        tuple((replace(machine, id="", drive=""), replace(drive, id="")) for machine, drive in stage)
        for stage in stages
    )


@lru_cache(maxsize=1024)
def _facets(stages: Stages, limits: _Limits, state: float) -> Facets | None:
    """Return the range of machines that work in series and in parallel; None where they cannot run."""
    if len(stages) == 1 and len(stages[0]) == 1:
        found = _machine_facets(*stages[0][0], limits, state)
    else:
        between = _Limits(limits.inlet_min, limits.outlet_max, limits.inlet_min, limits.outlet_max)
        found = _joined_facets(
            [[_facets(((each,),), between, state) for each in stage] for stage in stages], limits
        )
    for array in found or ():
        array.setflags(write=False)
    return found


def _machine_facets(machine: Machine, drive: Drive, limits: _Limits, state: float) -> Facets | None:
    points = _points(machine, drive, limits, state, SAMPLES_PER_AXIS)
    half = _points(machine, drive, limits, state, SAMPLES_PER_AXIS // 2 + 1)
    coarse = _points(machine, drive, limits, state, SAMPLES_OF_HULL)
    if not len(points):
        return None
    low, extent = _box(points)
    directions = _directions((coarse - low) / extent)
    reach = _support((points - low) / extent, directions)
    margin = ROUNDING
    if len(half):
        margin += 2 * float(np.max(reach - _support((half - low) / extent, directions)))
    normals = directions / extent
    return normals, reach + margin + normals @ low


def _box(points: Reals) -> tuple[Reals, Reals]:
    """Return the lowest corner of the box around points, and its extent, never quite nothing."""
    low = points.min(axis=0)
    return low, np.maximum(points.max(axis=0) - low, 1e-6 * np.maximum(np.abs(low), 1.0))


def _support(points: Reals, directions: Reals) -> Reals:
    return np.asarray((directions @ points.T).max(axis=1))


def _points(machine: Machine, drive: Drive, limits: _Limits, state: float, count: int) -> Reals:
    """Return the ends of the rays through a grid of the map, and their kinks, float64 (points, 3)."""
    with np.errstate(all="ignore"):
        flow, ratio, by_power = _map_grid(machine, drive, state, count)
    per_bar = PA_PER_BAR / state
    bounds = np.stack(
        [
            np.full_like(ratio, limits.inlet_min),
            limits.outlet_min / ratio,
            np.full_like(ratio, limits.inlet_max),
            limits.outlet_max / ratio,
            by_power,
        ]
    )
    inlets = np.stack([bounds[:_LOWER].max(axis=0), bounds[_LOWER:].min(axis=0)])
    is_possible = inlets[0] <= inlets[1]
    ends = [(inlet[is_possible], flow[is_possible], ratio[is_possible]) for inlet in inlets]
    for axis in (0, 1):
        ends += _kinks(
            np.moveaxis(bounds, axis + 1, 1), np.moveaxis(flow, axis, 0), np.moveaxis(ratio, axis, 0)
        )
    inlet, volume, rise = (np.concatenate(column) for column in zip(*ends, strict=True))
    return np.stack([inlet * volume * per_bar, inlet, inlet * rise], axis=1)


def _map_grid(machine: Machine, drive: Drive, state: float, count: int) -> tuple[Reals, Reals, Reals]:
    """Return volume flow, pressure ratio and the inlet pressure at which the drive gives all its power.

    float64 (count, count), all NaN where the machine cannot run
    """
    share = np.linspace(0.0, 1.0, count)
    if isinstance(machine, PistonCompressor):
        swept = machine.displacement_m3 / SECONDS_PER_MINUTE
        least = machine.speed_min_per_min * swept * (1 - machine.flow_reduction)
        flow = (least + share * (machine.speed_max_per_min * swept - least))[:, None]
        ratio = (1 + share * (machine.ratio_max - 1))[None, :]
        head = adiabatic_head_kj_per_kg(ratio, state)
    else:
        slowest, fastest = machine.speed_min_per_min, machine.speed_max_per_min
        speed = (slowest + share * (fastest - slowest))[:, None]
        low, high = flow_limits(machine, speed)
        flow = low + share[None, :] * np.maximum(high - low, 0.0)
        head = biquadratic(machine.head, flow, speed)
        ratio = pressure_ratio(np.maximum(head, 0.0), state)
    runs = duty(machine, drive, flow, head, ratio)
    by_power = runs.power_available / (runs.specific_power * PA_PER_BAR / state)
    by_power = np.minimum(by_power, 2 * MACHINE_PRESSURE_MAX_BAR)
    grids = np.stack(np.broadcast_arrays(flow, ratio, by_power))
    runs_there = runs.is_on_map & np.isfinite(grids).all(axis=0)
    flow, ratio, by_power = np.where(runs_there, grids, np.nan)
    return flow, ratio, by_power


def _kinks(bounds: Reals, flow: Reals, ratio: Reals) -> list[tuple[Reals, Reals, Reals]]:
    """Return where, between neighbours along the first axis of the grid, two bounds of a ray cross.

    Another bound begins to count there, so that the range has an edge, which passes between the samples.
    Inlet pressure, volume flow and ratio, each float64 (points,); bounds: float64 (bounds, count, count)
    """
    found = []
    for first, second in combinations(range(len(bounds)), 2):
        gap = bounds[first] - bounds[second]
        crosses = gap[:-1] * gap[1:] < 0
        before, after = gap[:-1][crosses], gap[1:][crosses]
        way = before / (before - after)
        at = bounds[:, :-1][:, crosses] + way * (bounds[:, 1:] - bounds[:, :-1])[:, crosses]
        inlet = at[first]
        counts = (inlet >= at[:_LOWER].max(axis=0) - ROUNDING) & (inlet <= at[_LOWER:].min(axis=0) + ROUNDING)
        between = [grid[:-1][crosses] + way * (grid[1:] - grid[:-1])[crosses] for grid in (flow, ratio)]
        found.append((inlet[counts], between[0][counts], between[1][counts]))
    return found


def _directions(points: Reals) -> Reals:
    """Return unit normals whose facets about the points have little to spare, at most `FACETS_MAX`."""
    from scipy.spatial import ConvexHull, HalfspaceIntersection, QhullError  # noqa: PLC0415  (as below)

    box = np.concatenate([np.eye(3), -np.eye(3)])
    try:
        hull = ConvexHull(points)
    except (QhullError, ValueError):
        return box
    normals, offsets = hull.equations[:, :3], hull.equations[:, 3]
    inside = points[hull.vertices].mean(axis=0)
    chosen = np.column_stack([box, -_support(points, box)])
    while len(chosen) < FACETS_MAX:
        corners = HalfspaceIntersection(chosen, inside).intersections
        spare = normals @ corners.T + offsets[:, None]
        facet = int(spare.max(axis=1).argmax())
        if spare[facet].max() <= SLACK_ENOUGH:
            break
        chosen = np.vstack([chosen, hull.equations[facet]])
    return np.asarray(chosen[:, :3])


def _joined_facets(stages: Sequence[Sequence[Facets | None]], limits: _Limits) -> Facets | None:
    """Return the range of machines in series and in parallel, by the support of the lifted polytope."""
    known = [[facets for facets in stage if facets is not None] for stage in stages]
    if [len(stage) for stage in known] != [len(stage) for stage in stages]:
        return None
    lifted = _Lifted(known, limits)
    if lifted.is_empty():
        return None
    box = np.concatenate([np.eye(3), -np.eye(3)])
    points = lifted.furthest(np.concatenate([box, _spread(DIRECTIONS) / lifted.extent]))
    points = points[np.isfinite(points).all(axis=1)]
    low, extent = _box(points) if len(points) else (np.zeros(3), lifted.extent)
    normals = _directions((points - low) / extent) / extent
    reach = np.einsum("ij,ij->i", normals, lifted.furthest(normals)) + FEASIBLE
    is_known = np.isfinite(reach)
    if is_known.all():
        return normals, reach
    around = np.concatenate([lifted.extent, np.zeros(3)])
    return np.vstack([normals[is_known], box]), np.concatenate([reach[is_known], around])


def _spread(count: int) -> Reals:
    """Return unit vectors spread evenly over the sphere: a Fibonacci lattice."""
    index = np.arange(count) + 0.5
    height, turn = 1 - 2 * index / count, np.pi * (1 + 5**0.5) * index
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn), height], axis=1)


class _Lifted:
    """The machines of a configuration together: columns q, the pressures p_0 … p_S, the machines' flows.

    Columns count in parts of their greatest value, so that machines of any size can be told apart.
    """

    def __init__(self, stages: Sequence[Sequence[Facets]], limits: _Limits) -> None:
        count = len(stages)
        machines = [(stage, facets) for stage, parallel in enumerate(stages) for facets in parallel]
        flows = np.array([_flow_max(facets) for _, facets in machines])
        of_stage = np.array([stage for stage, _ in machines])
        most = min(float(flows[of_stage == stage].sum()) for stage in range(count))
        scale = np.concatenate([[most], np.full(count + 1, limits.outlet_max), flows])
        rows, offsets = [], []
        shared = np.zeros((count, len(scale)))
        shared[:, 0] = -1
        for number, (stage, (normals, reach)) in enumerate(machines):
            row = np.zeros((len(normals), len(scale)))
            row[:, [2 + count + number, 1 + stage, 2 + stage]] = normals
            rows.append(row)
            offsets.append(reach)
            shared[stage, 2 + count + number] = 1
        between = (limits.inlet_min, limits.outlet_max)
        pressures = [
            (limits.inlet_min, limits.inlet_max),
            *[between] * (count - 1),
            (limits.outlet_min, limits.outlet_max),
        ]
        bounds = np.array([(0.0, most), *pressures, *((0.0, flow) for flow in flows)])
        self._scale = scale
        self._polytope = {
            "A_ub": np.concatenate(rows) * scale,
            "b_ub": np.concatenate(offsets),
            "A_eq": shared * scale / most,
            "b_eq": np.zeros(count),
            "bounds": bounds / scale[:, None],
            "options": {"time_limit": SECONDS_MAX},
        }
        self._columns = [0, 1, 1 + count]
        self.extent = np.array([most, limits.inlet_max, limits.outlet_max])
        """The most of (q, p_in, p_out) by the bounds alone."""

    def is_empty(self) -> bool:
        """Whether the solver is sure that the machines cannot run together."""
        return int(self._solved(np.zeros(len(self._scale))).status) == INFEASIBLE

    def _solved(self, objective: Reals) -> Any:
        # Loaded with the first station: it takes longer than all else that starts here.
        from scipy.optimize import linprog  # noqa: PLC0415

        return linprog(objective, **self._polytope)

    def furthest(self, directions: Reals) -> Reals:
        """Return the points (q, p_in, p_out) furthest in each direction; NaN where none is found."""
        found = np.full((len(directions), 3), np.nan)
        for number, direction in enumerate(directions):
            objective = np.zeros(len(self._scale))
            objective[self._columns] = -direction * self._scale[self._columns]
            objective /= np.abs(objective).max()
            solution = self._solved(objective)
            if solution.status == 0:
                found[number] = (solution.x * self._scale)[self._columns]
        return found


def _flow_max(facets: Facets) -> float:
    """Return the most flow in a range: that of the facet that bounds the flow alone."""
    normals, offsets = facets
    is_alone = (normals[:, 0] > 0) & (normals[:, 1:] == 0).all(axis=1)
    return float((offsets[is_alone] / normals[is_alone, 0]).min())
