"""No list asks the database once per row: as few statements for a hundred rows as for one, and at most eight.

The operations are generated from the schema: each list with every field of what it returns, at once.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, get_named_type
from tests.integration.market.market_fixture import OPERATING
from tests.integration.schema.harness import SchemaHarness, statements, viewer
from tests.integration.schema.selections import QUERY, SUMS, operation, operations, path_to_rows
from tests.waiting import TIME_LIMIT_S

from linepack.access import Principal
from schema.api import build_schema

pytestmark = pytest.mark.anyio

ROWS = 100
STATEMENTS_MAX = 8
"""Statements that a page may take, whatever of its rows and of all that they lead to is asked for at once."""
GROWING = sorted(
    name for name, field in QUERY.fields.items() if "first" in field.args or name in ("networks", "tariffs")
)
"""The root fields of which `SchemaHarness.fill` adds rows."""


def rows_of(data: dict[str, Any]) -> int:
    [value] = data.values()
    return len(next(iter(value.values())) if isinstance(value, dict) else value)


async def counted(harness: SchemaHarness, operation: str, viewer: Principal) -> tuple[int, int]:
    """Return the rows and the statements of an operation."""
    answers: list[dict[str, Any]] = []

    async def ask() -> None:
        answers.append(await harness.ask(viewer, operation))

    asked = await statements(ask)
    return rows_of(answers[0]), asked


async def counted_of_all(harness: SchemaHarness) -> dict[str, tuple[int, int]]:
    """Return the rows and the statements of each list, with all that its rows lead to."""
    return {
        name: await counted(harness, operation(name, first=ROWS), viewer(name)) for name in (*GROWING, *SUMS)
    }


async def field_by_field(harness: SchemaHarness, names: Iterable[str]) -> dict[str, int]:
    """Return the statements of each field of some lists by itself, to find which one takes them."""
    return {
        one: (await counted(harness, one, viewer(name)))[1]
        for name in names
        for one in operations(name, first=ROWS)
    }


async def warm_up(harness: SchemaHarness) -> None:
    """Let the process look up the codes of networks and read their revisions, as it does once."""
    await harness.services.snapshots.id_of("fork")
    await harness.ask(OPERATING, "{ networks { nodes { code } } }")


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


async def test_a_page_of_a_hundred_rows_costs_as_few_statements_as_one_and_at_most_eight(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Statements are counted, not points or seconds: a page of 100 rows with all below it at once is dear.
    for limit in ("QUERY_COST_MAX", "QUERY_TOKENS_MAX"):
        monkeypatch.setattr(f"schema.execution.limits.{limit}", 10**6)
    monkeypatch.setattr("schema.execution.limits.OPERATION_S", TIME_LIMIT_S)
    # A process that keeps fewer revisions than are on a page reads the others in one statement more.
    monkeypatch.setattr("capacity.feasibility.network_views.REVISIONS_KEPT_MAX", 2 * ROWS)
    await harness.fill(1)
    await warm_up(harness)
    one = await counted_of_all(harness)
    await harness.fill(ROWS - 1)
    await warm_up(harness)
    many = await counted_of_all(harness)
    assert [name for name, (rows, _) in one.items() if rows > 10] == [], "the first look should see a few"
    assert [name for name, (rows, _) in many.items() if rows < ROWS and name not in SUMS] == []
    wrong = {
        name: (one[name][1], asked)
        for name, (_, asked) in many.items()
        if asked != one[name][1] or asked > STATEMENTS_MAX
    }
    assert wrong == {}, await field_by_field(harness, wrong)
