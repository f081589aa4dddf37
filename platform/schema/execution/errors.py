"""Errors: what a client is shown of an operation that failed, and what is logged.

Rejected commands are data (`schema.types.problems`). Everything else is a GraphQL error whose
`extensions.code` is one of `ErrorCode`. A fault of the server says INTERNAL and nothing more; its traceback
is logged under the same request id. While the database or a feed is away the answer is UNAVAILABLE: the same
request may succeed later, and a command that is repeated with its key takes effect once.
"""

from collections.abc import Iterable

import structlog
from graphql import GraphQLError
from redis.exceptions import RedisError

from linepack import problems
from linepack.database.connections import is_away
from linepack.events.follower import FeedInterrupted
from linepack.limits import MESSAGE_LENGTH_MAX
from schema.types.problems import ErrorCode, FieldFault

log = structlog.get_logger(__name__)

UNAVAILABLE_TEXT = "not ready; try again later, a command with the same key: its outcome is unknown"

_CODES = {code.value: code for code in ErrorCode}


def is_fault(error: GraphQLError) -> bool:
    """Return whether `error` is the server's own: no bad request, no rejection, no database or feed away."""
    original = error.original_error
    expected = GraphQLError | problems.Problem | problems.RateLimited | TimeoutError | RecursionError
    return original is not None and not isinstance(original, expected) and not _is_unavailable(original)


def _is_unavailable(original: Exception) -> bool:
    return isinstance(original, FeedInterrupted | RedisError) or is_away(original)


def public_error(error: GraphQLError, *, request_id: str) -> GraphQLError:
    """Return `error` as the client may read it: with a code of the closed list, without internals."""
    original = error.original_error
    extensions: dict[str, object]
    if is_fault(error):
        message, extensions = "unexpected error", {"code": ErrorCode.INTERNAL, "requestId": request_id}
    elif isinstance(original, problems.Problem):
        message = original.message
        code = _CODES.get(original.code, ErrorCode.BAD_REQUEST)
        extensions = {"code": code, "problem": original.code}
        if isinstance(original, problems.InvalidInput):
            faults = map(FieldFault.of, original.faults)
            extensions["faults"] = [
                {"path": fault.path, "place": fault.place, "message": fault.message} for fault in faults
            ]
    elif isinstance(original, problems.RateLimited):
        message = original.message
        extensions = {"code": ErrorCode.RATE_LIMITED, "retryAfter": original.retry_after_s}
    elif isinstance(original, TimeoutError):
        message = "the operation took too long; to learn the outcome of a command, repeat it with its key"
        extensions = {"code": ErrorCode.TIMEOUT}
    elif original is not None and not isinstance(original, GraphQLError) and _is_unavailable(original):
        message, extensions = UNAVAILABLE_TEXT, {"code": ErrorCode.UNAVAILABLE}
    elif isinstance(original, RecursionError):
        message, extensions = "the operation is nested too deeply", {"code": ErrorCode.COST_LIMIT}
    else:
        given = error.extensions or {}
        message = error.message
        extensions = {**given, "code": _CODES.get(str(given.get("code")), ErrorCode.BAD_REQUEST)}
    return GraphQLError(
        problems.shortened(message, MESSAGE_LENGTH_MAX),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def log_faults(errors: Iterable[GraphQLError], *, request_id: str, operation: str | None) -> None:
    """Log the server's own faults with their traceback; a client's mistakes are not logged as errors."""
    for error in errors:
        original = error.original_error
        is_late = isinstance(original, TimeoutError)
        if original is not None and not is_late and _is_unavailable(original):
            fault = type(original).__name__
            log.warning("resolver_lost_server", request_id=request_id, operation=operation, fault=fault)
        if is_fault(error):
            log.error(
                "fault in a resolver",
                request_id=request_id,
                operation=operation,
                path=list(error.path or ()),
                exc_info=error.original_error,
            )
