"""Batches: what several tasks submit is processed together, one batch at a time.

Bookings on one network would else wait for its lock one by one. Each submitter waits for the result of its
own item. When a batch fails, its first item is processed again alone, so that no item fails for another.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

BATCH_MAX = 32
"""Items of one batch: a batch holds the lock, and is written in one transaction."""

Item = TypeVar("Item", bound=Hashable)
Result = TypeVar("Result")

Process = Callable[[Sequence[Item]], Awaitable[Mapping[Item, Result]]]
"""Returns the results of the first item and of as many others as could be done, or raises."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Generic[Item, Result]):
    item: Item
    result: "asyncio.Future[Result]"


class Batcher(Generic[Item, Result]):
    """The items that wait to be processed; no two with the same `key` are in one batch."""

    def __init__(self, process: Process[Item, Result], key: Callable[[Item], Hashable]) -> None:
        self._process = process
        self._key = key
        self._waiting: list[_Waiting[Item, Result]] = []
        self._task: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Return the result of `item`; raises what processing it alone raises.

        A submitter that is cancelled leaves the queue; a batch that has begun goes on without it.
        """
        waiting: _Waiting[Item, Result] = _Waiting(item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await waiting.result

    async def _run(self) -> None:
        try:
            while batch := self._next():
                await self._decide(batch)
        finally:
            for one in self._waiting:
                one.result.cancel()

    def _next(self) -> list[_Waiting[Item, Result]]:
        self._waiting = [one for one in self._waiting if not one.result.done()]
        chosen: dict[Hashable, _Waiting[Item, Result]] = {}
        for one in self._waiting:
            if len(chosen) < BATCH_MAX:
                chosen.setdefault(self._key(one.item), one)
        return list(chosen.values())

    async def _decide(self, batch: Sequence[_Waiting[Item, Result]]) -> None:
        try:
            results = await self._process([one.item for one in batch])
        except Exception as fault:
            if len(batch) > 1:
                await self._decide(batch[:1])
            elif not batch[0].result.done():
                batch[0].result.set_exception(fault)
            return
        for one in batch:
            if one.item in results and not one.result.done():
                one.result.set_result(results[one.item])
