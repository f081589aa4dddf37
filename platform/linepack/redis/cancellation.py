"""Cancellation of tasks that talk to Redis: a task that is cancelled ends.

`asyncio.wait_for` of Python 3.11 swallows a cancellation that arrives together with its result, and our Redis
client sends every command through it. A subscription or follower cancelled at that moment would go on for
ever. A task that may be cancelled talks to Redis inside `cancellable`.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellable() -> Iterator[None]:
    """Raise CancelledError at the end of the block if the task was cancelled inside and no error shows it."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    except asyncio.CancelledError:
        raise
    except BaseException as fault:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError from fault
        raise
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
