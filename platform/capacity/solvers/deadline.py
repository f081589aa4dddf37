"""The time that a proof may take."""

import time
from collections.abc import Callable


class LimitReached(Exception):
    """A limit of time, cases or precision was reached before an answer was proved; it becomes UNDECIDED."""


class Deadline:
    """A moment after which nothing more is tried."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds = seconds
        self._ends_at = clock() + seconds

    def at_most(self, seconds: float) -> "Deadline":
        """Return the deadline that many seconds from now, or this one if it is earlier; raises
        LimitReached."""
        return Deadline(min(seconds, self.left()), self._clock)

    def left(self) -> float:
        """Return the seconds left; raises LimitReached when there are none."""
        left = self._ends_at - self._clock()
        if left <= 0:
            raise LimitReached(f"no proof within {self._seconds:g} seconds")
        return left
