"""The relay gives events their positions and publishes them to Redis.

Any number of relays may run; the one that holds a session advisory lock works. Positions are given on the
connection that holds the lock, so a relay that lost its connection can give none. What a crash left placed
but unpublished is published by its successor, because the Redis stream shows how far it got.

While Redis is away events still get their positions, and readers find them in the table.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import asyncpg
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.backoff import Backoff
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.events.log import WAKE_CHANNEL, has_unplaced, head, place_settled, read
from linepack.events.model import Cursor, Event, Stream
from linepack.events.stream import REDIS_FAULTS, publish, published_up_to, stream_name
from linepack.limits import (
    EVENT_BATCH_MAX,
    EVENT_SILENCE_S,
    EVENT_STREAM_LENGTH_MAX,
    EVENT_UNSETTLED_POLL_S,
    RELAY_ELECTION_S,
)
from linepack.monitoring.logging import logger
from linepack.monitoring.metrics import FEED_LAG_SECONDS, FEED_POSITION

_ELECT = sa.text("SELECT pg_try_advisory_lock(hashtextextended('linepack.relay', 0))")
_RESIGN = sa.text("SELECT pg_advisory_unlock(hashtextextended('linepack.relay', 0))")


class Relay:
    """One candidate; `run` works while it is elected."""

    def __init__(self, database: Database, redis: Redis) -> None:
        self._database = database
        self._redis = redis
        self._published: dict[Stream, Cursor] | None = None
        self._redis_backoff = Backoff()
        self.is_elected = False

    async def run(self) -> None:
        """Stand for election, work while elected, and come back after every failure; ends when cancelled."""
        backoff = Backoff()
        while True:
            try:
                async with self._elected() as connection:
                    backoff.succeeded()
                    await self._serve(connection)
            except DATABASE_FAULTS as fault:
                logger.warning("relay_lost_database", fault=str(fault))
                await backoff.wait()

    @asynccontextmanager
    async def _elected(self) -> AsyncIterator[AsyncConnection]:
        async with self._database.engine.connect() as connection:
            while not (await connection.execute(_ELECT)).scalar_one():
                await connection.commit()
                await asyncio.sleep(RELAY_ELECTION_S)
            await connection.commit()
            self._published, self.is_elected = None, True
            logger.info("relay_elected")
            try:
                yield connection
            finally:
                self.is_elected = False
                with suppress(*DATABASE_FAULTS):
                    await connection.rollback()
                    if not connection.invalidated:
                        await connection.execute(_RESIGN)
                    await connection.invalidate()

    async def _serve(self, connection: AsyncConnection) -> None:
        wake = asyncio.Event()
        await listen(connection, wake)
        while True:
            wake.clear()
            placed = await place_settled(connection, EVENT_BATCH_MAX)
            await connection.commit()
            is_published = await self._publish(connection, placed)
            is_unsettled = await has_unplaced(connection)
            await connection.commit()
            if not is_published:
                await self._redis_backoff.wait()
            elif is_unsettled:
                await asyncio.sleep(EVENT_UNSETTLED_POLL_S)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVENT_SILENCE_S):
                        await wake.wait()

    async def _publish(self, connection: AsyncConnection, streams: Iterable[Stream]) -> bool:
        """Publish what is placed in `streams` and not yet published; return False when Redis is away."""
        try:
            if self._published is None:
                self._published, streams = await self._catch_up(connection), Stream
            for stream in streams:
                while events := await read(connection, stream, self._published[stream], EVENT_BATCH_MAX):
                    await publish(self._redis, events)
                    self._published[stream] = events[-1].position
                    _measure(stream, events[-1])
        except REDIS_FAULTS as fault:
            self._published = None
            logger.warning("relay_lost_redis", fault=str(fault))
            return False
        self._redis_backoff.succeeded()
        return True

    async def _catch_up(self, connection: AsyncConnection) -> dict[Stream, Cursor]:
        """Return, per stream, the position after which to publish: at most one window back."""
        published = {}
        for stream in Stream:
            last, placed = await published_up_to(self._redis, stream), await head(connection, stream)
            if last > placed:
                logger.warning("stream_of_another_database_dropped", stream=stream.value)
                await self._redis.delete(stream_name(stream))
                last = Cursor(0)
            published[stream] = Cursor(max(last, placed - EVENT_STREAM_LENGTH_MAX))
        return published


def _measure(stream: Stream, newest: Event) -> None:
    FEED_POSITION.labels(stream.value).set(newest.position)
    lag = datetime.now(UTC) - newest.recorded_at
    FEED_LAG_SECONDS.labels(stream.value).set(max(0.0, lag.total_seconds()))


async def listen(connection: AsyncConnection, wake: asyncio.Event) -> None:
    """Set `wake` whenever events are committed, as long as the connection lives."""
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, asyncpg.Connection):
        raise TypeError(f"events are listened for through asyncpg, not {type(driver).__name__}")
    await driver.add_listener(WAKE_CHANNEL, lambda *_: wake.set())
