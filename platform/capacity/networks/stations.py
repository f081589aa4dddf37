"""Compressor stations: its machines, what drives them, and how they can be joined.

Facts of the source and no physics: `capacity.hydraulics.physics.compressor_maps` evaluates them.
Coefficients stand in the order of GasLib's `.cs` files, constant term first; a biquadratic of nine is

    f(x, n) = Σ_ij c[3i + j] x^i n^j,    i, j = 0, 1, 2

with the speed n in revolutions per minute, so that c[0:3] is the polynomial in n where x = 0. GasLib states
no order; this one alone gives back the measured points that GasLib-135 publishes beside its coefficients, to
the last digit. Units: volume flow m³/s at the inlet, adiabatic head kJ/kg, power and energy rate kW, ambient
temperature °C, torque kN m, displacement m³ per revolution. Source: Schmidt et al., Data 2017, 2(4):40;
Fügenschuh et al. in Evaluating Gas Network Capacities, SIAM 2015, chapter 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

BIQUADRATIC: Final = 9
QUADRATIC: Final = 3


class DriveKind(StrEnum):
    """What turns a compressor."""

    GAS_TURBINE = "gas_turbine"
    GAS_MOTOR = "gas_motor"
    ELECTRIC_MOTOR = "electric_motor"
    STEAM_TURBINE = "steam_turbine"

    @property
    def burns_gas(self) -> bool:
        """Whether its energy is taken from the gas that it moves."""
        return self in (DriveKind.GAS_TURBINE, DriveKind.GAS_MOTOR)


@dataclass(frozen=True, slots=True)
class Drive:
    """What turns a compressor: the power it has, and the energy that it takes for the power it gives.

    power : the most it gives, in kW: 3 coefficients of a quadratic in n, or 9 with x the ambient temperature
    energy_rate : 3 coefficients of a quadratic in the power given, in kW
    """

    id: str
    kind: DriveKind
    power: tuple[float, ...]
    energy_rate: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TurboCompressor:
    """A centrifugal compressor; `drive` names what turns it.

    head, efficiency : 9 coefficients with x the volume flow; the efficiency is a fraction
    surge, choke : 3 coefficients of the head as a quadratic in the volume flow; it runs right of the surge
        line and left of the choke line
    """

    id: str
    drive: str
    speed_min_per_min: float
    speed_max_per_min: float
    head: tuple[float, ...]
    efficiency: tuple[float, ...]
    surge: tuple[float, ...]
    choke: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PistonCompressor:
    """A reciprocating compressor; `drive` names what turns it.

    `flow_reduction` is the fraction by which its flow can be cut below displacement times speed. Without a
    `torque_max_kn_m` its torque is not limited.
    """

    id: str
    drive: str
    speed_min_per_min: float
    speed_max_per_min: float
    displacement_m3: float
    efficiency: float
    ratio_max: float
    flow_reduction: float = 0.0
    torque_max_kn_m: float | None = None


Machine = TurboCompressor | PistonCompressor


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to run a station: compressor stages in series, of machines (their ids) in parallel."""

    id: str
    stages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Station:
    """What a compressor station consists of."""

    turbos: tuple[TurboCompressor, ...] = ()
    pistons: tuple[PistonCompressor, ...] = ()
    drives: tuple[Drive, ...] = ()
    configurations: tuple[Configuration, ...] = ()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """The machines of both types."""
        return (*self.turbos, *self.pistons)

    @cached_property
    def machine_and_drive(self) -> Mapping[str, tuple[Machine, Drive]]:
        """Each machine, and its drive, by the machine's id."""
        drives = {drive.id: drive for drive in self.drives}
        return {machine.id: (machine, drives[machine.drive]) for machine in self.machines}
