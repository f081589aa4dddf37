import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from capacity.hydraulics.physics import laws
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node
from capacity.networks.physics import nikuradse, papay, resistance_bar2_s2_per_kg2
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

PIPE = Edge("AB", EdgeKind.PIPE, "A", "B", length_m=60_000, diameter_mm=800, roughness_mm=0.05)
NETWORK = Network(
    "n",
    "n",
    CommercialUnit.KWH_PER_H,
    GasQuality(10, 0.8),
    GasDayClock("UTC", 6),
    (Node("A"), Node("B")),
    (PIPE,),
)
CONSTANT = replace(NETWORK, gas=GasProperties(compressibility=0.9))
GAS_CONSTANT = 8314.462618 / 18.5674


def _integrated_outlet_bar(network: Network, flow: float, inlet_bar: float, rise_m: float) -> float:
    """The momentum equation integrated along the pipe, with the compressibility at each place."""
    assert PIPE.length_m
    assert PIPE.diameter_mm
    assert PIPE.roughness_mm
    diameter = PIPE.diameter_mm / 1000
    area = math.pi * diameter**2 / 4
    friction = nikuradse(PIPE.diameter_mm, PIPE.roughness_mm)
    slope = rise_m / PIPE.length_m
    temperature = network.gas_temperature_k

    def fall(_: float, square: np.ndarray) -> np.ndarray:
        pressure_bar = math.sqrt(square[0]) / 1e5
        z = network.gas.compressibility or papay(pressure_bar, temperature, network.gas)
        state = z * GAS_CONSTANT * temperature
        return (
            -friction * flow * abs(flow) * state / (area**2 * diameter) - 2 * 9.80665 * slope * square / state
        )

    path = solve_ivp(fall, (0, PIPE.length_m), [(inlet_bar * 1e5) ** 2], rtol=1e-11, atol=1.0)
    return math.sqrt(path.y[0, -1]) / 1e5


CASES = [
    (250.0, 70.0, 0.0),
    (250.0, 70.0, 300.0),
    (250.0, 70.0, -300.0),
    (-200.0, 45.0, 100.0),
    (0.0, 60.0, 400.0),
]


@pytest.mark.parametrize(("flow", "inlet", "rise"), CASES)
def test_outlet_pressure_with_one_compressibility_solves_the_momentum_equation(
    flow: float, inlet: float, rise: float
) -> None:
    outlet = laws.outlet_pressure_bar(PIPE, CONSTANT, flow_kg_per_s=flow, inlet_bar=inlet, rise_m=rise)
    assert outlet == pytest.approx(_integrated_outlet_bar(CONSTANT, flow, inlet, rise), abs=1e-7)


@pytest.mark.parametrize(("flow", "inlet", "rise"), CASES)
def test_outlet_pressure_with_papay_at_the_mean_pressure_is_close_to_the_momentum_equation(
    flow: float, inlet: float, rise: float
) -> None:
    outlet = laws.outlet_pressure_bar(PIPE, NETWORK, flow_kg_per_s=flow, inlet_bar=inlet, rise_m=rise)
    expected = _integrated_outlet_bar(NETWORK, flow, inlet, rise)
    assert outlet == pytest.approx(expected, abs=0.03)
    constant = laws.outlet_pressure_bar(PIPE, CONSTANT, flow_kg_per_s=flow, inlet_bar=inlet, rise_m=rise)
    assert constant is not None
    if flow:
        assert abs(constant - expected) > 0.03, "z of its own pressure counts"


def test_what_inlet_pressure_cannot_carry_has_no_outlet_pressure() -> None:
    assert laws.outlet_pressure_bar(PIPE, NETWORK, flow_kg_per_s=900, inlet_bar=40) is None


def test_pipe_of_unknown_length_has_no_law() -> None:
    with pytest.raises(ValueError, match="pipe AB must be known"):
        laws.outlet_pressure_bar(replace(PIPE, length_m=None), NETWORK, flow_kg_per_s=1, inlet_bar=40)


def test_friction_factor_given_replaces_that_of_the_pipe() -> None:
    own = nikuradse(800, 0.05)
    given = laws.outlet_pressure_bar(PIPE, NETWORK, flow_kg_per_s=250, inlet_bar=70, friction_factor=own)
    assert given == laws.outlet_pressure_bar(PIPE, NETWORK, flow_kg_per_s=250, inlet_bar=70)
    doubled = laws.outlet_pressure_bar(
        PIPE, CONSTANT, flow_kg_per_s=100, inlet_bar=70, friction_factor=4 * own
    )
    faster = laws.outlet_pressure_bar(PIPE, CONSTANT, flow_kg_per_s=200, inlet_bar=70)
    assert doubled == pytest.approx(faster), "four times the friction is twice the flow"


def test_colebrook_white_by_hand() -> None:
    # Re = 10⁵, k/D = 10⁻⁴: with 1/√λ = 7.3497 the right-hand side is
    # −2 log10(2.51 · 7.3497 / 10⁵ + 10⁻⁴ / 3.71) = −2 log10(2.1143·10⁻⁴) = 7.3497, so λ = 0.018513.
    assert laws.colebrook_white(1000, 0.1, 1e5) == pytest.approx(0.018513, abs=1e-6)


@pytest.mark.parametrize("reynolds", [3e3, 1e5, 1e7, 1e9])
@pytest.mark.parametrize("roughness_mm", [0.0, 0.01, 1.0])
def test_colebrook_white_satisfies_its_equation(reynolds: float, roughness_mm: float) -> None:
    root = laws.colebrook_white(500, roughness_mm, reynolds) ** -0.5
    right = -2 * math.log10(2.51 * root / reynolds + roughness_mm / (3.71 * 500))
    assert root == pytest.approx(right, rel=1e-12)


def test_colebrook_white_of_fast_flow_is_nikuradse() -> None:
    # 2 log10(3.71) = 1.1387, where Nikuradse's formula has 1.138.
    assert laws.colebrook_white(1000, 0.05, 1e12) == pytest.approx(nikuradse(1000, 0.05), rel=2e-4)


def test_slow_flow_is_laminar_and_no_flow_has_no_friction_factor() -> None:
    assert laws.colebrook_white(1000, 0.1, 640) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="without flow"):
        laws.colebrook_white(1000, 0.1, 0)


def test_reynolds_number_by_hand() -> None:
    # 4 · 100 / (π · 1 · 1.1·10⁻⁵) = 1.1575·10⁷, whichever way the gas flows
    assert laws.reynolds_number(-100, 1000) == pytest.approx(1.1575e7, rel=1e-4)


# Pipe constants K of p_i² − p_k² = K L q² (bar, km, million normal m³ a day) for λ = 0.0095, z = 0.9,
# relative density 0.6, 288 K, as a planning tool of the industry states them.
RELATIVE_DENSITY, AIR_CONSTANT, NORMAL_K, NORMAL_PA = 0.6, 287.05, 273.15, 101_325
NORMAL_DENSITY = NORMAL_PA / (AIR_CONSTANT / RELATIVE_DENSITY * NORMAL_K)
KG_PER_S_PER_MILLION = 1e6 / 86_400 * NORMAL_DENSITY
LONG_PIPE = Edge("L", EdgeKind.PIPE, "A", "B", length_m=1000, diameter_mm=1200, friction_factor=0.0095)
LONG_NETWORK = replace(
    NETWORK,
    gas_temperature_k=288,
    gas=GasProperties(
        molar_mass_kg_per_kmol=8314.462618 * RELATIVE_DENSITY / AIR_CONSTANT, compressibility=0.9
    ),
)


@pytest.mark.parametrize(("diameter_mm", "constant"), [(700, 0.09151), (1000, 0.01538), (1200, 0.00618)])
def test_pipe_constants_of_the_industry_are_ours(diameter_mm: float, constant: float) -> None:
    pipe = replace(LONG_PIPE, diameter_mm=diameter_mm)
    resistance = resistance_bar2_s2_per_kg2(pipe, LONG_NETWORK, 50)
    assert resistance is not None
    assert resistance * KG_PER_S_PER_MILLION**2 == pytest.approx(constant, rel=1e-3)


def test_flow_of_a_long_pipe_by_hand() -> None:
    # √((56² − 40²) / (0.00618 · 100)) = 49.85 million normal m³ a day
    pipe = replace(LONG_PIPE, length_m=100_000)
    flow = 49.85 * KG_PER_S_PER_MILLION
    outlet = laws.outlet_pressure_bar(pipe, LONG_NETWORK, flow_kg_per_s=flow, inlet_bar=56)
    assert outlet == pytest.approx(40, abs=0.02)


def test_general_flow_equation_in_customary_units() -> None:
    # 77.54 (520/14.7) ((1200² − 1000²) / (0.6 · 540 · 50 · 0.88 · 0.0115))^0.5 23^2.5 scf/d = 360.50 MMscf/d
    psi, rankine, mile, inch, cubic_foot = 0.0689475729, 5 / 9, 1609.344, 25.4, 0.3048**3
    pipe = replace(LONG_PIPE, length_m=50 * mile, diameter_mm=23 * inch, friction_factor=0.0115)
    gas = replace(LONG_NETWORK.gas, compressibility=0.88)
    network = replace(LONG_NETWORK, gas_temperature_k=540 * rankine, gas=gas)
    density = 14.7 * psi * 1e5 / (AIR_CONSTANT / RELATIVE_DENSITY * 520 * rankine)
    flow = 360.50e6 * cubic_foot / 86_400 * density
    outlet = laws.outlet_pressure_bar(pipe, network, flow_kg_per_s=flow, inlet_bar=1200 * psi)
    assert outlet is not None
    assert outlet / psi == pytest.approx(1000, rel=1e-3)
    equation = (
        77.54 * 520 / 14.7 * math.sqrt((1200**2 - 1000**2) / (0.6 * 540 * 50 * 0.88 * 0.0115)) * 23**2.5
    )
    assert equation == pytest.approx(360.50e6, rel=1e-4)


RESISTOR = Edge("R", EdgeKind.RESISTOR, "A", "B", diameter_mm=500, attributes={"drag_factor": 4.0})


@pytest.mark.parametrize("network", [CONSTANT, NETWORK], ids=["one z", "Papay"])
def test_resistor_loses_the_dynamic_pressure_at_the_mean_density(network: Network) -> None:
    outlet = laws.resistor_outlet_bar(RESISTOR, network, flow_kg_per_s=150, inlet_bar=50)
    assert outlet is not None
    z = network.gas.compressibility or papay((50 + outlet) / 2, 283.15, network.gas)
    density = (50 + outlet) / 2 * 1e5 / (z * GAS_CONSTANT * 283.15)
    speed = 150 / density / (math.pi / 4 * 0.5**2)
    assert 50 - outlet == pytest.approx(4.0 * density * speed**2 / 2 / 1e5, rel=1e-4)


def test_resistor_against_the_flow_gains_what_it_would_lose() -> None:
    there = laws.resistor_outlet_bar(RESISTOR, CONSTANT, flow_kg_per_s=150, inlet_bar=50)
    assert there is not None
    assert laws.resistor_outlet_bar(RESISTOR, CONSTANT, flow_kg_per_s=-150, inlet_bar=there) == pytest.approx(
        50
    )


def test_resistor_of_constant_loss_loses_it_in_the_direction_of_flow() -> None:
    resistor = replace(RESISTOR, attributes={"pressure_loss_bar": 0.5})
    outlets = [
        laws.resistor_outlet_bar(resistor, CONSTANT, flow_kg_per_s=flow, inlet_bar=50) for flow in (1, 0, -1)
    ]
    assert outlets == [49.5, 50, 50.5]
    assert laws.resistor_outlet_bar(resistor, CONSTANT, flow_kg_per_s=1, inlet_bar=0.4) is None


def test_resistor_without_drag_loses_nothing_and_too_much_flow_has_no_outlet_pressure() -> None:
    assert (
        laws.resistor_outlet_bar(replace(RESISTOR, attributes={}), NETWORK, flow_kg_per_s=9, inlet_bar=5) == 5
    )
    assert laws.resistor_outlet_bar(RESISTOR, NETWORK, flow_kg_per_s=1500, inlet_bar=5) is None


def test_adiabatic_head_by_hand() -> None:
    # z R_s T = 0.9 · 447.799 · 283.15 = 114 114 J/kg; κ/(κ−1) = 4.37838; 1.5^0.228395 = 1.097029
    # H = 4.37838 · 114.114 · 0.097029 = 48.479 kJ/kg
    state = laws.state_j_per_kg(CONSTANT, 0.9)
    assert state == pytest.approx(114_114, rel=1e-5)
    assert laws.adiabatic_head_kj_per_kg(1.5, state) == pytest.approx(48.479, rel=1e-4)


def test_pressure_ratio_undoes_the_adiabatic_head() -> None:
    ratio = np.linspace(1, 4, 20)
    head = laws.adiabatic_head_kj_per_kg(ratio, 1e5)
    assert laws.pressure_ratio(head, 1e5) == pytest.approx(ratio, rel=1e-12)


def test_power_and_fuel_by_hand() -> None:
    # 100 kg/s · 48 kJ/kg / 0.8 = 6000 kW; 18 000 kW of gas at 10 kWh/m³ and 0.8 kg/m³, that is 45 000 kJ/kg
    assert laws.compressor_power_kw(100, 48, 0.8) == pytest.approx(6000)
    assert laws.fuel_kg_per_s(18_000, NETWORK) == pytest.approx(0.4)
