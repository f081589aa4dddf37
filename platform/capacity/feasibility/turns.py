"""Turns: which question is answered next, so that the long questions of one party do not hold up others.

A verifier answers one question at a time, and a process answers one question of a party at a time. Urgent
questions go first. Of the others the one goes next whose party has had least time of late, and among its own
the one that came first. A question that takes long gives way between two steps of its proof
(`capacity.solvers.deadline`) to one that is due, and goes on later where it was: what was proved is kept.

Time is counted as in fair queueing: a party that comes back has at most `CREDIT_S` less on its account than
the least of those that were there, so that it goes before them at once but cannot save up. When nobody is
there the accounts are forgotten.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import count
from typing import Any, Final, Generic, TypeVar

from capacity.feasibility.errors import TooManyQuestions
from capacity.solvers.deadline import interruptible
from linepack.limits import QUESTIONS_AT_ONCE_MAX, QUESTIONS_WAITING_MAX

CREDIT_S: Final = 0.1
"""By how much a party that comes back is ahead of those that have been there."""
QUANTUM_S: Final = 0.005
"""By how much a party must be behind before a question under way gives way to its question."""
PAUSED_MAX: Final = 16
"""Questions that may stand still half answered: each keeps a thread."""

Answer = TypeVar("Answer")


class Turn(Generic[Answer]):
    """One question: what it takes, for whom, and how it stands. Its answer may be interrupted."""

    def __init__(self, turns: "Turns", verifier: object, party: str, *, is_urgent: bool, number: int) -> None:
        self._turns = turns
        self.verifier, self.party, self.is_urgent, self.number = verifier, party, is_urgent, number
        self.answering: asyncio.Future[Answer]
        self.is_abandoned, self.has_begun = False, False
        self.seconds, self.paused_s, self.counted_at = 0.0, 0.0, 0.0
        self.resume: Callable[[], object] = bool

    def abandon(self) -> None:
        """Nobody waits for the answer any more: it ends at the next step, and has its turn until then."""
        self.is_abandoned = True

    def pause(self) -> None:
        """Let others go first that are due, and return when it goes on."""
        self._turns.pause(self)


class Turns:
    """The questions of one process, and which of them are being answered. `pause` is for their threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._numbers = count()
        self._waiting: list[Turn[Any]] = []
        self._running: list[Turn[Any]] = []
        self._had: dict[str, float] = {}
        self._reached = 0.0
        # Of the urgent, which are not limited, some may wait for a thread; those that pause never keep all.
        self._threads = ThreadPoolExecutor(PAUSED_MAX + 4 * QUESTIONS_AT_ONCE_MAX, "verifier")

    async def begun(
        self, verifier: object, question: Callable[[], Answer], party: str, *, is_urgent: bool = False
    ) -> Turn[Answer]:
        """Wait until it is the turn of `question`, which takes `verifier`; return it being answered.

        It is answered in a thread, and may pause there. Raises TooManyQuestions.
        """
        turn: Turn[Answer] = Turn(self, verifier, party, is_urgent=is_urgent, number=next(self._numbers))
        loop = asyncio.get_running_loop()
        granted = loop.create_future()
        turn.resume = lambda: loop.call_soon_threadsafe(_settle, granted)
        self._enter(turn)
        try:
            await granted
        except asyncio.CancelledError:
            self._leave(turn)
            raise
        turn.answering = loop.run_in_executor(self._threads, copy_context().run, self._answer, turn, question)
        return turn

    def _answer(self, turn: Turn[Answer], question: Callable[[], Answer]) -> Answer:
        try:
            with interruptible(turn):
                return question()
        finally:
            self._leave(turn)

    def pause(self, turn: Turn[Any]) -> None:
        """Let others go first that are due before the question of `turn`, and return when it goes on."""
        if not self._waiting:
            return
        with self._lock:
            self._count(turn)
            if not self._gives_way(turn):
                return
            resumed = threading.Event()
            turn.resume = resumed.set
            self._running.remove(turn)
            self._waiting.append(turn)
            self._grant()
        resumed.wait()

    def _enter(self, turn: Turn[Any]) -> None:
        with self._lock:
            own = sum(one.party == turn.party for one in self._waiting)
            if own >= QUESTIONS_WAITING_MAX and not turn.is_urgent:
                raise TooManyQuestions(own)
            for one in self._running:
                self._count(one)
            present = {one.party for one in (*self._waiting, *self._running)}
            if not present:
                self._had.clear()
                self._reached = 0.0
            self._reached = max(self._reached, min((self._had[party] for party in present), default=0.0))
            self._had[turn.party] = max(self._had.get(turn.party, 0.0), self._reached - CREDIT_S)
            self._waiting.append(turn)
            self._grant()

    def _leave(self, turn: Turn[Any]) -> None:
        with self._lock:
            if turn in self._running:
                self._count(turn)
                self._running.remove(turn)
            else:
                self._waiting.remove(turn)
            self._grant()

    def _count(self, turn: Turn[Any]) -> None:
        """Put the time since a turn began, or was last counted, on the account of its party."""
        taken = self._clock() - turn.counted_at
        self._had[turn.party] += taken
        turn.seconds += taken
        turn.counted_at += taken

    def _grant(self) -> None:
        """Let every waiting question go that may, those that are due first."""
        for turn in sorted(self._waiting, key=self._place):
            if self._may_go(turn, self._running):
                self._waiting.remove(turn)
                self._running.append(turn)
                now = self._clock()
                if turn.has_begun:
                    turn.paused_s += now - turn.counted_at
                turn.has_begun, turn.counted_at = True, now
                turn.resume()

    def _place(self, turn: Turn[Any]) -> tuple[bool, float, int]:
        return not turn.is_urgent, self._had[turn.party], turn.number

    @staticmethod
    def _may_go(turn: Turn[Any], running: list[Turn[Any]]) -> bool:
        """Return whether a question may be answered beside those that are being answered."""
        if any(one.verifier is turn.verifier for one in running):
            return False
        patient = [one for one in running if not one.is_urgent]
        is_alone = all(one.party != turn.party for one in patient)
        return turn.is_urgent or (is_alone and len(patient) < QUESTIONS_AT_ONCE_MAX)

    def _gives_way(self, turn: Turn[Any]) -> bool:
        """Return whether a question is due before that of `turn` that could go if this stood still."""
        if turn.is_urgent or sum(one.has_begun for one in self._waiting) >= PAUSED_MAX:
            return False
        others = [one for one in self._running if one is not turn]
        latest = self._had[turn.party] - QUANTUM_S
        return any(
            (one.is_urgent or self._had[one.party] < latest) and self._may_go(one, others)
            for one in self._waiting
        )


def _settle(granted: "asyncio.Future[None]") -> None:
    if not granted.done():
        granted.set_result(None)
