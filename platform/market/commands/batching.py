"""Batches: what several tasks submit is processed together, one batch at a time.

Bookings on one network would else wait for its lock one by one. Each submitter waits for the result of its
own item. Submitters take turns: the second item of one comes after the first of every other that waits. When
a batch fails, its first item is processed again alone, so that no item fails for another.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, zip_longest
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
    """The items that wait to be processed; no two with the same `key` are in one batch.

    Items of one `submitter` are processed in the order in which they came.
    """

    def __init__(
        self,
        process: Process[Item, Result],
        key: Callable[[Item], Hashable],
        submitter: Callable[[Item], Hashable],
    ) -> None:
        self._process = process
        self._key, self._submitter = key, submitter
        self._served: dict[Hashable, int] = {}
        self._places = count(1)
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
        self._waiting = self._in_turn([one for one in self._waiting if not one.result.done()])
        chosen: dict[Hashable, _Waiting[Item, Result]] = {}
        for one in self._waiting:
            if len(chosen) < BATCH_MAX:
                chosen.setdefault(self._key(one.item), one)
        return list(chosen.values())

    def _in_turn(self, waiting: Sequence[_Waiting[Item, Result]]) -> list[_Waiting[Item, Result]]:
        """Return what waits, the submitters in turns: those first that were served longest ago."""
        by_submitter: dict[Hashable, list[_Waiting[Item, Result]]] = {}
        for one in waiting:
            by_submitter.setdefault(self._submitter(one.item), []).append(one)
        self._served = {name: last for name, last in self._served.items() if name in by_submitter}
        first_to_last = sorted(by_submitter, key=lambda name: self._served.get(name, 0))
        rounds = zip_longest(*(by_submitter[name] for name in first_to_last))
        return [one for one_round in rounds for one in one_round if one is not None]

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
            if one.item in results:
                self._served[self._submitter(one.item)] = next(self._places)
                if not one.result.done():
                    one.result.set_result(results[one.item])
