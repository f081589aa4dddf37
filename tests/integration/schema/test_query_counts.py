"""No list asks the database once per row: for every field as few statements for a hundred rows as for one.

The operations are generated from the schema: each root field with each field of what it returns.
"""

from typing import Any

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, get_named_type
from tests.factories.identity import as_person
from tests.integration.market.market_fixture import ANNA, BERT, OPERATING, acting_for
from tests.integration.schema.harness import SchemaHarness, statements
from tests.integration.schema.selections import QUERY, SUMS, operations, path_to_rows
from tests.waiting import TIME_LIMIT_S

from linepack.access import Principal, Role
from schema.api import build_schema

pytestmark = pytest.mark.anyio

ROWS = 100
BY_ID = {"contract": "id", "lineage": "id", "node": "id"}
VIEWERS: dict[str, Principal] = {
    "accountEvents": acting_for(ANNA, Role.COMPANY_ADMIN),
    "accounts": acting_for(ANNA, Role.COMPANY_ADMIN),
    "bids": acting_for(BERT),
    "orders": acting_for(BERT),
    "parties": OPERATING,
    "sessions": as_person(acting_for(ANNA)),
}
GROWING = sorted(
    name for name, field in QUERY.fields.items() if "first" in field.args or name in ("networks", "tariffs")
)
"""The root fields of which `SchemaHarness.fill` adds rows."""


def rows_of(data: dict[str, Any]) -> int:
    [value] = data.values()
    return len(next(iter(value.values())) if isinstance(value, dict) else value)


async def counted(harness: SchemaHarness) -> dict[str, tuple[int, int]]:
    """Return rows and statements of every operation."""
    found = {}
    for name in (*GROWING, *SUMS):
        viewer = VIEWERS.get(name, acting_for(ANNA))
        for operation in operations(name, first=ROWS):
            answers: list[dict[str, Any]] = []

            async def ask(operation: str = operation, viewer: Principal = viewer) -> None:
                answers.append(await harness.ask(viewer, operation))  # noqa: B023 asked at once

            found[operation] = (await statements(harness, ask), 0)
            found[operation] = (rows_of(answers[0]), found[operation][0])
    return found


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


async def test_a_hundred_rows_cost_as_few_statements_as_one(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Statements are counted, not points or seconds: a page of 100 rows with all below it at once is dear.
    monkeypatch.setattr("schema.execution.limits.QUERY_COST_MAX", 10**6)
    monkeypatch.setattr("schema.execution.limits.OPERATION_S", TIME_LIMIT_S)
    # A process that keeps fewer revisions than are on a page reads the others in one statement more.
    monkeypatch.setattr("capacity.feasibility.network_views.REVISIONS_KEPT_MAX", 2 * ROWS)
    await harness.fill(1)
    await warm_up(harness)
    one = await counted(harness)
    await harness.fill(ROWS - 1)
    await warm_up(harness)
    many = await counted(harness)
    few = {operation: rows for operation, (rows, _) in one.items() if rows > 10}
    assert few == {}, "the first look should see a row or two"
    short = {operation for operation, (rows, _) in many.items() if rows < ROWS}
    assert {one for one in short if not one.startswith(tuple(f"{{ {name}" for name in SUMS))} == set()
    grown = {
        operation: (one[operation][1], asked)
        for operation, (_, asked) in many.items()
        if asked != one[operation][1]
    }
    assert grown == {}
