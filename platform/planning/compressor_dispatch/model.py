"""What a compressor dispatch asks and finds.

Flows in kg/s, pressures absolute, in bar, powers at the shaft, in kW; quantities of the nomination in whole
commercial units, positive where gas enters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from capacity.feasibility.robust_validation.model import Capacity
from capacity.hydraulics.physics.state import Mode
from linepack.gasday import GasDay
from linepack.jobs.model import JsonObject

METHOD = 1
"""Grows when the same question would get another answer: by a better search, or other laws."""


@dataclass(frozen=True, slots=True)
class PressureBounds:
    """The pressure that a node is to have, beside its own limits; None leaves a side to those."""

    least_bar: float | None = None
    most_bar: float | None = None


@dataclass(frozen=True, slots=True)
class DispatchInput:
    """All that a dispatch depends on, as of the moment it was asked for.

    nomination, pressures : by node; capacities : of the edges that overlays change on the day
    """

    gas_day: GasDay
    seconds: float
    solver: str
    method: int
    revision_id: str
    revision_number: int
    network_version: int
    nomination: Mapping[str, int]
    pressures: Mapping[str, PressureBounds]
    capacities: Mapping[str, Capacity]

    def to_json(self) -> dict[str, Any]:
        """Return the input of a job."""
        dumped: dict[str, Any] = _INPUT.dump_python(self, mode="json")
        return dumped

    @classmethod
    def from_json(cls, stored: JsonObject) -> "DispatchInput":
        """Return what `to_json` wrote."""
        return _INPUT.validate_python(stored)


@dataclass(frozen=True, slots=True)
class MachineRun:
    """How one machine of a running station runs."""

    machine_id: str
    flow_kg_per_s: float
    speed_per_min: float
    power_kw: float
    fuel_kg_per_s: float


@dataclass(frozen=True, slots=True)
class StationRun:
    """How a station runs, at its own flanges.

    `power_kw` is None where the flow and the pressures are off the machines' maps, which the verification of
    bookings bounds by convex hulls. Without machine data it is that of an assumed efficiency.
    """

    edge_id: str
    mode: Mode
    configuration: str
    flow_kg_per_s: float
    inlet_bar: float
    outlet_bar: float
    power_kw: float | None
    has_machines: bool
    machines: tuple[MachineRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The stations in the state that was found first, and in that of least power.

    `is_complete` says that no change of one station saves power; else the time ended before that was known.
    """

    initial: tuple[StationRun, ...]
    least: tuple[StationRun, ...]
    pressures_bar: Mapping[str, float]
    tried: int
    is_complete: bool
    engines: tuple[str, ...] = ()

    @property
    def initial_kw(self) -> float | None:
        """The power of the state found first; None where a station is off its machines' maps."""
        powers = [run.power_kw for run in self.initial]
        return None if None in powers else sum(power for power in powers if power is not None)

    @property
    def least_kw(self) -> float:
        """The power of the best state found."""
        return sum(run.power_kw or 0.0 for run in self.least)

    @property
    def fuel_kg_per_s(self) -> float:
        """The gas that the best state burns."""
        return sum(machine.fuel_kg_per_s for run in self.least for machine in run.machines)

    def to_json(self) -> dict[str, Any]:
        """Return the result of a job."""
        dumped: dict[str, Any] = _DISPATCH.dump_python(self, mode="json")
        return dumped

    @classmethod
    def from_json(cls, stored: JsonObject) -> "Dispatch":
        """Return what `to_json` wrote."""
        return _DISPATCH.validate_python(stored)


_INPUT = TypeAdapter(DispatchInput)
_DISPATCH = TypeAdapter(Dispatch)
