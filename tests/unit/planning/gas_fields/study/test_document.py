"""Files of gas fields: every fault at once, with its place."""

import pytest
from tests.unit.planning.gas_fields.worked import E2

from linepack.problems import InvalidInput
from planning.gas_fields.study.document import read_study


def faults(document: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read_study(document)
    return {one.place: one.message for one in refused.value.faults}


def test_all_faults_are_found_at_once_with_their_places() -> None:
    wrong = {
        "strat": "2027-01-01",
        "units": "imperial",
        "phases": [
            {"phase": "ST Schedule", "interval": "hour", "count": 0},
            {"phase": "MT Schedule", "interval": "day", "count": 5},
        ],
        "fields": [
            {
                "id": "F",
                "properties": {"Max Prodution": 5, "Production Cost": {"value": 4, "unit": "EUR/GJ"}},
                "nodes": {"M": {}},
                "maintenances": [{"from": "2027-02-02", "to": "2027-02-01"}],
            },
            {"id": "F"},
        ],
        "nodes": [{"id": "N", "demand": [1, -1], "alternative_max": 5}, {"id": "N"}],
        "constraints": [{"id": "c", "sense": "<", "fields": {"G": {}}}],
        "objectives": [{"id": "o", "limit": 5, "fields": {"F": {"Build Cost": 1}}}],
        "outages": {"samples": 20},
    }
    assert faults(wrong) == {
        "strat": "is not known; is it start?",
        "units": "must be one of metric, us, not 'imperial'",
        "start": "is missing: the first gas day of the plan",
        "phases[0].count": "must be a whole number from 1 to 20,000, not 0",
        "phases[1].phase": "MT Schedule cannot follow ST Schedule",
        "phases[1].interval": "its intervals are longer than those of ST Schedule, which hands down to it",
        "fields[0].properties.Max Prodution": "is no property of Gas Field; is it Max Production?",
        "fields[0].properties.Production Cost.unit": "Production Cost is in $/GJ, not 'EUR/GJ'",
        "fields[0].nodes.M": "is not among the nodes of the file",
        "fields[0].maintenances[0].to": "2027-02-01 is not after 2027-02-02",
        "fields[1].id": "'F' is the id of fields[0] already",
        "nodes[0].demand[1]": "must be a number from 0 to 1e+12, not -1",
        "nodes[0].alternative_max": "needs an alternative_cost",
        "nodes[1].id": "'N' is the id of nodes[0] already",
        "constraints[0].sense": "must be one of <=, >=, =, not '<'",
        "constraints[0].limit": "must be a number from -1e+12 to 1e+12",
        "constraints[0].fields.G": "is not among the fields of the file",
        "objectives[0].limit": "an objective has none",
        "objectives[0].fields.F.Build Cost": "is no property of Objective",
        "outages.samples": "derated outages are the same in each sample; more than one needs method drawn",
    }


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ({"phases": []}, "phases", "a plan needs at least one phase"),
        ({"fields": []}, "fields", "a plan needs at least one field"),
        ({"start": "2027-02-30"}, "start", "must be a gas day written 2027-01-31, not '2027-02-30'"),
        ({"start": 20270101}, "start", "must be a gas day written 2027-01-31, not 20270101"),
        (
            {"start": "2027-01-02", "phases": [{"phase": "LT Plan", "interval": "year", "count": 3}]},
            "start",
            "must be the first of a month where intervals are months, quarters or years",
        ),
        (
            {"phases": [{"phase": "LT Plan", "interval": "year", "count": 3, "step": 1}]},
            "phases[0].step",
            "the LT Plan is made in one step",
        ),
        (
            {"phases": [{"phase": "LT Plan", "interval": "year", "count": 61}]},
            "phases[0].count",
            "the plan is longer than 60 years",
        ),
    ],
)
def test_a_fault_says_what_is_asked_for(changes: dict[str, object], place: str, message: str) -> None:
    assert faults({**E2, **changes})[place] == message


@pytest.mark.parametrize("document", [None, [], "gas", {"fields": 5, "phases": {}, "nodes": [3]}])
def test_what_is_no_plan_at_all_is_refused(document: object) -> None:
    assert faults(document)


def test_a_property_that_does_not_change_in_time_has_no_gas_days() -> None:
    [field] = E2["fields"]
    dated = {"Initial Volume": {"value": 5, "from": "2027-01-02", "to": "2027-01-01"}}
    assert faults({**E2, "fields": [{**field, "properties": dated}]}) == {
        "fields[0].properties.Initial Volume.from": "Initial Volume does not change with the gas day",
        "fields[0].properties.Initial Volume.to": "2027-01-01 is not after 2027-01-02",
    }
