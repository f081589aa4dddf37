"""The laws of steady, isothermal gas flow, one element at a time.

Units: kg/s, bar absolute, metres (diameters and roughness in millimetres), kelvin, kJ/kg, kW. A flow is
positive from inlet to outlet. With σ, the *state* z R_s T in J/kg is pressure over density.

Pipe     d(p²)/dx = −λ q |q| z R_s T / (A² D) − 2 g (dh/dx) p² / (z R_s T), the momentum equation without its
         inertial terms. With one z along the pipe, s = 2 g Δh / (z R_s T) and β as in
         `capacity.networks.physics`:  p_out² = (p_in² − β q |q| (eˢ − 1) / s) e⁻ˢ
Friction Nikuradse (`capacity.networks.physics.nikuradse`), or Colebrook and White,
         1/√λ = −2 log10(2.51 / (Re √λ) + k / (3.71 D)); below `REYNOLDS_LAMINAR_MAX` λ = 64 / Re
Gas      z is the source's one number, else Papay's at the mean pressure
Resistor with a drag factor ζ: Δp = ζ ρ v² / 2 at the mean density, that is p_in² − p_out² = ζ q |q| z R_s T /
         A²; or a constant loss
Machine  H = κ/(κ−1) z R_s T (r^((κ−1)/κ) − 1), r the pressure ratio; power q H / η; fuel is the drive's
         energy rate over the calorific value. Gas is cooled to T before every stage.

Sources: Fügenschuh et al. in Evaluating Gas Network Capacities, SIAM 2015, chapter 2; Colebrook, J. Inst.
Civ. Eng. 11 (1939). **Assumptions:** viscosity and κ are those of natural gas, the same everywhere.
"""

import math
from dataclasses import replace
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from capacity.networks.model import Edge, Network
from capacity.networks.physics import (
    GAS_CONSTANT_J_PER_KMOL_K,
    PA2_PER_BAR2,
    mean_pressure_bar,
    papay,
    resistance_bar2_s2_per_kg2,
)

Reals = NDArray[np.float64]

ISENTROPIC_EXPONENT: Final = 1.296
DYNAMIC_VISCOSITY_PA_S: Final = 1.1e-5
GRAVITY_M_PER_S2: Final = 9.80665
REYNOLDS_LAMINAR_MAX: Final = 2300.0
JOULE_PER_KJ: Final = 1000.0
CONVERGED: Final = 1e-13
"""Relative change at which an iteration ends."""
ITERATIONS_MAX: Final = 200
_EXPONENT: Final = (ISENTROPIC_EXPONENT - 1) / ISENTROPIC_EXPONENT


def reynolds_number(flow_kg_per_s: float, diameter_mm: float) -> float:
    """Return Re = 4 q / (π D η), dimensionless."""
    return 4 * abs(flow_kg_per_s) / (math.pi * diameter_mm / 1000 * DYNAMIC_VISCOSITY_PA_S)


def colebrook_white(diameter_mm: float, roughness_mm: float, reynolds: float) -> float:
    """Return the friction factor, dimensionless; that of laminar flow where the flow is laminar.

    Raises ValueError without flow, for which there is no friction factor.
    """
    if not reynolds > 0:
        raise ValueError("the friction factor of a pipe without flow is not defined")
    if reynolds < REYNOLDS_LAMINAR_MAX:
        return 64 / reynolds
    rough, smooth = roughness_mm / (3.71 * diameter_mm), 2.51 / reynolds
    x = -2 * math.log10(rough + 10 * smooth)
    for _ in range(ITERATIONS_MAX):
        within = rough + smooth * x
        excess = x + 2 * math.log10(within)
        step = excess / (1 + 2 * smooth / (within * math.log(10)))
        x -= step
        if abs(step) <= CONVERGED * x:
            break
    return x**-2


def compressibility(network: Network, pressure_bar: float) -> float:
    """Return z, dimensionless: the source's, else Papay's at this pressure."""
    return network.gas.compressibility or papay(pressure_bar, network.gas_temperature_k, network.gas)


def state_j_per_kg(network: Network, factor: float) -> float:
    """Return z R_s T, which is pressure over density, for the compressibility factor given."""
    specific_gas_constant = GAS_CONSTANT_J_PER_KMOL_K / network.gas.molar_mass_kg_per_kmol
    return specific_gas_constant * network.gas_temperature_k * factor


def outlet_pressure_bar(
    pipe: Edge,
    network: Network,
    *,
    flow_kg_per_s: float,
    inlet_bar: float,
    rise_m: float = 0.0,
    friction_factor: float | None = None,
) -> float | None:
    """Return the pressure at the outlet of a pipe; None where the inlet pressure does not carry the flow.

    `rise_m` is by how much the outlet lies above the inlet. `friction_factor` (`colebrook_white`'s, say)
    replaces the pipe's own, unless the source publishes β itself. With Papay's formula, z is that at the mean
    of the pressures found.
    Raises ValueError for a pipe of which too little is known.
    """
    if friction_factor is not None:
        pipe = replace(pipe, friction_factor=friction_factor)
    outlet = inlet_bar
    for _ in range(ITERATIONS_MAX):
        mean = mean_pressure_bar(inlet_bar, outlet)
        resistance = resistance_bar2_s2_per_kg2(pipe, network, mean)
        if resistance is None:
            raise ValueError(f"length, diameter and roughness of pipe {pipe.id} must be known")
        state = state_j_per_kg(network, compressibility(network, mean))
        lift = 2 * GRAVITY_M_PER_S2 * rise_m / state
        weight = math.expm1(lift) / lift if lift else 1.0
        square = (inlet_bar**2 - resistance * flow_kg_per_s * abs(flow_kg_per_s) * weight) * math.exp(-lift)
        if square <= 0:
            return None
        before, outlet = outlet, math.sqrt(square)
        if network.gas.compressibility or abs(outlet - before) <= CONVERGED * outlet:
            break
    return outlet


def resistor_outlet_bar(
    resistor: Edge, network: Network, *, flow_kg_per_s: float, inlet_bar: float
) -> float | None:
    """Return the pressure behind a resistor; None where the inlet pressure does not carry the flow."""
    loss = _number(resistor, "pressure_loss_bar")
    if loss:
        outlet = inlet_bar - math.copysign(loss, flow_kg_per_s) if flow_kg_per_s else inlet_bar
        return outlet if outlet > 0 else None
    drag = _number(resistor, "drag_factor")
    if not drag or not resistor.diameter_mm:
        return inlet_bar
    area_m2 = math.pi / 4 * (resistor.diameter_mm / 1000) ** 2
    outlet = inlet_bar
    for _ in range(ITERATIONS_MAX):
        state = state_j_per_kg(network, compressibility(network, mean_pressure_bar(inlet_bar, outlet)))
        lost = drag * state * flow_kg_per_s * abs(flow_kg_per_s) / area_m2**2 / PA2_PER_BAR2
        if lost >= inlet_bar**2:
            return None
        before, outlet = outlet, math.sqrt(inlet_bar**2 - lost)
        if abs(outlet - before) <= CONVERGED * outlet:
            break
    return outlet


@overload
def adiabatic_head_kj_per_kg(ratio: float, state_j_per_kg: float) -> float: ...
@overload
def adiabatic_head_kj_per_kg(ratio: Reals, state_j_per_kg: float) -> Reals: ...
def adiabatic_head_kj_per_kg(ratio: float | Reals, state_j_per_kg: float) -> float | Reals:
    """Return the head that a pressure ratio takes; `state_j_per_kg` is z R_s T at the inlet."""
    return state_j_per_kg / JOULE_PER_KJ / _EXPONENT * (ratio**_EXPONENT - 1)


def pressure_ratio(head_kj_per_kg: Reals, state_j_per_kg: float) -> Reals:
    """Return the pressure ratio that a head gives, dimensionless; the inverse of the head of a ratio."""
    return np.asarray((1 + head_kj_per_kg * JOULE_PER_KJ * _EXPONENT / state_j_per_kg) ** (1 / _EXPONENT))


def compressor_power_kw(flow_kg_per_s: float, head_kj_per_kg: float, efficiency: float) -> float:
    """Return the power that a compressor needs at its shaft."""
    return flow_kg_per_s * head_kj_per_kg / efficiency


def fuel_kg_per_s(energy_rate_kw: float, network: Network) -> float:
    """Return the gas that gives an energy rate, by its gross calorific value."""
    quality = network.quality
    kj_per_kg = quality.calorific_value_kwh_per_nm3 * 3600 / quality.density_kg_per_nm3
    return energy_rate_kw / kj_per_kg


def _number(edge: Edge, attribute: str) -> float:
    value = edge.attributes.get(attribute, 0.0)
    return 0.0 if isinstance(value, str) else value
