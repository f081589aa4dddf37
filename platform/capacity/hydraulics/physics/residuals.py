"""The residual checker: does a state obey every law and every limit of a revision?

It is the proof of an acceptance, so it shares nothing with what finds states: it works from the revision as
published and restates the laws in pressures. Pressures absolute, in bar; mass flows in kg/s.

    pipe      p_i² − e^S p_j² = β (e^S − 1)/S q|q|,  S = 2 g (h_j − h_i) / (R_s T z)
    β         16 L λ R_s T z / (π² D⁵), λ the source's, else Nikuradse's; or the source's β
    resistor  a pipe with λ L / D = its drag factor; or p_i − p_j = loss · sign(q)
    z         the source's, else Papay's at 50 bar

Sources: Fügenschuh et al. in Evaluating Gas Network Capacities, SIAM 2015, chapter 2; Schmidt et al., Data
2017, 2(4):40. What stations and valves may do, and that no gas circulates, is stated in
`capacity.hydraulics.physics.network`, which is not imported here.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from capacity.hydraulics.physics.operating_ranges import OperatingRange, operating_ranges
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.networks.model import PRESSURE_MAX, PRESSURE_MIN, Edge, EdgeKind, Network
from capacity.networks.physics import (
    ATMOSPHERE_BAR,
    GAS_CONSTANT_J_PER_KMOL_K,
    PA2_PER_BAR2,
    RESISTANCE,
    papay,
    resistance_bar2_s2_per_kg2,
)
from linepack.units import kg_per_s_per_unit

LAW_TOLERANCE_BAR2: Final = 1e-5
"""How far squared pressures may miss a law or a limit."""
LINEAR_TOLERANCE: Final = 1e-6
"""How far bar (and kg/s, on facets of an operating range) may miss a limit on pressures themselves."""
BALANCE_TOLERANCE: Final = 1e-9
"""How far flows may miss a balance or a limit, relative to the largest injection."""

GRAVITY_M_PER_S2: Final = 9.80665
PAPAY_AT_BAR: Final = 50.0
PRESSURE_WITHOUT_LIMIT_BAR: Final = 200.0
RATIO_WITHOUT_MAP: Final = 2.0
_STATIONS: Final = (EdgeKind.COMPRESSOR_STATION, EdgeKind.CONTROL_VALVE)
_OPEN_ONLY: Final = (EdgeKind.PIPE, EdgeKind.SHORT_PIPE, EdgeKind.RESISTOR)


def residual_faults(
    network: Network,
    state: HydraulicState,
    *,
    injections_kg_per_s: Sequence[float] | None = None,
    flow_limits_kg_per_s: Sequence[tuple[float, float]] | None = None,
    use_maps: bool = True,
) -> list[str]:
    """Return every way in which the state breaks a law or a limit, in words; empty: the state is a proof.

    `injections_kg_per_s` by node are those the state must have (None: whatever it says);
    `flow_limits_kg_per_s` by edge are those of a day, in place of the revision's capacities (None: those);
    without `use_maps` stations are held to a pressure ratio instead of the ranges of their configurations.
    """
    shapes = _misshapen(network, state, injections_kg_per_s, flow_limits_kg_per_s)
    if shapes:
        return shapes
    checker = _Checker(network, state, use_maps=use_maps)
    faults = [*checker.balances(injections_kg_per_s), *checker.limits(flow_limits_kg_per_s)]
    for number, edge in enumerate(network.edges):
        faults += [f"{_WORDS[edge.kind]} {edge.id}: {fault}" for fault in checker.laws(number, edge)]
    return faults


_WORDS: Final = {
    EdgeKind.PIPE: "pipe",
    EdgeKind.SHORT_PIPE: "short pipe",
    EdgeKind.RESISTOR: "resistor",
    EdgeKind.VALVE: "valve",
    EdgeKind.CONTROL_VALVE: "control valve",
    EdgeKind.COMPRESSOR_STATION: "station",
}


def _misshapen(
    network: Network,
    state: HydraulicState,
    wanted: Sequence[float] | None,
    flow_limits: Sequence[tuple[float, float]] | None,
) -> list[str]:
    flanges = sum(len(_flanges(edge)) for edge in network.edges)
    expected = (
        ("injections", state.injections_kg_per_s, len(network.nodes)),
        ("pressures", state.pressures_bar, len(network.nodes)),
        ("flows", state.flows_kg_per_s, len(network.edges)),
        ("modes", state.modes, len(network.edges)),
        ("configurations", state.configurations, len(network.edges)),
        ("flange pressures", state.flange_pressures_bar, flanges),
    )
    faults = [
        f"the state has {len(values)} {what}, the network {count}"
        for what, values, count in expected
        if len(values) != count
    ]
    if wanted is not None and not (len(wanted) == len(network.nodes) and all(map(math.isfinite, wanted))):
        faults.append("the injections asked for are not one number for each node")
    if flow_limits is not None and not (
        len(flow_limits) == len(network.edges) and all(low <= high for low, high in flow_limits)
    ):
        faults.append("the limits of flows are not one interval for each edge")
    numbers = (
        *state.injections_kg_per_s,
        *state.pressures_bar,
        *state.flows_kg_per_s,
        *state.flange_pressures_bar,
    )
    if not all(map(math.isfinite, numbers)):
        faults.append("not every figure of the state is finite")
    return faults


def _flanges(edge: Edge) -> list[str]:
    """Return at which sides of a station gas loses pressure on the way to the machines."""
    if edge.kind not in _STATIONS:
        return []
    return [
        side
        for side in ("in", "out")
        if _number(edge, f"drag_factor_{side}", 0.0) or _number(edge, f"pressure_loss_{side}_bar", 0.0)
    ]


def _number(edge: Edge, attribute: str, otherwise: float) -> float:
    value = edge.attributes.get(attribute, otherwise)
    return otherwise if isinstance(value, str) else float(value)


class _Checker:
    """Checks one state of one network."""

    def __init__(self, network: Network, state: HydraulicState, *, use_maps: bool) -> None:
        self._network, self._state, self._use_maps = network, state, use_maps
        gas = network.gas
        self._z = gas.compressibility or papay(PAPAY_AT_BAR, network.gas_temperature_k, gas)
        self._rtz = (
            GAS_CONSTANT_J_PER_KMOL_K / gas.molar_mass_kg_per_kmol * network.gas_temperature_k * self._z
        )
        self._kg_per_s = kg_per_s_per_unit(network.unit, network.quality)
        self._pressure = dict(zip((node.id for node in network.nodes), state.pressures_bar, strict=True))
        self._height = {node.id: node.height_m for node in network.nodes}
        self._entering = sum(max(injection, 0.0) for injection in state.injections_kg_per_s)
        largest = max(map(abs, state.injections_kg_per_s), default=0.0)
        self._flow_tolerance = BALANCE_TOLERANCE * max(largest, 1.0)
        self._flange_pressures = iter(state.flange_pressures_bar)

    def balances(self, wanted: Sequence[float] | None) -> Iterator[str]:
        """Yield the nodes that lose or make gas, or do not inject what they should."""
        state, left = self._state, dict.fromkeys(self._pressure, 0.0)
        for node, injection in zip(self._network.nodes, state.injections_kg_per_s, strict=True):
            left[node.id] += injection
        for edge, flow in zip(self._network.edges, state.flows_kg_per_s, strict=True):
            left[edge.tail] -= flow
            left[edge.head] += flow
        for node_id, rest in left.items():
            if abs(rest) > self._flow_tolerance:
                yield f"node {node_id}: mass balance violated by {rest:g} kg/s"
        if wanted is None:
            return
        for node, injection, due in zip(self._network.nodes, state.injections_kg_per_s, wanted, strict=True):
            if abs(injection - due) > self._flow_tolerance:
                yield f"node {node.id}: injects {injection:g} kg/s instead of {due:g}"

    def limits(self, flow_limits: Sequence[tuple[float, float]] | None) -> Iterator[str]:
        """Yield the nodes whose pressures, and the edges whose flows, leave their limits."""
        for node in self._network.nodes:
            low = max(node.pressure_min_bar or 0.0, ATMOSPHERE_BAR)
            high = node.pressure_max_bar or PRESSURE_WITHOUT_LIMIT_BAR
            yield from self._pressure_limit(f"node {node.id}", self._pressure[node.id], low, high)
        for pipe in self._network.edges:
            if pipe.kind is EdgeKind.PIPE:
                low, high = _number(pipe, PRESSURE_MIN, 0.0), _number(pipe, PRESSURE_MAX, math.inf)
                for node_id in (pipe.tail, pipe.head):
                    yield from self._pressure_limit(
                        f"pipe {pipe.id} at node {node_id}", self._pressure[node_id], low, high
                    )
        for number, (edge, flow) in enumerate(
            zip(self._network.edges, self._state.flows_kg_per_s, strict=True)
        ):
            low, high = self._capacities(edge) if flow_limits is None else flow_limits[number]
            if not low - self._flow_tolerance <= flow <= high + self._flow_tolerance:
                yield f"{_WORDS[edge.kind]} {edge.id}: carries {flow:g} kg/s, allowed: {low:g} to {high:g}"
            if abs(flow) > self._entering + self._flow_tolerance:
                yield f"{_WORDS[edge.kind]} {edge.id}: carries {flow:g} kg/s of {self._entering:g} that enter"

    def _capacities(self, edge: Edge) -> tuple[float, float]:
        ahead, back = edge.capacity_forward, edge.capacity_backward
        return (
            -math.inf if back is None else -back * self._kg_per_s,
            math.inf if ahead is None else ahead * self._kg_per_s,
        )

    @staticmethod
    def _pressure_limit(where: str, pressure: float, low: float, high: float) -> Iterator[str]:
        if pressure <= 0 or pressure**2 < low**2 - LAW_TOLERANCE_BAR2:
            yield f"{where}: {pressure:g} bar is below the {low:g} bar it needs"
        elif pressure**2 > high**2 + LAW_TOLERANCE_BAR2:
            yield f"{where}: {pressure:g} bar is above the {high:g} bar it allows"

    def laws(self, number: int, edge: Edge) -> Iterator[str]:
        """Yield how an edge breaks its law; to be called for all edges in the revision's order."""
        mode, flow = self._state.modes[number], self._state.flows_kg_per_s[number]
        inlet, outlet = self._pressure[edge.tail], self._pressure[edge.head]
        if edge.kind in _OPEN_ONLY:
            if mode is not Mode.OPEN:
                yield f"has the mode {mode}"
            yield from self._passive(edge, flow, inlet, outlet)
        elif edge.kind is EdgeKind.VALVE:
            if mode is Mode.CLOSED:
                yield from self._closed(flow)
            elif mode is Mode.OPEN:
                yield from self._pipe_law(0.0, flow, inlet, outlet, self._rise(edge))
            else:
                yield f"has the mode {mode}"
        else:
            yield from self._station(number, edge, flow, inlet, outlet)

    def _closed(self, flow: float) -> Iterator[str]:
        if abs(flow) > self._flow_tolerance:
            yield f"is closed, but carries {flow:g} kg/s"

    def _rise(self, edge: Edge) -> float:
        """Return S, the logarithm of how the squared pressure of gas at rest falls along an edge."""
        height = self._height[edge.head] - self._height[edge.tail]
        return 2 * GRAVITY_M_PER_S2 * height / self._rtz

    def _passive(self, edge: Edge, flow: float, inlet: float, outlet: float) -> Iterator[str]:
        loss = _number(edge, "pressure_loss_bar", 0.0) if edge.kind is EdgeKind.RESISTOR else 0.0
        if loss:
            yield from self._constant_loss(loss, flow, inlet, outlet)
            return
        resistance: float | None = 0.0
        if edge.kind is EdgeKind.PIPE:
            resistance = resistance_bar2_s2_per_kg2(edge, self._network)
        elif edge.kind is EdgeKind.RESISTOR:
            resistance = self._drag(_number(edge, "drag_factor", 0.0), edge.diameter_mm or 0.0)
        if resistance is None:
            yield "its resistance cannot be known"
            return
        yield from self._pipe_law(resistance, flow, inlet, outlet, self._rise(edge))

    def _drag(self, drag_factor: float, diameter_mm: float) -> float:
        """Return β of a resistor, a pipe whose λ L / D is the drag factor."""
        if not drag_factor or not diameter_mm:
            return 0.0
        return 16 * drag_factor * self._rtz / (math.pi**2 * (diameter_mm / 1000) ** 4 * PA2_PER_BAR2)

    def _pipe_law(
        self, resistance: float, flow: float, inlet: float, outlet: float, rise: float
    ) -> Iterator[str]:
        lost = resistance * (math.expm1(rise) / rise if rise else 1.0) * flow * abs(flow)
        miss = inlet**2 - math.exp(rise) * outlet**2 - lost
        if abs(miss) > LAW_TOLERANCE_BAR2:
            yield f"misses the pipe law by {miss:g} bar²"

    def _constant_loss(self, loss: float, flow: float, inlet: float, outlet: float) -> Iterator[str]:
        lost, flows = inlet - outlet, abs(flow) > self._flow_tolerance
        allowed = (math.copysign(loss, flow),) * 2 if flows else (-loss, loss)
        if not allowed[0] - LINEAR_TOLERANCE <= lost <= allowed[1] + LINEAR_TOLERANCE:
            yield f"loses {lost:g} bar instead of {loss:g} at {flow:g} kg/s"

    def _station(self, number: int, edge: Edge, flow: float, inlet: float, outlet: float) -> Iterator[str]:
        at_machines = {"in": inlet, "out": outlet}
        for side in _flanges(edge):
            pressure = next(self._flange_pressures)
            ends = (inlet, pressure) if side == "in" else (pressure, outlet)
            yield from self._flange(edge, side, flow, *ends)
            at_machines[side] = pressure
            yield from self._pressure_limit(
                f"flange {side}", pressure, ATMOSPHERE_BAR, PRESSURE_WITHOUT_LIMIT_BAR
            )
        suction, discharge = at_machines["in"], at_machines["out"]
        mode = self._state.modes[number]
        resistance = _number(edge, RESISTANCE, 0.0) if edge.kind is EdgeKind.COMPRESSOR_STATION else 0.0
        if mode is Mode.CLOSED:
            yield from self._closed(flow)
        elif mode is Mode.BYPASS:
            if edge.attributes.get("internal_bypass") == "not required":
                yield "has no bypass"
            yield from self._pipe_law(resistance, flow, suction, discharge, self._rise(edge))
        elif mode is Mode.ACTIVE:
            yield from self._active(number, edge, flow, suction, discharge)
        else:
            yield f"has the mode {mode}"

    def _flange(self, edge: Edge, side: str, flow: float, before: float, after: float) -> Iterator[str]:
        loss = _number(edge, f"pressure_loss_{side}_bar", 0.0)
        if loss:
            faults = self._constant_loss(loss, flow, before, after)
        else:
            drag = self._drag(
                _number(edge, f"drag_factor_{side}", 0.0), _number(edge, f"diameter_{side}_mm", 0.0)
            )
            faults = self._pipe_law(drag, flow, before, after, 0.0)
        yield from (f"flange {side} {fault}" for fault in faults)

    def _active(self, number: int, edge: Edge, flow: float, inlet: float, outlet: float) -> Iterator[str]:
        if flow < -self._flow_tolerance:
            yield f"works, but carries {flow:g} kg/s backwards"
        lowest, highest = (
            _number(edge, "pressure_in_min_bar", 0.0),
            _number(edge, "pressure_out_max_bar", math.inf),
        )
        yield from self._pressure_limit("inlet", inlet, lowest, math.inf)
        yield from self._pressure_limit("outlet", outlet, 0.0, highest)
        if edge.kind is EdgeKind.CONTROL_VALVE:
            yield from self._ratio(edge, inlet, outlet, 0.0, 1.0)
            least = _number(edge, "pressure_difference_min_bar", 0.0)
            most = _number(edge, "pressure_difference_max_bar", math.inf)
            if not least - LINEAR_TOLERANCE <= inlet - outlet <= most + LINEAR_TOLERANCE:
                yield f"takes off {inlet - outlet:g} bar, allowed: {least:g} to {most:g}"
            return
        resistance = _number(edge, RESISTANCE, 0.0)
        behind = math.sqrt(outlet**2 + resistance * self._uphill(edge) * flow**2)
        ranges = operating_ranges(edge, self._network, self._z) if self._use_maps else ()
        if ranges:
            yield from self._outside(ranges, self._state.configurations[number], (flow, inlet, behind))
        else:
            otherwise = math.inf if resistance else RATIO_WITHOUT_MAP
            yield from self._ratio(edge, inlet, behind, 1.0, otherwise)

    def _uphill(self, edge: Edge) -> float:
        """Return by how much more gas loses in a station that rises, in squared pressures at its outlet."""
        rise = self._rise(edge)
        return math.exp(-rise) * math.expm1(rise) / rise if rise else 1.0

    @staticmethod
    def _ratio(edge: Edge, inlet: float, outlet: float, lowest: float, highest: float) -> Iterator[str]:
        lowest = max(_number(edge, "pressure_ratio_min", lowest), lowest)
        highest = _number(edge, "pressure_ratio_max", highest)
        is_low = outlet**2 < (lowest * inlet) ** 2 - LAW_TOLERANCE_BAR2
        if is_low or outlet**2 > (highest * inlet) ** 2 + LAW_TOLERANCE_BAR2:
            yield f"has the pressure ratio {outlet / inlet:g}, allowed: {lowest:g} to {highest:g}"

    @staticmethod
    def _outside(
        ranges: Sequence[OperatingRange], configuration: str, point: tuple[float, float, float]
    ) -> Iterator[str]:
        for operating in ranges:
            if operating.configuration == configuration:
                for normal, offset in zip(
                    operating.normals.tolist(), operating.offsets.tolist(), strict=True
                ):
                    reached = sum(share * value for share, value in zip(normal, point, strict=True))
                    if reached - offset > LINEAR_TOLERANCE * math.hypot(*normal):
                        flow, inlet, outlet = point
                        yield f"{configuration} cannot bring {flow:g} kg/s from {inlet:g} to {outlet:g} bar"
                        return
                return
        yield f"has no configuration {configuration!r}"
