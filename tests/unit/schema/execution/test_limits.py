from typing import Any

import pytest
from graphql import GraphQLError, GraphQLSyntaxError, parse

from schema.execution.limits import refuse_size, refuse_text, refuse_variables
from schema.execution.query_cost import Measure


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (Measure(depth=13), "nests 13 fields; at most 12"),
        (Measure(aliases=31), "has 31 aliases; at most 30"),
        (Measure(cost=20_001), "costs 20001 points; at most 20000"),
        (Measure(overlaps=10_001), "same fields too many times"),
    ],
)
def test_what_is_too_big_is_refused_with_the_bound(size: Measure, message: str) -> None:
    with pytest.raises(GraphQLError, match=message) as refused:
        refuse_size(size)
    assert refused.value.extensions == {"code": "COST_LIMIT"}


def test_what_is_just_small_enough_passes() -> None:
    refuse_size(Measure(depth=12, aliases=30, cost=20_000, overlaps=10_000))
    refuse_variables({"list": list(range(500)), "text": "x" * 100_000})


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"deeper": value}
    return value


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"list": [0] * 501}, "a list has 501 members; at most 500"),
        ({"deep": nested(100_000)}, "nest deeper than 30"),
        ({"many": [[0] * 500] * 41}, "more than 20000 values"),
        ({"wide": {str(n): n for n in range(20_001)}}, "more than 20000 values"),
    ],
)
def test_huge_variables_are_refused(variables: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphQLError, match=message) as refused:
        refuse_variables(variables)
    assert refused.value.extensions == {"code": "COST_LIMIT"}


@pytest.mark.parametrize("text", ["null\0", "half \ud83d of a smile", "\udfff"])
def test_a_variable_that_no_database_can_hold_is_a_bad_request(text: str) -> None:
    with pytest.raises(GraphQLError) as refused:
        refuse_variables({"names": [{"name": text}]})
    assert refused.value.extensions == {"code": "BAD_REQUEST"}


def test_a_null_character_in_a_document_is_a_bad_request() -> None:
    document = '{ x(a: "null\\u0000") }'
    with pytest.raises(GraphQLError) as refused:
        refuse_text(document, parse(document))
    assert refused.value.extensions == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize("literal", [r"half \ud83d of a smile", r"\udfff"])
def test_half_a_character_in_a_document_is_no_graphql(literal: str) -> None:
    with pytest.raises(GraphQLSyntaxError, match="Invalid Unicode"):
        parse(f'{{ x(a: "{literal}") }}')


def test_text_of_any_language_passes() -> None:
    for text in ("Gaspool Süd", "天然气", "😀", "tab\t and line\n"):
        refuse_variables({"name": text})
    refuse_text('{ x(a: "\\u00fc") }', parse('{ x(a: "\\u00fc") }'))
