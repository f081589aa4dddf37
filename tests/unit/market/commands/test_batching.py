"""Batches: submitted together, processed together, and no item fails for another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import pytest

from market.commands.batching import BATCH_MAX, Batcher

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, eq=False)
class Item:
    key: object
    fails: bool = False
    submitter: str = "anna"


@dataclass
class Processor:
    """Returns each item's key, takes its time, and fails on an item that does."""

    at_most: int = BATCH_MAX
    batches: list[list[object]] = field(default_factory=list)
    has_begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, items: Sequence[Item]) -> dict[Item, object]:
        self.batches.append([item.key for item in items])
        self.has_begun.set()
        await asyncio.sleep(0.001)
        if any(item.fails for item in items):
            raise RuntimeError("an item fails")
        return {item: item.key for item in items[: self.at_most]}


def batcher_of(processor: Processor) -> Batcher[Item, object]:
    return Batcher(processor, lambda item: item.key, lambda item: item.submitter)


async def results_of(items: Sequence[Item], processor: Processor) -> list[object]:
    batcher = batcher_of(processor)
    return await asyncio.gather(*map(batcher.submit, items), return_exceptions=True)


async def test_what_is_submitted_while_a_batch_runs_is_the_next_batch() -> None:
    processor = Processor()
    batcher = batcher_of(processor)
    first = asyncio.create_task(batcher.submit(Item(0)))
    await processor.has_begun.wait()
    others = await asyncio.gather(*(batcher.submit(Item(number)) for number in range(1, 5)))
    assert (await first, others) == (0, [1, 2, 3, 4])
    assert processor.batches == [[0], [1, 2, 3, 4]]


async def test_a_batch_has_no_more_items_than_the_limit() -> None:
    processor = Processor()
    results = await results_of([Item(number) for number in range(3 * BATCH_MAX)], processor)
    assert max(map(len, processor.batches)) == BATCH_MAX
    assert results == list(range(3 * BATCH_MAX))


async def test_what_a_batch_leaves_undone_comes_next_in_order() -> None:
    processor = Processor(at_most=2)
    assert await results_of([Item(number) for number in range(5)], processor) == list(range(5))
    assert processor.batches == [[0, 1, 2, 3, 4], [2, 3, 4], [4]]


async def test_submitters_take_turns_and_keep_the_order_of_their_own_items() -> None:
    processor = Processor(at_most=1)
    items = [Item(f"a{number}") for number in range(4)]
    items += [Item("b0", submitter="bert"), Item("b1", submitter="bert"), Item("c0", submitter="carla")]
    await results_of(items, processor)
    assert [batch[0] for batch in processor.batches] == ["a0", "b0", "c0", "a1", "b1", "a2", "a3"]


async def test_who_submits_much_does_not_hold_up_who_comes_later() -> None:
    processor = Processor(at_most=1)
    batcher = batcher_of(processor)
    many = [asyncio.create_task(batcher.submit(Item(f"a{number}"))) for number in range(20)]
    await processor.has_begun.wait()
    await batcher.submit(Item("b0", submitter="bert"))
    await asyncio.gather(*many)
    assert [batch[0] for batch in processor.batches][:3] == ["a0", "b0", "a1"]


async def test_two_items_with_one_key_are_never_in_one_batch() -> None:
    processor = Processor()
    await results_of([Item("a"), Item("b"), Item("b"), Item("b")], processor)
    assert all(len(set(batch)) == len(batch) for batch in processor.batches)
    assert list(chain(*processor.batches)).count("b") == 3


async def test_a_fault_is_raised_to_the_submitter_of_the_item_that_fails() -> None:
    results = await results_of([Item(0), Item(1), Item(2, fails=True), Item(3)], Processor())
    assert [type(result) for result in results] == [int, int, RuntimeError, int]


async def test_a_submitter_that_is_cancelled_while_waiting_is_not_processed() -> None:
    processor = Processor()
    batcher = batcher_of(processor)
    first = asyncio.create_task(batcher.submit(Item("first")))
    await processor.has_begun.wait()
    leaving = asyncio.create_task(batcher.submit(Item("leaving")))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(first, leaving, return_exceptions=True)
    assert (await first, leaving.cancelled(), processor.batches) == ("first", True, [["first"]])


async def test_a_batch_goes_on_without_a_submitter_that_is_cancelled() -> None:
    processor = Processor()
    batcher = batcher_of(processor)
    tasks = [asyncio.create_task(batcher.submit(Item(number))) for number in range(3)]
    await processor.has_begun.wait()
    tasks[0].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(results[0]), *results[1:]] == [asyncio.CancelledError, 1, 2]
    assert processor.batches == [[0, 1, 2]]
