"""The laws of compression and the state of the gas.

Units: kg/s, bar absolute, kelvin, kJ/kg, kW. The *state* z R_s T in J/kg is pressure over density.

Head  H = κ/(κ−1) z R_s T (r^((κ−1)/κ) − 1), r the pressure ratio; power is q H / η. Gas is cooled to T before
      every stage.
Fuel  the drive's energy rate over the gross calorific value.

The law of a pipe and the state are in `capacity.networks.physics`. Source: Fügenschuh et al. in Evaluating
Gas Network Capacities, SIAM 2015, chapter 2. **Assumption:** κ is that of natural gas, the same everywhere.
"""

from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from capacity.networks.model import Network

Reals = NDArray[np.float64]

ISENTROPIC_EXPONENT: Final = 1.296
"""κ, as GasLib assumes it of natural gas."""
JOULE_PER_KJ: Final = 1000.0
_EXPONENT: Final = (ISENTROPIC_EXPONENT - 1) / ISENTROPIC_EXPONENT


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


def fuel_kg_per_s(energy_rate_kw: float, network: Network) -> float:
    """Return the gas that gives an energy rate, by its gross calorific value."""
    quality = network.quality
    kj_per_kg = quality.calorific_value_kwh_per_nm3 * 3600 / quality.density_kg_per_nm3
    return energy_rate_kw / kj_per_kg
