"""Compressor machines: the work formula by hand, parallel and series, recycling, limits."""

import math

import numpy as np
import pytest

from planning.compressor_dispatch.machines import (
    BYPASS,
    CompressedGas,
    Configuration,
    Unit,
    all_configurations,
    duty,
    parallel_configurations,
    power_mw,
)

GAS = CompressedGas(1.3, 500.0, 280.0, 0.9)
"""z R T = 126,000 J/kg, so that 1 kg at 50 bar takes 126000 / 5e6 = 0.0252 m³."""
UNIT = Unit(nominal_flow_m3_per_s=2.52, efficiency=0.8, falloff_below=0.5, falloff_above=1.0)


def work_j_per_kg(ratio: float) -> float:
    return 126_000 * 1.3 / 0.3 * (ratio ** (0.3 / 1.3) - 1)


def asked(
    configuration: Configuration, unit: Unit = UNIT, *, flow: float = 200.0, outlet: float = 75.0
) -> float:
    return float(power_mw(unit, configuration, GAS, flow_kg_per_s=flow, inlet_bar=50.0, outlet_bar=outlet))


def test_units_at_their_nominal_flow_work_at_peak_efficiency() -> None:
    """200 kg/s take 5.04 m³/s at 50 bar: the nominal flow of two units."""
    assert asked(Configuration(2)) == pytest.approx(200 * work_j_per_kg(1.5) / 0.8 / 1e6)


def test_efficiency_falls_off_more_above_the_nominal_flow_than_below() -> None:
    """Of 200 kg/s each of four units gets half its nominal flow; one unit would get twice of it."""
    below = 0.8 * (1 - 0.5 * 0.5**2)
    assert asked(Configuration(4)) == pytest.approx(200 * work_j_per_kg(1.5) / below / 1e6)
    at_one_and_a_half = 0.8 * (1 - 1.0 * 0.5**2)
    assert asked(Configuration(2), flow=300.0) == pytest.approx(
        300 * work_j_per_kg(1.5) / at_one_and_a_half / 1e6
    )


def test_efficiency_falls_off_with_the_distance_from_the_nominal_ratio() -> None:
    unit = Unit(2.52, 0.8, ratio_nominal=1.25, ratio_falloff=2.0)
    expected = 0.8 * (1 - 2.0 * 0.25**2)
    assert asked(Configuration(2), unit) == pytest.approx(200 * work_j_per_kg(1.5) / expected / 1e6)


def test_too_little_gas_is_recycled_up_to_the_least_flow() -> None:
    """20 kg/s are a fifth of one unit's nominal flow; with a least flow of 0.4 it works on twice the gas."""
    unit = Unit(2.52, 0.8, flow_min=0.4)
    assert asked(Configuration(1), unit, flow=20.0) == pytest.approx(2 * 20 * work_j_per_kg(1.5) / 0.8 / 1e6)


def test_two_stages_share_the_ratio_and_the_second_gets_denser_gas() -> None:
    """From 50 to 72 bar each stage does 1.2; the second one sees 1/1.2 of the first one's volume."""
    second = 0.8 * (1 - 0.5 * (1 - 1 / 1.2) ** 2)
    expected = 200 * work_j_per_kg(1.2) * (1 / 0.8 + 1 / second) / 1e6
    assert asked(Configuration(2, 2), outlet=72.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    "unit",
    [
        Unit(2.52, 0.8, flow_max=0.99),
        Unit(2.52, 0.8, ratio_max=1.49),
        Unit(2.52, 0.8, power_max_mw=200 * work_j_per_kg(1.5) / 0.8 / 1e6 / 2 * 0.99),
    ],
)
def test_a_limit_of_the_unit_makes_the_task_impossible(unit: Unit) -> None:
    assert asked(Configuration(2), unit) == math.inf
    assert math.isfinite(asked(Configuration(2), Unit(2.52, 0.8)))


def test_pressure_is_not_lowered_by_a_compressor() -> None:
    assert asked(Configuration(2), outlet=49.0) == math.inf


def test_a_derated_unit_has_a_lower_power_limit() -> None:
    assert Unit(2.52, 0.8, power_max_mw=10.0).derated(0.2).power_max_mw == pytest.approx(8.0)


def test_arguments_broadcast() -> None:
    found = duty(
        UNIT,
        Configuration(2),
        GAS,
        flow_kg_per_s=200.0,
        inlet_bar=np.array([[50.0], [55.0]]),
        outlet_bar=np.array([[60.0, 70.0, 75.0]]),
    )
    assert found.power_mw.shape == (2, 3)
    assert found.power_mw[0, 2] == pytest.approx(asked(Configuration(2)))


def test_configurations_are_listed_with_their_names() -> None:
    assert [str(way) for way in parallel_configurations(2)] == ["bypass", "1 parallel", "2 parallel"]
    assert all_configurations(4)[0] == BYPASS
    assert {(way.parallel, way.series) for way in all_configurations(4)[1:]} == {
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 1),
        (1, 2),
        (2, 2),
        (1, 3),
        (1, 4),
    }
    assert str(Configuration(2, 2)) == "2 parallel × 2 in series"
