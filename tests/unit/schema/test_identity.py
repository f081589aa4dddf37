"""An id is global or there is none, and what names a thing of its own is an object."""

from collections.abc import Iterator

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLOutputType, get_named_type

from schema.api import build_schema

SCHEMA = build_schema()._schema
THINGS = frozenset(
    {"binding", "candidates", "contract", "delivery", "edge", "edges", "fromNode", "head", "limitingEdge"}
    | {"loop", "network", "node", "nodes", "party", "physicalNode", "receipt", "tail", "toNode"}
)
"""Fields that name an element of a network, a network, a contract or a party."""


def fields() -> Iterator[tuple[str, str, GraphQLOutputType]]:
    """Yield the type, the name and the type of each field that answers have."""
    for type_name, graphql_type in SCHEMA.type_map.items():
        if isinstance(graphql_type, GraphQLObjectType | GraphQLInterfaceType) and type_name[:2] != "__":
            for name, field in graphql_type.fields.items():
                yield type_name, name, field.type


def test_a_field_id_is_a_global_id() -> None:
    assert [kind for kind, name, shown in fields() if name == "id" and str(shown) != "ID!"] == []


def test_no_string_stands_for_a_thing() -> None:
    strings = {
        f"{kind}.{name}"
        for kind, name, shown in fields()
        if name in THINGS and str(get_named_type(shown)) == "String"
    }
    assert strings == set()
