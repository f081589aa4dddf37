"""Commercial units, and the only conversion between commerce and physics.

A network declares one commercial unit. Rights, bids and charges on it are exact decimals in that unit and
are never converted in storage. Conversion happens in two places: for display, and at the physics boundary,
where a commercial rate becomes a mass flow in kg/s through the network's calorific value and density.

Conventions: energy at gross calorific value; volume at 0 °C and 1.01325 bar (normal) or 15 °C (standard, US
60 °F); pressures absolute. Factors: 1 MMBtu = 293.071 kWh, 1 MMscf = 28 316.8 Sm³ (`reference` constants of
the seeds, section 1); a gas day counts 24 h for conversion, whatever the clock does.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NewType

FlowKgPerS = NewType("FlowKgPerS", float)
PressureBar = NewType("PressureBar", float)

KWH_PER_MMBTU = Decimal("293.071")
SM3_PER_MMSCF = Decimal("28316.8")
HOURS_PER_DAY = Decimal(24)
SECONDS_PER_DAY = 86400.0
NM3_PER_SM3_15C = 273.15 / 288.15
WHOLE_UNIT_TOLERANCE = 1e-12


class CommercialUnit(StrEnum):
    """The unit in which capacity on a network is booked, traded and charged."""

    KWH_PER_H = "kWh/h"
    MWH_PER_D = "MWh/d"
    DTH_PER_D = "Dth/d"
    MMSCF_PER_D = "MMscf/d"
    SM3_PER_H = "Sm3/h"

    @property
    def is_energy(self) -> bool:
        """Whether the unit counts energy (else volume)."""
        return self in _KWH_PER_DAY


_KWH_PER_DAY = {
    CommercialUnit.KWH_PER_H: HOURS_PER_DAY,
    CommercialUnit.MWH_PER_D: Decimal(1000),
    CommercialUnit.DTH_PER_D: KWH_PER_MMBTU,
}
_SM3_PER_DAY = {
    CommercialUnit.SM3_PER_H: HOURS_PER_DAY,
    CommercialUnit.MMSCF_PER_D: SM3_PER_MMSCF,
}


@dataclass(frozen=True, slots=True)
class GasQuality:
    """What turns commerce into physics: gross calorific value and density, both at normal conditions."""

    calorific_value_kwh_per_nm3: float
    density_kg_per_nm3: float

    def __post_init__(self) -> None:
        if self.calorific_value_kwh_per_nm3 <= 0 or self.density_kg_per_nm3 <= 0:
            raise ValueError("calorific value and density must be positive")


def kg_per_s_per_unit(unit: CommercialUnit, quality: GasQuality) -> float:
    """Return the mass flow, in kg/s, that one commercial unit stands for."""
    if unit.is_energy:
        nm3_per_day = float(_KWH_PER_DAY[unit]) / quality.calorific_value_kwh_per_nm3
    else:
        nm3_per_day = float(_SM3_PER_DAY[unit]) * NM3_PER_SM3_15C
    return nm3_per_day * quality.density_kg_per_nm3 / SECONDS_PER_DAY


def from_flow(flow: FlowKgPerS, unit: CommercialUnit, quality: GasQuality) -> Decimal:
    """Convert a mass flow to whole commercial units, rounded down: physics never sells what it lacks.

    What lacks less than a part in 10¹² of being whole is whole: it is the noise of floating point.
    """
    return Decimal(math.floor(flow / kg_per_s_per_unit(unit, quality) * (1 + WHOLE_UNIT_TOLERANCE)))
