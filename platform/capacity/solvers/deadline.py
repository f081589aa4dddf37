"""The time that a proof may take, and where it may be interrupted.

A caller that lets several questions take turns (`capacity.feasibility.turns`) puts its hold on one of them
into the context in which it is answered. Deadlines made there do not count the time for which others went
first, and are over when nobody waits for the answer any more.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol


class LimitReached(Exception):
    """A limit of time, cases or precision was reached before an answer was proved; it becomes UNDECIDED."""


class Interruption(Protocol):
    """The hold that is kept on a question while it is answered."""

    @property
    def paused_s(self) -> float:
        """For how long others have gone first so far."""

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody waits for the answer any more."""

    def pause(self) -> None:
        """Let others go first that are due, and return when it goes on."""


_INTERRUPTION: Final[ContextVar[Interruption | None]] = ContextVar("_INTERRUPTION", default=None)


@contextmanager
def interruptible(interruption: Interruption) -> Iterator[None]:
    """Let what is answered inside, in this context, be interrupted."""
    token = _INTERRUPTION.set(interruption)
    try:
        yield
    finally:
        _INTERRUPTION.reset(token)


def is_interruptible() -> bool:
    """Return whether what is answered in this context may be interrupted."""
    return _INTERRUPTION.get() is not None


def working_s() -> float:
    """Return the seconds of a clock that stands still while others go first."""
    interruption = _INTERRUPTION.get()
    return time.perf_counter() - (0.0 if interruption is None else interruption.paused_s)


class Deadline:
    """A moment after which nothing more is tried."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds = seconds
        self._interruption = _INTERRUPTION.get()
        self._ends_at = self._now() + seconds

    @property
    def is_abandoned(self) -> bool:
        """Whether it is over because nobody waits for the answer any more."""
        return self._interruption is not None and self._interruption.is_abandoned

    def at_most(self, seconds: float) -> "Deadline":
        """Return the deadline that many seconds from now, or this one if it is earlier; raises
        LimitReached."""
        return Deadline(min(seconds, self.left()), self._clock)

    def left(self) -> float:
        """Return the seconds left; raises LimitReached when there are none."""
        if self.is_abandoned:
            raise LimitReached("nobody waits for the answer any more")
        left = self._ends_at - self._now()
        if left <= 0:
            raise LimitReached(f"no proof within {self._seconds:g} seconds")
        return left

    def pause(self) -> None:
        """Let other questions go first that are due: called where no prover has anything half done."""
        if self._interruption is not None:
            self._interruption.pause()

    def _now(self) -> float:
        return self._clock() - (0.0 if self._interruption is None else self._interruption.paused_s)
