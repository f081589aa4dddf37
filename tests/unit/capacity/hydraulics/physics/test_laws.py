import math
from dataclasses import replace

import numpy as np
import pytest

from capacity.hydraulics.physics import laws
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node
from capacity.networks.physics import resistance_bar2_s2_per_kg2, state_j_per_kg
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


def _outlet_bar(pipe: Edge, network: Network, flow: float, inlet_bar: float) -> float:
    resistance = resistance_bar2_s2_per_kg2(pipe, network)
    assert resistance is not None
    return math.sqrt(inlet_bar**2 - resistance * flow**2)


@pytest.mark.parametrize(("diameter_mm", "constant"), [(700, 0.09151), (1000, 0.01538), (1200, 0.00618)])
def test_pipe_constants_of_the_industry_are_ours(diameter_mm: float, constant: float) -> None:
    pipe = replace(LONG_PIPE, diameter_mm=diameter_mm)
    resistance = resistance_bar2_s2_per_kg2(pipe, LONG_NETWORK)
    assert resistance is not None
    assert resistance * KG_PER_S_PER_MILLION**2 == pytest.approx(constant, rel=1e-3)


def test_flow_of_a_long_pipe_by_hand() -> None:
    # √((56² − 40²) / (0.00618 · 100)) = 49.85 million normal m³ a day
    pipe = replace(LONG_PIPE, length_m=100_000)
    flow = 49.85 * KG_PER_S_PER_MILLION
    outlet = _outlet_bar(pipe, LONG_NETWORK, flow, 56)
    assert outlet == pytest.approx(40, abs=0.02)


def test_general_flow_equation_in_customary_units() -> None:
    # 77.54 (520/14.7) ((1200² − 1000²) / (0.6 · 540 · 50 · 0.88 · 0.0115))^0.5 23^2.5 scf/d = 360.50 MMscf/d
    psi, rankine, mile, inch, cubic_foot = 0.0689475729, 5 / 9, 1609.344, 25.4, 0.3048**3
    pipe = replace(LONG_PIPE, length_m=50 * mile, diameter_mm=23 * inch, friction_factor=0.0115)
    gas = replace(LONG_NETWORK.gas, compressibility=0.88)
    network = replace(LONG_NETWORK, gas_temperature_k=540 * rankine, gas=gas)
    density = 14.7 * psi * 1e5 / (AIR_CONSTANT / RELATIVE_DENSITY * 520 * rankine)
    flow = 360.50e6 * cubic_foot / 86_400 * density
    outlet = _outlet_bar(pipe, network, flow, 1200 * psi)
    assert outlet / psi == pytest.approx(1000, rel=1e-3)
    equation = (
        77.54 * 520 / 14.7 * math.sqrt((1200**2 - 1000**2) / (0.6 * 540 * 50 * 0.88 * 0.0115)) * 23**2.5
    )
    assert equation == pytest.approx(360.50e6, rel=1e-4)


def test_adiabatic_head_by_hand() -> None:
    # z R_s T = 0.9 · 447.799 · 283.15 = 114 114 J/kg; κ/(κ−1) = 4.37838; 1.5^0.228395 = 1.097029
    # H = 4.37838 · 114.114 · 0.097029 = 48.479 kJ/kg
    state = state_j_per_kg(CONSTANT, 0.9)
    assert state == pytest.approx(114_114, rel=1e-5)
    assert laws.adiabatic_head_kj_per_kg(1.5, state) == pytest.approx(48.479, rel=1e-4)


def test_pressure_ratio_undoes_the_adiabatic_head() -> None:
    ratio = np.linspace(1, 4, 20)
    head = laws.adiabatic_head_kj_per_kg(ratio, 1e5)
    assert laws.pressure_ratio(head, 1e5) == pytest.approx(ratio, rel=1e-12)


def test_fuel_by_hand() -> None:
    # 100 kg/s · 48 kJ/kg / 0.8 = 6000 kW; 18 000 kW of gas at 10 kWh/m³ and 0.8 kg/m³, that is 45 000 kJ/kg
    assert laws.fuel_kg_per_s(18_000, NETWORK) == pytest.approx(0.4)
