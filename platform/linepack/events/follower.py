"""Following a stream: how events reach the subscriptions of this process.

A stream is followed once per process, while it has listeners, and its latest events are kept in a ring that
all listeners share. A listener is only a position: it replays from the table until it reaches the ring, and
waits at the ring's end. So a slow client costs no memory. A listener that may read little of a stream brings
a replay of its own, which passes over the rest. A listener that was live and then falls out of the ring must
resynchronise; its cursor still says where to continue.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import islice

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.connections import Database
from linepack.events import log, reader
from linepack.events.model import START, Cursor, Event, Stream, Stretch
from linepack.monitoring.logging import logger

RING_EVENTS_MAX = 4_096
BATCH_EVENTS_MAX = 100


@dataclass(frozen=True, slots=True)
class OutOfStep:
    """The end of listening: the cursor is ahead of the stream, or the client was too slow for it."""

    cursor: Cursor


Replay = Callable[[AsyncConnection, Cursor], Awaitable[Stretch | OutOfStep]]
"""How the events after a cursor are read from the table; `reached` lies behind the cursor."""


class FeedInterrupted(Exception):
    """The stream can no longer be followed; listeners reconnect with their cursor."""


class Feed:
    """One stream, followed once for all listeners of this process."""

    def __init__(
        self, database: Database, redis: Redis, stream: Stream, *, ring_events: int = RING_EVENTS_MAX
    ) -> None:
        self._database = database
        self._redis = redis
        self._stream = stream
        self._ring: deque[Event] = deque(maxlen=ring_events)
        self._head = START
        self._arrived = asyncio.Event()
        self._listeners = 0
        self._follower: asyncio.Task[None] | None = None
        self._joining = asyncio.Lock()

    async def listen(
        self, after: Cursor, replay: Replay | None = None
    ) -> AsyncGenerator[Event | OutOfStep, None]:
        """Yield every event after the cursor as it comes, until the client is out of step. Close it.

        `replay` as in `stretches`. Raises FeedInterrupted when the stream cannot be followed any more.
        """
        async with aclosing(self.stretches(after, replay)) as stretches:
            async for stretch in stretches:
                if isinstance(stretch, OutOfStep):
                    yield stretch
                    return
                for event in stretch.events:
                    yield event

    async def stretches(
        self, after: Cursor, replay: Replay | None = None
    ) -> AsyncGenerator[Stretch | OutOfStep, None]:
        """Yield the stream after the cursor in stretches as it comes, as `listen` does. Close it.

        What lies before the ring is read by `replay`, everything if it is left out.
        """
        async with self._listening():
            if after > self._head and after > await self.head():
                yield OutOfStep(after)
                return
            position, is_live = after, False
            while True:
                before_ring = self._head - len(self._ring)
                if position >= self._head:
                    is_live = True
                    await self._wait()
                    continue
                if position < before_ring and is_live:
                    yield OutOfStep(position)
                    return
                if position < before_ring:
                    stretch: Stretch | OutOfStep = await self._replay(position, replay or self._read)
                else:
                    place = position - before_ring
                    events = list(islice(self._ring, place, place + BATCH_EVENTS_MAX))
                    stretch = Stretch(events, events[-1].position)
                yield stretch
                if isinstance(stretch, OutOfStep):
                    return
                position = stretch.reached

    async def _wait(self) -> None:
        if self._follower is None or self._follower.done():
            raise FeedInterrupted(self._stream)
        await self._arrived.wait()

    async def _replay(self, position: Cursor, replay: Replay) -> Stretch | OutOfStep:
        async with self._database.read() as connection:
            return await replay(connection, position)

    async def _read(self, connection: AsyncConnection, position: Cursor) -> Stretch:
        events = await log.read(connection, self._stream, position, BATCH_EVENTS_MAX)
        return Stretch(events, events[-1].position)

    async def head(self) -> Cursor:
        """Return the position of the last event there is."""
        async with self._database.read() as connection:
            return await log.head(connection, self._stream)

    async def newest(self) -> Cursor:
        """Return the position of the last event that this process has seen; of all, if it follows none."""
        is_followed = self._follower is not None and not self._follower.done()
        return self._head if is_followed else await self.head()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        async with self._joining:
            if self._follower is None or self._follower.done():
                self._ring.clear()
                self._head = await self.head()
                self._follower = asyncio.create_task(self._follow(self._head))
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
            await asyncio.sleep(0)  # a burst must not run away from listeners who would keep up with it

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
