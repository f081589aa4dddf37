"""One follower for all listeners of a process: nothing lost, nothing twice, nobody waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.event_positions import place_all
from tests.waiting import TIME_LIMIT_S, eventually

from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.follower import Feed, OutOfStep
from linepack.events.model import START, Cursor, Event, NewEvent, Stream

pytestmark = pytest.mark.anyio


async def record(database: Database, *keys: str) -> None:
    """Record events and give them their positions."""
    async with UnitOfWork(database) as uow:
        for key in keys:
            uow.record(NewEvent(stream=Stream.MARKET, topic="test", key=key, payload={}))
    await place_all(database)


async def take(events: AsyncIterator[Event | OutOfStep], count: int) -> list[Any]:
    """Return the keys of the next events; of the end of listening, the end itself."""
    taken: list[Any] = []
    async with asyncio.timeout(TIME_LIMIT_S):
        while len(taken) < count:
            event = await anext(events)
            taken.append(event.key if isinstance(event, Event) else event)
    return taken


@pytest.fixture
def feed(database: Database, redis: Redis) -> Feed:
    return Feed(database, redis, Stream.MARKET, ring_events=5)


async def test_a_listener_replays_and_then_follows_without_gap_or_repetition(
    feed: Feed, database: Database
) -> None:
    await record(database, *map(str, range(1, 301)))
    async with aclosing(feed.listen(START)) as events:
        assert await take(events, 300) == [str(number) for number in range(1, 301)]
        await record(database, "301", "302")
        assert await take(events, 2) == ["301", "302"]


async def test_a_listener_goes_on_after_its_cursor(feed: Feed, database: Database) -> None:
    await record(database, "1", "2", "3")
    async with aclosing(feed.listen(Cursor(2))) as events:
        assert await take(events, 1) == ["3"]


async def test_listeners_at_different_places_share_one_follower(feed: Feed, database: Database) -> None:
    await record(database, "1", "2", "3")
    async with aclosing(feed.listen(START)) as early, aclosing(feed.listen(Cursor(3))) as late:
        assert await take(early, 1) == ["1"]
        coming = asyncio.create_task(take(late, 1))
        await asyncio.sleep(0)
        await record(database, "4")
        assert await coming == ["4"]
        assert await take(early, 3) == ["2", "3", "4"]


async def test_a_cursor_ahead_of_the_stream_is_out_of_step(feed: Feed, database: Database) -> None:
    await record(database, "1")
    async with aclosing(feed.listen(Cursor(7))) as events:
        assert await take(events, 1) == [OutOfStep(Cursor(7))]
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_a_live_listener_that_falls_out_of_the_ring_is_out_of_step_and_can_go_on(
    feed: Feed, database: Database
) -> None:
    async with aclosing(feed.listen(START)) as slow, aclosing(feed.listen(START)) as quick:
        waiting = asyncio.create_task(take(slow, 1))
        await eventually(lambda: feed._follower is not None, "listening")
        await record(database, "1")
        assert await waiting == ["1"]
        await record(database, *map(str, range(2, 12)))
        assert await take(quick, 11) == [str(number) for number in range(1, 12)]
        assert await take(slow, 1) == [OutOfStep(Cursor(1))]
    async with aclosing(feed.listen(Cursor(1))) as again:
        assert await take(again, 10) == [str(number) for number in range(2, 12)]


async def test_nobody_follows_while_nobody_listens(feed: Feed, database: Database) -> None:
    await record(database, "1")
    async with aclosing(feed.listen(START)) as events:
        assert await take(events, 1) == ["1"]
    await record(database, "2", "3")
    async with aclosing(feed.listen(Cursor(1))) as events:
        assert await take(events, 2) == ["2", "3"]
