"""Characteristic maps: where one machine of a station can run, and the power that it needs.

Units: volume flow Q at the inlet in m³/s, adiabatic head H in kJ/kg, speed n in revolutions per minute, power
in kW; arrays broadcast. A turbo compressor runs where its head H(Q, n) is that asked for, n within its
limits, Q from where H(·, n) falls below the surge line to where it falls below the choke line; at a speed at
which it meets one of the lines nowhere it does not run. A piston compressor moves displacement times speed,
or less by up to its flow reduction, at any head up to its ratio. Either needs the power ρ Q H / η, of which
its drive has a maximum that may depend on speed and ambient temperature.

**Assumption:** the ambient temperature is `AMBIENT_TEMPERATURE_C`; no source states it.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.networks.stations import BIQUADRATIC, Drive, Machine, PistonCompressor, TurboCompressor

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]

AMBIENT_TEMPERATURE_C: Final = 10.0
SECONDS_PER_MINUTE: Final = 60.0
SPEED_TOLERANCE: Final = 1e-9
"""Relative; so that a point computed on a boundary of the map counts as on it."""


@dataclass(frozen=True, slots=True, eq=False)
class Duty:
    """How a machine runs at some points of its map; arrays of one shape.

    specific_power : kW per kg/m³ of inlet density: Q H / η
    power_available : the most that the drive, and the torque, allow, in kW; 0 where the machine cannot run
    """

    is_on_map: Flags
    speed: Reals
    efficiency: Reals
    specific_power: Reals
    power_available: Reals


def biquadratic(coefficients: tuple[float, ...], x: Reals, n: Reals) -> Reals:
    """Return Σ_ij c[3i + j] x^i n^j, of numbers, arrays or expressions."""
    c = coefficients
    return (
        (c[0] + n * (c[1] + n * c[2]))
        + x * (c[3] + n * (c[4] + n * c[5]))
        + x * x * (c[6] + n * (c[7] + n * c[8]))
    )


def quadratic(coefficients: tuple[float, ...], x: Reals) -> Reals:
    """Return c[0] + c[1] x + c[2] x², of numbers, arrays or expressions."""
    return coefficients[0] + x * (coefficients[1] + x * coefficients[2])


def speed_at(turbo: TurboCompressor, flow: Reals, head: Reals) -> Reals:
    """Return the speed at which a turbo compressor has this head at this flow; NaN where at none.

    Of the two solutions it is the one at which the head rises with the speed.
    """
    c = turbo.head
    constant = c[0] + flow * (c[3] + flow * c[6]) - head
    linear = c[1] + flow * (c[4] + flow * c[7])
    square = c[2] + flow * (c[5] + flow * c[8])
    return _rising_root(constant, linear, square)


def flow_limits(turbo: TurboCompressor, speed: Reals) -> tuple[Reals, Reals]:
    """Return the flows at the surge and at the choke line at each speed; NaN where a line is not met."""
    c = turbo.head
    constant = c[0] + speed * (c[1] + speed * c[2])
    linear = c[3] + speed * (c[4] + speed * c[5])
    square = c[6] + speed * (c[7] + speed * c[8])
    surge, choke = turbo.surge, turbo.choke
    least = _rising_root(surge[0] - constant, surge[1] - linear, surge[2] - square)
    most = _rising_root(choke[0] - constant, choke[1] - linear, choke[2] - square)
    return np.asarray(np.maximum(least, 0.0)), most


def power_available_kw(drive: Drive, speed: Reals) -> Reals:
    """Return the most that a drive gives at each speed, never below 0."""
    if len(drive.power) == BIQUADRATIC:
        power = biquadratic(drive.power, np.full_like(speed, AMBIENT_TEMPERATURE_C), speed)
    else:
        power = quadratic(drive.power, speed)
    return np.asarray(np.maximum(power, 0.0))


def energy_rate_kw(drive: Drive, power: Reals) -> Reals:
    """Return the energy that a drive takes to give a power."""
    return np.asarray(np.maximum(quadratic(drive.energy_rate, power), 0.0))


def duty(machine: Machine, drive: Drive, flow: Reals, head: Reals, ratio: Reals) -> Duty:
    """Return how a machine runs at these flows and heads; `ratio` is the pressure ratio of the heads."""
    flow, head, ratio = np.broadcast_arrays(flow, head, ratio)
    if isinstance(machine, PistonCompressor):
        return _piston_duty(machine, drive, flow, head, ratio)
    return _turbo_duty(machine, drive, flow, head)


def _turbo_duty(turbo: TurboCompressor, drive: Drive, flow: Reals, head: Reals) -> Duty:
    slowest, fastest = turbo.speed_min_per_min, turbo.speed_max_per_min
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = speed_at(turbo, flow, head)
        is_on_map = (speed >= slowest * (1 - SPEED_TOLERANCE)) & (speed <= fastest * (1 + SPEED_TOLERANCE))
        speed = np.clip(speed, slowest, fastest)
        least, most = flow_limits(turbo, speed)
        is_on_map &= (flow >= least * (1 - SPEED_TOLERANCE)) & (flow <= most * (1 + SPEED_TOLERANCE))
        efficiency = biquadratic(turbo.efficiency, flow, speed)
        is_on_map &= (flow > 0) & (head >= 0) & (efficiency > 0)
        specific_power = np.where(is_on_map, flow * head / efficiency, np.nan)
    available = np.where(is_on_map, power_available_kw(drive, np.nan_to_num(speed)), 0.0)
    return Duty(np.asarray(is_on_map), np.asarray(speed), efficiency, specific_power, available)


def _piston_duty(piston: PistonCompressor, drive: Drive, flow: Reals, head: Reals, ratio: Reals) -> Duty:
    full = flow * SECONDS_PER_MINUTE / piston.displacement_m3
    fastest = np.minimum(full / (1 - piston.flow_reduction), piston.speed_max_per_min)
    is_on_map = (
        (full <= piston.speed_max_per_min * (1 + SPEED_TOLERANCE))
        & (fastest >= piston.speed_min_per_min * (1 - SPEED_TOLERANCE))
        & (ratio >= 1)
        & (ratio <= piston.ratio_max * (1 + SPEED_TOLERANCE))
        & (flow > 0)
    )
    available = power_available_kw(drive, fastest)
    if piston.torque_max_kn_m is not None:
        by_torque = piston.torque_max_kn_m * 2 * math.pi * fastest / SECONDS_PER_MINUTE
        available = np.minimum(available, by_torque)
    efficiency = np.full(flow.shape, piston.efficiency)
    return Duty(
        np.asarray(is_on_map),
        fastest,
        efficiency,
        np.asarray(flow * head / efficiency),
        np.where(is_on_map, available, 0.0),
    )


def _rising_root(constant: Reals, linear: Reals, square: Reals) -> Reals:
    """Return the root of constant + linear x + square x² at which the sum rises; NaN where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.sqrt(linear * linear - 4 * square * constant)
        root = np.where(linear >= 0, -2 * constant / (linear + slope), (slope - linear) / (2 * square))
    return np.asarray(np.where(np.isfinite(root), root, np.nan))
