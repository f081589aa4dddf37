"""Solver seconds: for which party a question is asked, what its questions take, and what a party may have.

A party may have so many seconds at once, and gets them back in the course of time; the account is shared by
all processes, and by all users and keys of the party. What a question takes is known only afterwards, so it
is always charged, and a party that has overdrawn is refused its next operations until that is made up for.
Decisions on bookings are charged but never refused.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from capacity.feasibility.errors import SolverTimeSpent
from linepack.redis.leaky_buckets import Buckets, Rule

PLATFORM: Final = "platform"
"""On whose account the platform's own questions are: pages, jobs, the command line."""


@dataclass(slots=True, eq=False)
class SolverUse:
    """The questions of one operation: whose they are, what they have taken so far, what is left to the party.

    `left_s` is None until something was charged. An operation that `is_admitted` is answered in full. What is
    not `is_limited` is neither charged nor refused.
    """

    party: str
    seconds: float = 0.0
    left_s: float | None = None
    is_admitted: bool = False
    is_limited: bool = True


_USE: Final[ContextVar[SolverUse | None]] = ContextVar("_USE", default=None)


def use_for(party: str) -> SolverUse:
    """Return the use of an operation for `party`: all that this context asks from now on is part of it."""
    use = SolverUse(party)
    _USE.set(use)
    return use


def current_use() -> SolverUse:
    """Return the use of which a question asked in this context is part."""
    return _USE.get() or SolverUse(PLATFORM, is_limited=False)


class SolverBudget:
    """What the parties may have of the verifiers' time, shared by all processes."""

    def __init__(self, buckets: Buckets, rule: Rule, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets, self._rule, self._clock = buckets, rule, clock
        self._overdrawn_until: dict[str, float] = {}

    def require(self, use: SolverUse) -> None:
        """Admit an operation; raises SolverTimeSpent while its party has overdrawn, as far as known here."""
        if use.is_admitted:
            return
        wait = self._overdrawn_until.get(use.party, 0.0) - self._clock()
        if wait > 0:
            raise SolverTimeSpent(wait)
        use.is_admitted = True

    async def charge(self, use: SolverUse, seconds: float) -> None:
        """Charge what a question has taken."""
        taking = await self._buckets.fill(self._rule, use.party, seconds)
        use.left_s = max(0.0, self._rule.capacity - taking.level)
        self._overdrawn_until[use.party] = self._clock() + taking.retry_after.total_seconds()
