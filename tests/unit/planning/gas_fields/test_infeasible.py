"""Plans that cannot be are explained: what excludes each other, and the least that would have to change."""

from typing import Any

import pytest
from tests.unit.planning.gas_fields.worked import document

from capacity.solvers.highs import Highs
from capacity.solvers.port import SolverRefused
from planning.gas_fields.plan import planned

PLANTED: list[tuple[dict[str, object], str]] = [
    ({"Initial Volume": 80}, "F: Initial Volume is 80"),
    ({"Max Production Day": 40}, "F: Max Production Day is 40 in 2027-01-0"),
    ({"Max Production Week": 315}, "F: Max Production Week is 90 in the week of 2027-01-01"),
    ({"Min Production Day": 60}, "F: Min Production Day is 60 in 2027-01-0"),
    ({"Target Day": 999_990}, "F: Target Day is 999,990 after 2027-01-0"),
    ({"End Effects Method": 2}, "F: the volume ends at the Initial Volume of 1e+06"),
    ({"Production Volume": [30, 70]}, "F: Production Volume of all bands is 70"),
    ({"Units": 0}, "F: Units is 0 in 2027-01-0"),
]


def refused(properties: dict[str, object], **members: Any) -> dict[str, Any]:
    """Return why a field cannot serve 50 on each of two days."""
    own = {"Initial Volume": 1e6, **properties}
    plan = planned(document(own, [50, 50], alternative=None, **members), Highs(), 60.0)
    assert not plan.is_feasible
    return {**plan.result}


@pytest.mark.parametrize(("properties", "named"), PLANTED)
def test_the_rule_that_was_planted_is_named_beside_a_demand(
    properties: dict[str, object], named: str
) -> None:
    found = refused(properties)
    assert len(found["conflict"]) <= 10
    assert any(one.startswith(named) for one in found["conflict"])
    assert any(one.startswith("N: its demand is 50") for one in found["conflict"])
    assert found["repairs"]


def test_the_cheapest_repair_says_how_much_has_to_change() -> None:
    # 315 a week are 90 in two days
    found = refused({"Max Production Week": 315})
    assert sum(abs(one["amount"]) for one in found["repairs"]) == pytest.approx(10)


def test_a_ramp_that_is_too_slow_is_named() -> None:
    found = refused({"Max Ramp": 10}, production_before=0)
    assert "F: Max Ramp is 10 at 2027-01-01" in found["conflict"]


def test_a_later_step_says_when_there_is_no_plan_from_then_on() -> None:
    found = refused({"Initial Volume": 80}, step=1)
    assert found["from"] == "2027-01-02"
    assert "F: 30 is left before 2027-01-02" in found["conflict"]


def test_a_plan_that_takes_too_long_is_refused_for_that() -> None:
    with pytest.raises(SolverRefused):
        planned(document({}, [50.0] * 5, step=1), Highs(), 1e-9)
