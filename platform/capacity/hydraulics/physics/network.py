"""The hydraulic network: a revision as arrays, ready for the laws of steady flow.

Units: mass flows in kg/s, positive from tail to head; pressures absolute, in bar; potentials in bar².

The *potential* of a node is φ = σ p², where σ = exp(2 g (h − h₀) / (R_s T z)) is its *elevation factor*, h₀
the height of the first node. In potentials a pipe up a hill obeys the law of a horizontal one,

    φ_i − φ_j = β q |q|,

exactly, because the compressibility z is one number for the whole network (see
`capacity.networks.physics.compressibility_factor`). Without heights σ = 1 and φ = p².

An *element* is what joins two nodes. The first elements are the revision's edges in its order, the first
nodes its nodes; what a station loses at its flanges follows as elements and nodes of their own. Laws:

PIPE           φ_i − φ_j = β q |q|; a short pipe has β = 0; a resistor with a drag factor is a rough pipe
RESISTOR       p_i − p_j = loss · sign(q); without flow, any difference up to the loss either way
VALVE          open: φ_i = φ_j; closed: q = 0
CONTROL_VALVE  active: q ≥ 0, ratio_min p_i ≤ p_j ≤ ratio_max p_i, difference_min ≤ p_i − p_j ≤
               difference_max, p_i ≥ inlet_min, p_j ≤ outlet_max; bypass: φ_i = φ_j; closed: q = 0
COMPRESSOR     active: q ≥ 0, p_i ≥ inlet_min, p_j ≤ outlet_max, and, with p_k² = p_j² + β q² / σ_j the
               square of the pressure behind the machines (β: a pipe from there to the head),
               ratio_min p_i ≤ p_k ≤ ratio_max p_i; or, where `ranges` describe its configurations,
               (q, p_i, p_k) in one of them; bypass: φ_i − φ_j = β q |q|; closed: q = 0

Every pressure stays within its node's limits, which include those of the pipes that end there, and every flow
within its element's. **Assumption:** no gas circulates, so that no element carries more than all that enters.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.hydraulics.physics.operating_ranges import OperatingRange, operating_ranges
from capacity.networks.model import PRESSURE_MAX, PRESSURE_MIN, Edge, EdgeKind, Network
from capacity.networks.physics import (
    ATMOSPHERE_BAR,
    GRAVITY_M_PER_S2,
    PA2_PER_BAR2,
    RESISTANCE,
    compressibility_factor,
    resistance_bar2_s2_per_kg2,
    state_j_per_kg,
)
from linepack.problems import Fault, InvalidInput
from linepack.units import kg_per_s_per_unit

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

PRESSURE_WITHOUT_LIMIT_BAR: Final = 200.0
"""The highest pressure assumed at a node for which the source states none."""
RATIO_WITHOUT_MAP: Final = 2.0
"""The largest pressure ratio assumed of a GasLib station whose characteristic maps are not used."""
RATIO_UNBOUNDED: Final = 1e3


class ElementKind(IntEnum):
    """Which law an element obeys."""

    PIPE = 0
    RESISTOR = 1
    VALVE = 2
    CONTROL_VALVE = 3
    COMPRESSOR = 4


@dataclass(frozen=True, eq=False)
class HydraulicNetwork:
    """One revision compiled; see the module docstring.

    tail, head : int64 (elements,), node numbers
    kind : int64 (elements,), of ElementKind
    resistance : float64 (elements,), β in bar² s²/kg²
    loss_bar : float64 (elements,), of resistors with a constant loss
    flow_min, flow_max : float64 (elements,), kg/s
    inlet_min_bar, outlet_max_bar, ratio_min, ratio_max, difference_min_bar, difference_max_bar : float64
        (elements,), limits of active elements
    has_bypass : bool (elements,)
    ranges : by element, the operating range of each configuration of a station with characteristic maps
    elevation : float64 (nodes,), σ
    pressure_min_bar, pressure_max_bar : float64 (nodes,)
    """

    network: Network
    node_ids: tuple[str, ...]
    element_ids: tuple[str, ...]
    tail: Integers
    head: Integers
    kind: Integers
    resistance: Reals
    loss_bar: Reals
    flow_min: Reals
    flow_max: Reals
    inlet_min_bar: Reals
    outlet_max_bar: Reals
    ratio_min: Reals
    ratio_max: Reals
    difference_min_bar: Reals
    difference_max_bar: Reals
    has_bypass: Flags
    ranges: Mapping[int, tuple[OperatingRange, ...]]
    elevation: Reals
    pressure_min_bar: Reals
    pressure_max_bar: Reals
    compressibility: float
    kg_per_s_per_unit: float

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.node_ids)

    @cached_property
    def node_index(self) -> Mapping[str, int]:
        """The number of each node."""
        return {node_id: number for number, node_id in enumerate(self.node_ids)}

    @cached_property
    def potential_min(self) -> Reals:
        """The lowest potential of each node, float64 (nodes,), bar²."""
        return np.asarray(self.elevation * self.pressure_min_bar**2)

    @cached_property
    def potential_max(self) -> Reals:
        """The highest potential of each node, float64 (nodes,), bar²."""
        return np.asarray(self.elevation * self.pressure_max_bar**2)

    def injections(self, units: Mapping[str, float]) -> Reals:
        """Return commercial units by node (positive enters) as kg/s, float64 (nodes,); raises KeyError."""
        injection = np.zeros(self.size)
        for node_id, quantity in units.items():
            injection[self.node_index[node_id]] += quantity * self.kg_per_s_per_unit
        return injection

    def nomination(self) -> Reals:
        """Return the published nomination, kg/s, float64 (nodes,)."""
        return self.injections({node.id: node.nomination for node in self.network.nodes if node.nomination})


def compile_hydraulics(network: Network, *, use_maps: bool = True) -> HydraulicNetwork:
    """Return the network compiled; without `use_maps` stations are bounded by a pressure ratio alone.

    Raises InvalidInput naming every pipe whose resistance cannot be known.
    """
    return _Compiler(network, use_maps=use_maps).compiled()


_KINDS: Final = {
    EdgeKind.PIPE: ElementKind.PIPE,
    EdgeKind.SHORT_PIPE: ElementKind.PIPE,
    EdgeKind.RESISTOR: ElementKind.PIPE,
    EdgeKind.VALVE: ElementKind.VALVE,
    EdgeKind.CONTROL_VALVE: ElementKind.CONTROL_VALVE,
    EdgeKind.COMPRESSOR_STATION: ElementKind.COMPRESSOR,
}
_ACTIVE: Final = (ElementKind.CONTROL_VALVE, ElementKind.COMPRESSOR)


@dataclass(slots=True)
class _Element:
    """One element while it is being compiled."""

    id: str
    kind: ElementKind
    tail: int
    head: int
    resistance: float = 0.0
    loss_bar: float = 0.0
    flow_min: float = -math.inf
    flow_max: float = math.inf


class _Compiler:
    """Compiles one network."""

    def __init__(self, network: Network, *, use_maps: bool) -> None:
        self._network = network
        self._use_maps = use_maps
        self._kg_per_s = kg_per_s_per_unit(network.unit, network.quality)
        self._compressibility = compressibility_factor(network)
        self._state_j_per_kg = state_j_per_kg(network, self._compressibility)
        self._index = {node.id: number for number, node in enumerate(network.nodes)}
        self._ids = [node.id for node in network.nodes]
        self._heights = [node.height_m for node in network.nodes]
        self._low = [max(node.pressure_min_bar or 0.0, ATMOSPHERE_BAR) for node in network.nodes]
        self._high = [node.pressure_max_bar or PRESSURE_WITHOUT_LIMIT_BAR for node in network.nodes]
        self._flanges: list[_Element] = []
        self._faults: list[Fault] = []

    def compiled(self) -> HydraulicNetwork:
        edges = self._network.edges
        elements = [self._element(edge) for edge in edges] + self._flanges
        if self._faults:
            raise InvalidInput(self._faults)
        elevation = self._elevation()
        count = len(elements)

        def limit(attribute: str, otherwise: float, *kinds: ElementKind) -> Reals:
            values = np.full(count, otherwise)
            for number, edge in enumerate(edges):
                if _KINDS[edge.kind] in (kinds or _ACTIVE):
                    values[number] = _number(edge, attribute, otherwise)
            return values

        bypassed = [edge.attributes.get("internal_bypass") != "not required" for edge in edges]
        ratio_min, ratio_max = self._ratios(count)
        return HydraulicNetwork(
            network=self._network,
            node_ids=tuple(self._ids),
            element_ids=tuple(element.id for element in elements),
            tail=np.array([element.tail for element in elements], dtype=np.int64),
            head=np.array([element.head for element in elements], dtype=np.int64),
            kind=np.array([element.kind for element in elements], dtype=np.int64),
            resistance=np.array([self._uphill(element, elevation) for element in elements]),
            loss_bar=np.array([element.loss_bar for element in elements]),
            flow_min=np.array([element.flow_min for element in elements]),
            flow_max=np.array([element.flow_max for element in elements]),
            inlet_min_bar=limit("pressure_in_min_bar", 0.0),
            outlet_max_bar=limit("pressure_out_max_bar", math.inf),
            ratio_min=ratio_min,
            ratio_max=ratio_max,
            difference_min_bar=limit("pressure_difference_min_bar", 0.0, ElementKind.CONTROL_VALVE),
            difference_max_bar=limit("pressure_difference_max_bar", math.inf, ElementKind.CONTROL_VALVE),
            has_bypass=np.array(bypassed + [True] * len(self._flanges), dtype=np.bool_),
            ranges=self._ranges(),
            elevation=elevation,
            pressure_min_bar=np.array(self._low),
            pressure_max_bar=np.array(self._high),
            compressibility=self._compressibility,
            kg_per_s_per_unit=self._kg_per_s,
        )

    def _element(self, edge: Edge) -> _Element:
        element = _Element(edge.id, _KINDS[edge.kind], self._index[edge.tail], self._index[edge.head])
        if edge.capacity_forward is not None:
            element.flow_max = edge.capacity_forward * self._kg_per_s
        if edge.capacity_backward is not None:
            element.flow_min = -edge.capacity_backward * self._kg_per_s
        if edge.kind is EdgeKind.PIPE:
            self._narrow(edge)
            element.resistance = self._resistance(edge)
        elif edge.kind is EdgeKind.COMPRESSOR_STATION:
            element.resistance = _number(edge, RESISTANCE, 0.0)
        elif edge.kind is EdgeKind.RESISTOR:
            element.resistance = self._drag(_number(edge, "drag_factor", 0.0), edge.diameter_mm or 0.0)
            element.loss_bar = _number(edge, "pressure_loss_bar", 0.0)
            if element.loss_bar:
                element.kind = ElementKind.RESISTOR
        if element.kind in _ACTIVE:
            element.tail = self._flange(edge, "in", element.tail, is_inlet=True)
            element.head = self._flange(edge, "out", element.head, is_inlet=False)
        return element

    def _narrow(self, pipe: Edge) -> None:
        """Hold both ends of a pipe to the pipe's own pressure limits."""
        for node_id in (pipe.tail, pipe.head):
            number = self._index[node_id]
            self._low[number] = max(self._low[number], _number(pipe, PRESSURE_MIN, 0.0))
            self._high[number] = min(self._high[number], _number(pipe, PRESSURE_MAX, math.inf))

    def _flange(self, edge: Edge, side: str, node: int, *, is_inlet: bool) -> int:
        """Return the node at a station's machines: another one where gas loses pressure on the way there."""
        drag = _number(edge, f"drag_factor_{side}", 0.0)
        loss = _number(edge, f"pressure_loss_{side}_bar", 0.0)
        if not drag and not loss:
            return node
        number = len(self._ids)
        self._ids.append(f"{edge.id}/{side}")
        self._heights.append(self._heights[node])
        self._low.append(ATMOSPHERE_BAR)
        self._high.append(PRESSURE_WITHOUT_LIMIT_BAR)
        ends = (node, number) if is_inlet else (number, node)
        kind = ElementKind.RESISTOR if loss else ElementKind.PIPE
        resistance = self._drag(drag, _number(edge, f"diameter_{side}_mm", 0.0))
        self._flanges.append(_Element(f"{edge.id}/{side}", kind, *ends, resistance, loss))
        return number

    def _drag(self, drag_factor: float, diameter_mm: float) -> float:
        """Return β of a resistor: of a pipe whose λ L / D is the drag factor, at the mean density."""
        if not drag_factor or not diameter_mm:
            return 0.0
        return (
            16 * drag_factor * self._state_j_per_kg / (math.pi**2 * (diameter_mm / 1000) ** 4) / PA2_PER_BAR2
        )

    def _resistance(self, pipe: Edge) -> float:
        resistance = resistance_bar2_s2_per_kg2(pipe, self._network)
        if resistance is None:
            known = "length, diameter, and roughness or friction factor"
            self._faults.append(Fault(f"pipe {pipe.id}", f"pressures need its {known}"))
            return 0.0
        return resistance

    def _elevation(self) -> Reals:
        heights = np.array(self._heights)
        return np.asarray(np.exp(2 * GRAVITY_M_PER_S2 * (heights - heights[:1]) / self._state_j_per_kg))

    @staticmethod
    def _uphill(element: _Element, elevation: Reals) -> float:
        """Return β of the horizontal pipe that obeys, in potentials, the law of this one."""
        rise = math.log(elevation[element.head] / elevation[element.tail])
        return (
            element.resistance * float(elevation[element.tail]) * (math.expm1(rise) / rise if rise else 1.0)
        )

    def _ratios(self, count: int) -> tuple[Reals, Reals]:
        lowest, highest = np.zeros(count), np.full(count, RATIO_UNBOUNDED)
        for number, edge in enumerate(self._network.edges):
            if edge.kind is EdgeKind.COMPRESSOR_STATION:
                otherwise = RATIO_UNBOUNDED if _number(edge, RESISTANCE, 0.0) else RATIO_WITHOUT_MAP
                lowest[number] = max(_number(edge, "pressure_ratio_min", 1.0), 1.0)
                highest[number] = _number(edge, "pressure_ratio_max", otherwise)
            elif edge.kind is EdgeKind.CONTROL_VALVE:
                lowest[number] = _number(edge, "pressure_ratio_min", 0.0)
                highest[number] = _number(edge, "pressure_ratio_max", 1.0)
        return lowest, highest

    def _ranges(self) -> dict[int, tuple[OperatingRange, ...]]:
        if not self._use_maps:
            return {}
        found = {
            number: operating_ranges(edge, self._network, self._compressibility)
            for number, edge in enumerate(self._network.edges)
            if edge.kind is EdgeKind.COMPRESSOR_STATION
        }
        return {number: ranges for number, ranges in found.items() if ranges}


def _number(edge: Edge, attribute: str, otherwise: float) -> float:
    value = edge.attributes.get(attribute, otherwise)
    return otherwise if isinstance(value, str) else value
