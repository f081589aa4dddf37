"""Problems and faults: why a request is refused.

A *problem* is an expected refusal: the caller asked for something that cannot be had, and the answer says
why. Each package derives its own tree from `Problem`, one class per fact, built from the facts themselves so
that message and attributes cannot diverge. A *fault* is one defect of an input, with its place; an input is
refused with all of its faults at once (`InvalidInput`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


class Problem(Exception):
    """Base of every expected refusal.

    `code` is stable and part of the API; `path` is the input field the refusal is about, if there is one.
    """

    code: ClassVar[str] = "PROBLEM"

    def __init__(self, message: str, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect of an input: where it is (`place`: a field, or file, line and element) and what is wrong."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class InvalidInput(Problem):
    """The input has faults; all of them are listed, in the order of their places in the input."""

    code = "INVALID_INPUT"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        noun = "fault" if count == 1 else "faults"
        super().__init__(f"{count} {noun}: " + "; ".join(map(str, self.faults)))


class NotFound(Problem):
    """The object does not exist, or the caller may not see it: the answer is the same."""

    code = "NOT_FOUND"

    def __init__(self, kind: str, reference: object, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(f"no {kind} {reference}", path=path)
        self.kind = kind
        self.reference = str(reference)


class Forbidden(Problem):
    """The principal's role or key scope does not allow this."""

    code = "FORBIDDEN"


class RateLimited(Exception):
    """Too much in too short a time; it may be tried again after `retry_after_s` seconds.

    It is no problem of what was asked for, so it is never part of an answer.
    """

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        self.message = f"{message}; try again in {retry_after_s:.1f} s"
        super().__init__(self.message)
        self.retry_after_s = retry_after_s


class Conflict(Problem):
    """The same idempotency key was used before with other input, or the state has moved on."""

    code = "CONFLICT"
