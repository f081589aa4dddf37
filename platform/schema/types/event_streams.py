"""Subscriptions to event streams: each event has a cursor, and every subscription continues after one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, TypeAlias

import sqlalchemy as sa
import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.networks.event_visibility import readable_by
from linepack.events import log
from linepack.events.follower import BATCH_EVENTS_MAX, OutOfStep, Replay
from linepack.events.model import Cursor, Event, Stream, Stretch
from linepack.ids import NetworkId
from schema.types.context import Info
from schema.types.domain_values import FromDomain

After: TypeAlias = Annotated[
    Cursor | None,
    strawberry.argument(description="The cursor of the last event you have; omitted: start now."),
]
"""Where a subscription starts."""


class OneEvent:
    """Base of what a subscription shows of one event of a stream, which its cursor identifies.

    It is worked out once for all who see the same of it. What else has a cursor may differ at the same one.
    """

    cursor: Cursor


@strawberry.type
class ResyncRequired(FromDomain):
    """The cursor is none of this feed, or you read a subscription too slowly; a subscription ends with it.

    Read the state anew, or continue from the cursor if it is yours.
    """

    cursor: Cursor


@asynccontextmanager
async def following(
    info: Info, stream: Stream, after: Cursor | None, replay: Replay | None = None
) -> AsyncIterator[AsyncIterator[Event | OutOfStep]]:
    """Lend the events of a stream after the cursor, replayed by `replay`; without a cursor, from now on."""
    followed = info.context.services.feeds.of(stream)
    since = await followed.newest() if after is None else after
    async with aclosing(followed.listen(since, replay)) as events:
        yield events


@asynccontextmanager
async def stirring(
    info: Info, network_id: NetworkId, *streams: Stream
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Lend a function that waits until something has happened on a network, on any of the streams.

    Whatever happens after it was lent, or after it returned last, lets it return at once.
    """
    stirred = asyncio.Event()

    async def watch(stream: Stream, ready: asyncio.Event) -> None:
        while True:
            async with following(info, stream, None) as events:
                ready.set()
                stirred.set()
                async for event in events:
                    if isinstance(event, OutOfStep) or event.network_id == network_id:
                        stirred.set()

    ready = [asyncio.Event() for _ in streams]
    watchers = [asyncio.create_task(watch(*one)) for one in zip(streams, ready, strict=True)]

    async def until(event: asyncio.Event) -> None:
        waiting = asyncio.create_task(event.wait())
        try:
            await asyncio.wait([waiting, *watchers], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        for watcher in watchers:
            if watcher.done():
                await watcher

    async def wait() -> None:
        await until(stirred)
        stirred.clear()

    try:
        for one in ready:
            await until(one)
        yield wait
    finally:
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)


async def head_of(info: Info, stream: Stream) -> Cursor:
    """Return where a query stands in a stream, if asked before the query reads anything.

    A change that comes between is then heard of again after the cursor, never missed.
    """
    return await info.context.services.feeds.of(stream).head()


def readable_events(
    info: Info, stream: Stream, topics: Collection[str] | None = None, *, sealed: Collection[str] = ()
) -> Replay:
    """Return the replay of the events of a stream that the caller may read; others are passed over."""
    return _meeting(stream, readable_by(info.context.caller(), topics, sealed=sealed))


def events_about(stream: Stream, topics: Collection[str]) -> Replay:
    """Return the replay of the events of these topics, also of those that the caller may not read."""
    return _meeting(stream, log.is_about(topics))


def _meeting(stream: Stream, condition: sa.ColumnElement[bool]) -> Replay:
    async def replay(connection: AsyncConnection, cursor: Cursor) -> Stretch:
        return await log.read_where(connection, stream, cursor, BATCH_EVENTS_MAX, condition)

    return replay
