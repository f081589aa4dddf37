"""Execution of subscriptions: an event is worked out once for all who see the same of it.

Thousands may follow one stream with the same document. What they see of an event depends on the document, its
variables and their rights; the cursor after which a subscription began makes no difference.
"""

import re
from collections.abc import Hashable
from typing import Any, Final, cast

from graphql import ExecutionResult, FieldNode, OperationDefinitionNode, VariableNode
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.types.context import RequestContext
from schema.types.event_streams import OneEvent

START_ARGUMENT: Final = "after"
"""The argument of every subscription to a stream that says where it begins."""


class SharingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes operations; an event of a stream once for all who see the same of it."""

    _audience: Hashable = None

    def build_per_event_executor(self, payload: Any) -> "SharingExecutor":
        """Return the executor of one event; what was loaded for the last is forgotten."""
        context: RequestContext = self.context_value
        context.forget_loaded()
        if self._audience is None:
            self._audience = audience_of(self.operation, self.variable_values.coerced, context)
        return cast("SharingExecutor", super().build_per_event_executor(payload))

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Return the result, or an awaitable of it."""
        event = self.root_value
        if self._audience is None or not isinstance(event, OneEvent):
            return super().execute_operation(serially)
        key = (self._audience, type(event), event.cursor)
        return self.context_value.listeners.events.shown(key, self._executed)

    async def _executed(self) -> ExecutionResult:
        result: Any = super().execute_operation(False)
        executed: ExecutionResult = await result if self.is_awaitable(result) else result
        return executed


def audience_of(operation: OperationDefinitionNode, variables: Any, context: RequestContext) -> Hashable:
    """Return what decides how an event is shown: the document, its variables but for where to begin, rights.

    None where it cannot be told.
    """
    if operation.loc is None:
        return None
    principal, document = context.principal, operation.loc.source.body
    rights = None if principal is None else (principal.party_id, principal.roles, principal.scopes)
    start = _start_variable(operation, document)
    deciding = tuple(sorted((name, repr(value)) for name, value in variables.items() if name != start))
    return document, operation.name and operation.name.value, deciding, rights


def _start_variable(operation: OperationDefinitionNode, document: str) -> str | None:
    """Return the variable that says where to begin, if it says nothing else."""
    for selection in operation.selection_set.selections:
        arguments = selection.arguments if isinstance(selection, FieldNode) else None
        for argument in arguments or ():
            if argument.name.value == START_ARGUMENT and isinstance(argument.value, VariableNode):
                name = argument.value.name.value
                # Once where it is declared, once here.
                return name if len(re.findall(rf"\${name}\b", document)) == 2 else None
    return None
