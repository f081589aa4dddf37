"""Waiting for a condition, however busy the machine is."""

import asyncio
import time
from collections.abc import Callable

TIME_LIMIT_S = 300.0
"""Ends a test that hangs, before pytest does; on a busy machine what takes seconds may take minutes."""


def until(condition: Callable[[], bool], what: str, *, deadline: float | None = None) -> None:
    """Wait until `condition` holds; fails after the deadline (a `time.monotonic()`)."""
    deadline = deadline or time.monotonic() + TIME_LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.05)


async def eventually(condition: Callable[[], bool], what: str, *, every_s: float = 0.02) -> None:
    """Wait until `condition` holds while other tasks go on; fails when it takes too long."""
    deadline = time.monotonic() + TIME_LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        await asyncio.sleep(every_s)
