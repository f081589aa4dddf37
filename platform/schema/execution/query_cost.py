"""The size of an operation, known before it is validated: depth, aliases, cost and overlaps.

Every fragment is measured once and its measure reused wherever it is spread, so the work is linear in the
document however often fragments spread each other. (Expanding them takes time exponential in their number,
and a document of a few hundred tokens would hang the server.) A fragment that spreads itself counts nothing
there; validation rejects it.

Overlaps are pairs of equal fields that validation must compare to see whether they merge: their number grows
with the square of the document, whatever it costs to execute.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from linepack.limits import PAGE_SIZE_DEFAULT
from schema.execution.field_costs import (
    COSTS,
    DAYS_ASSUMED,
    FREE,
    INTROSPECTION_COST,
    MUTATION_COST,
    SUBSCRIPTION_COST,
    FieldCost,
)

_ROWS_MAX = 10**9
_ROOT_COSTS = {OperationType.MUTATION: MUTATION_COST, OperationType.SUBSCRIPTION: SUBSCRIPTION_COST}


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of a selection: how deep its fields nest, its aliases, its cost, and the overlaps."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0
    overlaps: int = 0

    def beside(self, other: "Measure") -> "Measure":
        """Return the measure of two selections next to each other."""
        depth = max(self.depth, other.depth)
        return Measure(depth, self.aliases + other.aliases, self.cost + other.cost)


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any] | None,
    costs: Mapping[str, FieldCost] = COSTS,
) -> Measure:
    """Return the measure of `operation` with the variables it comes with.

    The document need not be valid: what the schema does not know counts as a leaf.
    """
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    given = {
        definition.variable.name.value: _plain(definition.default_value, {})
        for definition in operation.variable_definitions or ()
    }
    walk = _Walk(schema, fragments, {**given, **(variables or {})}, costs)
    root = schema.get_root_type(operation.operation)
    inside = walk.selections(operation.selection_set, root)
    roots = len(operation.selection_set.selections)
    base = 1 + roots * _ROOT_COSTS.get(operation.operation, 0)
    overlaps = sum(count * (count - 1) // 2 for count in walk.met.values())
    return Measure(inside.depth, inside.aliases, inside.cost + base, overlaps)


@dataclass(slots=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    costs: Mapping[str, FieldCost]
    measured: dict[str, Measure] = field(default_factory=dict)
    met: Counter[tuple[str, str]] = field(default_factory=Counter)

    def selections(self, node: SelectionSetNode, parent: GraphQLCompositeType | None) -> Measure:
        total = Measure()
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                total = total.beside(self._field(selection, parent))
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inside = self._type(condition.name.value) if condition else parent
                total = total.beside(self.selections(selection.selection_set, inside))
            elif isinstance(selection, FragmentSpreadNode):
                total = total.beside(self._fragment(selection.name.value))
        return total

    def _fragment(self, name: str) -> Measure:
        if name not in self.measured:
            self.measured[name] = Measure()
            fragment = self.fragments.get(name)
            if fragment is not None:
                parent = self._type(fragment.type_condition.name.value)
                self.measured[name] = self.selections(fragment.selection_set, parent)
        return self.measured[name]

    def _field(self, node: FieldNode, parent: GraphQLCompositeType | None) -> Measure:
        name = node.name.value
        aliases = 1 if node.alias else 0
        self.met[parent.name if parent else "", node.alias.value if node.alias else name] += 1
        if name in ("__schema", "__type"):
            return Measure(1, aliases, INTROSPECTION_COST)
        definition = _definition(parent, name)
        if definition is None or parent is None:
            inside = self.selections(node.selection_set, None) if node.selection_set else Measure()
            return Measure(1 + inside.depth, aliases + inside.aliases, inside.cost)
        inner = get_named_type(definition.type)
        composite = inner if is_composite_type(inner) else None
        inside = self.selections(node.selection_set, composite) if node.selection_set else Measure()
        cost = self.costs.get(f"{parent.name}.{name}")
        own = self._points(node, definition, composite, cost)
        rows = self._rows(node, definition, parent, cost)
        return Measure(1 + inside.depth, aliases + inside.aliases, own + rows * inside.cost)

    def _points(
        self,
        node: FieldNode,
        definition: GraphQLField,
        composite: GraphQLCompositeType | None,
        cost: FieldCost | None,
    ) -> int:
        if cost is None:
            return 0 if composite is None or _is_page_part(composite) or composite.name in FREE else 1
        if not cost.points_per_100_days:
            return cost.points
        days = _days(self._argument(node, "period")) if "period" in definition.args else DAYS_ASSUMED
        return cost.points + -(-days // 100) * cost.points_per_100_days

    def _rows(
        self,
        node: FieldNode,
        definition: GraphQLField,
        parent: GraphQLCompositeType,
        cost: FieldCost | None,
    ) -> int:
        if "first" in definition.args:
            given = [self._argument(node, name) for name in ("first", "last")]
            counts = [one for one in given if isinstance(one, int) and not isinstance(one, bool)]
            return min(max(*counts, 1), _ROWS_MAX) if counts else PAGE_SIZE_DEFAULT
        if not _is_list(definition.type) or parent.name.endswith("Connection"):
            return 1
        return (cost or FieldCost()).rows

    def _argument(self, node: FieldNode, name: str) -> Any:
        for argument in node.arguments or ():
            if argument.name.value == name:
                return _plain(argument.value, self.variables)
        return None

    def _type(self, name: str) -> GraphQLCompositeType | None:
        found = self.schema.get_type(name)
        return found if is_composite_type(found) else None


def _definition(parent: GraphQLCompositeType | None, name: str) -> GraphQLField | None:
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        return None
    fields: Mapping[str, GraphQLField] = parent.fields
    return fields.get(name)


def _is_page_part(composite: GraphQLCompositeType) -> bool:
    return composite.name.endswith(("Connection", "Edge")) or composite.name == "PageInfo"


def _is_list(output: GraphQLOutputType) -> bool:
    inner = output.of_type if isinstance(output, GraphQLNonNull) else output
    return isinstance(inner, GraphQLList)


def _plain(node: ValueNode | None, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) <= len(str(_ROWS_MAX)) else _ROWS_MAX
    if isinstance(node, StringValueNode):
        return node.value
    if isinstance(node, ObjectValueNode):
        return {field.name.value: _plain(field.value, variables) for field in node.fields}
    return None


def _days(period: Any) -> int:
    try:
        start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    except (TypeError, KeyError, ValueError):
        return DAYS_ASSUMED
    return max(1, (end - start).days)
