"""The home of following a stream: how events reach the subscriptions of this process.

A stream is followed once per process, while anybody listens, and its latest events are kept in a ring that
all listeners share. A listener is only a position: it replays from the table until it reaches the ring, and
waits at the ring's end. So a slow client costs no memory. A listener that has once been live and then falls
out of the ring is told to resynchronise; its cursor still says where to go on.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice

from redis.asyncio import Redis

from linepack.database import Database
from linepack.events import log, reader
from linepack.events.model import Cursor, Event, Stream
from linepack.logging import logger

RING_EVENTS_MAX = 4_096
BATCH_EVENTS_MAX = 100
TICK_S = 10.0
"""How often a listener without events comes up, to look whether its client may still listen."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a listener gets: events in order, none at a tick. `is_lost`: the listener ends, out of step."""

    events: Sequence[Event] = ()
    is_lost: bool = False


class FeedInterrupted(Exception):
    """The stream can no longer be followed; listeners reconnect with their cursor."""


class Feed:
    """One stream, as this process hears it."""

    def __init__(
        self,
        database: Database,
        redis: Redis,
        stream: Stream,
        *,
        ring_events: int = RING_EVENTS_MAX,
        tick_s: float = TICK_S,
    ) -> None:
        self._database = database
        self._redis = redis
        self._stream = stream
        self._tick_s = tick_s
        self._ring: deque[Event] = deque(maxlen=ring_events)
        self._head = 0
        self._arrived = asyncio.Event()
        self._listeners = 0
        self._follower: asyncio.Task[None] | None = None
        self._joining = asyncio.Lock()

    async def batches(self, after: Cursor) -> AsyncIterator[Batch]:
        """Yield every event after the cursor, for ever, and an empty batch at each tick.

        The last batch is lost when the cursor is ahead of the stream or the client is too slow for it.
        Raises FeedInterrupted when the stream cannot be followed any more.
        """
        async with self._listening():
            if after > self._head and after > await self._head_in_table():
                yield Batch(is_lost=True)
                return
            position, is_live = int(after), False
            while True:
                before_ring = self._head - len(self._ring)
                if position >= self._head:
                    is_live = True
                    events: Sequence[Event] = await self._wait()
                elif position >= before_ring:
                    place = position - before_ring
                    events = list(islice(self._ring, place, place + BATCH_EVENTS_MAX))
                elif is_live:
                    yield Batch(is_lost=True)
                    return
                else:
                    events = await self._replay(position)
                if events:
                    position = events[-1].position
                yield Batch(events)

    async def _wait(self) -> Sequence[Event]:
        if self._follower is None or self._follower.done():
            raise FeedInterrupted(self._stream)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._arrived.wait(), self._tick_s)
        return ()

    async def _replay(self, position: int) -> Sequence[Event]:
        async with self._database.read() as connection:
            return await log.read(connection, self._stream, position, BATCH_EVENTS_MAX)

    async def _head_in_table(self) -> Cursor:
        async with self._database.read() as connection:
            return await log.head(connection, self._stream)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        async with self._joining:
            if self._follower is None or self._follower.done():
                self._ring.clear()
                self._head = await self._head_in_table()
                self._follower = asyncio.create_task(self._follow(Cursor(self._head)))
                self._follower.add_done_callback(self._ended)
            self._listeners += 1
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners and self._follower is not None:
                self._follower.cancel()
                self._follower = None

    async def _follow(self, after: Cursor) -> None:
        async for event in reader.follow(self._database, self._redis, self._stream, after):
            self._ring.append(event)
            self._head = event.position
            self._wake()

    def _ended(self, follower: asyncio.Task[None]) -> None:
        if not follower.cancelled() and (fault := follower.exception()) is not None:
            logger.error("feed_interrupted", stream=self._stream, exc_info=fault)
        self._wake()

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()


class Feeds:
    """The feeds of one process, one per stream."""

    def __init__(self, database: Database, redis: Redis) -> None:
        self._feeds = {stream: Feed(database, redis, stream) for stream in Stream}

    def of(self, stream: Stream) -> Feed:
        """Return the feed of `stream`."""
        return self._feeds[stream]
