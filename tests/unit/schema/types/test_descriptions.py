"""Everything that clients read in the schema is described, in plain English."""

import re
from collections.abc import Iterator

from graphql import GraphQLEnumType, GraphQLInputObjectType

from schema.api import build_schema
from schema.types.descriptions import FIELDS, INPUTS

SCHEMA = build_schema()._schema
JARGON = re.compile(
    r"\b(house|room|desk|ticket|seat|scenery|yard|heed|whoever|nobody|anybody|strangers?|eldest|tells?|told"
    r"|in vain|rehearsal|keep order)\b",
    re.IGNORECASE,
)


def descriptions() -> Iterator[tuple[str, str | None]]:
    """Yield every place of the schema with its description."""
    for name, graphql_type in SCHEMA.type_map.items():
        if name.startswith("__") or name in ("Boolean", "Float", "ID", "Int", "String"):
            continue
        yield name, graphql_type.description
        if isinstance(graphql_type, GraphQLEnumType):
            yield from ((f"{name}.{value}", one.description) for value, one in graphql_type.values.items())
        for field_name, field in getattr(graphql_type, "fields", {}).items():
            yield f"{name}.{field_name}", field.description
            for argument, one in getattr(field, "args", {}).items():
                yield f"{name}.{field_name}({argument})", one.description


def test_every_type_field_argument_and_enumeration_member_is_described() -> None:
    assert [place for place, description in descriptions() if not description] == []


def test_descriptions_are_in_plain_english() -> None:
    assert [place for place, description in descriptions() if JARGON.search(description or "")] == []


def test_every_shared_description_is_used() -> None:
    used: dict[bool, set[str]] = {True: set(), False: set()}
    for graphql_type in SCHEMA.type_map.values():
        is_input = isinstance(graphql_type, GraphQLInputObjectType)
        glossary = INPUTS if is_input else FIELDS
        for name, field in getattr(graphql_type, "fields", {}).items():
            used[is_input] |= {name} if field.description == glossary.get(name) else set()
            for argument, one in getattr(field, "args", {}).items():
                used[True] |= {argument} if one.description == INPUTS.get(argument) else set()
    assert sorted(FIELDS.keys() - used[False]) == []
    assert sorted(INPUTS.keys() - used[True]) == []
