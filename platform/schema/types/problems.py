"""The home of how refusals and faults reach a client.

Two channels. An expected refusal is data: a mutation returns a union of its success and named problems, all
of which implement `Problem`; services raise plain `linepack.problems.Problem`s and `ProblemHandler` turns
them into the union's members. Everything else is a GraphQL error whose `extensions.code` is one of
`ErrorCode`. A fault of ours says INTERNAL and nothing more; its traceback goes to the log under the same
request id. While the database or a feed is away the answer is UNAVAILABLE: the same again may succeed, and a
command that is repeated with its key takes effect once.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.types.field import StrawberryField

from linepack import problems
from linepack.database.connections import is_away
from linepack.events.follower import FeedInterrupted

log = structlog.get_logger(__name__)


class ErrorCode(StrEnum):
    """The closed list of `extensions.code`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_REQUEST = "BAD_REQUEST"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    COST_LIMIT = "COST_LIMIT"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


UNAVAILABLE_TEXT = "not ready; try again later, a command with the same key: its outcome is unknown"


@strawberry.interface(description="Why something was refused. Nothing has happened.")
class Problem:
    """What every named problem of the API has."""

    code: str = strawberry.field(description="Stable name of the refusal, for programs.")
    message: str = strawberry.field(description="The refusal in words, for people.")
    path: list[str] = strawberry.field(description="The input field it is about; empty when about the whole.")

    @classmethod
    def of(cls, problem: Any) -> Self:
        """Return this type for a domain problem; types with more to say override this."""
        return cls(code=problem.code, message=problem.message, path=list(problem.path))


@strawberry.type(description="One defect of an input.")
class FieldFault:
    """One defect of an input and its place."""

    place: str = strawberry.field(description="The input field; for a file its line and element.")
    message: str


@strawberry.type(description="The input has faults; all of them are listed.")
class InvalidInputProblem(Problem):
    """Every fault of an input at once."""

    faults: list[FieldFault]

    @classmethod
    def of(cls, problem: problems.InvalidInput) -> Self:
        """Return the faults of `problem` in their order."""
        faults = [FieldFault(place=fault.place, message=fault.message) for fault in problem.faults]
        return cls(code=problem.code, message=problem.message, path=list(problem.path), faults=faults)


@strawberry.type(description="There is no such thing, or it is not yours to see.")
class NotFoundProblem(Problem):
    """A missing thing and a stranger's thing alike."""


@strawberry.type(description="Your role or the scope of your key does not allow this.")
class ForbiddenProblem(Problem):
    """A refusal for lack of rights."""


@strawberry.type(
    description="The idempotency key was used before with other input, or the state has moved on."
)
class ConflictProblem(Problem):
    """A refusal because something else happened first."""


@strawberry.type(description="Any other refusal; `code` names it.")
class RefusedProblem(Problem):
    """A refusal that has nothing to add to its code and message."""


class _Described(Protocol):
    @classmethod
    def of(cls, problem: Any) -> Any: ...


class ProblemHandler:
    """Turns one class of domain problem into one GraphQL type, in the unions that declare that type."""

    exception_type: ClassVar[type[Exception]]
    error_type: ClassVar[type]

    def handle(self, exception: Any, *, field: StrawberryField, info: strawberry.Info) -> Any:
        """Return the union member for `exception`."""
        return self.error_type.of(exception)  # type: ignore[attr-defined]


def problem_handler(problem: type[problems.Problem], graphql_type: type[_Described]) -> ProblemHandler:
    """Return the handler that shows `problem` as `graphql_type`."""
    name = f"{problem.__name__}Handler"
    namespace = {"exception_type": problem, "error_type": graphql_type}
    handler: ProblemHandler = type(name, (ProblemHandler,), namespace)()
    return handler


def kernel_handlers() -> tuple[ProblemHandler, ...]:
    """Return the handlers of the kernel's problems; put the rooms' own handlers before them."""
    return (
        problem_handler(problems.InvalidInput, InvalidInputProblem),
        problem_handler(problems.NotFound, NotFoundProblem),
        problem_handler(problems.Forbidden, ForbiddenProblem),
        problem_handler(problems.Conflict, ConflictProblem),
        problem_handler(problems.Problem, RefusedProblem),
    )


_CODES = {code.value: code for code in ErrorCode}


def is_fault(error: GraphQLError) -> bool:
    """Return whether `error` is ours: neither a fault of the request, nor a refusal, nor a server away."""
    original = error.original_error
    expected = GraphQLError | problems.Problem | TimeoutError | RecursionError
    return original is not None and not isinstance(original, expected) and not _is_unavailable(original)


def _is_unavailable(original: Exception) -> bool:
    return isinstance(original, FeedInterrupted) or is_away(original)


def public_error(error: GraphQLError, *, request_id: str) -> GraphQLError:
    """Return what a client may read of `error`: always a code of the closed list, never an inside."""
    original = error.original_error
    if is_fault(error):
        message, extensions = "unexpected error", {"code": ErrorCode.INTERNAL, "requestId": request_id}
    elif isinstance(original, problems.Problem):
        message = original.message
        code = _CODES.get(original.code, ErrorCode.BAD_REQUEST)
        extensions = {"code": code, "problem": original.code}
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
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def log_faults(errors: Iterable[GraphQLError], *, request_id: str, operation: str | None) -> None:
    """Log our own faults with their traceback; what a client did wrong is not logged as an error."""
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
