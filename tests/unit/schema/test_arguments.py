"""Arguments have one name for one thing, and cursors name the subscription that takes them.

`docs/guide/arguments.md` says what each means.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLUnionType, get_named_type

from schema.api import build_schema

SCHEMA: Final = build_schema()._schema
GUIDE: Final = Path(__file__).parents[3] / "docs" / "guide"
THINGS: Final = frozenset(
    "account call clearing contract counterparty holder id job listing party release".split()  # noqa: SIM905
)
KINDS: Final = frozenset({"cause", "code", "firmness", "kind", "name", "role", "side", "state"})
NAMES: Final[dict[str, frozenset[str]]] = {
    "Boolean": frozenset({"isEnabled", "own"}),
    "Compressibility": frozenset({"compressibility"}),
    "Cursor": frozenset({"after"}),
    "Direction": frozenset({"direction"}),
    "EdgeCostInput": frozenset({"edgeCosts"}),
    "GasDay": frozenset({"day", "gasMonth"}),
    "ID": THINGS,
    "NominatedQuantityInput": frozenset({"nomination"}),
    "PeriodInput": frozenset({"period"}),
    "PressureRatioInput": frozenset({"ratios"}),
    "Price": frozenset({"rate"}),
    "Quantity": frozenset({"minimumQuantity", "quantity"}),
    "ReferencePressureInput": frozenset({"reference"}),
    "RouteInput": frozenset({"route", "routes"}),
    "SupplyInput": frozenset({"supplies"}),
}
"""What arguments of a type may be called; of enumerations `KINDS`, of orders `orderBy`."""
TEXTS: Final = {
    "after": "a cursor of a list",
    "before": "a cursor of a list",
    "closed": "codes of edges",
    "code": "the code of the network that is asked for",
    "edge": "the code of an edge",
    "from": "the code of a node",
    "index": "the name of an index",
    "network": "the code of a network",
    "node": "the code of a node",
    "search": "the beginning of a name",
    "to": "the code of a node",
    "via": "codes of nodes",
}
"""What each text is."""
NUMBERS: Final = {"before", "first", "last", "sequence"}
WITHOUT_CHANGES: Final = {"accountEvents", "accounts", "apiKeys", "parties", "sessions"}
"""The lists that no subscription follows."""


def roots(*names: str) -> Iterator[tuple[str, Any]]:
    for name in names:
        kind = SCHEMA.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        for field, definition in kind.fields.items():
            yield f"{name}.{field}", definition


def names_of(kind: str) -> frozenset[str]:
    """Return what an argument of this type may be called."""
    if kind in ("String", "Int"):
        return frozenset(TEXTS) if kind == "String" else frozenset(NUMBERS)
    if kind.endswith("Sort"):
        return frozenset({"orderBy"})
    if kind.endswith("RequestInput"):
        return frozenset({"input"})
    return NAMES.get(kind, KINDS)


def test_an_argument_of_a_query_or_subscription_is_called_by_what_it_is() -> None:
    wrong = [
        f"{field}({name}: {kind})"
        for field, definition in roots("Query", "Subscription")
        for name, argument in definition.args.items()
        if name not in names_of(kind := get_named_type(argument.type).name)
    ]
    assert wrong == []


def test_every_list_pages_and_is_ordered_by_the_same_arguments() -> None:
    for field, definition in roots("Query"):
        if get_named_type(definition.type).name.endswith("Connection"):
            assert {"first", "after", "last", "before"} <= definition.args.keys(), field
            assert ("orderBy" in definition.args) == ("direction" in definition.args), field
            assert ("orderBy" in definition.args) == (field != "Query.sessions"), field


def test_every_mutation_takes_one_input() -> None:
    assert {tuple(definition.args) for _, definition in roots("Mutation")} <= {("input",), ()}


def test_inputs_name_things_by_ids_and_elements_by_codes() -> None:
    wrong = []
    for kind in SCHEMA.type_map.values():
        if not isinstance(kind, GraphQLInputObjectType):
            continue
        for name, field in kind.fields.items():
            is_id = get_named_type(field.type).name == "ID" and name not in ("idempotencyKey", "upload")
            is_element = name in ("network", "receipt", "delivery", "node", "edge")
            if is_id != name.endswith("Id") or (is_element and get_named_type(field.type).name != "String"):
                wrong.append(f"{kind.name}.{name}")
    assert wrong == []


def test_the_guide_explains_every_argument_of_more_than_one_field() -> None:
    page = (GUIDE / "arguments.md").read_text()
    used = [name for _, one in roots("Query", "Subscription") for name in one.args]
    assert [name for name in sorted(set(used)) if used.count(name) > 1 and f"`{name}`" not in page] == []


def test_every_cursor_of_a_query_names_the_subscription_that_takes_it() -> None:
    taking = {field.partition(".")[2] for field, one in roots("Subscription") if "after" in one.args}
    followed: dict[str, set[str]] = {}
    for field, definition in roots("Query"):
        kind = get_named_type(definition.type)
        shown = kind.types[0] if isinstance(kind, GraphQLUnionType) else kind
        cursor = shown.fields.get("cursor") if isinstance(shown, GraphQLObjectType) else None
        if cursor is not None and get_named_type(cursor.type).name == "Cursor":
            said = f"{definition.description} {cursor.description}"
            followed[field.partition(".")[2]] = set(re.findall(r"`(\w+)`", said)) & taking
    assert {name for name, named in followed.items() if not named} == WITHOUT_CHANGES
    assert set().union(*followed.values()) == taking, "every subscription to changes goes on from a query"
    page = (GUIDE / "lists.md").read_text()
    assert [name for name in sorted(taking) if f"`{name}(" not in page] == []
