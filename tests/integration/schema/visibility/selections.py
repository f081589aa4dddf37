"""Selections generated from the schema: everything of a type that a principal may ask for.

What has an id of its own is only referred to, so that it is compared where it is asked for itself; of
parties, by whose names one would be known, all is selected.
"""

from collections.abc import Collection, Iterator

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from linepack.access import Principal
from schema.api import build_schema
from schema.types.permissions import Permission

SCHEMA = build_schema()._schema
PARTY = "{ id code name kind }"
REFERENCE = "{ id }"


def is_node(kind: GraphQLNamedType | None) -> bool:
    """Return whether things of this type have an id of their own."""
    return isinstance(kind, GraphQLObjectType) and any(one.name == "Node" for one in kind.interfaces)


def may_ask(principal: Principal, field: GraphQLField) -> bool:
    """Return whether the principal has the scopes that a field requires."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    for permission in getattr(definition, "permission_classes", ()):
        assert issubclass(permission, Permission)
        if permission.scope is not None and not principal.holds(permission.scope):
            return False
    return True


def everything_of(kind: GraphQLNamedType, principal: Principal, above: tuple[str, ...] = ()) -> str:
    """Return the selection of all fields of a type, and of what they hold; empty for a leaf."""
    if is_leaf_type(kind):
        return ""
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        members = sorted(SCHEMA.get_possible_types(kind), key=lambda one: one.name)
        within = (*above, kind.name)
        parts = [f"... on {one.name} {everything_of(one, principal, within)}" for one in members]
        return f"{{ __typename {' '.join(parts)} }}"
    assert isinstance(kind, GraphQLObjectType)
    fields = [
        f"{name} {inside(get_named_type(field.type), principal, (*above, kind.name))}".rstrip()
        for name, field in fields_of(kind)
        if may_ask(principal, field) and get_named_type(field.type).name not in above
    ]
    return f"{{ {' '.join(fields or ['__typename'])} }}"


def inside(kind: GraphQLNamedType, principal: Principal, above: tuple[str, ...]) -> str:
    """Return the selection of a field of this type."""
    if is_node(kind):
        return PARTY if kind.name == "Party" else REFERENCE
    return everything_of(kind, principal, above)


def rows_of(kind: GraphQLNamedType, principal: Principal) -> str:
    """Return the selection of what a root field gives, things with an id in full."""
    if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection"):
        node = get_named_type(get_named_type(kind.fields["edges"].type).fields["node"].type)
        return f"{{ edges {{ node {everything_of(node, principal)} }} }}"
    return everything_of(kind, principal)


def fields_of(kind: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    """Yield the fields of a type that can be asked for without arguments."""
    for name, field in kind.fields.items():
        if not any(is_required_argument(argument) for argument in field.args.values()):
            yield name, field


def root_fields() -> dict[str, GraphQLField]:
    """Return the fields of queries and subscriptions, by "Type.field"."""
    roots = [SCHEMA.query_type, SCHEMA.subscription_type]
    return {f"{root.name}.{name}": field for root in roots if root for name, field in root.fields.items()}


def reached_from(roots: Collection[str], stop_at: Collection[str] = ()) -> dict[str, GraphQLObjectType]:
    """Return every object type that can be reached from the root fields, not by way of `stop_at`, by name."""
    fields = root_fields()
    reached: dict[str, GraphQLObjectType] = {}
    waiting: list[GraphQLNamedType] = [get_named_type(fields[root].type) for root in roots]
    while waiting:
        kind = waiting.pop()
        if kind.name in stop_at:
            continue
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            waiting += SCHEMA.get_possible_types(kind)
        elif isinstance(kind, GraphQLObjectType) and kind.name not in reached:
            reached[kind.name] = kind
            waiting += [get_named_type(field.type) for field in kind.fields.values()]
    return reached
