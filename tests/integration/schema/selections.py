"""Operations generated from the schema: each root field with each field of what it returns."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from schema.api import build_schema

DEPTH = 3
"""Fields below the one that is asked for."""
QUERY: Any = build_schema()._schema.query_type
ARGUMENTS = {
    "network": '"fork"',
    "code": '"fork"',
    "period": '{start: "2026-11-01", end: "2026-12-01"}',
    "route": '{receipt: "a", delivery: "x"}',
    "day": '"2026-11-05"',
}


def selections(kind: GraphQLObjectType, also: str = "") -> Iterator[str]:
    """Yield each field of `kind` with everything below it, to the depth wanted, and `also` of each object."""
    for name, field in kind.fields.items():
        if (text := _selected(name, field, DEPTH, (kind.name,), also)) is not None:
            yield text


def _selected(name: str, field: GraphQLField, depth: int, above: tuple[str, ...], also: str) -> str | None:
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
        if (text := _selected(key, inner, depth - 1, (*above, kind.name), also)) is not None
    ]
    return f"{name} {{ {also} {' '.join(below)} }}" if below else None


SUMS = {"positions": "routes", "partyBalances": "balances"}
"""The root fields whose rows are sums over others, and where their rows are."""


def operations(name: str, *, first: int, also: str = "", **arguments: str) -> Iterator[str]:
    """Yield an operation for each field of the rows of the root field `name`."""
    field: GraphQLField = QUERY.fields[name]
    known = {**ARGUMENTS, **arguments}
    given = {
        key: known[key]
        for key in field.args
        if key in known and (is_required_argument(field.args[key]) or key in arguments)
    }
    if "first" in field.args:
        given["first"] = str(first)
    call = f"{name}({', '.join(f'{key}: {value}' for key, value in given.items())})" if given else name
    row: Any = shown(name)
    before, after = (f"... on {row.name} {{ ", " }") if row != get_named_type(field.type) else ("", "")
    for inner in path_to_rows(name):
        row = get_named_type(row.fields[inner].type)
        before, after = f"{before}{inner} {{ ", f"{after} }}"
    if also and "id" in row.fields:
        before = f"{before}id "
    for text in selections(row, also):
        yield f"{{ {call} {{ {before}{also} {text}{after} }} }}"


def shown(name: str) -> GraphQLObjectType:
    """Return what the root field `name` shows; of a union the first member, before the refusals."""
    kind = get_named_type(QUERY.fields[name].type)
    first = kind.types[0] if isinstance(kind, GraphQLUnionType) else kind
    assert isinstance(first, GraphQLObjectType)
    return first


def path_to_rows(name: str) -> tuple[str, ...]:
    """Return the fields that lead from the root field `name` to its rows."""
    if name in SUMS:
        return (SUMS[name],)
    kind = shown(name)
    if kind.name.endswith("Connection"):
        return ("edges", "node")
    return ("events",) if kind.name.endswith("Page") else ()
