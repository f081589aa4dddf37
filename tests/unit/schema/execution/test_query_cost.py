import time
from typing import Any

import pytest
from graphql import build_schema, parse
from graphql.utilities import get_operation_ast

from schema.execution.field_costs import (
    INTROSPECTION_COST,
    LIST_ROWS,
    MUTATION_COST,
    SUBSCRIPTION_COST,
    FieldCost,
)
from schema.execution.query_cost import Measure, measure

SCHEMA = build_schema("""
    type Query {
      ping: String
      node(id: ID!): Node
      things(first: Int, after: String): ThingConnection!
      anything: Either
      daily(period: PeriodInput!): [Day!]!
    }
    type Mutation { make(name: String): Thing }
    type Subscription { made: Thing }
    interface Node { id: ID! }
    union Either = Thing | Part
    type ThingConnection { edges: [ThingEdge!]! pageInfo: PageInfo! }
    type ThingEdge { cursor: String! node: Thing! }
    type PageInfo { hasNextPage: Boolean! }
    type Thing implements Node {
      id: ID! name: String parts: [Part!]! tags: [String!]! things(first: Int): ThingConnection!
    }
    type Part implements Node { id: ID! size: Int! thing: Thing }
    type Day { day: String! }
    input PeriodInput { start: String! end: String! }
""")
COSTS = {"Query.daily": FieldCost(points=5, rows=1, points_per_100_days=20)}


def size(document: str, variables: dict[str, Any] | None = None) -> Measure:
    parsed = parse(document, no_location=True)
    operation = get_operation_ast(parsed)
    assert operation is not None
    return measure(SCHEMA, parsed, operation, variables, COSTS)


def test_leaves_are_free_and_an_operation_costs_one() -> None:
    assert size("{ ping }") == Measure(depth=1, aliases=0, cost=1)


def test_a_page_costs_its_rows() -> None:
    # 1 for the operation, 20 rows of one object each; connection, edges and page info are free.
    assert (
        size("{ things(first: 20) { edges { cursor node { id name } } pageInfo { hasNextPage } } }").cost
        == 21
    )


def test_a_page_in_a_page_multiplies() -> None:
    document = "{ things(first: 100) { edges { node { things(first: 100) { edges { node { id } } } } } } }"
    # 100 things and 100 × 100 things in them.
    assert size(document) == Measure(depth=7, aliases=0, cost=1 + 100 + 100 * 100, overlaps=2)


def test_a_list_that_is_not_paged_counts_the_rows_assumed() -> None:
    document = "{ things(first: 2) { edges { node { parts { size } tags } } } }"
    # 2 things, and in each one list field of 10 parts, itself 1: parts are leaves only, so the list costs 1.
    assert size(document).cost == 1 + 2 * (1 + 1)
    nested = "{ things(first: 2) { edges { node { parts { thing { id } } } } } }"
    assert size(nested).cost == 1 + 2 * (1 + 1 + LIST_ROWS * 1)


def test_a_page_of_unsaid_size_counts_fifty_rows() -> None:
    assert size("{ things { edges { node { id } } } }").cost == 51


@pytest.mark.parametrize(
    ("variables", "rows"),
    [
        ({"n": 7}, 7),
        ({}, 30),
        (None, 30),
        ({"n": None}, 50),
        ({"n": "many"}, 50),
        ({"n": True}, 50),
        ({"n": -5}, 1),
    ],
)
def test_a_variable_page_size_is_priced_by_its_value(variables: dict[str, Any] | None, rows: int) -> None:
    document = "query($n: Int = 30) { things(first: $n) { edges { node { id } } } }"
    assert size(document, variables).cost == 1 + rows


def test_fragments_and_inline_fragments_count_where_they_are_spread() -> None:
    inline = "{ things(first: 10) { edges { node { ... on Thing { parts { thing { id } } } } } } }"
    spread = (
        "{ things(first: 10) { ...page } } fragment page on ThingConnection { edges { node { ...thing } } } "
        "fragment thing on Thing { parts { thing { id } } }"
    )
    assert size(spread) == size(inline) == Measure(6, 0, 1 + 10 * (1 + 1 + 10))


def test_both_sides_of_a_union_count() -> None:
    document = "{ anything { ... on Thing { parts { id } } ... on Part { thing { id } } } }"
    assert size(document).cost == 1 + 1 + 1 + 1


def test_a_field_with_a_period_is_priced_by_its_days() -> None:
    literal = '{ daily(period: {start: "2027-01-01", end: "2028-01-01"}) { day } }'
    # 365 days are four begun hundreds: 5 + 4 × 20.
    assert size(literal).cost == 1 + 5 + 80
    variable = "query($p: PeriodInput!) { daily(period: $p) { day } }"
    month = {"p": {"start": "2027-01-01", "end": "2027-02-01"}}
    assert size(variable, month).cost == 1 + 5 + 20
    assert size(variable, {"p": "forever"}).cost == 1 + 5 + 80


def test_period_parts_may_be_variables_of_their_own() -> None:
    document = "query($a: String!, $b: String!) { daily(period: {start: $a, end: $b}) { day } }"
    assert size(document, {"a": "2027-01-01", "b": "2027-04-20"}).cost == 1 + 5 + 2 * 20


def test_mutations_and_subscriptions_cost_more_than_queries() -> None:
    assert (
        size('mutation { a: make(name: "a") { id } b: make(name: "b") { id } }').cost
        == 1 + 2 * MUTATION_COST + 2
    )
    assert size("subscription { made { id } }").cost == 1 + SUBSCRIPTION_COST + 1


def test_introspection_has_one_price_and_its_depth_is_graphql_cores_matter() -> None:
    assert size("{ __schema { types { name fields { name } } } }") == Measure(1, 0, 1 + INTROSPECTION_COST)


def test_aliases_are_counted_as_often_as_their_fragment_is_spread() -> None:
    document = "{ ...f ...f ...g } fragment f on Query { a: ping b: ping } fragment g on Query { ...f ...f }"
    assert size(document).aliases == 8


def test_equal_fields_are_counted_in_pairs_wherever_they_meet() -> None:
    # Three `ping` make three pairs, two of them in a fragment; `id` of two types make none.
    document = (
        "{ ping ping ...f node(id: 1) { id } } fragment f on Query { ping anything { ... on Part { id } } }"
    )
    assert size(document).overlaps == 3
    assert size("{ " + "ping " * 64 + "}").overlaps == 64 * 63 // 2


def test_a_cycle_of_fragments_ends() -> None:
    assert size("{ ...f } fragment f on Query { a: ping ...g } fragment g on Query { ...f }").aliases == 1


def test_fragments_that_double_each_other_two_hundred_times_are_measured_at_once() -> None:
    doubling = "".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }} " for i in range(200))
    start = time.perf_counter()
    found = size(f"{{ ...f0 }} {doubling} fragment f200 on Query {{ a: ping }}")
    # Expanding them would take 2^200 steps.
    assert found.aliases == 2**200
    assert time.perf_counter() - start < 5


def test_what_the_schema_does_not_know_still_has_depth_and_aliases() -> None:
    assert size("{ x: nothing { y: below { z: deeper } } }") == Measure(depth=3, aliases=3, cost=1)


@pytest.mark.parametrize("number", ["9" * 5000, "2147483648", "-1"])
def test_a_huge_page_size_is_as_dear_as_can_be_and_breaks_nothing(number: str) -> None:
    cost = size(f"{{ things(first: {number}) {{ edges {{ node {{ id }} }} }} }}").cost
    assert cost == (2 if number == "-1" else 1 + 10**9)
