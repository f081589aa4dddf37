"""The worked answers E1 to E8 and E10, each counted by hand here; costs are in thousands of dollars."""

from itertools import product
from math import exp
from typing import Any

import pytest
from tests.unit.planning.gas_fields import worked
from tests.unit.planning.gas_fields.optimum import phases

from capacity.solvers.gurobi import Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.licence import wheels_licence
from planning.gas_fields.plan import planned


def told(document: dict[str, Any]) -> dict[str, Any]:
    """Return the only phase of a file's plan."""
    [phase] = phases(document)
    found: dict[str, Any] = phase
    return found


def produced(phase: dict[str, Any]) -> list[float]:
    return [one / 1_000 for one in phase["fields"]["F"]["intervals"]["Production"]]


def totals(phase: dict[str, Any]) -> dict[str, float]:
    found: dict[str, float] = phase["fields"]["F"]["totals"]
    return found


def test_e1_bands_are_gone_through_one_after_the_other() -> None:
    phase = told(worked.E1)
    assert phase["cost"] == 500 * 10 + 300 * 20 + 200 * 30
    assert totals(phase)["Production Cost"] == 17_000
    assert phase["fields"]["F"]["intervals"]["Dispatch Price"] == [10] * 10 + [20] * 6 + [30] * 4


def test_e1b_a_cheaper_band_waits_for_a_dearer_one_before_it() -> None:
    phase = told(worked.E1B)
    assert phase["cost"] == 500 * 30 + 100 * 20
    assert phase["cost"] > 200 * 10 + 300 * 20 + 100 * 30


def test_e2_gas_that_is_scarce_has_a_shadow_price() -> None:
    phase = told(worked.E2)
    assert sum(produced(phase)) == pytest.approx(100)
    assert phase["cost"] == 100 * 4 + 30 * 9
    assert totals(phase)["Shadow Price"] == 9 - 4
    assert phase["nodes"]["N"]["price"] == [9, 9]


def test_e3_a_week_is_limited() -> None:
    assert told(worked.E3)["cost"] == 200 * 4 + 150 * 9


def test_e4_production_rises_by_a_ramp() -> None:
    phase = told(worked.E4)
    assert produced(phase) == [20, 30, 40]
    assert phase["cost"] == 90 * 4 + 50 * 9


def test_e5_a_target_is_missed_where_that_is_cheaper_and_allowed() -> None:
    phase = told(worked.E5)
    assert (totals(phase)["End Volume"], phase["cost"]) == (300, 700 * 4 + 100 * 3)
    phase = told(worked.E5_HARD)
    assert (totals(phase)["End Volume"], phase["cost"]) == (400, 600 * 4 + 100 * 9)


@pytest.mark.parametrize("step", [25, 1])
def test_e6_the_less_is_left_the_slower_it_comes(step: int) -> None:
    expected = [100] * 4 + [50] * 6 + [20] * 15
    phase = told(worked.document(worked.RATCHET, [100.0] * 25, step=step))
    assert sum(produced(phase)) == pytest.approx(1_000)
    assert sorted(produced(phase), reverse=True) == pytest.approx(expected)


@pytest.mark.parametrize(("alternative", "bands"), [(5.4, 0), (9, 6), (13, 10)])
def test_e7_a_target_that_is_handed_down_is_missed_band_by_band(alternative: float, bands: int) -> None:
    widths = [600 / 100 * 0.0489 * exp(0.6931 * band) for band in range(1, 11)]
    prices = [5 * 1.1**band for band in range(1, 11)]
    assert sum(price < alternative for price in prices) == bands
    phase = told(worked.shortfall(alternative))
    assert totals(phase)["Production"] == pytest.approx(min(sum(widths[:bands]), 600))
    assert bands != 6 or totals(phase)["Production"] == pytest.approx(36.96, abs=0.005)


def test_e8_a_field_is_built_in_the_year_in_which_it_pays() -> None:
    annuity = 1e6 * 0.1 / (1 - 1.1**-30)
    assert annuity == pytest.approx(106_079.2, abs=0.1)
    assert annuity / (9 - 4) == pytest.approx(21_216, abs=0.5)
    demand = [15_000, 20_000, 25_000]
    costs = {
        built: sum(
            (4 if any(built[: year + 1]) else 9) * needed + annuity * any(built[: year + 1])
            for year, needed in enumerate(demand)
        )
        for built in product((0, 1), repeat=3)
        if sum(built) <= 1
    }
    best = min(costs, key=lambda built: costs[built])
    phase = told(worked.E8B)
    assert phase["fields"]["F"]["intervals"]["Units Built"] == [*best] == [0, 0, 1]
    assert phase["cost"] == pytest.approx(costs[best]) == pytest.approx(521_079.2, abs=0.1)
    assert totals(phase)["Fixed Costs"] == pytest.approx(annuity)


def test_e10_what_was_injected_comes_out_again_where_the_volume_has_to_return() -> None:
    phase = told(worked.E10)
    assert sum(produced(phase)) == pytest.approx(50)
    assert totals(phase)["End Volume"] == 100


@pytest.mark.parametrize(
    "document",
    [worked.E1B, worked.E2, worked.E4, worked.E5, worked.E6, worked.shortfall(9), worked.E8B, worked.E10],
)
def test_gurobi_and_highs_find_the_same_cost(document: dict[str, Any]) -> None:
    gurobi, highs = (planned(document, one, 60.0) for one in (Gurobi(wheels_licence()), Highs()))
    assert gurobi.result["cost"] == pytest.approx(highs.result["cost"], rel=1e-7)
