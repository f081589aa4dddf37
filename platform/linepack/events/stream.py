"""Events on Redis: one stream per `Stream`, entry id `position-0`, one field of JSON.

The entry id is the position, so Redis itself refuses an event it already holds. A Redis stream is a window on
the table, never the truth: it may be trimmed, flushed or lost.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from linepack.canonical_json import canonical_json
from linepack.events.model import Cursor, Event, Stream
from linepack.ids import EventId, NetworkId, PartyId
from linepack.limits import EVENT_STREAM_LENGTH_MAX
from linepack.redis.cancellation import cancellable

REDIS_FAULTS = (RedisError, OSError, TimeoutError)
"""What a command raises when Redis is away."""

_FIELD = b"event"


def stream_name(stream: Stream) -> str:
    """Return the name of the Redis stream."""
    return f"linepack:{stream.value}"


async def published_up_to(redis: Redis, stream: Stream) -> Cursor:
    """Return the last position that the Redis stream ever held, 0 if it does not exist."""
    try:
        with cancellable():
            facts = await redis.xinfo_stream(stream_name(stream))
    except ResponseError:
        return Cursor(0)
    return _position(facts["last-generated-id"])


async def publish(redis: Redis, events: list[Event]) -> None:
    """Add events, given in order, to their Redis streams; those it already holds are passed over."""
    pipeline = redis.pipeline(transaction=False)
    for event in events:
        pipeline.xadd(
            stream_name(event.stream),
            {_FIELD: encode(event)},
            id=f"{event.position}-0",
            maxlen=EVENT_STREAM_LENGTH_MAX,
            approximate=True,
        )
    with cancellable():
        answers = await pipeline.execute(raise_on_error=False)
    for answer in answers:
        if isinstance(answer, Exception) and "equal or smaller" not in str(answer):
            raise answer


async def next_entries(redis: Redis, stream: Stream, after: Cursor, limit: int, wait_s: float) -> list[Event]:
    """Return the entries after a position, waiting up to `wait_s` for the first; empty when none came."""
    name = stream_name(stream)
    block = max(1, round(wait_s * 1000))
    with cancellable():
        answer: Any = await redis.xread({name: f"{after}-0"}, count=limit, block=block)
    if not answer:
        return []
    ((_, entries),) = answer
    return [decode(fields[_FIELD]) for _, fields in entries]


def encode(event: Event) -> bytes:
    """Return the event as JSON."""
    return canonical_json(
        {
            "id": event.id,
            "stream": event.stream,
            "topic": event.topic,
            "network_id": event.network_id,
            "key": event.key,
            "payload": event.payload,
            "audience": event.audience,
            "recorded_at": event.recorded_at,
            "position": event.position,
        }
    )


def decode(text: bytes) -> Event:
    """Return the event that `encode` wrote."""
    facts = json.loads(text)
    return Event(
        id=EventId(UUID(facts["id"])),
        stream=Stream(facts["stream"]),
        topic=facts["topic"],
        network_id=None if facts["network_id"] is None else NetworkId(UUID(facts["network_id"])),
        key=facts["key"],
        payload=facts["payload"],
        audience=(
            None if facts["audience"] is None else frozenset(PartyId(UUID(p)) for p in facts["audience"])
        ),
        recorded_at=datetime.fromisoformat(facts["recorded_at"]),
        position=Cursor(facts["position"]),
    )


def _position(entry_id: bytes | str) -> Cursor:
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    return Cursor(int(text.partition("-")[0]))
