"""Variables that do not fit their types, answered as data where the field asked for can say so.

GraphQL reads all variables before it executes anything, and one that does not fit fails the request with an
error. But a quantity that is no number is a fault of the input like one that is too large, and a form shows
both at their fields. So where an operation asks for one field, whose result may be an InvalidInputProblem,
that problem is the answer, with every fault at its input field. Every other operation fails as GraphQL says.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    execute_sync,
    get_named_type,
    is_input_object_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    type_from_ast,
)
from graphql.utilities import get_operation_ast
from strawberry.extensions import SchemaExtension
from strawberry.types.field import StrawberryField

from linepack.problems import Fault, InvalidInput
from schema.types.context import RequestContext
from schema.types.permissions import Permission
from schema.types.problems import InvalidInputProblem

INPUT = "input"
"""The argument whose fields are the input: paths begin below it."""


class InvalidVariables(SchemaExtension):
    """Answers an operation whose variables do not fit with an InvalidInputProblem, where it may."""

    def on_execute(self) -> Iterator[None]:
        """Give the answer in place of the execution."""
        execution = self.execution_context
        document = execution.graphql_document
        operation = get_operation_ast(document, execution.operation_name) if document else None
        if document is not None and operation is not None:
            execution.result = _refusal(
                execution.schema._schema, document, operation, execution.variables or {}, execution.context
            )
        yield


def _refusal(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    context: RequestContext,
) -> ExecutionResult | None:
    asked = _only_field(operation)
    if asked is None or not _may_answer(schema, operation, asked, context):
        return None
    faults: dict[str, list[Fault]] = {}
    for definition in operation.variable_definitions or ():
        if found := list(_variable_faults(schema, definition, variables)):
            faults[definition.variable.name.value] = found
    places = [(name, place) for name, place in _places(asked) if name in faults]
    if not faults or faults.keys() != {name for name, _ in places}:
        return None
    placed = [
        Fault(_joined(place, fault.place), fault.message) for name, place in places for fault in faults[name]
    ]
    answer = InvalidInputProblem.of(InvalidInput(placed))
    readable = {name: value for name, value in variables.items() if name not in faults}
    result = execute_sync(
        _answering(schema), _without(document, operation, faults), root_value=answer, variable_values=readable
    )
    return None if result.errors else result


def _only_field(operation: OperationDefinitionNode) -> FieldNode | None:
    selections = operation.selection_set.selections
    return selections[0] if len(selections) == 1 and isinstance(selections[0], FieldNode) else None


def _may_answer(
    schema: GraphQLSchema, operation: OperationDefinitionNode, asked: FieldNode, context: RequestContext
) -> bool:
    """Return whether the field can be an InvalidInputProblem, and the caller may use it."""
    root = _answering(schema).get_root_type(operation.operation)
    if root is None or asked.name.value not in root.fields:
        return False
    definition: StrawberryField = root.fields[asked.name.value].extensions["strawberry-definition"]
    permissions = [one for one in definition.permission_classes if issubclass(one, Permission)]
    return all(permission.allows(context.principal) for permission in permissions)


def _variable_faults(
    schema: GraphQLSchema, definition: VariableDefinitionNode, variables: Mapping[str, Any]
) -> Iterator[Fault]:
    name, kind = definition.variable.name.value, type_from_ast(schema, definition.type)
    if not is_input_type(kind) or (name not in variables and definition.default_value is not None):
        return
    yield from faults_of(variables.get(name), kind, "")


def faults_of(value: Any, kind: GraphQLInputType, place: str) -> Iterator[Fault]:
    """Yield every fault of a value that is to be of an input type."""
    if is_non_null_type(kind):
        if value is None:
            yield Fault(place, "is required")
        kind = kind.of_type
    if value is None:
        return
    if is_list_type(kind):
        members = value if isinstance(value, list) else [value]
        for index, member in enumerate(members):
            yield from faults_of(member, kind.of_type, f"{place}[{index}]")
    elif not is_input_object_type(kind):
        yield from _leaf_faults(value, kind, place)
    elif not isinstance(value, dict):
        yield Fault(place, f"must be an object, of type {kind.name}")
    else:
        for name, field in kind.fields.items():
            if name in value:
                yield from faults_of(value[name], field.type, _joined(place, name))
            elif is_required_input_field(field):
                yield Fault(_joined(place, name), "is required")
        for name in value.keys() - kind.fields.keys():
            yield Fault(_joined(place, name), f"is not a field of {kind.name}")


def _leaf_faults(value: Any, kind: Any, place: str) -> Iterator[Fault]:
    try:
        kind.coerce_input_value(value)
    except GraphQLError as fault:
        yield Fault(place, fault.message)
    except (TypeError, ValueError):
        yield Fault(place, f"is no {kind.name}")


def _places(asked: FieldNode) -> Iterator[tuple[str, str]]:
    """Yield each variable among the arguments of a field, and the input field that it is given for."""
    for argument in asked.arguments or ():
        name = argument.name.value
        yield from _places_in(argument.value, "" if name == INPUT else name)


def _places_in(node: ValueNode, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, VariableNode):
        yield node.name.value, place
    elif isinstance(node, ObjectValueNode):
        for field in node.fields:
            yield from _places_in(field.value, _joined(place, field.name.value))
    elif isinstance(node, ListValueNode):
        for index, member in enumerate(node.values):
            yield from _places_in(member, f"{place}[{index}]")


def _joined(outer: str, inner: str) -> str:
    return f"{outer}.{inner}" if outer and inner and not inner.startswith("[") else outer + inner


def _without(
    document: DocumentNode, operation: OperationDefinitionNode, names: Collection[str]
) -> DocumentNode:
    """Return a document with this operation only, which does not define the variables of these names."""
    definitions = operation.variable_definitions or ()
    alone = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(one for one in definitions if one.variable.name.value not in names),
        directives=operation.directives,
        selection_set=operation.selection_set,
    )
    fragments = (one for one in document.definitions if not isinstance(one, OperationDefinitionNode))
    return DocumentNode(definitions=(alone, *fragments))


@lru_cache(maxsize=4)
def _answering(schema: GraphQLSchema) -> GraphQLSchema:
    """Return a schema whose fields are those that can be an InvalidInputProblem: they are the root value."""
    problem: Any = schema.type_map.get(InvalidInputProblem.__name__)
    unions: set[GraphQLNamedType] = set()

    def answers(root: GraphQLObjectType | None) -> GraphQLObjectType | None:
        fields = {}
        for name, field in root.fields.items() if root is not None else ():
            union = get_named_type(field.type)
            if isinstance(union, GraphQLUnionType) and problem in union.types:
                unions.add(union)
                fields[name] = GraphQLField(
                    problem, resolve=lambda answer, _info: answer, extensions=field.extensions
                )
        return None if root is None else GraphQLObjectType(root.name, fields)

    query, mutation = answers(schema.query_type), answers(schema.mutation_type)
    return GraphQLSchema(query=query, mutation=mutation, types=unions, assume_valid=True)
