import math
from dataclasses import replace

import numpy as np
import pytest

from capacity.hydraulics.physics import compressor_maps
from capacity.networks.stations import Drive, DriveKind, PistonCompressor, TurboCompressor

# The machine of GasLib-11.
TURBO = TurboCompressor(
    *("turbo", "turbine", 3500, 6500),
    head=(
        *(62.0918, -0.0292953, 4.29877e-06),
        *(-58.9579, 0.0265692, -2.57876e-06),
        *(4.32767, -0.00240606, 2.45649e-07),
    ),
    efficiency=(
        *(1.16239, -0.000178625, 6.8119e-09),
        *(-0.063803, 8.29481e-05, -6.36087e-09),
        *(-0.0327073, 1.43794e-06, 1.02304e-10),
    ),
    surge=(-49.8997, 27.7343, -0.0449561),
    choke=(-11.7751, 7.27912, 0.0567136),
)
TURBINE = Drive(
    "turbine",
    DriveKind.GAS_TURBINE,
    power=(
        *(-1507.55, 3.23595, -0.000215272),
        *(9.38, -0.02044, 1.35429e-06),
        *(0.0448214, -8.49405e-05, 5.83333e-09),
    ),
    energy_rate=(5000, 2.5, 0),
)
PISTON = PistonCompressor(
    *("piston", "motor", 150, 300), displacement_m3=0.5, efficiency=0.9, ratio_max=2, flow_reduction=0.2
)
MOTOR = Drive("motor", DriveKind.GAS_MOTOR, power=(200, 24, 0.004), energy_rate=(2600, 2.5, 0))


def _at(
    machine: TurboCompressor | PistonCompressor, flow: float, head: float, ratio: float = 1.5
) -> compressor_maps.Duty:
    drive = TURBINE if isinstance(machine, TurboCompressor) else MOTOR
    return compressor_maps.duty(machine, drive, np.array(flow), np.array(head), np.array(ratio))


def test_head_of_a_published_machine_by_hand() -> None:
    # At n = 5000: 23.0846 + 9.4191 Q − 1.5614 Q²; with Q = 6: 23.0846 + 56.5146 − 56.2104 = 23.389 kJ/kg
    head = compressor_maps.biquadratic(TURBO.head, np.array(6.0), np.array(5000.0))
    assert head == pytest.approx(23.389, abs=1e-3)
    assert compressor_maps.speed_at(TURBO, np.array(6.0), head) == pytest.approx(5000)


def test_speed_at_undoes_the_head_all_over_the_map() -> None:
    speed = np.linspace(3500, 6500, 31)[:, None]
    low, high = compressor_maps.flow_limits(TURBO, speed)
    flow = low + np.linspace(0, 1, 31) * (high - low)
    head = compressor_maps.biquadratic(TURBO.head, flow, speed)
    assert compressor_maps.speed_at(TURBO, flow, head) == pytest.approx(np.broadcast_to(speed, flow.shape))
    assert compressor_maps.duty(TURBO, TURBINE, flow, head, head).is_on_map.all()


def test_flow_limits_are_where_the_head_meets_surge_and_choke_lines() -> None:
    speed = np.linspace(3500, 6500, 7)
    low, high = compressor_maps.flow_limits(TURBO, speed)
    assert (low < high).all()
    assert compressor_maps.biquadratic(TURBO.head, low, speed) == pytest.approx(
        compressor_maps.quadratic(TURBO.surge, low)
    )
    assert compressor_maps.biquadratic(TURBO.head, high, speed) == pytest.approx(
        compressor_maps.quadratic(TURBO.choke, high)
    )


def test_line_that_is_met_nowhere_leaves_no_flow() -> None:
    never = replace(TURBO, choke=(1e6, 0, 0))
    assert np.isnan(compressor_maps.flow_limits(never, np.array([5000.0]))[1]).all()
    assert not _at(never, 5, 30).is_on_map


@pytest.mark.parametrize(
    ("flow", "head"),
    [(3.0, 45.0), (6.9, 30.0), (5.0, 70.0), (4.0, 8.0), (0.0, 30.0), (5.0, -1.0)],
    ids=["left of surge", "right of choke", "too fast", "too slow", "no flow", "no head"],
)
def test_turbo_compressor_does_not_run_off_its_map(flow: float, head: float) -> None:
    assert _at(TURBO, 5.0, 30.0).is_on_map
    off = _at(TURBO, flow, head)
    assert not off.is_on_map
    assert off.power_available == 0


def test_power_of_a_turbine_falls_with_the_ambient_temperature_by_hand() -> None:
    # At 6500/min and 10 °C: 10 430.9 − 10 · 66.26 − 100 · 0.2608 = 9742 kW
    power = compressor_maps.power_available_kw(TURBINE, np.array(6500.0))
    rows = [sum(c * 6500.0**i for i, c in enumerate(TURBINE.power[k : k + 3])) for k in (0, 3, 6)]
    assert rows == pytest.approx([10_430.9, -66.262, -0.26083], rel=1e-4)
    assert power == pytest.approx(10_430.9 - 662.62 - 26.083, rel=1e-5)


def test_power_and_energy_are_never_negative() -> None:
    weak = replace(TURBINE, power=(-1, 0, 0), energy_rate=(-1, 0, 0))
    assert compressor_maps.power_available_kw(weak, np.array(5000.0)) == 0
    assert compressor_maps.energy_rate_kw(weak, np.array(5.0)) == 0


def test_specific_power_is_head_over_efficiency_times_flow() -> None:
    runs = _at(TURBO, 5.0, 30.0)
    efficiency = compressor_maps.biquadratic(TURBO.efficiency, np.array(5.0), runs.speed)
    assert 0.7 < efficiency < 0.9
    assert runs.specific_power == pytest.approx(5 * 30 / efficiency)


@pytest.mark.parametrize(
    ("flow", "ratio", "runs"),
    # 150 to 300 strokes a minute of 0.5 m³ are 1.25 to 2.5 m³/s; with a fifth less, from 1.0 m³/s
    [(1.0, 1.5, True), (0.99, 1.5, False), (2.5, 2.0, True), (2.51, 1.5, False), (2.0, 2.01, False)],
)
def test_piston_compressor_moves_its_displacement_or_a_part_of_it(
    flow: float, ratio: float, runs: bool
) -> None:
    assert bool(_at(PISTON, flow, 40.0, ratio).is_on_map) is runs


def test_piston_compressor_runs_as_fast_as_its_flow_allows() -> None:
    # 1.6 m³/s are 192 full strokes a minute, or 240 reduced by a fifth; there the motor has
    # 200 + 24 · 240 + 0.004 · 240² = 6190.4 kW
    runs = _at(PISTON, 1.6, 40.0)
    assert runs.speed == pytest.approx(240)
    assert runs.power_available == pytest.approx(6190.4)
    assert runs.specific_power == pytest.approx(1.6 * 40 / 0.9)


def test_torque_limits_the_power_of_a_piston_compressor() -> None:
    # 100 kN m · 2π · 240 / 60 s = 2513 kW
    runs = _at(replace(PISTON, torque_max_kn_m=100), 1.6, 40.0)
    assert runs.power_available == pytest.approx(100 * 2 * math.pi * 4)
