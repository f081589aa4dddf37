"""Operations generated from the schema: each root field with each field of what it returns."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

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


def selections(kind: GraphQLObjectType, also: str = "", *, reading: bool = False) -> Iterator[str]:
    """Yield each field of `kind` with everything below it, to the depth wanted, and `also` of each object.

    Those that are `reading` leave out what is an attribute of what is shown already.
    """
    for name, field in kind.fields.items():
        if (text := _selected(name, field, DEPTH, (kind.name,), also=also, reading=reading)) is not None:
            yield text


def _selected(
    name: str, field: GraphQLField, depth: int, above: tuple[str, ...], *, also: str, reading: bool
) -> str | None:
    kind = get_named_type(field.type)
    if any(is_required_argument(argument) for argument in field.args.values()):
        return None
    is_wanted = not (reading and _is_attribute(field))
    if is_leaf_type(kind):
        return name if is_wanted else None
    if not isinstance(kind, GraphQLObjectType) or depth == 0 or kind.name in above:
        return None
    within = (*above, kind.name)
    below = [
        text
        for key, inner in kind.fields.items()
        if (text := _selected(key, inner, depth - 1, within, also=also, reading=reading)) is not None
    ]
    if reading and is_wanted:
        below.append("__typename")
    return f"{name} {{ {also} {' '.join(below)} }}" if below else None


def _is_attribute(field: GraphQLField) -> bool:
    """Return whether a field has neither resolver nor extension: it cannot ask the database."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return isinstance(definition, StrawberryField) and definition.is_basic_field


SUMS = {"positions": "routes", "partyBalances": "balances"}
"""The root fields whose rows are sums over others, and where their rows are."""


def operations(name: str, *, first: int, also: str = "", **arguments: str) -> Iterator[str]:
    """Yield an operation for each field of the rows of the root field `name`."""
    before, row, after = _around_rows(name, first, also, arguments)
    for text in selections(row, also):
        yield f"{{ {before}{text}{after} }}"


def operation(name: str, *, first: int) -> str:
    """Return the operation that asks at once for all that is read for the rows of the root field `name`."""
    before, row, after = _around_rows(name, first, "", {})
    return f"{{ {before}__typename {' '.join(selections(row, reading=True))}{after} }}"


def _around_rows(
    name: str, first: int, also: str, arguments: Mapping[str, str]
) -> tuple[str, GraphQLObjectType, str]:
    """Return what of an operation is before and after the fields of its rows, and the type of these."""
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
    return f"{call} {{ {before}{also} ", row, f"{after} }}"


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
