"""Read every event of a stream once, in order, from a cursor onwards, without end.

A reader takes what is in the table, then waits on the Redis stream. Whatever is unexpected there (a gap
after trimming, silence, a flush, Redis away) sends it back to the table, so Redis only makes it faster.
"""

import asyncio
from collections.abc import AsyncIterator

from redis.asyncio import Redis

from linepack.backoff import Backoff
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.events.log import read
from linepack.events.model import Cursor, Event, Stream
from linepack.events.stream import REDIS_FAULTS, next_entries
from linepack.limits import EVENT_BATCH_MAX, EVENT_POLL_S, EVENT_SILENCE_S
from linepack.monitoring.logging import logger


async def follow(database: Database, redis: Redis, stream: Stream, after: int) -> AsyncIterator[Event]:
    """Yield every event of `stream` whose position is greater than `after`, in order, as they come.

    Never ends and never raises for a lost server: without Redis it polls the table, and without PostgreSQL
    it waits, with backoff, until that is back.
    """
    cursor, backoff, is_caught_up = Cursor(after), Backoff(), False
    while True:
        if is_caught_up:
            batch = await _listen(redis, stream, cursor)
            is_caught_up = bool(batch)
        else:
            try:
                async with database.read() as connection:
                    batch = await read(connection, stream, cursor, EVENT_BATCH_MAX)
            except DATABASE_FAULTS as fault:
                logger.warning("reader_lost_database", stream=stream.value, fault=str(fault))
                await backoff.wait()
                continue
            backoff.succeeded()
            is_caught_up = len(batch) < EVENT_BATCH_MAX
        for event in batch:
            yield event
            cursor = event.position


async def _listen(redis: Redis, stream: Stream, cursor: Cursor) -> list[Event]:
    """Return the events that follow `cursor` without a gap on the Redis stream; none sends to the table."""
    try:
        heard = await next_entries(redis, stream, cursor, EVENT_BATCH_MAX, EVENT_SILENCE_S)
    except REDIS_FAULTS as fault:
        logger.debug("reader_lost_redis", stream=stream.value, fault=str(fault))
        await asyncio.sleep(EVENT_POLL_S)
        return []
    return [event for expected, event in enumerate(heard, cursor + 1) if event.position == expected]
