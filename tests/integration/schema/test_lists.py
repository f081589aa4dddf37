"""Every list pages forward and backward in each of its orders, counts its rows, and says what it is as of.

The lists and their orders are read from the schema.
"""

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLField, GraphQLNonNull, get_named_type
from tests.integration.market.market_fixture import ANNA, acting_for
from tests.integration.schema.harness import SchemaHarness, viewer

from schema.api import build_schema

pytestmark = pytest.mark.anyio

QUERY: Any = build_schema()._schema.query_type
LISTS: dict[str, GraphQLField] = {
    name: field
    for name, field in QUERY.fields.items()
    if get_named_type(field.type).name.endswith("Connection")
}
WITHOUT_EVENTS = {"accountEvents", "accounts", "apiKeys", "parties", "sessions"}
ROWS = 5
PAGE = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


def orders(field: GraphQLField) -> list[str]:
    """Return the arguments of each order that a list offers, the default one first."""
    if "orderBy" not in field.args:
        return [""]
    kind = field.args["orderBy"].type
    by = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    assert isinstance(by, GraphQLEnumType)
    ways = [f"orderBy: {one}, direction: {way}" for one in by.values for way in ("ASCENDING", "DESCENDING")]
    return ["", *ways]


async def ask(harness: SchemaHarness, name: str, *arguments: str, fields: str = PAGE) -> Any:
    field = LISTS[name]
    given = [*arguments, 'network: "fork"' if "network" in field.args else ""]
    call = f"({', '.join(one for one in given if one)})" if any(given) else ""
    return (await harness.ask(viewer(name), f"{{ {name}{call} {{ {fields} }} }}"))[name]


def ids(page: Any) -> list[str]:
    return [edge["node"]["id"] for edge in page["edges"]]


async def walk(harness: SchemaHarness, name: str, order: str, *, backward: bool) -> list[list[str]]:
    """Return the pages of two rows of a list, in the order in which one comes across them."""
    size, side, more, end = (
        ("last: 2", "before", "hasPreviousPage", "startCursor")
        if backward
        else ("first: 2", "after", "hasNextPage", "endCursor")
    )
    pages, cursor = [], ""
    while True:
        page = await ask(harness, name, size, order, cursor)
        pages.append(ids(page))
        if not page["pageInfo"][more]:
            return pages
        cursor = f'{side}: "{page["pageInfo"][end]}"'


async def test_every_list_shows_each_row_once_from_either_end_in_every_order(harness: SchemaHarness) -> None:
    await harness.fill(ROWS)
    for name, field in LISTS.items():
        whole = ids(await ask(harness, name, "first: 100"))
        assert len(whole) >= ROWS, name
        for order in orders(field):
            listed = ids(await ask(harness, name, "first: 100", order))
            assert sorted(listed) == sorted(whole), (name, order)
            forward = await walk(harness, name, order, backward=False)
            backward = await walk(harness, name, order, backward=True)
            assert [one for page in forward for one in page] == listed, (name, order)
            assert [one for page in reversed(backward) for one in page] == listed, (name, order)
        if "orderBy" in field.args:
            up, down = [
                ids(await ask(harness, name, "first: 100", f"direction: {way}"))
                for way in ("ASCENDING", "DESCENDING")
            ]
            assert up == down[::-1], name
            assert whole in (up, down), name


async def test_a_list_is_in_the_order_asked_for(harness: SchemaHarness) -> None:
    for quantity in (2, 7, 3, 7, 1):
        await harness.market_fixture.book(quantity=quantity)
    query = "{ contracts(orderBy: QUANTITY, direction: ASCENDING) { edges { node { quantity } } } }"
    found = (await harness.ask(acting_for(ANNA), query))["contracts"]["edges"]
    assert [edge["node"]["quantity"] for edge in found] == [1, 2, 3, 7, 7]


async def test_rows_that_come_between_two_pages_neither_repeat_nor_hide_others(
    harness: SchemaHarness,
) -> None:
    for quantity in (1, 3, 5, 7):
        await harness.market_fixture.book(quantity=quantity)
    order = "orderBy: QUANTITY, direction: ASCENDING"
    first = await ask(harness, "contracts", order, "first: 2")
    whole = ids(await ask(harness, "contracts", order))
    await harness.market_fixture.book(quantity=2)
    second = await ask(harness, "contracts", order, f'after: "{first["pageInfo"]["endCursor"]}"')
    assert ids(first) + ids(second) == whole


async def test_lists_count_their_rows_up_to_a_limit(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.fill(3)
    count = "totalCount { count isCapped }"
    for name in LISTS:
        rows = ids(await ask(harness, name, "first: 100"))
        page = await ask(harness, name, "first: 1", fields=count)
        assert page["totalCount"] == {"count": len(rows), "isCapped": False}, name
    monkeypatch.setattr("schema.types.connections.TOTAL_COUNT_MAX", 2)
    for name in LISTS:
        page = await ask(harness, name, fields=count)
        assert page["totalCount"] == {"count": 2, "isCapped": True}, name


async def test_a_list_says_how_far_the_stream_of_its_changes_had_come(harness: SchemaHarness) -> None:
    await harness.fill(1)
    for name in LISTS:
        cursor = (await ask(harness, name, fields="cursor"))["cursor"]
        assert (cursor is None) == (name in WITHOUT_EVENTS), name
        assert cursor is None or int(cursor) > 0


async def test_first_and_last_rows_are_not_asked_for_at_once(harness: SchemaHarness) -> None:
    result = await build_schema().execute(
        "{ trades(first: 1, last: 1) { cursor } }",
        context_value=harness.context(acting_for(ANNA)),
    )
    assert result.errors is not None
    assert "not for both" in result.errors[0].message
