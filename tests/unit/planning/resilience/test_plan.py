"""Resilience scenarios: published figures, closed forms, orderings, and the literal model's contradictions.

The mean of a case with enough compressors is D − f (D − r), f being the share of time that the line is closed
and r what the relief line takes. The published figures are those of Emenike, Ioannou and Falcone (2022); what
was closed for how long and how much the relief line took is not in them: it is chosen here (see the guide).
"""

import json
from typing import Any, Final

import pytest

from capacity.solvers.highs import Highs
from linepack.canonical_json import canonical_json
from linepack.problems import InvalidInput
from planning.plans.document import read
from planning.plans.plan import Plan
from planning.programme.certificate import proved_bound
from planning.resilience.file_form import OF_CASE, read_resilience
from planning.resilience.kind import KIND
from planning.resilience.timetable import Timetable

TWO_DAYS: Final = [{"first": 8, "last": 9}, {"first": 19, "last": 20}, {"first": 27, "last": 28}]
ONE_DAY: Final = [{"first": 8}, {"first": 19}, {"first": 27}]
HALF_DAYS: Final = [{"first": 2 * day - 1, "last": 2 * day} for day in (8, 19, 27)]
HALF: Final = {"steps": 60, "step_days": 0.5, "closures": HALF_DAYS}
HOURS: Final = {
    "steps": 240,
    "step_days": 0.1 / 24,
    "closures": [{"first": 120, "last": 178}],
    "units": {"count": 2, "on_least": 1, "off_least": 1, "off_most": None},
}
"""A day in steps of six minutes, the line closed from 11:54 to 17:48."""

SCENARIOS: Final[dict[str, dict[str, Any]]] = {
    "0": {"line_capacity": 200, "closures": []},
    "0, two days": {"closures": TWO_DAYS},
    "0, one day": {"closures": ONE_DAY},
    "1": {"relief": {"least": 120, "most": 200}},
    "1, one unit, most": {"units": {"running_most": 1}, "relief": {"least": 120, "most": 200}},
    "1, one unit, least": {"units": {"running_most": 1}, "relief": {"least": 120, "most": 120}},
    "2": {**HALF, "relief": {"least": 120, "most": 120}},
    "3": {**HALF, "relief": {"least": 0, "most": 200}},
    "4": HOURS,
    "5a": {**HOURS, "relief": {"least": 120, "most": 200}},
    "5b": {**HOURS, "relief": {"least": 0, "most": 200}, "line_pack": {"volume": 2.7}},
    "5c": {**HOURS, "relief": {"least": 0, "most": 200}, "line_pack": {"volume": 6.36}},
}


def case(**members: object) -> dict[str, Any]:
    example = read(KIND.example())
    assert isinstance(example, dict)
    return {**example, **members}


def made(**members: object) -> Plan:
    return KIND.plan(case(**members), Highs(), 60.0)


def figures(plan: Plan) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(canonical_json(plan.result))["scenarios"]
    return found


@pytest.fixture(scope="module")
def means() -> dict[str, float]:
    scenarios = [{"id": name, **changes} for name, changes in SCENARIOS.items()]
    return {one["id"]: one["mean_throughput"] for one in figures(made(scenarios=scenarios))}


@pytest.mark.parametrize(
    ("scenario", "mean"),
    [
        ("0, two days", 360 - 6 / 30 * 360),
        ("0, one day", 360 - 3 / 30 * 360),
        ("1", 360 - 6 / 30 * (360 - 200)),
        ("1, one unit, most", 300 - 6 / 30 * (300 - 200)),
        ("1, one unit, least", 300 - 6 / 30 * (300 - 120)),
        ("2", 360 - 3 / 30 * (360 - 120)),
        ("3", 360 - 3 / 30 * (360 - 200)),
        ("4", 360 - 59 / 240 * 360),
        ("5a", 360 - 59 / 240 * (360 - 200)),
        ("5b", 360 - 59 / 240 * (360 - 200) + 2.7),
        ("5c", 360 - 59 / 240 * (360 - 200) + 6.36),
    ],
)
def test_means_are_those_of_the_closed_form(means: dict[str, float], scenario: str, mean: float) -> None:
    assert means[scenario] == pytest.approx(mean, abs=1e-4)


@pytest.mark.parametrize(
    ("scenario", "published", "tolerance"),
    [("0", 200.38, 0.005), ("1", 327.67, 0.005), ("2", 336.078, 0.001), ("5a", 321.17, 0.005)],
)
def test_means_are_close_to_what_was_published(
    means: dict[str, float], scenario: str, published: float, tolerance: float
) -> None:
    assert means[scenario] == pytest.approx(published, rel=tolerance)


def test_scenarios_come_in_the_published_order(means: dict[str, float]) -> None:
    order = [means[name] for name in ("0", "4", "5a", "5b", "5c", "1", "2", "3")]

    assert order == sorted(order)
    assert means["0"] < means["4"] < means["5a"]
    assert means["5c"] < means["1"]
    assert means["3"] < 360
    assert means["1, one unit, least"] <= 276.38 <= means["1, one unit, most"]
    assert means["2"] <= 336.90 <= means["3"]


def test_a_scenario_tells_what_happens_step_by_step() -> None:
    [found] = figures(made(scenarios=[{"id": "1", "relief": {"least": 120, "most": 200}}]))
    closed = {7, 8, 18, 19, 26, 27}

    assert found["delivered"] == [200.0 if step in closed else 360.0 for step in range(30)]
    assert found["relief"] == [200.0 if step in closed else 0.0 for step in range(30)]
    assert found["shortfall"] == [160.0 if step in closed else 0.0 for step in range(30)]
    assert (found["vented"], found["methane_t"]) == (1200.0, 1200 * 19.2)
    assert found["resilience"] == pytest.approx(327.67 / 360, abs=0.005)  # 0.910 was published
    for unit in found["running"]:
        assert min(_stretches(unit, 1), default=4) >= 4 or unit[-1]
        assert min(_stretches(unit, 0)[1:-1], default=2) >= 2


def _stretches(unit: list[int], state: int) -> list[int]:
    """Return how long a unit is in a state, stretch by stretch."""
    return [len(one) for one in "".join(map(str, unit)).split(str(1 - state)) if one]


def test_the_objective_is_proved_by_duals_of_the_relaxation() -> None:
    """Parts of units cannot do better either: the duals prove it without the solver's word."""
    _, [scenario] = read_resilience(case(scenarios=[{"id": "1", "relief": {"least": 120, "most": 200}}]))
    programme = Timetable(scenario).programme
    linear = programme.relaxed()
    relaxed, whole = linear.solved(Highs(), 10.0), programme.solved(Highs(), 10.0)

    assert relaxed is not None
    assert whole is not None
    assert proved_bound(linear.model(), relaxed.duals) == pytest.approx(whole.cost, abs=0.01)


UNIT: Final = {"turndown": "unit"}


def test_the_literal_demand_excludes_the_least_flow_of_each_unit() -> None:
    """One unit lets 300 through at most and two 400 at least: 360 are out of reach, on any day."""
    plan = made(steps=3, closures=[], may_fall_short=False, scenarios=[{"id": "literal", "units": UNIT}])

    assert not plan.is_feasible
    [found] = figures(plan)
    step = found["conflict"][0][-1]
    assert f"360 must be delivered in step {step}" in found["conflict"]
    assert {one[-1] for one in found["conflict"]} == {step}
    assert any("every unit that runs lets at least 200 through" in one for one in found["conflict"])
    assert any("360 at most are taken" in one for one in found["conflict"])


def test_the_literal_two_running_units_exclude_a_demand_below_their_least_flow() -> None:
    plan = made(steps=2, closures=[], scenarios=[{"id": "literal", "units": {**UNIT, "running_least": 2}}])

    assert not plan.is_feasible
    [found] = figures(plan)
    step = found["conflict"][0][-1]
    assert f"2 units must run in step {step}" in found["conflict"]
    assert f"360 at most are taken in step {step}" in found["conflict"]


def test_the_literal_model_delivers_one_unit_where_it_may_fall_short() -> None:
    [found] = figures(made(closures=[], scenarios=[{"id": "soft", "units": UNIT}]))

    assert found["mean_throughput"] == 300.0


def test_a_storage_bridges_a_closure_as_far_as_it_can_give() -> None:
    """100 are there and 50 a day can be given: 50 on each of two closed days, and nothing can be put back.

    With 40 a day spare while the line is open they are put back by then: 400 − 360.
    """
    storage = {"volume": 100, "injection": 50, "withdrawal": 50}
    members = {"steps": 6, "trapped": 0, "closures": [{"first": 2, "last": 3}]}
    [found] = figures(made(**members, scenarios=[{"id": "stored", "storage": storage}]))

    assert found["delivered"] == [360.0, 50.0, 50.0, 360.0, 360.0, 360.0]


def test_a_document_is_refused_with_all_of_its_faults_at_their_places() -> None:
    with pytest.raises(InvalidInput) as refused:
        made(
            demand=-1,
            units={"count": 2, "flow_least": 400, "flow_most": 300, "on_leest": 4},
            closures=[{"first": 8, "last": 31}, {"first": 5, "last": 3}, {"first": 3, "last": 6}],
            relief={"least": 5, "most": 3},
            scenarios=[
                {"id": "a", "line_pack": {"volume": 5, "initial": 6}},
                {"id": "a", "steps": 10, "closures": TWO_DAYS},
                {"id": "b", "units": {"turndown": "units"}, "hue": 1},
            ],
        )

    assert [str(fault) for fault in refused.value.faults] == [
        "demand: must be a number from 0 to 1e+12, not -1",
        "units.on_leest: is not known; is it on_least?",
        "units.flow_least: 400 is above the most, 300",
        "closures[0].last: must be a whole number from 1 to 30, not 31",
        "closures[0].last: 1 is before the first step, 8",
        "closures[1].last: 3 is before the first step, 5",
        "closures[2].first: overlaps with closures[1]",
        "relief.least: 5 is above the most, 3",
        "scenarios[0].line_pack.initial: 6 is above the volume, 5",
        "scenarios[1].id: 'a' is the id of an earlier scenario already",
        "scenarios[1].closures[1].first: must be a whole number from 1 to 10, not 19",
        "scenarios[1].closures[1].last: must be a whole number from 1 to 10, not 20",
        "scenarios[1].closures[2].first: must be a whole number from 1 to 10, not 27",
        "scenarios[1].closures[2].last: must be a whole number from 1 to 10, not 28",
        "scenarios[1].closures[2].first: overlaps with closures[1]",
        f"scenarios[2].hue: is not known; known are id, {', '.join(OF_CASE)}",
        "scenarios[2].units.turndown: must be one of station, unit, not 'units'",
    ]
