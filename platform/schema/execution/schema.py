"""The executable schema: operations run within limits, their errors are shown in public form and logged."""

from collections.abc import Iterable, Iterator
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLInputObjectType
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext, ExecutionResult, StreamExecutionResult

from linepack.limits import PAGE_SIZE_MAX
from schema.execution.errors import log_faults, public_error
from schema.execution.invalid_variables import InvalidVariables
from schema.execution.known_documents import KnownDocuments, ReuseOfDocuments
from schema.execution.limits import OperationLimits
from schema.execution.shared_events import SharingExecutor
from schema.types.columns import COLUMNS
from schema.types.context import RequestContext
from schema.types.descriptions import describe
from schema.types.problems import ProblemHandler
from schema.types.scalars import SCALARS


class PublicErrors(SchemaExtension):
    """Shows the client of a stream the public form of every error; `Schema.execute` does it for answers."""

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        """Replace the errors of one frame."""
        if isinstance(result, ExecutionResult):
            result.errors = show(result.errors, self.execution_context.context)
        yield


class Schema(strawberry.Schema):
    """A Strawberry schema that is executed asynchronously, within limits, and does not show internals."""

    def __init__(
        self,
        *,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        types: Iterable[type] = (),
        handlers: Iterable[ProblemHandler] = (),
    ) -> None:
        known = KnownDocuments()
        super().__init__(
            query,
            mutation,
            subscription,
            types=types,
            extensions=[OperationLimits, lambda: ReuseOfDocuments(known), PublicErrors, InvalidVariables],
            execution_context_class=SharingExecutor,
            exception_handlers=handlers,
            config=StrawberryConfig(
                relay_max_results=PAGE_SIZE_MAX,
                batching_config=None,
                # sort_schema breaks unions at run time in strawberry 0.341; only the snapshot is sorted.
                sort_schema=False,
                scalar_map={**SCALARS, **COLUMNS},
            ),
        )
        for graphql_type in self._schema.type_map.values():
            if isinstance(graphql_type, GraphQLInputObjectType):
                # Strawberry checks it, but does not tell clients.
                graphql_type.is_one_of = graphql_type.extensions["strawberry-definition"].is_one_of
        describe(self._schema)

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Execute a query or mutation; every error of the result is in its public form."""
        result = await super().execute(*args, **kwargs)
        result.errors = show(result.errors, kwargs.get("context_value"))
        return result

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log the server's own faults; clients read their own mistakes in the result."""
        context = execution_context.context if execution_context else None
        operation = execution_context.operation_name if execution_context else None
        log_faults(errors, request_id=_request_id(context), operation=operation)


def show(errors: list[GraphQLError] | None, context: RequestContext | None) -> list[GraphQLError] | None:
    """Return the public form of `errors`; suggestions of names are for the signed-in only."""
    if not errors:
        return errors
    shown = [public_error(error, request_id=_request_id(context)) for error in errors]
    if context is None or context.principal is None:
        for error in shown:
            error.message = error.message.partition(" Did you mean ")[0]
    return shown


def _request_id(context: RequestContext | None) -> str:
    return context.request_id if context else ""
