"""Station power: the shaft power and fuel of a running station in one state, on the maps themselves.

Machines of a stage share the flow, and stages the pressure ratio, so that power is least: by dynamic
programming on `FLOW_SHARES` parts of the flow and `RATIO_SHARES` parts of the log ratio. What is found is
thus a way to run the station, and another may need slightly less. Gas is cooled before every stage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from capacity.hydraulics.physics.compressor_maps import duty, energy_rate_kw
from capacity.hydraulics.physics.laws import adiabatic_head_kj_per_kg, fuel_kg_per_s
from capacity.hydraulics.physics.operating_ranges import PA_PER_BAR, Stages, machines_of
from capacity.networks.model import Edge, Network
from capacity.networks.physics import state_j_per_kg
from capacity.networks.stations import Drive, Machine

FLOW_SHARES: Final = 240
RATIO_SHARES: Final = 24
"""Divisible by 2, 3, 4 and more, so that like machines can share equally."""


@dataclass(frozen=True, slots=True)
class StationPower:
    """What a configuration needs for one state of its station: shaft power, and gas burnt for it."""

    configuration: str
    power_kw: float
    fuel_kg_per_s: float


def station_power(
    edge: Edge,
    network: Network,
    flow_kg_per_s: float,
    inlet_bar: float,
    outlet_bar: float,
    *,
    compressibility_factor: float,
) -> list[StationPower]:
    """Return what each configuration needs to move the flow between the pressures, least power first.

    On the maps themselves, not their hulls; a configuration that cannot do it is left out. The pressures are
    those at the machines.
    """
    if edge.station is None or flow_kg_per_s <= 0 or not 0 < inlet_bar <= outlet_bar:
        return []
    state = state_j_per_kg(network, compressibility_factor)
    found: list[StationPower] = []
    for configuration in edge.station.configurations:
        stages = machines_of(edge.station, configuration)
        power, energy_rate = _least_power(stages, state, flow_kg_per_s, inlet_bar, outlet_bar)
        if np.isfinite(power):
            found.append(StationPower(configuration.id, power, fuel_kg_per_s(energy_rate, network)))
    return sorted(found, key=lambda option: option.power_kw)


def _least_power(
    stages: Stages, state: float, flow: float, inlet_bar: float, outlet_bar: float
) -> tuple[float, float]:
    """Return least power and the energy rate that it takes, in kW; infinite where it cannot be done."""
    parts = RATIO_SHARES if len(stages) > 1 else 1
    pressures = inlet_bar * (outlet_bar / inlet_bar) ** (np.arange(parts + 1) / parts)
    best = {0: (0.0, 0.0)}
    for stage in stages:
        reached: dict[int, tuple[float, float]] = {}
        for start, end in product(best, range(1, parts + 1)):
            if end <= start and parts > 1:
                continue
            power, rate = _stage_power(stage, state, flow, float(pressures[start]), float(pressures[end]))
            total = (best[start][0] + power, best[start][1] + rate)
            if np.isfinite(power) and total < reached.get(end, (np.inf, np.inf)):
                reached[end] = total
        best = reached
    return best.get(parts, (np.inf, np.inf))


def _stage_power(
    machines: Sequence[tuple[Machine, Drive]], state: float, flow: float, inlet_bar: float, outlet_bar: float
) -> tuple[float, float]:
    """Return least power and its energy rate of machines side by side, by dynamic programming on shares."""
    density = inlet_bar * PA_PER_BAR / state
    ratio = np.array(outlet_bar / inlet_bar)
    head = adiabatic_head_kj_per_kg(ratio, state)
    shares = np.arange(1, FLOW_SHARES + 1) / FLOW_SHARES if len(machines) > 1 else np.ones(1)
    total = len(shares)
    power, rate = np.full(total + 1, np.inf), np.full(total + 1, np.inf)
    power[0] = rate[0] = 0.0
    for machine, drive in machines:
        runs = duty(machine, drive, shares * flow / density, head, ratio)
        own = np.where(runs.is_on_map, runs.specific_power * density, np.inf)
        own = np.where(own <= runs.power_available, own, np.inf)
        burnt = energy_rate_kw(drive, np.where(np.isfinite(own), own, 0.0))
        own_rate = burnt if drive.kind.burns_gas else np.zeros(total)
        joined, joined_rate = np.full(total + 1, np.inf), np.full(total + 1, np.inf)
        for taken in range(1, total + 1):
            sums = power[taken - 1 :: -1] + own[:taken]
            least = int(sums.argmin())
            if np.isfinite(sums[least]):
                joined[taken] = sums[least]
                joined_rate[taken] = rate[taken - 1 - least] + own_rate[least]
        power, rate = joined, joined_rate
    return float(power[total]), float(rate[total])
