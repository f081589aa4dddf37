"""Benchmark of the event feed: unit of work → relay → subscriber, against plain XADD → XREAD.

Ours is written in transactions of one event each (as commands write them), on PostgreSQL with its default
durability, positioned and published by the relay, and read by `follow`; the peer writes the same entries
straight to Valkey and reads them back. Both have the same number of writers at once, one reader, one process.

`python -m benchmarks.feed` prints it; `run` returns it.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from benchmarks.report import Row, compared, show
from pydantic import JsonValue
from redis.asyncio import Redis

from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.model import NewEvent, Stream
from linepack.events.reader import follow
from linepack.events.relay import Relay
from server.embedded.postgres import EmbeddedPostgres
from server.embedded.valkey import EmbeddedValkey
from server.migrations.upgrade import upgrade

WRITERS = 8
EVENTS = 2_000
SINGLE = 200
PLAIN = "plain-stream"
PAYLOAD: dict[str, JsonValue] = {
    "contract": {"code": "LP-2027-0000-0000-0000", "quantity": 1_000, "days": [1, 2, 3]}
}
ENTRY: Any = {"event": str(PAYLOAD)}

Write = Callable[[int], Awaitable[None]]


def run() -> list[Row]:
    """Return both rows: events per second, and from writing one to reading it; takes half a minute."""
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        EmbeddedPostgres(Path(directory)) as postgres,
        EmbeddedValkey(Path(directory)) as valkey,
    ):
        return asyncio.run(_compare(postgres.url, valkey.url))


async def _compare(postgres_url: str, valkey_url: str) -> list[Row]:
    await upgrade(postgres_url)
    database, redis = Database(postgres_url), Redis.from_url(valkey_url)
    relay = asyncio.create_task(Relay(database, redis).run())

    async def record(number: int) -> None:
        async with UnitOfWork(database) as uow:
            uow.record(
                NewEvent(stream=Stream.CAPACITY, topic="bench.event", key=str(number), payload=PAYLOAD)
            )

    async def add(_: int) -> None:
        await redis.xadd(PLAIN, ENTRY)

    async with (
        aclosing(follow(database, redis, Stream.CAPACITY, 0)) as events,  # type: ignore[type-var]
        aclosing(_entries(redis)) as entries,  # type: ignore[type-var]
    ):
        ours_alone, theirs_alone = await _latency(record, events), await _latency(add, entries)
        ours, theirs = await _rate(record, events), await _rate(add, entries)
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)
    await redis.aclose()
    await database.dispose()
    return [
        Row(
            "events per second through the feed, durable and in order – plain XADD/XREAD",
            f"{ours:,.0f} /s",
            f"{theirs:,.0f} /s",
            ours / theirs,
        ),
        compared("from recording one event to reading it – plain XADD/XREAD", ours_alone, theirs_alone),
    ]


async def _entries(redis: Redis) -> AsyncIterator[object]:
    last = b"0-0"
    while True:
        streams: Any = await redis.xread({PLAIN: last}, count=500, block=2_000)
        for _, entries in streams:
            for _, entry in entries:
                yield entry
            last = entries[-1][0]


async def _latency(write: Write, events: AsyncIterator[object]) -> float:
    """Return the median seconds from the start of a write to the reading of it, one at a time."""
    taken = []
    for number in range(SINGLE):
        before = time.perf_counter()
        await write(number)
        await anext(events)
        taken.append(time.perf_counter() - before)
    return statistics.median(taken)


async def _rate(write: Write, events: AsyncIterator[object]) -> float:
    """Return events per second, from the first write to the last reading."""
    left = iter(range(EVENTS))

    async def write_on() -> None:
        for number in left:
            await write(number)

    before = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(WRITERS):
            group.create_task(write_on())
        for _ in range(EVENTS):
            await anext(events)
    return EVENTS / (time.perf_counter() - before)


if __name__ == "__main__":
    show("The event feed", run())
