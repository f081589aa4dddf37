"""Compressor machines: what power a number of like units needs, in parallel and in series.

Units: kg/s, bar absolute, m³/s at inlet conditions, MW of shaft power. The isentropic work of a stage is

    P = ṁ κ/(κ−1) z R_s T₁ (r^((κ−1)/κ) − 1) / η(f, r)

with r the pressure ratio of the stage and f the volume flow of one unit as a share of its nominal one. The
efficiency falls off quadratically from its peak: η = η₀ (1 − b (f−1)² − c (r−r₀)²), b being larger above the
nominal flow than below. A unit that gets too little gas recycles some: it runs at its least flow.

**Assumptions:** units of a station are alike and share gas and ratio equally; gas is cooled to T₁ between
stages; z is one number. Characteristic maps of real machines are
`capacity.hydraulics.physics.operating_ranges`' business.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

PA_PER_BAR: Final = 1e5
WATT_PER_MW: Final = 1e6
EFFICIENCY_MIN: Final = 0.05
"""Where a quadratic fall-off stops: no unit is run this far from its design point."""


LIMIT_TOLERANCE: Final = 1e-6
"""By which part a limit of a unit may be passed: what arithmetic leaves, not what a machine allows."""


@dataclass(frozen=True, slots=True)
class CompressedGas:
    """The gas at the inlet of the machines."""

    isentropic_exponent: float
    specific_gas_constant_j_per_kg_k: float
    temperature_k: float
    compressibility: float

    @property
    def state_j_per_kg(self) -> float:
        """z R_s T: pressure over density."""
        return self.compressibility * self.specific_gas_constant_j_per_kg_k * self.temperature_k


@dataclass(frozen=True, slots=True)
class Unit:
    """One compressor unit. Flow limits are shares of the nominal flow.

    `falloff_below`, `falloff_above` : part of the peak efficiency lost per squared distance from f = 1
    `ratio_falloff` : part lost per squared distance from `ratio_nominal`
    """

    nominal_flow_m3_per_s: float
    efficiency: float
    falloff_below: float = 0.0
    falloff_above: float = 0.0
    flow_min: float = 0.0
    flow_max: float = math.inf
    ratio_max: float = math.inf
    ratio_nominal: float = 1.0
    ratio_falloff: float = 0.0
    power_max_mw: float = math.inf

    def derated(self, part: float) -> "Unit":
        """Return the unit with its power limit lowered by `part` (0 to 1)."""
        return replace(self, power_max_mw=self.power_max_mw * (1 - part))


@dataclass(frozen=True, slots=True, order=True)
class Configuration:
    """Which units run: `parallel` trains of `series` stages; no train is a bypass."""

    parallel: int
    series: int = 1

    @property
    def units(self) -> int:
        """How many units run."""
        return self.parallel * self.series

    def __str__(self) -> str:
        if not self.parallel:
            return "bypass"
        return f"{self.parallel} parallel" + (f" × {self.series} in series" if self.series > 1 else "")


BYPASS: Final = Configuration(0)


def parallel_configurations(installed: int) -> tuple[Configuration, ...]:
    """Return the bypass and every number of `installed` units in parallel."""
    return (BYPASS, *(Configuration(count) for count in range(1, installed + 1)))


def all_configurations(installed: int) -> tuple[Configuration, ...]:
    """Return the bypass and every arrangement of at most `installed` units in equal trains."""
    return BYPASS, *(
        Configuration(parallel, series)
        for series in range(1, installed + 1)
        for parallel in range(1, installed // series + 1)
    )


@dataclass(frozen=True, slots=True)
class Duty:
    """What compression demands of a configuration; arrays of one shape.

    flow_share : of the unit that gets most, before recycling; stage_ratio : of each stage
    unit_power_mw : of the unit that needs most; power_mw : of all
    """

    flow_share: Reals
    stage_ratio: Reals
    unit_power_mw: Reals
    power_mw: Reals


def duty(
    unit: Unit,
    configuration: Configuration,
    gas: CompressedGas,
    *,
    flow_kg_per_s: Reals | float,
    inlet_bar: Reals | float,
    outlet_bar: Reals | float,
) -> Duty:
    """Return what it takes to compress, whether or not the units can do it; arguments broadcast.

    The configuration runs at least one unit and the outlet pressure is not below the inlet pressure.
    """
    inlet = np.asarray(inlet_bar, dtype=np.float64)
    flow = np.asarray(flow_kg_per_s, dtype=np.float64)
    ratio = np.maximum(np.asarray(outlet_bar) / inlet, 1.0) ** (1 / configuration.series)
    exponent = 1 - 1 / gas.isentropic_exponent
    work_j_per_kg = gas.state_j_per_kg / exponent * (ratio**exponent - 1)
    most = np.zeros(np.broadcast_shapes(inlet.shape, ratio.shape, flow.shape))
    total = np.zeros_like(most)
    for stage in range(configuration.series):
        volume = flow * gas.state_j_per_kg / (inlet * ratio**stage * PA_PER_BAR)
        share = volume / configuration.parallel / unit.nominal_flow_m3_per_s
        run = np.maximum(share, unit.flow_min)
        recycled = np.divide(run, share, out=np.ones_like(run), where=share > 0)
        train = flow / configuration.parallel * recycled * work_j_per_kg / WATT_PER_MW
        power = train / efficiency(unit, run, ratio)
        most = np.maximum(most, power)
        total = total + configuration.parallel * power
    first = flow * gas.state_j_per_kg / (inlet * PA_PER_BAR)
    flow_share = first / configuration.parallel / unit.nominal_flow_m3_per_s
    return Duty(np.asarray(flow_share), ratio, most, total)


def efficiency(unit: Unit, flow_share: Reals, ratio: Reals) -> Reals:
    """Return the efficiency at a share of the nominal flow and a stage ratio, dimensionless."""
    falloff = np.where(flow_share < 1, unit.falloff_below, unit.falloff_above)
    lost = falloff * (flow_share - 1) ** 2 + unit.ratio_falloff * (ratio - unit.ratio_nominal) ** 2
    return np.asarray(unit.efficiency * np.maximum(1 - lost, EFFICIENCY_MIN))


def power_mw(
    unit: Unit,
    configuration: Configuration,
    gas: CompressedGas,
    *,
    flow_kg_per_s: Reals | float,
    inlet_bar: Reals | float,
    outlet_bar: Reals | float,
) -> Reals:
    """Return the power of a configuration that runs units; infinite where it cannot do what is asked."""
    asked = duty(
        unit, configuration, gas, flow_kg_per_s=flow_kg_per_s, inlet_bar=inlet_bar, outlet_bar=outlet_bar
    )
    slack = 1 + LIMIT_TOLERANCE
    possible = (
        (np.asarray(outlet_bar) * slack >= np.asarray(inlet_bar))
        & (asked.flow_share <= unit.flow_max * slack)
        & (asked.stage_ratio <= unit.ratio_max * slack)
        & (asked.unit_power_mw <= unit.power_max_mw * slack)
    )
    return np.where(possible, asked.power_mw, np.inf)
