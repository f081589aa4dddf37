"""Capacity of pipes: what a pipe can carry at most, in whole commercial units, each way.

A pipe obeys the isothermal, stationary pipe law,

    p_i² − e^S p_j² = β ((e^S − 1) / S) q |q|,    β = 16 L λ R_s T z / (π² D⁵),
    S = 2 g (h_j − h_i) / (R_s T z)

(p absolute, q mass flow, L length, D inner diameter, h height, R_s = R / molar mass, T gas temperature). The
friction factor λ is the source's, else Nikuradse's for the fully rough pipe, λ = (2 log10(D/k) + 1.138)⁻².
The compressibility z is one number for the network: the source's, else Papay's at `REFERENCE_PRESSURE_BAR`.
Some sources publish β itself. Without heights S = 0, and its factor is 1.

The capacity of a direction is the flow at the highest pressure allowed at its inlet and the lowest allowed at
its outlet, by the same law, heights and compressibility as the hydraulic question, in whole units rounded up.
**Assumption:** the lowest pressure is the one published for the outlet node or the pipe, that is the
contractual one, and never below the atmosphere's. No flow that keeps the contract on pressures exceeds it, so
a booking refused for lack of capacity is refused rightly; whether pressures all along a path allow what the
arcs allow one by one is a hydraulic question, beyond arc capacity. Flow limits of the source (GasLib) apply
where they are tighter. Sources: Schmidt et al., Data 2017, 2(4):40; Fügenschuh et al. in Evaluating Gas
Network Capacities, SIAM 2015, chapter 2 (pipe law, Nikuradse, Papay).

Stations, control valves, valves, short pipes and resistors have no such law: they carry what the source says
and otherwise pass both ways without bound, because each has a bypass or is open.
"""

import math
from dataclasses import replace

from capacity.networks.model import (
    PRESSURE_MAX,
    PRESSURE_MIN,
    Edge,
    EdgeKind,
    GasProperties,
    Network,
    Node,
)
from capacity.networks.validation import CAPACITY_MAX
from linepack.problems import Fault, InvalidInput
from linepack.units import WHOLE_UNIT_TOLERANCE, FlowKgPerS, PressureBar, kg_per_s_per_unit

GAS_CONSTANT_J_PER_KMOL_K = 8314.462618
GRAVITY_M_PER_S2 = 9.80665
REFERENCE_PRESSURE_BAR = 50.0
"""Where Papay's formula is evaluated when one compressibility serves a whole network."""
ATMOSPHERE_BAR = 1.01325
PA2_PER_BAR2 = 1e10

RISE_MAX = 100.0
"""A pipe whose gas at rest would lose more than e^−100 of its squared pressure lets nothing up."""

FLOW_LIMIT_FORWARD = "flow_limit_forward"
FLOW_LIMIT_BACKWARD = "flow_limit_backward"
RESISTANCE = "resistance_bar2_s2_per_kg2"
"""Edge attributes read here beside pressure limits: flow limits of the source in whole commercial units, and
β where the source publishes it."""


def nikuradse(diameter_mm: float, roughness_mm: float) -> float:
    """Return the friction factor of a fully rough pipe, dimensionless."""
    return float((2 * math.log10(diameter_mm / roughness_mm) + 1.138) ** -2)


def papay(pressure_bar: float, temperature_k: float, gas: GasProperties) -> float:
    """Return the compressibility factor by Papay's formula, dimensionless; good up to about 150 bar."""
    reduced_p = pressure_bar / gas.pseudocritical_pressure_bar
    reduced_t = temperature_k / gas.pseudocritical_temperature_k
    falling = 3.52 * reduced_p * math.exp(-2.26 * reduced_t)
    rising = 0.274 * reduced_p**2 * math.exp(-1.878 * reduced_t)
    return 1 - falling + rising


def compressibility_factor(network: Network) -> float:
    """Return the one compressibility factor of the network: the source's, else Papay's."""
    gas = network.gas
    return gas.compressibility or papay(REFERENCE_PRESSURE_BAR, network.gas_temperature_k, gas)


def state_j_per_kg(network: Network, factor: float) -> float:
    """Return z R_s T, which is pressure over density, for the compressibility factor given."""
    specific_gas_constant = GAS_CONSTANT_J_PER_KMOL_K / network.gas.molar_mass_kg_per_kmol
    return specific_gas_constant * network.gas_temperature_k * factor


def resistance_bar2_s2_per_kg2(edge: Edge, network: Network) -> float | None:
    """Return β of a pipe; None when the source does not say enough."""
    published = _number(edge, RESISTANCE)
    if published is not None:
        return published
    if edge.length_m is None or edge.diameter_mm is None:
        return None
    friction = edge.friction_factor
    if friction is None and edge.roughness_mm:
        friction = nikuradse(edge.diameter_mm, edge.roughness_mm)
    if friction is None:
        return None
    diameter_m = edge.diameter_mm / 1000
    state = state_j_per_kg(network, compressibility_factor(network))
    return 16 * edge.length_m * friction * state / (math.pi**2 * diameter_m**5) / PA2_PER_BAR2


def flow_at(inlet: PressureBar, outlet: PressureBar, resistance: float, rise: float = 0.0) -> FlowKgPerS:
    """Return the flow from inlet to outlet through β = `resistance` (bar² s²/kg²); zero against pressure.

    `rise` is S, the logarithm of how much the squared pressure of gas at rest falls on the way.
    """
    if rise > RISE_MAX:
        return FlowKgPerS(0.0)
    uphill = math.expm1(rise) / rise if rise else 1.0
    driving = inlet**2 - math.exp(rise) * outlet**2
    return FlowKgPerS(math.sqrt(max(0.0, driving) / (resistance * uphill)))


def pipe_capacity(edge: Edge, inlet: Node, outlet: Node, network: Network) -> int | None:
    """Return in how many whole units, rounded up, what passes from `inlet` to `outlet` at most is contained.

    None when it cannot be known.
    """
    highest_limits = [inlet.pressure_max_bar, _number(edge, PRESSURE_MAX)]
    lowest_limits = [outlet.pressure_min_bar, _number(edge, PRESSURE_MIN), ATMOSPHERE_BAR]
    highest = min((limit for limit in highest_limits if limit is not None), default=None)
    resistance = resistance_bar2_s2_per_kg2(edge, network)
    if highest is None or resistance is None or not resistance > 0:
        return None
    lowest = max(limit for limit in lowest_limits if limit is not None)
    state = state_j_per_kg(network, compressibility_factor(network))
    rise = 2 * GRAVITY_M_PER_S2 * (outlet.height_m - inlet.height_m) / state
    flow = flow_at(PressureBar(highest), PressureBar(lowest), resistance, rise)
    units = flow / kg_per_s_per_unit(network.unit, network.quality) * (1 - WHOLE_UNIT_TOLERANCE)
    return math.ceil(min(units, CAPACITY_MAX))


def with_capacities(network: Network) -> Network:
    """Return the network with a capacity in both directions of every pipe; what is given stays.

    Raises InvalidInput naming every pipe whose capacity is neither given nor to be had from the pipe law.
    """
    node_of = {node.id: node for node in network.nodes}
    faults: list[Fault] = []
    edges: list[Edge] = []
    for edge in network.edges:
        completed = _with_capacity(edge, node_of[edge.tail], node_of[edge.head], network)
        edges.append(completed)
        if edge.kind is EdgeKind.PIPE and None in (completed.capacity_forward, completed.capacity_backward):
            known = "length, diameter, roughness or friction factor, and pressure limits of both nodes"
            faults.append(Fault(f"pipe {edge.id}", f"has no capacity, and not all of {known} are known"))
    if faults:
        raise InvalidInput(faults)
    return replace(network, edges=tuple(edges))


def _with_capacity(edge: Edge, tail: Node, head: Node, network: Network) -> Edge:
    forward, backward = edge.capacity_forward, edge.capacity_backward
    if edge.kind is EdgeKind.PIPE and forward is None:
        forward = _limited(pipe_capacity(edge, tail, head, network), edge, FLOW_LIMIT_FORWARD)
    if edge.kind is EdgeKind.PIPE and backward is None:
        backward = _limited(pipe_capacity(edge, head, tail, network), edge, FLOW_LIMIT_BACKWARD)
    return replace(edge, capacity_forward=forward, capacity_backward=backward)


def _limited(capacity: int | None, edge: Edge, limit: str) -> int | None:
    units = _number(edge, limit)
    if units is None:
        return capacity
    return int(units) if capacity is None else min(capacity, int(units))


def _number(edge: Edge, attribute: str) -> float | None:
    value = edge.attributes.get(attribute)
    return None if isinstance(value, str) else value
