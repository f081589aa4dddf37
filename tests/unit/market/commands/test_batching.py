"""Bookings of one process on one network: in turn, several together, nobody charged with another's fault."""

import asyncio
from itertools import chain

import pytest

from market.commands.batching import TOGETHER_MAX, Counter

pytestmark = pytest.mark.anyio


class Guest:
    def __init__(self, identity, *, is_poison=False):
        self.identity = identity
        self.is_poison = is_poison
        self.is_served = False


class Kitchen:
    """Serves whoever it is given, takes its time, and chokes on poison."""

    def __init__(self):
        self.rounds = []

    async def together(self, guests):
        self.rounds.append([guest.identity for guest in guests])
        await asyncio.sleep(0.001)
        if any(guest.is_poison for guest in guests):
            raise RuntimeError("poison")
        for guest in guests:
            guest.is_served = True


async def served(guests, kitchen):
    counter = Counter()
    return await asyncio.gather(
        *(counter.serve(guest, kitchen.together) for guest in guests), return_exceptions=True
    )


async def test_those_who_wait_meanwhile_are_served_together():
    kitchen = Kitchen()
    await served([Guest(number) for number in range(5)], kitchen)
    assert kitchen.rounds == [[0], [1, 2, 3, 4]]


async def test_no_more_than_the_limit_are_served_together():
    kitchen = Kitchen()
    await served([Guest(number) for number in range(3 * TOGETHER_MAX)], kitchen)
    assert max(map(len, kitchen.rounds)) == TOGETHER_MAX
    assert sorted(chain(*kitchen.rounds)) == list(range(3 * TOGETHER_MAX))


async def test_two_of_one_identity_are_never_served_together():
    kitchen = Kitchen()
    await served([Guest("a"), Guest("b"), Guest("b"), Guest("b")], kitchen)
    assert all(len(set(one)) == len(one) for one in kitchen.rounds)
    assert list(chain(*kitchen.rounds)).count("b") == 3


async def test_fault_is_raised_to_whom_it_belongs_alone():
    guests = [Guest(0), Guest(1), Guest(2, is_poison=True), Guest(3)]
    answers = await served(guests, Kitchen())
    assert [type(answer) for answer in answers] == [type(None), type(None), RuntimeError, type(None)]
    assert [guest.is_served for guest in guests] == [True, True, False, True]


async def test_whoever_leaves_while_waiting_is_not_served():
    counter, kitchen = Counter(), Kitchen()
    first, leaving = Guest("first"), Guest("leaving")
    tasks = [asyncio.create_task(counter.serve(guest, kitchen.together)) for guest in (first, leaving)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (first.is_served, leaving.is_served) == (True, False)


async def test_those_served_by_one_who_leaves_are_served_by_the_next():
    counter, kitchen = Counter(), Kitchen()
    guests = [Guest(number) for number in range(3)]
    tasks = [asyncio.create_task(counter.serve(guest, kitchen.together)) for guest in guests]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [guest.is_served for guest in guests[1:]] == [True, True]
