"""No pipe's capacity is below what the law of flow lets through, whatever its heights and its gas.

The oracle is the law written out by hand, with every constant, and SciPy's root of it.
"""

import math

from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from tests.property.long_form import examples

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node
from capacity.networks.physics import with_capacities
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality, kg_per_s_per_unit


@st.composite
def pipes(draw: st.DrawFn) -> Network:
    """A pipe over a hill: up to 900 m up or down, 0.2 to 150 km long, DN 80 to 1400."""
    highs = draw(st.tuples(st.floats(2, 120), st.floats(2, 120)))
    lows = [draw(st.floats(0, high)) for high in highs]
    nodes = [
        Node(name, pressure_min_bar=low, pressure_max_bar=high, height_m=draw(st.floats(-450, 450)))
        for name, low, high in zip("AB", lows, highs, strict=True)
    ]
    pipe = Edge(
        *("AB", EdgeKind.PIPE, "A", "B"),
        length_m=draw(st.floats(200, 150_000)),
        diameter_mm=draw(st.floats(80, 1400)),
        roughness_mm=draw(st.floats(0.006, 0.5)),
    )
    gas = GasProperties(
        molar_mass_kg_per_kmol=draw(st.floats(16, 22)),
        compressibility=draw(st.none() | st.floats(0.7, 1.0)),
    )
    return Network(
        *("pipe", "Pipe", draw(st.sampled_from(CommercialUnit)), GasQuality(11, 0.8)),
        *(GasDayClock("Europe/Berlin", 6), tuple(nodes), (pipe,)),
        gas_temperature_k=draw(st.floats(265, 310)),
        gas=gas,
    )


def carried_kg_per_s(network: Network, inlet: Node, outlet: Node) -> float:
    """Return what flows from the highest pressure of the inlet to the lowest of the outlet; 0 for none."""
    [pipe], gas = network.edges, network.gas
    assert pipe.length_m is not None
    assert pipe.diameter_mm is not None
    assert pipe.roughness_mm is not None
    assert inlet.pressure_max_bar is not None
    assert outlet.pressure_min_bar is not None
    reduced_p = 50 / gas.pseudocritical_pressure_bar
    reduced_t = network.gas_temperature_k / gas.pseudocritical_temperature_k
    papay = 1 - 3.52 * reduced_p * math.exp(-2.26 * reduced_t)
    papay += 0.274 * reduced_p**2 * math.exp(-1.878 * reduced_t)
    factor = gas.compressibility or papay
    state = factor * 8314.462618 / gas.molar_mass_kg_per_kmol * network.gas_temperature_k
    friction = (2 * math.log10(pipe.diameter_mm / pipe.roughness_mm) + 1.138) ** -2
    resistance = 16 * pipe.length_m * friction * state / math.pi**2 / (pipe.diameter_mm / 1000) ** 5
    rise = 2 * 9.80665 * (outlet.height_m - inlet.height_m) / state
    uphill = math.expm1(rise) / rise if rise else 1.0
    highest_pa = 1e5 * inlet.pressure_max_bar
    lowest_pa = 1e5 * max(outlet.pressure_min_bar, 1.01325)

    def above_lowest(flow: float) -> float:
        return (highest_pa**2 - resistance * uphill * flow**2) / math.exp(rise) / lowest_pa**2 - 1

    if above_lowest(0) <= 0:
        return 0.0
    beyond = 2 * highest_pa / math.sqrt(resistance * uphill)
    return float(brentq(above_lowest, 0, beyond, xtol=1e-13 * beyond, rtol=1e-14))


@given(pipes())
@settings(max_examples=examples(300, 10_000))
def test_capacity_is_what_the_law_carries_in_whole_units_rounded_up(drawn: Network) -> None:
    network = with_capacities(drawn)
    [pipe], (a, b) = network.edges, network.nodes
    unit = kg_per_s_per_unit(network.unit, network.quality)
    for capacity, inlet, outlet in ((pipe.capacity_forward, a, b), (pipe.capacity_backward, b, a)):
        flow = carried_kg_per_s(network, inlet, outlet)
        event("flows" if flow else "held back")
        assert capacity is not None
        assert flow / unit * (1 - 1e-9) <= capacity <= flow / unit * (1 + 1e-9) + 1


@given(pipes())
@settings(max_examples=examples(300, 10_000))
def test_state_at_the_limits_of_pressure_is_within_every_limit_of_flow(drawn: Network) -> None:
    network = with_capacities(drawn)
    inlet, outlet = network.nodes
    flow = carried_kg_per_s(network, inlet, outlet)
    if not flow or (outlet.pressure_max_bar or 0) < 1.01325:
        return
    assert inlet.pressure_max_bar is not None
    assert outlet.pressure_min_bar is not None
    hydraulic = compile_hydraulics(network)
    assert hydraulic.flow_max[0] >= flow * (1 - 1e-9)
    state = HydraulicState(
        injections_kg_per_s=(flow, -flow),
        flows_kg_per_s=(flow,),
        pressures_bar=(inlet.pressure_max_bar, max(outlet.pressure_min_bar, 1.01325)),
        modes=(Mode.OPEN,),
        configurations=("",),
    )
    assert residual_faults(network, state) == []
