"""Single-source assignments from documents: the example by hand, what cannot be, faults."""

import json
from typing import Any

import pytest

from capacity.solvers.highs import Highs
from linepack.canonical_json import canonical_json
from linepack.problems import InvalidInput
from planning.plans.document import read
from planning.plans.plan import Plan
from planning.single_source.kind import KIND


def document(**members: object) -> dict[str, Any]:
    example = read(KIND.example())
    assert isinstance(example, dict)
    return {**example, **members}


def made(**members: object) -> Plan:
    return KIND.plan(document(**members), Highs(), 20.0)


def figures(plan: Plan) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(canonical_json(plan.result))
    return result


def test_the_example_costs_what_it_does_by_hand() -> None:
    """The town needs gas at 22 (oil is 41); of mill and dairy one fits into coal, the other needs oil at 40.

    Mill by coal: 30 · 16 + 25 · 40 = 1,480; dairy by coal: 25 · 13 + 30 · 40 = 1,525. With 880 for
    the town the former is 2,360. With the town by oil the mill has room: 40 · 41 + 30 · 22 + 25 · 13 = 2,625.
    """
    result = figures(made())

    assert (result["cost"], result["bound"], result["gap"]) == (2360.0, 2360.0, 0.0)
    assert result["assignment"] == {"mill": "coal", "dairy": "oil", "town": "gas"}
    assert [one["given"] for one in result["sources"]] == [40.0, 30.0, 25.0]


def test_what_cannot_be_is_explained() -> None:
    """95 are wanted and 140 could be given, but 41 or 42 at each source: no consumer of 45 fits anywhere."""
    sources = [{"id": "gas", "supply": 42}, {"id": "coal", "supply": 41}, {"id": "oil", "supply": 57}]
    consumers = [{"id": "mill", "demand": 45}, {"id": "dairy", "demand": 45}, {"id": "town", "demand": 5}]

    plan = made(sources=sources, consumers=consumers)

    assert not plan.is_feasible
    conflict = figures(plan)["conflict"]
    assert "mill gets 45, from one source" in conflict
    assert "dairy gets 45, from one source" in conflict
    assert sum(one["amount"] for one in figures(plan)["repairs"]) in (3.0, -3.0)


def test_a_document_is_refused_with_all_of_its_faults_at_their_places() -> None:
    sources = [{"id": "gas", "supply": -1}, {"id": "gas", "supply": 1}]
    consumers = [{"id": "mill", "demand": 0}, {"id": "town", "demand": 4, "size": 1}]
    routes = [{"from": "gas", "to": "mill"}, {"from": "gas", "to": "mill"}, {"from": "oil", "to": "barn"}]

    with pytest.raises(InvalidInput) as refused:
        made(sources=sources, consumers=consumers, routes=routes)

    assert [str(fault) for fault in refused.value.faults] == [
        "sources[0].supply: must be a number from 0 to 1e+12, not -1",
        "sources[1].id: 'gas' is the id of sources[0] already",
        "consumers[0].demand: must be a number above 0 to 1e+12, not 0",
        "consumers[1].size: is not known; known are id, demand, use_cost",
        "routes[1].to: gas to mill stands in an earlier route already",
        "routes[2].from: 'oil' is no source",
        "routes[2].to: 'barn' is no consumer",
    ]


def test_a_consumer_without_a_route_is_a_fault() -> None:
    with pytest.raises(InvalidInput) as refused:
        made(routes=[{"from": "gas", "to": "mill"}])

    assert [str(fault) for fault in refused.value.faults] == [
        "consumers[1]: no route leads to dairy",
        "consumers[2]: no route leads to town",
    ]
