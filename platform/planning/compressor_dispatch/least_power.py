"""Least power as the objective of the nonlinear program: every running station, machine by machine.

The operating ranges that the hydraulic network holds are convex hulls, so that a program which minimises
power over them ends off the machines' maps. Here each machine of a running configuration has its share of the
flow and a speed of its own, and keeps to its characteristic map (`compressor_maps` gives the laws) and to its
drive. Machines of a stage work side by side between the same pressures; gas is cooled before every stage.

A station of which no machines are known needs the adiabatic power of its pressure ratio, divided by
`EFFICIENCY_ASSUMED`.

Unknowns and rows are scaled to be of one size: speeds in 1000/min, powers in MW, pressures in bar.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from capacity.hydraulics.physics.compressor_maps import (
    AMBIENT_TEMPERATURE_C,
    SECONDS_PER_MINUTE,
    biquadratic,
    quadratic,
)
from capacity.hydraulics.physics.laws import adiabatic_head_kj_per_kg
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.physics.operating_ranges import PA_PER_BAR, machines_of
from capacity.hydraulics.search.aims import Sheet
from capacity.hydraulics.search.modes import Setting
from capacity.networks.physics import state_j_per_kg
from capacity.networks.stations import BIQUADRATIC, Drive, Machine, TurboCompressor

EFFICIENCY_ASSUMED: Final = 0.8
"""Adiabatic efficiency of a station without machine data: usual for centrifugal pipeline compressors, whose
published maps peak between 0.78 and 0.86."""
EFFICIENCY_MIN: Final = 0.01
"""Keeps the power finite where a fitted efficiency map falls to zero, far off the machine's range."""
PRESSURE_BETWEEN_STAGES_BAR: Final = (1.0, 300.0)
"""Bounds of the pressure between two stages: wider than any that a pipeline compressor is built for."""
THOUSAND: Final = 1e3
HEAD_SCALE_KJ_PER_KG: Final = 10.0


@dataclass(frozen=True, slots=True)
class MachineRun:
    """How one machine runs; `drive` gives its power."""

    machine: Machine
    drive: Drive
    flow_kg_per_s: float
    speed_per_min: float
    power_kw: float


@dataclass(frozen=True, slots=True)
class StationPlan:
    """What a running station needs, and its machines where they are known."""

    power_kw: float
    machines: tuple[MachineRun, ...] = ()


class LeastPower:
    """The aim of a nonlinear program; `plans` reads its solution."""

    def __init__(self, network: HydraulicNetwork) -> None:
        self._network = network
        self._state = state_j_per_kg(network.network, network.compressibility)
        self._stations: dict[int, Sequence[tuple[Machine, Drive]]] = {}

    def objective(self, sheet: Sheet) -> Any:
        """Return the power of all running stations, in MW, and write what holds their machines."""
        network, total = self._network, 0.0
        for place, element in enumerate(sheet.kept.tolist()):
            if network.kind[element] != ElementKind.COMPRESSOR or sheet.setting[place] < Setting.ACTIVE:
                continue
            inlet, outlet = sheet.machine_pressures_bar(place)
            edge = network.network.edges[element]
            if edge.station is None or element not in network.ranges:
                self._stations[element] = ()
                power = sheet.flow[place] * self._head(outlet / inlet) / EFFICIENCY_ASSUMED / THOUSAND
                sheet.report(power)
            else:
                running = network.ranges[element][int(sheet.setting[place]) - Setting.ACTIVE].configuration
                ways = {way.id: way for way in edge.station.configurations}
                stages = machines_of(edge.station, ways[running])
                self._stations[element] = [one for stage in stages for one in stage]
                power = self._stages(sheet, stages, sheet.flow[place], inlet, outlet)
            total = total + power
        return total

    def plans(self, reported: Reals) -> dict[int, StationPlan]:
        """Return, by element, what the stations do at a solution; `reported` is the point's."""
        values = iter(reported.tolist())
        found = {}
        for element, machines in self._stations.items():
            if not machines:
                found[element] = StationPlan(next(values) * THOUSAND)
                continue
            runs = tuple(
                MachineRun(machine, drive, next(values), next(values) * THOUSAND, next(values) * THOUSAND)
                for machine, drive in machines
            )
            found[element] = StationPlan(sum(run.power_kw for run in runs), runs)
        return found

    def _head(self, ratio: Any) -> Any:
        return adiabatic_head_kj_per_kg(ratio, self._state)

    def _stages(
        self,
        sheet: Sheet,
        stages: Sequence[Sequence[tuple[Machine, Drive]]],
        flow: Any,
        inlet: Any,
        outlet: Any,
    ) -> Any:
        """Return the power of machines that raise the pressure in turn, in MW."""
        total, before = 0.0, inlet
        for number, machines in enumerate(stages):
            is_last = number == len(stages) - 1
            low, high = PRESSURE_BETWEEN_STAGES_BAR
            after = outlet if is_last else sheet.unknown(low, high, start=50.0)
            ratio = after / before
            sheet.row(ratio, 1.0, np.inf)
            shares = list(_shares(sheet, len(machines)))
            for share, unit in zip(shares, machines, strict=True):
                total = total + self._machine(sheet, unit, share * flow, before, ratio)
            if len(machines) > 1:
                sheet.row(sum(shares), 1.0, 1.0)
            before = after
        return total

    def _machine(self, sheet: Sheet, unit: tuple[Machine, Drive], flow: Any, inlet: Any, ratio: Any) -> Any:
        """Return a machine's power, in MW, and hold it to its map and its drive."""
        machine, drive = unit
        volume = flow * self._state / (inlet * PA_PER_BAR)
        head = self._head(ratio)
        least, most = machine.speed_min_per_min / THOUSAND, machine.speed_max_per_min / THOUSAND
        thousands = sheet.unknown(least, most, start=(least + most) / 2)
        speed = thousands * THOUSAND
        efficiency: Any
        if isinstance(machine, TurboCompressor):
            efficiency = biquadratic(machine.efficiency, volume, speed)
            sheet.row((biquadratic(machine.head, volume, speed) - head) / HEAD_SCALE_KJ_PER_KG, 0.0, 0.0)
            sheet.row((quadratic(machine.surge, volume) - head) / HEAD_SCALE_KJ_PER_KG, 0.0, np.inf)
            sheet.row((head - quadratic(machine.choke, volume)) / HEAD_SCALE_KJ_PER_KG, 0.0, np.inf)
            sheet.row(efficiency, EFFICIENCY_MIN, np.inf)
        else:
            efficiency = machine.efficiency
            full = volume * SECONDS_PER_MINUTE / machine.displacement_m3 / THOUSAND
            sheet.row(thousands - full, 0.0, np.inf)
            sheet.row(full - (1 - machine.flow_reduction) * thousands, 0.0, np.inf)
            sheet.row(ratio, 1.0, machine.ratio_max)
        power = flow * head / efficiency / THOUSAND
        sheet.row(_available_kw(drive, speed) / THOUSAND - power, 0.0, np.inf)
        torque = None if isinstance(machine, TurboCompressor) else machine.torque_max_kn_m
        if torque is not None:
            sheet.row(torque * 2 * math.pi * speed / SECONDS_PER_MINUTE / THOUSAND - power, 0.0, np.inf)
        sheet.report(flow, thousands, power)
        return power


def _shares(sheet: Sheet, count: int) -> Iterator[Any]:
    """Yield the share of the flow of each of `count` machines side by side."""
    if count == 1:
        yield 1.0
        return
    for _ in range(count):
        yield sheet.unknown(0.0, 1.0, start=1 / count)


def _available_kw(drive: Drive, speed: Any) -> Any:
    if len(drive.power) == BIQUADRATIC:
        return biquadratic(drive.power, np.array(AMBIENT_TEMPERATURE_C), speed)
    return quadratic(drive.power, speed)
