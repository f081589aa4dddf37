"""Problems and faults: why a request is refused.

A *problem* is an expected refusal: the caller asked for something that cannot be had, and the answer says
why. Each package derives its own tree from `Problem`, one class per fact, built from the facts themselves so
that message and attributes cannot diverge. A *fault* is one defect of an input, with its place; an input is
refused with all of its faults at once (`InvalidInput`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from linepack.limits import MESSAGE_LENGTH_MAX

REFERENCE_LENGTH_MAX = 100


def shortened(text: str, length_max: int) -> str:
    """Return text of at most `length_max` characters; what was cut off shows as an ellipsis."""
    return text if len(text) <= length_max else f"{text[: length_max - 1]}…"


class Problem(Exception):
    """Base of every expected refusal.

    `code` is stable and part of the API; `path` is the input field the refusal is about, if there is one. The
    message is bounded, because it may quote an input.
    """

    code: ClassVar[str] = "PROBLEM"

    def __init__(self, message: str, *, path: tuple[str, ...] = ()) -> None:
        self.message = shortened(message, MESSAGE_LENGTH_MAX)
        super().__init__(self.message)
        self.path = path


_INDEX = r"(?:\[[0-9]+\])*"
_FIELDS = re.compile(rf"[a-z]\w*{_INDEX}(?:\.[a-z]\w*{_INDEX})*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect of an input: where it is and what is wrong.

    `place` is an input field (`period.end`, `values[1].day`), or an element that is concerned (`edge a`).
    """

    place: str
    message: str

    @property
    def path(self) -> tuple[str, ...]:
        """The input field, from the outermost on, with indices; empty when `place` is none."""
        return tuple(re.findall(r"\w+", self.place)) if _FIELDS.fullmatch(self.place) else ()

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True, slots=True)
class FaultWithin(Fault):
    """One defect within what the input field `field` holds: `place` is the line or the element."""

    field: str

    @property
    def path(self) -> tuple[str, ...]:
        """The input field."""
        return (self.field,)


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
        super().__init__(f"no {kind} {shortened(str(reference), REFERENCE_LENGTH_MAX)}", path=path)
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
