"""Operations generated from the schema: each root field called with the least input that is valid by type."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationType,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
    is_union_type,
)

NOWHERE = UUID(int=1)
SAMPLES: dict[str, Any] = {
    "Boolean": False,
    "Cursor": "0",
    "DateTime": "2027-01-01T05:00:00Z",
    "Decimal": "1",
    "Float": 1.5,
    "GasDay": "2027-01-01",
    "ID": base64.b64encode(f"Contract:{NOWHERE}".encode()).decode(),
    "Int": 1,
    "Price": "1",
    "Quantity": 1,
    "String": "x",
}
PERIOD = {"start": "2027-01-01", "end": "2027-02-01"}


@dataclass(frozen=True)
class Operation:
    """One root field called with sample input."""

    kind: str
    field: str
    query: str
    variables: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.kind}.{self.field}"


def every_operation(schema: GraphQLSchema) -> list[Operation]:
    """One operation for every root field."""
    roots = {kind.value: schema.get_root_type(kind) for kind in OperationType}
    return [
        _operation(kind, name, field)
        for kind, root in roots.items()
        if root is not None
        for name, field in root.fields.items()
    ]


def _operation(kind: str, name: str, field: GraphQLField) -> Operation:
    needed = {key: argument for key, argument in field.args.items() if is_required_argument(argument)}
    declared = ", ".join(f"${key}: {argument.type}" for key, argument in needed.items())
    given = ", ".join(f"{key}: ${key}" for key in needed)
    shown = get_named_type(field.type)
    selection = " { __typename }" if is_composite_type(shown) else ""
    if is_union_type(shown) and any(member.name == "ForbiddenProblem" for member in shown.types):
        selection = " { __typename ... on ForbiddenProblem { message } }"
    query = (
        f"{kind}{f'({declared})' if declared else ''} {{ {name}{f'({given})' if given else ''}{selection} }}"
    )
    return Operation(kind, name, query, {key: sample(argument.type) for key, argument in needed.items()})


def sample(wanted: GraphQLInputType) -> Any:
    """The least value of an input type."""
    if isinstance(wanted, GraphQLNonNull):
        return sample(wanted.of_type)
    if isinstance(wanted, GraphQLList):
        return [sample(wanted.of_type)]
    if isinstance(wanted, GraphQLEnumType):
        return next(iter(wanted.values))
    if isinstance(wanted, GraphQLInputObjectType):
        return _sample_object(wanted)
    return SAMPLES[wanted.name]


def _sample_object(wanted: GraphQLInputObjectType) -> dict[str, Any]:
    if wanted.name == "PeriodInput":
        return PERIOD
    first = next(iter(wanted.fields))
    return {
        name: sample(field.type)
        for name, field in wanted.fields.items()
        if is_required_input_field(field) or (wanted.is_one_of and name == first)
    }
