"""Rules of production and volumes, each on figures that can be counted by hand (gas at 4, other gas at 9)."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.planning.gas_fields.optimum import phases
from tests.unit.planning.gas_fields.worked import document


def produced(phase: dict[str, Any], field: str = "F") -> list[float]:
    return [one / 1_000 for one in phase["fields"][field]["intervals"]["Production"]]


def only(properties: Mapping[str, Any], demand: list[float], **members: Any) -> dict[str, Any]:
    [phase] = phases(document({"Production Cost": 4, **properties}, demand, **members))
    found: dict[str, Any] = phase
    return found


def test_limits_of_a_shorter_period_than_an_interval_count_as_often_as_it_fits() -> None:
    phase = only({"Max Production Hour": 2, "Max Production Day": 60}, [50, 50])
    assert produced(phase) == [48, 48]
    phase = only({"Max Production Day": 60}, [2_000, 2_000], interval="month")
    assert produced(phase) == [31 * 60, 28 * 60]


def test_a_least_of_a_period_the_plan_ends_within_is_its_share() -> None:
    dear = {"Production Cost": 20, "Min Production Week": 70}
    assert sum(produced(only(dear, [100.0] * 7))) == pytest.approx(70)
    assert sum(produced(only(dear, [100.0] * 10))) == pytest.approx(70 + 30)


def test_a_most_of_a_month_counts_what_earlier_steps_have_produced() -> None:
    limits = {"Max Production Month": 310}
    together, by_day = (only(limits, [20.0] * 40, step=step) for step in (40, 1))
    assert sum(produced(by_day)[:31]) == pytest.approx(310)
    assert produced(by_day)[:17] == pytest.approx([20.0] * 15 + [10.0, 0.0])
    assert together["cost"] == pytest.approx(by_day["cost"])


def test_limits_change_with_the_gas_day() -> None:
    closed = [{"value": 0, "from": "2027-01-02", "to": "2027-01-03"}]
    assert produced(only({"Units": closed}, [5, 5, 5])) == [5, 0, 5]
    assert produced(only({"Max Production": [{"value": 3, "from": "2027-01-03"}]}, [5, 5, 5])) == [5, 5, 3]


def test_a_ramp_of_weeks_compares_whole_weeks() -> None:
    demand = [10.0] * 7 + [100.0] * 7
    phase = only({"Max Ramp Week": 35}, demand)
    weeks = sum(produced(phase)[:7]), sum(produced(phase)[7:])
    assert weeks == pytest.approx((70, 105))


@pytest.mark.parametrize("step", [3, 1])
def test_a_ramp_goes_on_from_step_to_step(step: int) -> None:
    phase = only({"Max Ramp": 10}, [20, 60, 60], production_before=20, step=step)
    assert produced(phase) == [20, 30, 40]


def test_an_outage_leaves_what_is_allowed_and_production_may_fall_to_it_at_once() -> None:
    maintenances = [{"from": "2027-01-02", "to": "2027-01-03", "properties": {"Outage Max Production": 5}}]
    limits = {"Max Production": 50, "Max Ramp": 20}
    phase = only(limits, [50.0] * 4, production_before=50, maintenances=maintenances)
    assert produced(phase) == [50, 5, 25, 45]
    assert phase["fields"]["F"]["totals"]["Maintenance Hours"] == 24
    assert phase["fields"]["F"]["totals"]["Maintenance"] == 45
    assert phase["fields"]["F"]["totals"]["Service Factor"] == 75


def test_derated_outages_take_their_share_of_a_limit() -> None:
    properties = {"Max Production": 50, "Forced Outage Rate": 10, "Outage Max Production": 20}
    assert produced(only(properties, [50])) == [50 * 0.9 + 20 * 0.1]


def test_bands_begin_anew_with_a_reset_and_go_on_from_step_to_step() -> None:
    bands = {"Production Volume": [30, 1e30], "Production Cost": [2, 6]}
    assert only(bands, [20.0] * 4)["cost"] == 30 * 2 + 50 * 6
    assert only(bands, [20.0] * 4, step=1)["cost"] == 30 * 2 + 50 * 6
    reset = {**bands, "Reset Production Volumes": [{"value": -1, "from": "2027-01-03"}]}
    assert only(reset, [20.0] * 4)["cost"] == 2 * (30 * 2 + 10 * 6)
    assert only(reset, [20.0] * 4, step=1)["cost"] == 2 * (30 * 2 + 10 * 6)


def test_bands_whose_costs_change_with_time_keep_their_order() -> None:
    # the second band is cheap on the first day only, when the first band is not used up yet
    costs = [
        {"value": 5, "band": 1},
        {"value": 1, "band": 2, "from": "2027-01-01", "to": "2027-01-02"},
        {"value": 8, "band": 2, "from": "2027-01-02"},
    ]
    properties = {"Production Volume": [20, 40], "Production Cost": costs}
    phase = only(properties, [20, 20], alternative=None)
    assert phase["cost"] == 20 * 5 + 20 * 8


def test_tranches_are_equal_bands_with_costs_in_between() -> None:
    properties = {"Initial Volume": 90, "Production Tranches": 3, "Production Cost": [2, 6]}
    assert only(properties, [90])["cost"] == 30 * 2 + 30 * 4 + 30 * 6


def test_a_target_percent_limits_what_is_produced_towards_a_target() -> None:
    properties = {"Initial Volume": 100, "Target Week": 40, "Max Production Target Percent": 50}
    assert sum(produced(only(properties, [10.0] * 7))) == pytest.approx(20)
    dear = {**properties, "Production Cost": 20, "Min Production Target Percent": 25}
    assert sum(produced(only(dear, [10.0] * 7))) == pytest.approx(10)


def test_a_volume_that_may_not_return_costs_its_penalty() -> None:
    properties = {"Initial Volume": 100, "End Effects Method": 2, "Recycle Penalty": 3}
    phase = only(properties, [60])
    assert produced(phase) == [60]
    assert phase["cost"] == 60 * 4 + 60 * 3
    assert produced(only({**properties, "Recycle Penalty": 6}, [60])) == [0]


def test_bounds_that_are_not_enforced_let_a_volume_fall_below_nothing() -> None:
    assert produced(only({"Initial Volume": 10, "Enforce Bounds": 0}, [60])) == [60]
    assert produced(only({"Initial Volume": 10}, [60])) == [10]


def test_volumes_within_a_balance_period_are_not_looked_at() -> None:
    injected = [{"value": 50, "from": "2027-01-07"}]
    properties = {"Initial Volume": 20, "External Injection": injected, "Max Production": 10}
    assert sum(produced(only(properties, [10.0] * 7))) == 30
    assert sum(produced(only({**properties, "Balance Period": 2}, [10.0] * 7))) == 70


def test_the_scale_of_a_balance_changes_no_figure() -> None:
    plain = only({"Initial Volume": 100}, [50, 80])
    scaled = only({"Initial Volume": 100, "Internal Volume Scalar": 1_000}, [50, 80])
    assert scaled == plain


def test_a_charge_for_inventory_empties_a_field_early() -> None:
    phase = only({"Initial Volume": 100, "Inventory Charge": 1}, [60, 60])
    assert produced(phase) == [60, 40]
    assert phase["cost"] == 100 * 4 + 20 * 9 + 40
    assert phase["fields"]["F"]["totals"]["Inventory Cost"] == 40


LINEAR = {
    "Initial Volume": 100,
    "Withdrawal Ratchet": 10,
    "Withdrawal Volume Factor": [50, 50],
}


@pytest.mark.parametrize(
    ("kind", "scalars", "expected"),
    [
        # 100 % at 100, 80 % at 50, 0 at 0: q ≤ 8 + 0.04 · (V − 50) with V = 100 − q
        (1, [20, 80], 10 / 1.04),
        (2, [20, 80], 10 / 1.04),
        # 100 % at 100, 20 % at 50: q ≤ 2 + 0.16 · (V − 50) with V = 100 − q
        (1, [80, 20], 10 / 1.16),
        (0, [80, 20], 10),
    ],
)
def test_ratchets_are_steps_or_change_evenly(kind: int, scalars: list[float], expected: float) -> None:
    phase = only({**LINEAR, "Withdrawal Rate Scalar": scalars, "Ratchet Type": kind}, [50])
    assert produced(phase) == pytest.approx([expected])


def test_scalars_that_do_not_add_up_are_rates_by_themselves() -> None:
    rates = {**LINEAR, "Withdrawal Rate Scalar": [50, 80], "Use Additive Ratchet": 0}
    # above 50 half of the ratchet, below four fifths: it takes two days until less than 50 is left at the end
    phase = only({**rates, "Initial Volume": 100}, [50.0] * 12)
    daily = produced(phase)
    assert max(daily) == pytest.approx(8)
    left = phase["fields"]["F"]["intervals"]["End Volume"]
    assert all(one <= 5 + 1e-6 for one, end in zip(daily, left, strict=True) if end > 50 + 1e-6)
