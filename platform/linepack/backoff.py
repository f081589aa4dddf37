"""Backoff: how long to wait before repeating what another server refused."""

import asyncio
import random

from linepack.limits import RETRY_FIRST_S, RETRY_MAX_S


class Backoff:
    """Waits that double from one failure to the next, with jitter, until something succeeds."""

    def __init__(self) -> None:
        self._next_s = RETRY_FIRST_S

    def succeeded(self) -> None:
        """Begin again with the shortest wait."""
        self._next_s = RETRY_FIRST_S

    async def wait(self) -> None:
        """Wait after one more failure."""
        await asyncio.sleep(self._next_s * random.uniform(0.5, 1.0))  # noqa: S311
        self._next_s = min(self._next_s * 2, RETRY_MAX_S)
