"""Regional supply plans from documents: the seasonal example, rationing, other fuels, faults."""

import json
from typing import Any

import pytest

from capacity.solvers.highs import Highs
from linepack.canonical_json import canonical_json
from linepack.problems import InvalidInput
from planning.plans.plan import Plan
from planning.regional_supply.plan import planned


def document(**members: object) -> dict[str, Any]:
    """A source of 100 per season at 1, an alternative at 5, a demand of 60 and 140."""
    nodes = [
        {"id": "S", "supply": 100, "supply_price": 1},
        {"id": "A", "supply": 1000, "supply_price": 5},
        {"id": "C", "demand": [60, 140]},
    ]
    lines = [{"from": "S", "to": "C"}, {"from": "A", "to": "C"}]
    form = {"unit": "units", "currency": "EUR", "periods": ["summer", "winter"]}
    return {**form, "nodes": nodes, "lines": lines, **members}


def made(**members: object) -> Plan:
    return planned(document(**members), Highs(), 20.0)


def figures(plan: Plan) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(canonical_json(plan.result))
    return result


HOLDER = {"id": "H", "node": "C", "volume": 40, "cost": 0.2}


@pytest.mark.parametrize(
    ("holders", "cost"),
    [
        ([HOLDER], 60 + 40 + 8 + 100),
        ([], 60 + 100 + 40 * 5),
        ([{**HOLDER, "loss": 0.5}], 60 + 40 + 8 + 100 + 20 * 5),
        ([{**HOLDER, "withdrawal": 10}], 60 + 10 + 2 + 100 + 30 * 5),
        ([{**HOLDER, "injection": 20}], 60 + 20 + 4 + 100 + 20 * 5),
    ],
)
def test_a_gas_holder_brings_summer_gas_to_the_winter(holders: list[object], cost: float) -> None:
    result = made(holders=holders).result

    assert (result["cost"], result["bound"], result["gap"]) == (cost, cost, 0.0)


def test_a_holder_gives_nothing_in_the_first_period() -> None:
    nodes = [{"id": "S", "supply": [0, 100]}, {"id": "C", "demand": [10, 10]}]
    plan = planned(document(nodes=nodes, lines=[{"from": "S", "to": "C"}], holders=[HOLDER]), Highs(), 20.0)

    assert not plan.is_feasible
    assert plan.result["conflict"] == ["C gets 10 in summer"]
    assert plan.result["repairs"] == [{"what": "C gets 10 in summer", "amount": 10.0}]


def test_who_counts_least_goes_short_and_the_plan_says_so() -> None:
    nodes = [
        {"id": "S", "supply": 90},
        {"id": "mill", "demand": 60, "shortage_price": 8},
        {"id": "town", "demand": 50, "shortage_price": 90},
    ]
    lines = [{"from": "S", "to": "mill"}, {"from": "S", "to": "town"}]
    plan = planned({"unit": "units", "currency": "EUR", "nodes": nodes, "lines": lines}, Highs(), 20.0)

    assert plan.result["shortages"] == [{"node": "mill", "period": "", "quantity": 20.0, "price": 8.0}]
    assert plan.result["cost"] == 20 * 8
    assert "mill goes short of 20 units: a unit that it does not get counts 8." in plan.working


def test_another_fuel_is_used_where_it_replaces_dearer_gas() -> None:
    """A unit of coal at 3, 1 to bring and 2 to use replaces half a unit of gas: 12 for one of gas.

    Gas costs 5, or 1 up to 100, and 9 to use: the 40 of winter that cost 14 are replaced as far as coal goes,
    by 30 units of coal for 15 of gas.
    """
    nodes = [*document()["nodes"][:2], {"id": "C", "demand": [60, 140], "use_cost": 9}]
    deliveries = [{"to": "C", "cost": 1, "use_cost": 2}]
    coal = {"id": "coal", "supply": 30, "price": 3, "gas_equivalent": 0.5, "deliveries": deliveries}

    result = made(nodes=nodes, fuels=[coal]).result

    assert result["cost"] == 60 + 100 + 185 * 9 + 25 * 5 + 15 * 12


def test_lines_that_are_built_are_shown_with_their_class_and_what_no_plan_costs_less_than() -> None:
    tariffs = [{"id": "t", "curve": [{"flow": 50, "cost": 30}, {"flow": 400, "cost": 100}]}]
    projects = [{"from": "S", "to": "C", "length_km": 2, "tariff": "t"}]

    plan = made(lines=[{"from": "A", "to": "C"}], tariffs=tariffs, projects=projects)

    # summer: 60 over the line cost 60 + 2 (30 + 10 · 0.2); winter: 100 cost 100 + 2 (30 + 50 · 0.2)
    assert plan.result["cost"] == 60 + 64 + 100 + 80 + 200
    built = [one for one in figures(plan)["flows"] if one["kind"] == "project"]
    assert [(one["period"], one["flow"], one["class"], one["cost"]) for one in built] == [
        ("summer", 60.0, 2, 64.0),
        ("winter", 100.0, 2, 80.0),
    ]
    assert figures(plan)["bound"] < figures(plan)["cost"]


def test_a_document_is_refused_with_all_of_its_faults_at_their_places() -> None:
    tariffs = [
        {"id": "up", "classes": [{"up_to": 50, "price": 10}, {"up_to": 40, "price": 4}]},
        {"id": "dear", "classes": [{"up_to": 50, "price": 10}, {"up_to": 60, "price": 14}]},
        {"id": "bent", "curve": [{"flow": 50, "cost": 10}, {"flow": 60, "cost": 14}]},
        {"id": "down", "curve": [{"flow": 50, "cost": 10}, {"flow": 60, "cost": 9}]},
        {"id": "both", "curve": [{"flow": 50, "cost": 10}], "classes": [{"up_to": 50, "price": 10}]},
    ]
    projects = [{"from": "S", "to": "C", "tariff": "old", "length_km": 0}]
    lines = [{"from": "S", "to": "S"}, {"from": "S", "to": "X"}, {"from": "A", "to": "C", "both_ways": 1}]
    nodes = [*document()["nodes"], {"id": "S"}, {"id": "D", "demand": [1, 2, 3]}, {"id": "E", "suply": 2}]
    fuels = [{"id": "coal", "gas_equivalent": 0, "deliveries": [{"to": "S"}]}]
    holders = [{"id": "H", "node": "Y", "loss": 2}]

    with pytest.raises(InvalidInput) as refused:
        made(tariffs=tariffs, projects=projects, lines=lines, nodes=nodes, fuels=fuels, holders=holders)

    assert [str(fault) for fault in refused.value.faults] == [
        "nodes[4].demand: must have a number for each of 2 periods, not 3",
        "nodes[5].suply: is not known; is it supply?",
        "nodes[3].id: 'S' is the id of nodes[0] already",
        "tariffs[0].classes[1].up_to: 40 is not above the 50 of the class before it",
        "tariffs[1].classes[1].price: 14 is above the 10 of a smaller class",
        "tariffs[2].curve[1].cost: a unit more costs 0.4 here, and 0.2 below it",
        "tariffs[3].curve[1].cost: is below the cost of a smaller flow",
        "tariffs[4].classes: a tariff has either classes or a curve",
        "lines[0].to: S is where it begins",
        "lines[1].to: 'X' is no node",
        "lines[2].both_ways: must be true or false, not 1",
        "projects[0].tariff: 'old' is no tariff",
        "projects[0].length_km: must be a number above 0 to 1e+12, not 0",
        "fuels[0].deliveries[0].to: 'S' is no consumer",
        "fuels[0].gas_equivalent: must be a number above 0 to 1e+12, not 0",
        "holders[0].node: 'Y' is no node",
        "holders[0].volume: must be a number from 0 to 1e+12",
        "holders[0].loss: must be a number from 0 to 1, not 2",
    ]


def test_a_consumer_that_nothing_reaches_is_a_fault() -> None:
    with pytest.raises(InvalidInput) as refused:
        made(lines=[{"from": "C", "to": "S"}])

    assert [str(fault) for fault in refused.value.faults] == [
        "nodes[2]: C has a demand, and no source reaches it"
    ]
