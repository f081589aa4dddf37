"""Random plans of two fields: conservation, monotony, certificates, and draws that follow from seeds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.long_form import examples
from tests.unit.planning.gas_fields.optimum import phases

from capacity.solvers.highs import Highs
from planning.gas_fields.plan import planned

DAYS = 6
amounts = st.integers(0, 60).map(float)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Return a plan of six days in which other gas is always to be had, so that it is feasible.

    A step that does not see the next may end with more than a slow ramp can take back: ramps of plans in
    several steps take everything back.
    """
    fields = []
    step = draw(st.sampled_from([DAYS, 2]))
    for name in "AB":
        properties: dict[str, Any] = {
            "Initial Volume": draw(st.integers(1, 300)),
            "Max Production Day": draw(st.integers(0, 60)),
            "Max Production Week": draw(st.integers(0, 300)),
            "Max Ramp": draw(st.integers(1, 60)) if step == DAYS else 60,
            "Production Cost": [draw(st.integers(0, 12)), draw(st.integers(0, 12))],
            "Production Volume": [draw(st.integers(1, 100)), 1e30],
            "Inventory Charge": draw(st.sampled_from([0, 0.1])),
            "External Injection": [{"value": draw(amounts), "from": "2027-01-03"}],
            "Target Week": draw(st.integers(0, 100)),
            "Target Penalty": draw(st.integers(0, 8)),
        }
        fields.append({"id": name, "properties": properties, "nodes": {"N": {}}})
    return {
        "start": "2027-01-01",
        "phases": [
            {
                "phase": "MT Schedule",
                "interval": "day",
                "count": DAYS,
                "step": step,
                "look_ahead": draw(st.sampled_from([0, 2])),
            }
        ],
        "fields": fields,
        "nodes": [
            {"id": "N", "demand": draw(st.lists(amounts, min_size=1, max_size=DAYS)), "alternative_cost": 9}
        ],
    }


@given(files())
@settings(max_examples=examples(12, 200))
def test_gas_is_conserved_in_every_field_and_at_every_node(file: dict[str, Any]) -> None:
    [phase] = phases(file)
    served = [0.0] * DAYS
    for name, field in phase["fields"].items():
        series = field["intervals"]
        [properties] = [one["properties"] for one in file["fields"] if one["id"] == name]
        volume, injected = properties["Initial Volume"], properties["External Injection"]
        for day in range(DAYS):
            produced = series["Production"][day] / 1_000
            assert series["Initial Volume"][day] == pytest.approx(volume, abs=1e-5)
            volume += (injected[0]["value"] if day == 2 else 0.0) - produced
            assert series["End Volume"][day] == pytest.approx(volume, abs=1e-5)
            assert volume >= -1e-5
            served[day] += produced
    node = phase["nodes"]["N"]
    demand = [file["nodes"][0]["demand"][day % len(file["nodes"][0]["demand"])] for day in range(DAYS)]
    for day in range(DAYS):
        assert served[day] + node["alternative_by_interval"][day] == pytest.approx(demand[day], abs=1e-5)


@given(files(), st.sampled_from(["Max Production Day", "Max Production Week", "Max Ramp"]))
@settings(max_examples=examples(12, 200))
def test_more_capacity_never_raises_the_cost(file: dict[str, Any], limit: str) -> None:
    file["phases"][0] |= {"step": DAYS, "look_ahead": 0}
    [before] = phases(file)
    file["fields"][0]["properties"][limit] += 10
    [after] = phases(file)
    assert after["cost"] <= before["cost"] + 1e-6 * max(abs(before["cost"]), 1.0)


@given(files())
@settings(max_examples=examples(12, 200))
def test_the_cost_counted_from_the_decisions_is_the_optimum(file: dict[str, Any]) -> None:
    file["phases"][0] |= {"step": DAYS, "look_ahead": 0}
    [phase] = phases(file)
    assert phase["cost"] == pytest.approx(phase["objective"], rel=1e-6, abs=1e-5)
    assert phase["bound"] <= phase["objective"] + 1e-6


@given(st.integers(0, 2_147_483_647))
@settings(max_examples=examples(3, 30))
def test_samples_of_outages_follow_from_the_seed(seed: int) -> None:
    properties = {
        "Initial Volume": 500,
        "Max Production Day": 60,
        "Forced Outage Rate": 20,
        "Mean Time to Repair": 12,
        "Random Number Seed": seed,
    }
    file = {
        "start": "2027-01-01",
        "phases": [{"phase": "ST Schedule", "interval": "day", "count": 7}],
        "fields": [{"id": "F", "properties": properties, "nodes": {"N": {}}}],
        "nodes": [{"id": "N", "demand": 50, "alternative_cost": 9}],
        "outages": {"method": "drawn", "samples": 5},
    }
    first, again = (planned(file, Highs(), 60.0).result for _ in range(2))
    assert first == again
    samples: Any = first["samples"]
    costs = samples["costs"]
    assert len(costs) == 5
    assert samples["mean_cost"] == pytest.approx(sum(costs) / 5, rel=1e-6, abs=1e-6)
