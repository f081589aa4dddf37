"""Networks of pipes, regulators and compressor stations whose flows are known but for one loop.

Flows in kg/s, positive from tail to head; pressures absolute, in bar. Laws, with p_i at the tail and p_j at
the head: a pipe p_i² − p_j² = β q |q|; a regulator q ≥ 0 and p_j ≤ p_i; a station in bypass p_i = p_j, and
one that runs q > 0 and p_j ≥ p_i, within what its units can do.

The network is a tree seen from its root, or a tree and one *chord*: the pipe or regulator at which a ring is
cut. Balance gives every flow from that of the chord; pressures follow from the root outwards, given those
behind each running station and regulator. At the chord the two ways round the ring must agree: what they
differ by is the *mismatch*.

**Not covered:** more than one loop, unlike units in one station, heights, more than one gas.
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from linepack.problems import Fault, InvalidInput, Problem
from planning.compressor_dispatch.machines import BYPASS, CompressedGas, Configuration, Unit, power_mw

PRESSURE_TOLERANCE_BAR: Final = 1e-3
"""How far pressures of a state may miss a limit or a law."""
SETTLED_BAR2: Final = 1e-9
"""Propagation ends when no bound moves further than this."""
PASSES_PER_ELEMENT: Final = 10
"""Propagation ends after so many passes for each element, settled or not: bounds stay valid."""


class NoPressure(Problem):
    """No pressure at a joint is within all limits: the flows cannot be transported."""

    code = "NO_PRESSURE"

    def __init__(self, joint_id: str, low_bar: float, high_bar: float) -> None:
        super().__init__(f"{joint_id} needs at least {low_bar:.2f} bar and gets at most {high_bar:.2f} bar")
        self.joint_id = joint_id
        self.low_bar = low_bar
        self.high_bar = high_bar


@dataclass(frozen=True, slots=True)
class Joint:
    """A place where elements meet. `offtake_kg_per_s` leaves there, or enters if negative."""

    id: str
    pressure_min_bar: float
    pressure_max_bar: float
    offtake_kg_per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PipeSection:
    """A pipe."""

    id: str
    tail: str
    head: str
    resistance_bar2_s2_per_kg2: float


@dataclass(frozen=True, slots=True)
class Regulator:
    """A valve that lowers pressure as much as is wanted."""

    id: str
    tail: str
    head: str


@dataclass(frozen=True, slots=True)
class Station:
    """A compressor station: its units are alike; `configurations` are the ways they can run."""

    id: str
    tail: str
    head: str
    unit: Unit
    configurations: tuple[Configuration, ...]


Element = PipeSection | Regulator | Station


@dataclass(frozen=True, slots=True)
class Branch:
    """An element of the tree, seen from the root: `sign` is +1 if it points away from there."""

    parent: str
    child: str
    element: Element
    sign: int


@dataclass(frozen=True)
class StationNetwork:
    """A tree of elements, or a tree and the element `chord` that closes a ring.

    The root balances: what is taken off elsewhere enters there. Its pressure limits may leave no choice.
    """

    joints: tuple[Joint, ...]
    elements: tuple[Element, ...]
    gas: CompressedGas
    root: str
    chord: str | None = None

    def __post_init__(self) -> None:
        faults = [
            Fault(element.id, f"ends at {end}, which is no joint")
            for element in self.elements
            for end in (element.tail, element.head)
            if end not in self.joint
        ]
        if self.root not in self.joint:
            faults.append(Fault("root", f"{self.root} is no joint"))
        if self.chord is not None and (
            self.chord not in self.element or isinstance(self.element[self.chord], Station)
        ):
            faults.append(Fault("chord", f"{self.chord} is neither a pipe nor a regulator"))
        if not faults and not len(self.branches) == len(self.joints) - 1 == len(self._in_tree):
            faults.append(Fault("elements", "must be a tree when the chord is left out"))
        if faults:
            raise InvalidInput(faults)

    def derated(self, part: float) -> "StationNetwork":
        """Return the network with the power limit of every unit lowered by `part` (0 to 1)."""
        return replace(
            self,
            elements=tuple(
                replace(element, unit=element.unit.derated(part)) if isinstance(element, Station) else element
                for element in self.elements
            ),
        )

    @cached_property
    def joint(self) -> Mapping[str, Joint]:
        """The joints by id."""
        return {joint.id: joint for joint in self.joints}

    @cached_property
    def element(self) -> Mapping[str, Element]:
        """The elements by id."""
        return {element.id: element for element in self.elements}

    @property
    def stations(self) -> tuple[Station, ...]:
        """The compressor stations."""
        return tuple(element for element in self.elements if isinstance(element, Station))

    @property
    def _in_tree(self) -> list[Element]:
        return [element for element in self.elements if element.id != self.chord]

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The tree's elements from the root outwards."""
        around: dict[str, list[tuple[str, Element, int]]] = {joint.id: [] for joint in self.joints}
        for element in self._in_tree:
            around[element.tail].append((element.head, element, 1))
            around[element.head].append((element.tail, element, -1))
        reached, waiting, found = {self.root}, deque([self.root]), []
        while waiting:
            parent = waiting.popleft()
            for child, element, sign in around[parent]:
                if child not in reached:
                    reached.add(child)
                    waiting.append(child)
                    found.append(Branch(parent, child, element, sign))
        return tuple(found)

    def flows_kg_per_s(self, chord_flow_kg_per_s: float = 0.0) -> dict[str, float]:
        """Return every element's flow, from tail to head, given that of the chord."""
        beyond = {joint.id: joint.offtake_kg_per_s for joint in self.joints}
        flows: dict[str, float] = {}
        if self.chord is not None:
            flows[self.chord] = chord_flow_kg_per_s
            beyond[self.element[self.chord].tail] += chord_flow_kg_per_s
            beyond[self.element[self.chord].head] -= chord_flow_kg_per_s
        for branch in reversed(self.branches):
            flows[branch.element.id] = branch.sign * beyond[branch.child]
            beyond[branch.parent] += beyond[branch.child]
        return flows


@dataclass(frozen=True, slots=True)
class OperatingState:
    """How a network is run: flows by element, pressures by joint, configurations and powers by station."""

    flows_kg_per_s: Mapping[str, float]
    pressures_bar: Mapping[str, float]
    configurations: Mapping[str, Configuration]
    powers_mw: Mapping[str, float]

    @property
    def power_mw(self) -> float:
        """The shaft power of all stations."""
        return sum(self.powers_mw.values())


def pressure_bounds(
    network: StationNetwork, flows_kg_per_s: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest pressure of every joint, in bar, that limits and laws leave together.

    Bounds are passed along every element both ways until nothing moves. Raises NoPressure.
    """
    bounds = {joint.id: (joint.pressure_min_bar**2, joint.pressure_max_bar**2) for joint in network.joints}
    for _ in range(PASSES_PER_ELEMENT * len(network.elements)):
        moved = 0.0
        for element in network.elements:
            narrowed = _narrowed(
                element, flows_kg_per_s[element.id], bounds[element.tail], bounds[element.head]
            )
            for joint_id, (low, high) in zip((element.tail, element.head), narrowed, strict=True):
                if low > high + SETTLED_BAR2:
                    raise NoPressure(joint_id, math.sqrt(low), math.sqrt(max(high, 0.0)))
                moved = max(moved, low - bounds[joint_id][0], bounds[joint_id][1] - high)
                bounds[joint_id] = (low, high)
        if moved <= SETTLED_BAR2:
            break
    return {joint_id: (math.sqrt(low), math.sqrt(high)) for joint_id, (low, high) in bounds.items()}


Interval = tuple[float, float]


def _narrowed(element: Element, flow: float, tail: Interval, head: Interval) -> tuple[Interval, Interval]:
    """Return what an element leaves of the squared pressures at its ends."""
    if isinstance(element, Regulator):
        return (max(tail[0], head[0]), tail[1]), (head[0], min(head[1], tail[1]))
    if isinstance(element, Station) and flow > 0:
        most = max((_ratio_max(element, way) for way in element.configurations), default=1.0) ** 2
        return (
            (max(tail[0], head[0] / most), min(tail[1], head[1])),
            (max(head[0], tail[0]), min(head[1], tail[1] * most)),
        )
    drop = element.resistance_bar2_s2_per_kg2 * flow * abs(flow) if isinstance(element, PipeSection) else 0.0
    return (
        (max(tail[0], head[0] + drop), min(tail[1], head[1] + drop)),
        (max(head[0], tail[0] - drop), min(head[1], tail[1] - drop)),
    )


def _ratio_max(station: Station, configuration: Configuration) -> float:
    return 1.0 if configuration == BYPASS else station.unit.ratio_max**configuration.series


def station_power_mw(
    network: StationNetwork,
    station: Station,
    configuration: Configuration,
    *,
    flow_kg_per_s: float,
    inlet_bar: float,
    outlet_bar: float,
) -> float:
    """Return the power at which a configuration does what is asked; infinite if it cannot."""
    if configuration == BYPASS:
        return 0.0 if abs(outlet_bar - inlet_bar) <= PRESSURE_TOLERANCE_BAR else math.inf
    if flow_kg_per_s <= 0 or inlet_bar <= 0:
        return math.inf
    power = power_mw(
        station.unit,
        configuration,
        network.gas,
        flow_kg_per_s=flow_kg_per_s,
        inlet_bar=inlet_bar,
        outlet_bar=outlet_bar,
    )
    return float(power)


def mismatch_bar(network: StationNetwork, state: OperatingState) -> float:
    """Return by how much the two ways round the ring disagree on the pressure behind the chord; 0 in a tree.

    Positive: too low before the chord. A regulator as chord only disagrees if pressure would have to rise.
    """
    if network.chord is None:
        return 0.0
    chord = network.element[network.chord]
    arriving = _behind(chord, state.flows_kg_per_s[chord.id], state.pressures_bar[chord.tail])
    difference = state.pressures_bar[chord.head] - arriving
    return max(difference, 0.0) if isinstance(chord, Regulator) else difference


def _behind(element: Element, flow: float, pressure: float) -> float:
    """Return the pressure at the head of a pipe; that at the tail for other elements."""
    if not isinstance(element, PipeSection):
        return pressure
    return math.sqrt(max(pressure**2 - element.resistance_bar2_s2_per_kg2 * flow * abs(flow), 0.0))


def operating_faults(network: StationNetwork, state: OperatingState) -> list[str]:
    """Return every way in which a state breaks a balance, a law or a limit; empty: it can be run so."""
    return [
        *_balance_faults(network, state.flows_kg_per_s),
        *_limit_faults(network.joints, state.pressures_bar),
        *(fault for element in network.elements for fault in _element_faults(network, state, element)),
    ]


def _balance_faults(network: StationNetwork, flows: Mapping[str, float]) -> Iterable[str]:
    surplus = {joint.id: -joint.offtake_kg_per_s for joint in network.joints if joint.id != network.root}
    for element in network.elements:
        for end, sign in ((element.tail, -1), (element.head, 1)):
            if end in surplus:
                surplus[end] += sign * flows[element.id]
    scale = max(map(abs, flows.values()), default=0.0)
    return [f"{joint_id}: {kg:g} kg/s too much" for joint_id, kg in surplus.items() if abs(kg) > 1e-9 * scale]


def _limit_faults(joints: Sequence[Joint], pressures: Mapping[str, float]) -> Iterable[str]:
    for joint in joints:
        low, high = joint.pressure_min_bar, joint.pressure_max_bar
        if not low - PRESSURE_TOLERANCE_BAR <= pressures[joint.id] <= high + PRESSURE_TOLERANCE_BAR:
            yield f"{joint.id}: {pressures[joint.id]:.3f} bar is outside {low:g} to {high:g} bar"


def _element_faults(network: StationNetwork, state: OperatingState, element: Element) -> Iterable[str]:
    flow = state.flows_kg_per_s[element.id]
    tail, head = state.pressures_bar[element.tail], state.pressures_bar[element.head]
    if isinstance(element, PipeSection):
        if abs(_behind(element, flow, tail) - head) > PRESSURE_TOLERANCE_BAR:
            yield f"{element.id}: {tail:.3f} and {head:.3f} bar do not belong to {flow:.3f} kg/s"
    elif isinstance(element, Regulator):
        if flow < 0 or head > tail + PRESSURE_TOLERANCE_BAR:
            yield f"{element.id}: a regulator neither raises pressure nor lets gas back"
    else:
        way = state.configurations[element.id]
        power = station_power_mw(network, element, way, flow_kg_per_s=flow, inlet_bar=tail, outlet_bar=head)
        if way not in element.configurations or math.isinf(power):
            yield f"{element.id}: {way} cannot take {flow:.3f} kg/s from {tail:.3f} to {head:.3f} bar"
        elif not math.isclose(power, state.powers_mw[element.id], rel_tol=1e-6, abs_tol=1e-6):
            yield f"{element.id}: needs {power:.6f} MW, not {state.powers_mw[element.id]:.6f} MW"
