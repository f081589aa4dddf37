"""The listeners of one process: how many a party may have, and what is sent to all.

They are counted in each process for itself: what they use up is its own memory and its own time; a process
that is killed leaves no count behind; and they are bounded while Redis is away. All users and keys of a party
count together.
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from graphql import ExecutionResult

from linepack.limits import (
    SHARED_EVENT_S,
    SHARED_EVENTS_MAX,
    SOCKETS_PER_PARTY_MAX,
    SUBSCRIPTIONS_PER_PARTY_MAX,
)

Leave = Callable[[], None]
"""Gives a place back; more than once does nothing."""


class TooManyListeners(Exception):
    """The party has as many sockets or subscriptions open as it may."""

    def __init__(self, number: int, what: str) -> None:
        self.message = f"your company has {number} {what} open: close some first"
        super().__init__(self.message)


class Places:
    """The places of each party for one kind of thing."""

    def __init__(self, places_max: int, what: str) -> None:
        self._max, self._what = places_max, what
        self._taken: Counter[str] = Counter()

    def require(self, party: str) -> None:
        """Raise TooManyListeners when the party has taken all that it may have."""
        if self._taken[party] >= self._max:
            raise TooManyListeners(self._taken[party], self._what)

    def take(self, party: str) -> Leave:
        """Take a place, without asking whether there is one."""
        self._taken[party] += 1
        held = [party]

        def leave() -> None:
            if held:
                self._taken[held.pop()] -= 1
                if self._taken[party] <= 0:
                    del self._taken[party]

        return leave


def stay() -> None:
    """Give back no place: none was taken."""


class SharedData(dict[str, Any]):
    """The data of an event as shown to several; `encoded` is its JSON, once it has been written."""

    encoded: str | None = None


class SharedEvents:
    """What subscriptions were shown a moment ago.

    For a moment only: an event shows some things as they are now, and who reads it later sees what they are
    then.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown: OrderedDict[Hashable, tuple[float, asyncio.Task[ExecutionResult]]] = OrderedDict()

    async def shown(self, key: Hashable, show: Callable[[], Awaitable[ExecutionResult]]) -> ExecutionResult:
        """Return what `show` returns, asked once for all with the same key."""
        now = self._clock()
        until, task = self._shown.get(key, (0.0, None))
        if task is None or until <= now:
            task = asyncio.create_task(_shared(show))
            self._shown[key] = now + SHARED_EVENT_S, task
            self._forget(now)
        return await asyncio.shield(task)

    def _forget(self, now: float) -> None:
        while self._shown:
            until, _ = next(iter(self._shown.values()))
            if until > now and len(self._shown) <= SHARED_EVENTS_MAX:
                return
            self._shown.popitem(last=False)


async def _shared(show: Callable[[], Awaitable[ExecutionResult]]) -> ExecutionResult:
    result = await show()
    data = None if result.data is None else SharedData(result.data)
    return ExecutionResult(data, result.errors)


class Listeners:
    """The sockets and subscriptions of one process, and what they were shown."""

    def __init__(self) -> None:
        self.sockets = Places(SOCKETS_PER_PARTY_MAX, "sockets")
        self.subscriptions = Places(SUBSCRIPTIONS_PER_PARTY_MAX, "subscriptions")
        self.events = SharedEvents()
