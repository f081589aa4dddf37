"""The end of credentials, announced to all processes over Redis.

A process trusts for a few seconds whom it has just authenticated, and sockets for longer. When a session, an
account's credentials or a key end, all processes hear of it: they forget whom they trusted, and sockets are
checked anew at once. Redis only makes that fast. Where it is away, trust ends after `AUTHENTICATION_FRESH_S`,
and sockets are checked every `PRINCIPAL_RECHECK_S`.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from linepack.access import Principal
from linepack.backoff import Backoff
from linepack.limits import (
    AUTHENTICATION_FRESH_S,
    AUTHENTICATIONS_KEPT_MAX,
    BUCKET_WAIT_S,
    ENDINGS_SILENCE_S,
)
from linepack.monitoring.logging import logger
from linepack.redis.cancellation import cancellable

CHANNEL = "linepack:credentials-ended"
"""Followed by the database's number: channels of Redis, unlike its keys, belong to all its databases."""
_FAULTS = (RedisError, OSError, TimeoutError)


class Endings:
    """Whom this process trusts without asking the database, until it hears that their credentials ended."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._channel = f"{CHANNEL}:{redis.connection_pool.connection_kwargs.get('db', 0)}"
        self._trusted: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()
        self._watchers: dict[UUID, set[asyncio.Event]] = {}
        self.heard = 0
        """How many endings this process has heard of: what was read before the last one is not trusted."""

    def trusted(self, key: bytes) -> Principal | None:
        """Return the principal that was authenticated with `key` a moment ago."""
        principal, checked_at = self._trusted.get(key, (None, 0.0))
        return principal if time.monotonic() - checked_at < AUTHENTICATION_FRESH_S else None

    def trust(self, key: bytes, principal: Principal, *, as_of: int) -> None:
        """Trust a principal for a moment, unless an ending was heard since `heard` was `as_of`."""
        if as_of != self.heard:
            return
        self._trusted[key] = (principal, time.monotonic())
        self._trusted.move_to_end(key)
        if len(self._trusted) > AUTHENTICATIONS_KEPT_MAX:
            self._trusted.popitem(last=False)

    def distrust(self, key: bytes) -> None:
        """Ask the database again about `key`."""
        self._trusted.pop(key, None)

    @contextmanager
    def watching(self, principal: Principal) -> Iterator[asyncio.Event]:
        """Lend an event that is set whenever credentials of the principal may have ended."""
        event, names = asyncio.Event(), _names(principal)
        for name in names:
            self._watchers.setdefault(name, set()).add(event)
        try:
            yield event
        finally:
            for name in names:
                self._watchers[name].discard(event)
                if not self._watchers[name]:
                    del self._watchers[name]

    async def announce(self, ended: UUID) -> None:
        """Announce that a session or key has ended, or credentials of an account, after the commit."""
        self._hear(ended)
        try:
            with cancellable():
                async with asyncio.timeout(BUCKET_WAIT_S):
                    await self._redis.publish(self._channel, ended.hex)
        except _FAULTS as loss:
            logger.warning("ending_not_announced", fault=type(loss).__name__)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Hear in this block what other processes announce."""
        follower = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower

    async def _follow(self) -> None:
        backoff = Backoff()
        while True:
            try:
                with cancellable():
                    async with self._redis.pubsub() as channel:
                        await channel.subscribe(self._channel)
                        await self._listen(channel, backoff)
            except _FAULTS as loss:
                logger.warning("endings_not_heard", fault=type(loss).__name__)
                await backoff.wait()

    async def _listen(self, channel: PubSub, backoff: Backoff) -> None:
        is_silent = False
        while True:
            with cancellable():
                message = await channel.get_message(timeout=ENDINGS_SILENCE_S)
            if message is None and is_silent:
                raise ConnectionError("the connection is silent")
            if message is None:
                await channel.ping()
            elif message["type"] == "subscribe":
                # What was announced before, nobody here has heard.
                backoff.succeeded()
                self.heard += 1
                self._trusted.clear()
            elif message["type"] == "message":
                with suppress(ValueError):
                    self._hear(UUID(hex=message["data"].decode()))
            is_silent = message is None

    def _hear(self, ended: UUID) -> None:
        self.heard += 1
        gone = [key for key, (principal, _) in self._trusted.items() if ended in _names(principal)]
        for key in gone:
            del self._trusted[key]
        for event in self._watchers.get(ended, ()):
            event.set()


def _names(principal: Principal) -> frozenset[UUID]:
    """Return the ids under which the end of a principal's credentials is announced."""
    ids = (principal.user_id, principal.session_id, principal.api_key_id)
    return frozenset(one for one in ids if one is not None)
