"""E9, and where outages fall; expected moments are those of the distributions in textbooks."""

from datetime import date
from math import exp, gamma
from typing import Any

import numpy as np
import pytest

from planning.gas_fields.properties.definitions import Collection
from planning.gas_fields.properties.values import PropertyValue, Values
from planning.gas_fields.reliability.outages import (
    drawn,
    maintenance_windows,
    mean_up_time,
    outage_of,
    repair_times,
)
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.study.calendar import Calendar, Length
from planning.gas_fields.study.model import (
    Field,
    MaintenanceEvent,
    OutageMethod,
    Outages,
    Phase,
    PhaseName,
)

YEAR = 8_760


def values_of(**given: float | list[float]) -> Values:
    """Return properties named as in the source, with _ for spaces."""
    listed = {name: one if isinstance(one, list) else [one] for name, one in given.items()}
    return Values(
        Collection.FIELD,
        {
            name.replace("_", " "): [PropertyValue(value, band + 1) for band, value in enumerate(of)]
            for name, of in listed.items()
        },
    )


def field_of(values: Values, *events: MaintenanceEvent) -> Field:
    return Field("F", values, {}, {}, {}, events)


E9: dict[str, Any] = {"Forced_Outage_Rate": 10, "Mean_Time_to_Repair": 24}


def test_e9_one_hour_in_ten_is_lost() -> None:
    values = values_of(**E9)
    assert mean_up_time(values, 1) == pytest.approx(24 * 0.9 / 0.1) == pytest.approx(216)
    hours = [
        int(drawn(field_of(values_of(**E9, Random_Number_Seed=seed)), 1, YEAR, 0, is_convergent=False).sum())
        for seed in range(200)
    ]
    assert np.mean(hours) == pytest.approx(876, rel=0.03)
    assert np.std(hours) > 50


def test_draws_follow_from_the_seed_the_field_and_the_sample() -> None:
    field = field_of(values_of(**E9, Random_Number_Seed=7))
    first = drawn(field, 1, YEAR, 0, is_convergent=False)
    assert (drawn(field, 1, YEAR, 0, is_convergent=False) == first).all()
    other = Field("G", field.values, {}, {}, {}, ())
    reseeded = field_of(values_of(**E9, Random_Number_Seed=8))
    for differs in (
        drawn(field, 1, YEAR, 1, is_convergent=False),
        drawn(other, 1, YEAR, 0, is_convergent=False),
        drawn(reseeded, 1, YEAR, 0, is_convergent=False),
    ):
        assert (differs != first).any()


def test_convergent_draws_have_the_hours_of_the_rate() -> None:
    for seed in range(10):
        field = field_of(values_of(**E9, Random_Number_Seed=seed))
        # each of some 37 outages is rounded to whole hours
        assert int(drawn(field, 1, YEAR, 0, is_convergent=True).sum()) == pytest.approx(876, abs=12)


@pytest.mark.parametrize(
    ("given", "mean", "deviation"),
    [
        ({"Mean_Time_to_Repair": 24}, 24, 0),
        ({"Repair_Time_Distribution": 0, "Mean_Time_to_Repair": 24}, 24, 0),
        (
            {"Repair_Time_Distribution": 1, "Min_Time_To_Repair": 12, "Max_Time_To_Repair": 36},
            24,
            24 / 12**0.5,
        ),
        (
            {"Repair_Time_Distribution": 2, "Min_Time_To_Repair": 12, "Max_Time_To_Repair": 36},
            24,
            12 / 6**0.5,
        ),
        ({"Repair_Time_Distribution": 3, "Mean_Time_to_Repair": 24}, 24, 24),
        ({"Repair_Time_Distribution": 3, "Repair_Time_Scale": 10}, 10, 10),
        (
            {"Repair_Time_Distribution": 4, "Repair_Time_Shape": 2, "Repair_Time_Scale": 20},
            20 * gamma(1.5),
            20 * (gamma(2) - gamma(1.5) ** 2) ** 0.5,
        ),
        (
            {"Repair_Time_Distribution": 5, "Repair_Time_Shape": 0.5, "Mean_Time_to_Repair": 24},
            24,
            24 * (exp(0.25) - 1) ** 0.5,
        ),
        ({"Repair_Time_Distribution": 6, "Repair_Time_Scale": 2}, 24, np.pi * 2 / 6**0.5),
        ({"Repair_Time_Distribution": 7, "Repair_Time_Scale": 2}, 24, np.pi * 2 / 6**0.5),
    ],
)
def test_repair_times_have_the_moments_of_their_distribution(
    given: dict[str, float], mean: float, deviation: float
) -> None:
    times = repair_times(values_of(**given), 1, np.random.default_rng(1), 40_000)
    assert times.mean() == pytest.approx(mean, rel=0.02)
    assert times.std() == pytest.approx(deviation, rel=0.03, abs=1e-9)


def test_the_codes_of_distributions_are_in_the_order_of_the_source() -> None:
    skewed = {
        code: repair_times(
            values_of(Repair_Time_Distribution=code, Repair_Time_Scale=2), 1, np.random.default_rng(1), 20_000
        )
        for code in (6, 7)
    }
    below, above = (((one - one.mean()) ** 3).mean() for one in skewed.values())
    assert below < 0 < above


def test_maintenance_is_placed_where_demand_is_low_as_often_as_stated() -> None:
    demand = 10 + np.cos(2 * np.pi * np.arange(YEAR) / YEAR)
    once = maintenance_windows(values_of(Maintenance_Rate=5), 1, demand)
    assert once.sum() == 438
    assert abs(np.flatnonzero(once).mean() - YEAR / 2) < 1
    twice = maintenance_windows(values_of(Maintenance_Rate=1, Maintenance_Frequency=2), 1, demand)
    assert twice.sum() == 88
    assert demand[twice].max() < demand[~twice].min() + 1e-3


def test_hours_out_become_shares_of_intervals_and_a_stated_event_replaces_what_would_be_placed() -> None:
    calendar, start = Calendar(date(2027, 1, 1)), date(2027, 1, 2)
    frame = Frame(
        Phase(PhaseName.MEDIUM_TERM, Length.WEEK, 1, 1),
        calendar,
        calendar.edges(Length.WEEK, 1),
        calendar.edges(Length.DAY, 7),
    )
    allowed = Values(Collection.MAINTENANCE, {"Outage Max Production": [PropertyValue(3.0)]})
    event = MaintenanceEvent("M", start, date(2027, 1, 4), allowed)
    derated = Outages(OutageMethod.DERATED, 1, is_convergent=False)
    values = values_of(Forced_Outage_Rate=10, Maintenance_Rate=50)
    found = outage_of(field_of(values, event), frame, np.ones(168), derated, 0)
    assert found.maintenance == [48]
    assert found.forced == pytest.approx([0.1 * 120])
    assert found.out == pytest.approx([(48 + 12) / 168])
    # 3 in each of two days of seven, 0 in forced outages: (48 · 3 + 12 · 0) / 60 a day, times seven days
    assert found.allowed == pytest.approx([48 * 3 / 60 * 7])
