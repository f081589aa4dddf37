"""Descriptions of the schema: what its documentation says of types, fields and arguments.

A type or resolver is described by its docstring. A field or argument whose name means the same wherever it
occurs is described here, once; what a field means on its type only is said where it is declared.
"""

import inspect
from collections.abc import Mapping

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)
from strawberry.types.field import StrawberryField

from linepack.limits import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX

FIELDS: Mapping[str, str] = {
    "alternatives": "What could be had instead.",
    "amount": "The exact amount.",
    "apiKey": "The key, without its secret.",
    "bottlenecks": "The cuts of the network that stand in the way.",
    "capacity": "The capacity offered, without its owner.",
    "closesAt": "Until when orders are taken.",
    "code": "The short name that identifies it.",
    "currency": "The currency of its prices.",
    "cursor": "The position in the stream; continue after it.",
    "day": "The gas day.",
    "debtor": "The party that owes.",
    "delivery": "The node where the operator hands gas back; null for the hub, or for any in a rule.",
    "edge": "The edge.",
    "email": "The e-mail address, with which the person signs in.",
    "end": "The gas day after the last one.",
    "expiresAt": "When it ceases to be valid.",
    "firmLevel": "The level to which firm rights are proved before they are sold.",
    "firmness": "Whether the capacity is firm or interruptible.",
    "flowKgPerS": "The same as mass flow, in kg/s.",
    "gasDay": "The gas day whose rights were validated.",
    "gasMonth": "The first day of the gas month.",
    "head": "The node where the edge ends.",
    "isOwed": "What it is owed.",
    "holder": "The party that holds the rights.",
    "interruptibleLevel": "The level to which interruptible rights are proved before they are sold.",
    "kind": "Which kind it is.",
    "level": "How much was proved.",
    "listing": "The listing, as it is now.",
    "name": "The name, for people.",
    "network": "The network concerned.",
    "node": "The node.",
    "outcome": "What was found.",
    "owes": "What it owes.",
    "party": "The party concerned.",
    "period": "The gas days concerned.",
    "periods": "The gas days concerned.",
    "pressureBar": "The pressure, absolute, in bar.",
    "pricePerUnitDay": "Money per commercial unit and gas day.",
    "quantity": "How much capacity, on every gas day.",
    "rate": "Money per commercial unit and gas day.",
    "reason": "Why, in words.",
    "receipt": "The node where gas is handed to the operator; null for the hub, or for any in a rule.",
    "recordedAt": "When it was recorded.",
    "release": "The release offer, as it is now.",
    "reverses": "The line that it reverses; null for others.",
    "rightsVersion": "Identifies the state of all rights that was looked at.",
    "roles": "What the account or key is.",
    "route": "Where gas is handed over.",
    "scopes": "What it allows.",
    "setAt": "When it was set.",
    "start": "The first gas day.",
    "state": "Its current state.",
    "tail": "The node where the edge begins.",
    "trade": "The trade concluded.",
    "unit": "The network's commercial unit, in which its quantities are counted.",
    "validFrom": "The first gas day on which it applies.",
    "verdict": "What was proved about the request.",
    "whenUndecided": "What happens to a request that is not decided in time.",
}

INPUTS: Mapping[str, str] = {
    "closesAt": "Until when orders are taken.",
    "contract": "The id of the contract.",
    "contractId": "The id of the contract.",
    "currency": "The currency of prices on the network.",
    "day": "The gas day.",
    "delivery": "The code of the node where the operator hands gas back; null for the hub.",
    "edge": "The code of the edge.",
    "email": "The e-mail address of the account.",
    "end": "The gas day after the last one.",
    "expiresAt": "When the key ceases to be valid.",
    "file": "The network document.",
    "firmLevel": "The level to which firm rights must be proved before they are sold.",
    "firmness": "Whether the capacity is firm or interruptible.",
    "first": f"How many rows: 1 to {PAGE_SIZE_MAX}, {PAGE_SIZE_DEFAULT} if omitted.",
    "idempotencyKey": "Chosen by you: repeating the request with the same key and input has no further "
    "effect and returns the same result.",
    "index": "The name of the index.",
    "input": "The input of the command.",
    "interruptibleLevel": "The level to which interruptible rights must be proved before they are sold.",
    "kind": "Which kind it is.",
    "listingId": "The id of the listing.",
    "minimumQuantity": "The smallest part that can be had.",
    "name": "The name, for people.",
    "network": "The code of the network.",
    "node": "The code of the node.",
    "period": "The gas days asked about.",
    "pricePerUnitDay": "Money per commercial unit and gas day.",
    "quantity": "How much capacity, on every gas day.",
    "reason": "Why, in words.",
    "receipt": "The code of the node where gas is handed to the operator; null for the hub.",
    "releaseId": "The id of the release offer.",
    "roles": "What the account or key is.",
    "route": "Where gas is handed over.",
    "scopes": "What the key allows.",
    "start": "The first gas day.",
    "validFrom": "The first gas day on which it applies.",
    "whenUndecided": "What happens to a request that is not decided in time.",
}

_UNIONS: Mapping[str, str] = {
    "Result": "What the operation returns: its result, or the problem for which it was rejected.",
    "News": "The next event, or that the client must start anew.",
}


def describe(schema: GraphQLSchema) -> None:
    """Describe every type, field and argument of `schema` that has no description of its own."""
    for name, graphql_type in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(graphql_type, GraphQLUnionType):
            suffix = next((suffix for suffix in _UNIONS if name.endswith(suffix)), "")
            graphql_type.description = graphql_type.description or _UNIONS.get(suffix)
        elif isinstance(graphql_type, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            definition = graphql_type.extensions.get("strawberry-definition")
            graphql_type.description = graphql_type.description or docstring(
                getattr(definition, "origin", None)
            )
            glossary = INPUTS if isinstance(graphql_type, GraphQLInputObjectType) else FIELDS
            for field_name, field in graphql_type.fields.items():
                _describe_field(field_name, field, glossary)


def _describe_field(name: str, field: GraphQLField | GraphQLInputField, glossary: Mapping[str, str]) -> None:
    definition = field.extensions.get("strawberry-definition")
    resolver = definition.base_resolver if isinstance(definition, StrawberryField) else None
    field.description = (
        field.description or docstring(resolver and resolver.wrapped_func) or glossary.get(name)
    )
    arguments: Mapping[str, GraphQLArgument] = getattr(field, "args", {})
    for argument_name, argument in arguments.items():
        argument.description = argument.description or INPUTS.get(argument_name)


def docstring(described: object) -> str | None:
    """Return the docstring of a type or resolver as one line a paragraph, None without one."""
    text = inspect.getdoc(described) if described is not None else None
    return None if text is None else "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
