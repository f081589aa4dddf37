"""One document of named operations: all that the schema can be asked, for code generators and for caches.

A query asks for each root field, a few fields of its rows in each operation: what has no id in full, what has
one by its id and its plain fields. A mutation or subscription asks for every member of its union.
"""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from tests.integration.schema.selections import QUERY, path_to_rows, shown

from schema.api import build_schema

SCHEMA: Any = build_schema()._schema
FIELDS_PER_OPERATION = 9
ROWS = 3
VARIABLES = {
    "network": ("network", "String!"),
    "code": ("network", "String!"),
    "period": ("period", "PeriodInput!"),
    "route": ("route", "RouteInput!"),
    "day": ("day", "GasDay!"),
}
"""What the queries give an argument of this name, if the field requires it."""
ONE_OF = {"elementUse": 'node: "sink_1"'}
"""Arguments of which the schema requires one, though neither by its type."""


def document() -> str:
    """Return the document."""
    queried = [text for name in answerable() for text in _queries(name)]
    changed = [_whole("mutation", *each) for each in SCHEMA.mutation_type.fields.items()]
    followed = [_whole("subscription", *each) for each in SCHEMA.subscription_type.fields.items()]
    return "\n".join((*queried, *changed, *followed))


def answerable() -> list[str]:
    """Return the root fields of Query that answer objects, and require no more than VARIABLES have."""
    return [
        name
        for name, field in QUERY.fields.items()
        if isinstance(get_named_type(field.type), GraphQLObjectType)
        and all(key in VARIABLES for key, argument in field.args.items() if is_required_argument(argument))
    ]


def _queries(name: str) -> Iterator[str]:
    """Yield the operations that together ask for every field of the rows of a root field of Query."""
    field: GraphQLField = QUERY.fields[name]
    given = {key: VARIABLES[key] for key, argument in field.args.items() if is_required_argument(argument)}
    arguments = [f"{key}: ${variable}" for key, (variable, _) in given.items()]
    if "first" in field.args:
        arguments.append(f"first: {ROWS}")
    if name in ONE_OF:
        arguments.append(ONE_OF[name])
    call = f"{name}({', '.join(arguments)})" if arguments else name
    declared = ", ".join(f"${variable}: {kind}" for variable, kind in given.values())
    for number, selected in enumerate(_selections_to_rows(shown(name), path_to_rows(name)), start=1):
        title = f"{name[0].upper()}{name[1:]}{number}{f'({declared})' if declared else ''}"
        yield f"query {title} {{ {call} {selected} }}"


def _selections_to_rows(kind: GraphQLObjectType, path: tuple[str, ...]) -> Iterator[str]:
    if path:
        beside = " ".join(_fields(kind, skipped=path[0]))
        for below in _selections_to_rows(get_named_type(kind.fields[path[0]].type), path[1:]):
            yield f"{{ __typename {beside} {path[0]} {below} }}"
    elif "id" in kind.fields:
        fields = list(_fields(kind, skipped="id"))
        for start in range(0, len(fields), FIELDS_PER_OPERATION):
            yield f"{{ __typename id {' '.join(fields[start : start + FIELDS_PER_OPERATION])} }}"
    else:
        yield _selection(kind, ())


def _fields(kind: GraphQLObjectType, above: tuple[str, ...] = (), skipped: str = "") -> Iterator[str]:
    """Yield each field that may be asked without arguments, with what is below it."""
    for name, field in kind.fields.items():
        below = get_named_type(field.type)
        if name == skipped or below.name in above or any(map(is_required_argument, field.args.values())):
            continue
        yield f"{name} {_selection(below, (*above, kind.name))}".rstrip()


def _selection(kind: Any, above: tuple[str, ...]) -> str:
    if is_leaf_type(kind):
        return ""
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        members = SCHEMA.get_possible_types(kind)
        parts = (f"... on {one.name} {_selection(one, (*above, kind.name))}" for one in members)
        return f"{{ __typename {' '.join(parts)} }}"
    if "id" in kind.fields:
        plain = (name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type)))
        return f"{{ __typename {' '.join(plain)} }}"
    return f"{{ __typename {' '.join(_fields(kind, above))} }}"


def _whole(operation: str, name: str, field: GraphQLField) -> str:
    """Return the operation that asks for all a root field may answer, with a variable for each argument."""
    title = f"{name[0].upper()}{name[1:]}{operation.title()}"
    declared = ", ".join(f"${key}: {argument.type}" for key, argument in field.args.items())
    arguments = ", ".join(f"{key}: ${key}" for key in field.args)
    given = (f"({declared})", f"({arguments})") if field.args else ("", "")
    return (
        f"{operation} {title}{given[0]} {{ {name}{given[1]} {_selection(get_named_type(field.type), ())} }}"
    )
