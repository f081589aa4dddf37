"""No list asks the database once per row: as many statements for fifty rows as for one, for every field.

The operations are generated from the schema: each root field with each field of what it returns.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from tests.integration.market.market_fixture import ANNA, BERT, OPERATING, acting_for
from tests.integration.schema.harness import SchemaHarness, statements

from linepack.access import Principal
from schema.api import build_schema

pytestmark = pytest.mark.anyio

ROWS = 50
DEPTH = 3
"""Fields below the one under test."""

QUERY: Any = build_schema()._schema.query_type
ARGUMENTS = {
    "network": '"fork"',
    "code": '"fork"',
    "period": '{start: "2026-11-01", end: "2026-12-01"}',
    "route": '{receipt: "a", delivery: "x"}',
    "day": '"2026-11-05"',
}
BY_ID = {"contract": "id", "lineage": "contract", "node": "id"}
VIEWERS: dict[str, Principal] = {"orders": acting_for(BERT), "bids": acting_for(BERT), "parties": OPERATING}
GROWING = sorted(
    name for name, field in QUERY.fields.items() if "first" in field.args or name in ("networks", "tariffs")
)
"""The root fields of which `SchemaHarness.fill` adds rows."""


def selections(kind: GraphQLObjectType) -> Iterator[str]:
    """Yield each field of `kind`, with everything below it to the depth wanted."""
    for name, field in kind.fields.items():
        if (text := selected(name, field, DEPTH, (kind.name,))) is not None:
            yield text


def selected(name: str, field: GraphQLField, depth: int, above: tuple[str, ...]) -> str | None:
    kind = get_named_type(field.type)
    if any(is_required_argument(argument) for argument in field.args.values()):
        return None
    if is_leaf_type(kind):
        return name
    if not isinstance(kind, GraphQLObjectType) or depth == 0 or kind.name in above:
        return None
    below = [
        text
        for key, inner in kind.fields.items()
        if (text := selected(key, inner, depth - 1, (*above, kind.name))) is not None
    ]
    return f"{name} {{ {' '.join(below)} }}" if below else None


def operations(name: str) -> Iterator[str]:
    """Yield an operation for each field of the rows of the root field `name`."""
    field: GraphQLField = QUERY.fields[name]
    given = {
        key: ARGUMENTS[key]
        for key in field.args
        if key in ARGUMENTS and is_required_argument(field.args[key])
    }
    if "first" in field.args:
        given["first"] = str(ROWS)
    call = f"{name}({', '.join(f'{key}: {value}' for key, value in given.items())})" if given else name
    row: Any = get_named_type(field.type)
    before, after = "", ""
    for inner in path_to_rows(name):
        row = get_named_type(row.fields[inner].type)
        before, after = f"{before}{inner} {{ ", f"{after} }}"
    for text in selections(row):
        yield f"{{ {call} {{ {before}{text}{after} }} }}"


def path_to_rows(name: str) -> tuple[str, ...]:
    """Return the fields that lead from the root field `name` to its rows."""
    kind = get_named_type(QUERY.fields[name].type)
    assert isinstance(kind, GraphQLObjectType)
    if kind.name.endswith("Connection"):
        return ("edges", "node")
    return ("events",) if kind.name.endswith("Page") else ()


def rows_of(data: dict[str, Any]) -> int:
    [value] = data.values()
    return len(next(iter(value.values())) if isinstance(value, dict) else value)


async def counted(harness: SchemaHarness) -> dict[str, tuple[int, int]]:
    """Return rows and statements of every operation."""
    found = {}
    for name in GROWING:
        viewer = VIEWERS.get(name, acting_for(ANNA))
        for operation in operations(name):
            answers: list[dict[str, Any]] = []

            async def ask(operation: str = operation, viewer: Principal = viewer) -> None:
                answers.append(await harness.ask(viewer, operation))  # noqa: B023 asked at once

            found[operation] = (await statements(harness, ask), 0)
            found[operation] = (rows_of(answers[0]), found[operation][0])
    return found


def test_every_paged_list_of_the_schema_is_a_root_field() -> None:
    types = build_schema()._schema.type_map.values()
    elsewhere = [
        f"{kind.name}.{name}"
        for kind in types
        if isinstance(kind, GraphQLObjectType) and kind is not QUERY
        for name, field in kind.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    ]
    assert elsewhere == []


def test_the_lists_that_grow_are_lists() -> None:
    for name in GROWING:
        kind = QUERY.fields[name].type
        assert isinstance(kind, GraphQLNonNull)
        assert isinstance(kind.of_type, GraphQLList) or path_to_rows(name), name


async def test_fifty_rows_cost_as_many_statements_as_one(harness: SchemaHarness) -> None:
    await harness.fill(1)
    await harness.services.snapshots.id_of("fork")  # a code is looked up once in the life of a process
    one = await counted(harness)
    await harness.fill(ROWS - 1)
    fifty = await counted(harness)
    few = {operation: rows for operation, (rows, _) in one.items() if rows > 10}
    assert few == {}, "the first look should see a row or two"
    short = {operation: rows for operation, (rows, _) in fifty.items() if rows < ROWS}
    assert short == {}, "the second look should see full pages"
    grown = {
        operation: (one[operation][1], asked)
        for operation, (_, asked) in fifty.items()
        if asked != one[operation][1]
    }
    assert grown == {}
