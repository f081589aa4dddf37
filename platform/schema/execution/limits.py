"""Limits of one operation. Every bound is a constant of `linepack.limits`.

In this order: the body's size, before it is read (`schema.transport.body_limit`); the document's length,
before it is parsed (`schema.types.listed_operations`), and its tokens, while it is; whether the caller
may send a document that is not listed; the variables' size, the operation's depth, aliases and cost,
before it is validated; then what the caller's party has spent recently; then the time that execution may
take. An operation that is rejected costs a point, also where its document cannot be parsed. What its proofs
have taken is charged as they are made, and reported beside the points.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    MaxIntrospectionDepthRule,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    StringValueNode,
    Visitor,
    visit,
)
from graphql.utilities import get_operation_ast
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from capacity.feasibility.solver_use import SolverUse, use_for
from linepack.limits import (
    INPUT_LIST_MAX,
    OPERATION_S,
    QUERY_ALIASES_MAX,
    QUERY_COST_MAX,
    QUERY_DEPTH_MAX,
    QUERY_OVERLAPS_MAX,
    QUERY_TOKENS_MAX,
    VARIABLE_DEPTH_MAX,
    VARIABLE_VALUES_MAX,
)
from linepack.monitoring.metrics import OPERATION_SECONDS
from linepack.problems import RateLimited
from schema.execution.query_cost import Measure, measure
from schema.execution.rate_limit import charge, cost_rule, payer_of
from schema.types.context import RequestContext
from schema.types.problems import ErrorCode

REFUSAL_COST = 1
SOLVER_DECIMALS = 4


class OperationLimits(SchemaExtension):
    """Measures an operation before it is validated, charges it to the caller, and bounds its time."""

    def __init__(self) -> None:
        self._report: dict[str, Any] = {}
        self._use: SolverUse | None = None
        self._is_charged = False

    async def on_operation(self) -> AsyncIterator[None]:
        """Bound the tokens, give the operation a context of its own, and charge it if nothing else has.

        What was not even parsed is refused for that, also when there is no point left for it.
        """
        execution = self.execution_context
        execution.parse_options["max_tokens"] = QUERY_TOKENS_MAX
        context: RequestContext = execution.context
        execution.context = context.for_operation()
        execution.validation_rules = (*execution.validation_rules, MaxIntrospectionDepthRule)
        if context.principal is None:
            execution.validation_rules = (*execution.validation_rules, NoSchemaIntrospectionCustomRule)
        self._use = use_for(payer_of(context))
        began = time.perf_counter()
        try:
            yield
        finally:
            if not self._is_charged:
                with suppress(RateLimited):
                    await charge(context, REFUSAL_COST)
        _measured(execution, time.perf_counter() - began)

    async def on_validate(self) -> AsyncIterator[None]:
        """Refuse what is too big or too much, before any work is spent on it."""
        try:
            await self._admit()
        except GraphQLError as refusal:
            self.execution_context.pre_execution_errors = [refusal]
        except RateLimited as refusal:
            error = GraphQLError(refusal.message, original_error=refusal)
            self.execution_context.pre_execution_errors = [error]
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Bound the time; a subscription's is bounded until it is set up."""
        async with asyncio.timeout(OPERATION_S):
            yield

    def get_results(self) -> dict[str, Any]:
        """Return `extensions.cost`, once per operation."""
        report, self._report = self._report, {}
        if report and self._use is not None:
            left_s = self._use.left_s
            report["cost"] |= {
                "solverSeconds": round(self._use.seconds, SOLVER_DECIMALS),
                "solverSecondsAvailable": None if left_s is None else round(left_s, SOLVER_DECIMALS),
            }
        return report

    async def _admit(self) -> None:
        execution = self.execution_context
        context: RequestContext = execution.context
        self._is_charged = True
        try:
            context.listed.require(execution.query or "", context.principal)
            refuse_variables(execution.variables or {})
            refuse_text(execution.query or "", execution.graphql_document)
            refuse_choice(execution.graphql_document, execution._provided_operation_name)
            size = self._measure()
            refuse_size(size)
        except GraphQLError:
            await charge(context, REFUSAL_COST)
            raise
        taking = await charge(context, size.cost)
        if execution.operation_type is not OperationType.SUBSCRIPTION:
            rule = cost_rule(context.services.settings, anonymous=context.principal is None)
            self._report = {
                "cost": {
                    "requested": size.cost,
                    "limit": QUERY_COST_MAX,
                    "available": int(rule.capacity - taking.level),
                    "restoredPerSecond": int(rule.leak_per_s),
                }
            }

    def _measure(self) -> Measure:
        execution = self.execution_context
        document = execution.graphql_document
        operation = get_operation_ast(document, execution.operation_name) if document else None
        if document is None or operation is None:
            return Measure()
        try:
            return measure(execution.schema._schema, document, operation, execution.variables)
        except RecursionError:
            raise _refused("the operation is nested too deeply") from None


def _measured(execution: ExecutionContext, seconds: float) -> None:
    """Count an operation that was answered; subscriptions last as long as their listeners like."""
    try:
        kind = execution.operation_type
    except RuntimeError:
        return
    if kind is not OperationType.SUBSCRIPTION:
        result = execution.result
        outcome = "refused" if result is None or result.errors else "answered"
        OPERATION_SECONDS.labels(kind.value, outcome).observe(seconds)


def refuse_size(size: Measure) -> None:
    """Raise GraphQLError COST_LIMIT when an operation is too deep, too wide or too dear."""
    if size.depth > QUERY_DEPTH_MAX:
        raise _refused(f"the operation nests {size.depth} fields; at most {QUERY_DEPTH_MAX} are allowed")
    if size.aliases > QUERY_ALIASES_MAX:
        raise _refused(f"the operation has {size.aliases} aliases; at most {QUERY_ALIASES_MAX} are allowed")
    if size.overlaps > QUERY_OVERLAPS_MAX:
        raise _refused("the operation asks for the same fields too many times")
    if size.cost > QUERY_COST_MAX:
        raise _refused(
            f"the operation costs {size.cost} points; at most {QUERY_COST_MAX} are allowed: "
            "ask for fewer rows, or in several operations"
        )


def refuse_variables(variables: Mapping[str, Any]) -> None:
    """Raise GraphQLError COST_LIMIT when variables hold a long list, too many values, or nest too deep."""
    waiting: list[tuple[Any, int]] = [(variables, 0)]
    values = 0
    while waiting:
        value, depth = waiting.pop()
        values += 1
        if values > VARIABLE_VALUES_MAX:
            raise _refused(f"the variables hold more than {VARIABLE_VALUES_MAX} values")
        if depth > VARIABLE_DEPTH_MAX:
            raise _refused(f"the variables nest deeper than {VARIABLE_DEPTH_MAX} levels")
        if isinstance(value, str):
            _refuse_unstorable(value)
        elif isinstance(value, list):
            if len(value) > INPUT_LIST_MAX:
                raise _refused(f"a list has {len(value)} members; at most {INPUT_LIST_MAX} are allowed")
            waiting += [(member, depth + 1) for member in value]
        elif isinstance(value, dict):
            waiting += [(member, depth + 1) for member in value.values()]


def refuse_text(query: str, document: DocumentNode | None) -> None:
    """Raise GraphQLError BAD_REQUEST when a string literal holds what a database cannot."""
    if document is not None and ("\\u" in query or not _is_storable(query)):
        visit(document, _StringLiterals())


def refuse_choice(document: DocumentNode | None, name: str | None) -> None:
    """Raise GraphQLError BAD_REQUEST when a document has several operations and none of them is named."""
    definitions = document.definitions if document is not None else ()
    number = sum(isinstance(one, OperationDefinitionNode) for one in definitions)
    if number > 1 and not name:
        message = f"the document has {number} operations: name the one to execute in `operationName`"
        raise GraphQLError(message, extensions={"code": ErrorCode.BAD_REQUEST})


class _StringLiterals(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        _refuse_unstorable(node.value)


def _refuse_unstorable(text: str) -> None:
    if not _is_storable(text):
        message = "a text holds a null character, or half of a surrogate pair"
        raise GraphQLError(message, extensions={"code": ErrorCode.BAD_REQUEST})


def _is_storable(text: str) -> bool:
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _refused(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": ErrorCode.COST_LIMIT})
