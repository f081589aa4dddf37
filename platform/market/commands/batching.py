"""The home of the counter: bookings of one process on one network are served in turn, several together.

They would wait for the network's lock one by one. Whoever's turn it is serves everyone who waits, up to a
number, and the others find themselves served when their turn comes. A fault that serving together runs into
is not pinned on anyone: whoever served is served again alone, and the others have their own turn.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, Protocol, TypeVar

TOGETHER_MAX = 32


class Waiting(Protocol):
    """Something that waits to be served; no two of one `identity` are served together."""

    @property
    def identity(self) -> Hashable:
        """What tells it from others."""
        ...

    @property
    def is_served(self) -> bool:
        """Whether it has its answer."""
        ...


Ticket = TypeVar("Ticket", bound=Waiting)


class Counter(Generic[Ticket]):
    """Who waits for one network in this process."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting: list[Ticket] = []

    async def serve(self, ticket: Ticket, together: Callable[[Sequence[Ticket]], Awaitable[None]]) -> None:
        """Return when `ticket` is served: by its own `together`, or by that of someone before.

        `together` serves at least the first of what it is given, or raises.
        """
        self._waiting.append(ticket)
        try:
            async with self._turn:
                while not ticket.is_served:
                    await self._serve(self._next(ticket), together)
        finally:
            self._waiting = [one for one in self._waiting if one is not ticket]

    async def _serve(
        self, tickets: list[Ticket], together: Callable[[Sequence[Ticket]], Awaitable[None]]
    ) -> None:
        try:
            await together(tickets)
        except Exception:
            if len(tickets) == 1:
                raise
            await together(tickets[:1])

    def _next(self, first: Ticket) -> list[Ticket]:
        chosen = {first.identity: first}
        for other in self._waiting:
            if len(chosen) < TOGETHER_MAX and not other.is_served:
                chosen.setdefault(other.identity, other)
        return list(chosen.values())
