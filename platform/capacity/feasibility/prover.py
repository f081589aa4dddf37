"""The home of what every level of proof offers, and of the time it may take."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from capacity.feasibility.cuts import Cut
from capacity.feasibility.days import DayStack
from capacity.feasibility.verdict import DayProof


class Unproved(Exception):
    """Neither a proof nor a refutation was reached; the message says why. It becomes UNDECIDED."""


class Deadline:
    """A moment after which nothing more is tried."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds = seconds
        self._ends_at = clock() + seconds

    def left(self) -> float:
        """Return the seconds left; raises Unproved when there are none."""
        left = self._ends_at - self._clock()
        if left <= 0:
            raise Unproved(f"no proof within {self._seconds:g} seconds")
        return left


@dataclass(frozen=True, slots=True, eq=False)
class Refusal:
    """A day stack that cannot be transported, and the cut that shows it."""

    day: DayStack
    cut: Cut


class Prover(Protocol):
    """One level of proof on one network. Not thread-safe."""

    def prove(self, days: Sequence[DayStack], deadline: Deadline) -> list[DayProof] | Refusal:
        """Prove every day stack, or refuse with one that cannot be transported; raises Unproved."""
        ...

    def refute(self, days: Sequence[DayStack], deadline: Deadline) -> Refusal | None:
        """Return a day stack that cannot be transported, None when all can be; raises Unproved."""
        ...

    def largest(
        self, days: Sequence[DayStack], row: int, limits: Sequence[int], deadline: Deadline
    ) -> list[int]:
        """Return, for each day stack, the largest quantity more on the route of `row`, up to its limit.

        Zero where none is feasible. The largest is feasible and one unit more is not. Raises Unproved.
        """
        ...

    def largest_throughout(self, days: Sequence[DayStack], row: int, limit: int, deadline: Deadline) -> int:
        """Return the largest quantity more, up to `limit`, that is feasible on all day stacks alike.

        Zero where none is; one unit more is not feasible. Raises Unproved.
        """
        ...
