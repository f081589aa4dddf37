"""Problems: how the refusal of a command reaches the client, as data.

A mutation returns a union of its payload and named problems, which implement `Problem`. Services raise a
`linepack.problems.Problem`; `ProblemHandler` turns it into the member of the union.
"""

from enum import StrEnum
from typing import Any, ClassVar, Self, TypeAlias

import strawberry
from strawberry.types.field import StrawberryField

from linepack import problems
from linepack.limits import MESSAGE_LENGTH_MAX
from schema.types.domain_values import FromDomain
from schema.types.problem_codes import ProblemCode

PATH = (
    "The input field concerned, from the outermost on, with the indices of lists; empty when it is the whole "
    "input."
)


class ErrorCode(StrEnum):
    """The closed list of `extensions.code` of GraphQL errors."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_REQUEST = "BAD_REQUEST"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    COST_LIMIT = "COST_LIMIT"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    OPERATION_NOT_LISTED = "OPERATION_NOT_LISTED"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


@strawberry.interface
class Problem(FromDomain):
    """The reason a request was rejected. No state was changed."""

    code: ProblemCode = strawberry.field(description="The reason, for programs.")
    message: str = strawberry.field(description="The reason in words, for people.")
    path: list[str] = strawberry.field(description=PATH)


@strawberry.type
class FieldFault(FromDomain):
    """One fault of an input."""

    path: list[str] = strawberry.field(description=PATH)
    place: str | None = strawberry.field(
        description="The element concerned, such as a line of a file or an edge; null when it is the field."
    )
    message: str = strawberry.field(description="What is wrong and what is expected.")

    @classmethod
    def of(cls, value: problems.Fault) -> Self:
        """Show a fault; what its message quotes of the input is cut."""
        is_field = bool(value.path) and not isinstance(value, problems.FaultWithin)
        return cls(
            path=list(value.path),
            place=None if is_field else value.place or None,
            message=problems.shortened(value.message, MESSAGE_LENGTH_MAX),
        )


@strawberry.type
class InvalidInputProblem(Problem):
    """The input has faults; all of them are listed."""

    faults: list[FieldFault] = strawberry.field(description="Every fault found, in the order of the input.")


@strawberry.type
class NotFoundProblem(Problem):
    """The object does not exist or you may not see it."""


@strawberry.type
class ForbiddenProblem(Problem):
    """Your role, or the scope of your key, does not allow this."""


@strawberry.type
class ConflictProblem(Problem):
    """The idempotency key was used before with other input, or the state has changed meanwhile."""


@strawberry.type
class RefusedProblem(Problem):
    """Any other reason; `code` names it."""


Refusals: TypeAlias = (
    InvalidInputProblem | NotFoundProblem | ForbiddenProblem | ConflictProblem | RefusedProblem
)
"""The problems that every mutation may answer with."""


class ProblemHandler:
    """Turns one class of domain problem into one GraphQL type, in the unions that declare that type."""

    exception_type: ClassVar[type[Exception]]
    error_type: ClassVar[type[Problem]]

    def handle(self, exception: Any, *, field: StrawberryField, info: strawberry.Info) -> Any:
        """Return the union member for `exception`."""
        return self.error_type.of(exception)


def problem_handler(problem: type[problems.Problem], graphql_type: type[Problem]) -> ProblemHandler:
    """Return the handler that shows `problem` as `graphql_type`."""
    name = f"{problem.__name__}Handler"
    namespace = {"exception_type": problem, "error_type": graphql_type}
    handler: ProblemHandler = type(name, (ProblemHandler,), namespace)()
    return handler


def kernel_handlers() -> tuple[ProblemHandler, ...]:
    """Return the handlers of the kernel's problems; the handlers of more specific problems come before."""
    return (
        problem_handler(problems.InvalidInput, InvalidInputProblem),
        problem_handler(problems.NotFound, NotFoundProblem),
        problem_handler(problems.Forbidden, ForbiddenProblem),
        problem_handler(problems.Conflict, ConflictProblem),
        problem_handler(problems.Problem, RefusedProblem),
    )
