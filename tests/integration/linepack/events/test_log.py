"""The event log under what loses or repeats messages elsewhere: late commits, crashes, lost servers."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from tests.event_positions import place_all
from tests.waiting import TIME_LIMIT_S

from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.events import log
from linepack.events import reader as reader_module
from linepack.events.model import START, Cursor, Event, NewEvent, Stream
from linepack.events.reader import follow
from linepack.events.relay import Relay
from linepack.events.stream import decode, encode, published_up_to, stream_name
from linepack.events.tables import EventRow
from linepack.ids import EventId, NetworkId, PartyId, new_id
from server.embedded.postgres import EmbeddedPostgres
from server.embedded.valkey import EmbeddedValkey
from server.migrations.upgrade import upgrade

pytestmark = pytest.mark.anyio

events = EventRow.core()


def an_event(key: str, stream: Stream = Stream.MARKET) -> NewEvent:
    return NewEvent(stream=stream, topic="listing.posted", key=key, payload={"price": "1.25"})


async def record(database: Database, *keys: str, stream: Stream = Stream.MARKET) -> None:
    async with UnitOfWork(database) as uow:
        for key in keys:
            uow.record(an_event(key, stream))


async def place(database: Database) -> None:
    async with UnitOfWork(database) as uow:
        await log.place_settled(uow.connection, 100)


async def placed(database: Database, stream: Stream = Stream.MARKET) -> list[tuple[int, str]]:
    async with database.read() as connection:
        return [(e.position, e.key) for e in await log.read(connection, stream, START, 1000)]


@asynccontextmanager
async def relayed(
    database: Database, redis: Redis, after: int = START
) -> AsyncIterator[AsyncIterator[Event]]:
    """A relay at work and a reader of the market stream."""
    async with (
        running(Relay(database, redis)),
        aclosing(follow(database, redis, Stream.MARKET, after)) as reader,  # type: ignore[type-var]
    ):
        yield reader


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[Relay]:
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def take(source: AsyncIterator[Event], count: int) -> list[Event]:
    taken: list[Event] = []
    async with asyncio.timeout(TIME_LIMIT_S):
        while len(taken) < count:
            taken.append(await anext(source))
    return taken


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(TIME_LIMIT_S):
        while not await condition():  # noqa: ASYNC110 the database has no event to wait for
            await asyncio.sleep(0.01)


async def test_a_late_commit_is_not_skipped_where_following_by_id_loses_it(database: Database) -> None:
    by_id = sa.select(events.c.id, events.c.key).order_by(events.c.id)
    async with UnitOfWork(database) as late:
        await log.append(late.connection, [(EventId(new_id()), an_event("late"))])
        await record(database, "early")
        async with database.read() as connection:
            seen_by_id = list((await connection.execute(by_id)).all())
        await place(database)
        assert await placed(database) == []

    async with database.read() as connection:
        seen_by_id += (await connection.execute(by_id.where(events.c.id > seen_by_id[-1].id))).all()
    await place_all(database)

    assert [row.key for row in seen_by_id] == ["early"]
    assert await placed(database) == [(1, "late"), (2, "early")]


async def test_rolled_back_transactions_leave_no_gap(database: Database) -> None:
    await record(database, "first")
    with pytest.raises(ZeroDivisionError):
        async with UnitOfWork(database) as uow:
            await log.append(uow.connection, [(EventId(new_id()), an_event("never"))])
            raise ZeroDivisionError
    await record(database, "second", "third")
    await record(database, "elsewhere", stream=Stream.CAPACITY)
    await place_all(database)

    assert await placed(database) == [(1, "first"), (2, "second"), (3, "third")]
    assert await placed(database, Stream.CAPACITY) == [(1, "elsewhere")]


async def test_the_order_of_a_network_lock_is_the_order_of_the_log(database: Database) -> None:
    network_id = NetworkId(new_id())

    async def move(key: str, holding: asyncio.Event, go: asyncio.Event) -> None:
        async with UnitOfWork(database) as uow:
            await uow.lock_network(network_id)
            holding.set()
            await go.wait()
            uow.record(an_event(key))

    first_holds, second_holds, go = asyncio.Event(), asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(move("first", first_holds, go))
    await first_holds.wait()
    second = asyncio.create_task(move("second", second_holds, go))
    await asyncio.sleep(0.05)
    assert not second_holds.is_set()
    go.set()
    await asyncio.gather(first, second)
    await place_all(database)

    assert await placed(database) == [(1, "first"), (2, "second")]


async def test_events_restored_from_another_cluster_are_placed_before_new_ones(database: Database) -> None:
    async with UnitOfWork(database) as uow:
        row = {"id": new_id(), "stream": "market", "topic": "t", "key": "restored", "payload": {}}
        await uow.connection.execute(sa.insert(events).values(transaction_id=2**40, **row))
    await record(database, "new")
    await place_all(database)

    assert await placed(database) == [(1, "restored"), (2, "new")]


async def test_reading_by_a_condition_goes_on_where_nothing_met_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "WINDOW_POSITIONS", 4)
    await record(
        database, *(f"{'own' if number in (1, 10, 11) else 'other'} {number}" for number in range(1, 14))
    )
    await place_all(database)

    async def read(after: int, limit: int = 2) -> tuple[list[str], int]:
        async with database.read() as connection:
            own = events.c.key.startswith("own")
            stretch = await log.read_where(connection, Stream.MARKET, Cursor(after), limit, own)
            return [event.key for event in stretch.events], stretch.reached

    assert await read(0) == (["own 1"], 4)
    assert await read(4) == ([], 8)
    assert await read(8) == (["own 10", "own 11"], 11)
    assert await read(8, limit=1) == (["own 10"], 10)
    assert await read(11) == ([], 13)
    assert await read(13) == ([], 13)


async def test_a_reader_gets_every_event_of_concurrent_writers_once_and_in_order(
    database: Database, redis: Redis
) -> None:
    async def write(writer: int) -> None:
        for i in range(10):
            await record(database, f"{writer}.{i}")

    async with (
        running(Relay(database, redis)),
        aclosing(follow(database, redis, Stream.MARKET, START)) as reader,  # type: ignore[type-var]
    ):
        writers = asyncio.gather(*(write(writer) for writer in range(8)))
        got = await take(reader, 80)
        await writers

    assert [event.position for event in got] == list(range(1, 81))
    assert len({event.key for event in got}) == 80
    for writer in range(8):
        of_writer = [e.key for e in got if e.key.startswith(f"{writer}.")]
        assert of_writer == [f"{writer}.{i}" for i in range(10)]


async def test_a_reader_continues_after_its_cursor(database: Database, redis: Redis) -> None:
    await record(database, "a", "b", "c")
    async with relayed(database, redis, after=1) as reader:
        assert [e.key for e in await take(reader, 2)] == ["b", "c"]
        await record(database, "d")
        assert [(e.position, e.key) for e in await take(reader, 1)] == [(4, "d")]


async def test_what_the_reader_hears_equals_what_the_table_holds(database: Database, redis: Redis) -> None:
    event = NewEvent(
        stream=Stream.MARKET,
        topic="trade.concluded",
        key="Gült § 4",
        payload={"amount": "12.30", "lines": [{"n": 1}], "note": None},
        network_id=NetworkId(new_id()),
        audience=frozenset({PartyId(new_id()), PartyId(new_id())}),
    )
    async with relayed(database, redis) as reader:
        hearing = asyncio.create_task(take(reader, 1))
        await asyncio.sleep(0.05)
        async with UnitOfWork(database) as uow:
            event_id = uow.record(event)
        (heard,) = await hearing
    async with database.read() as connection:
        (stored,) = await log.read(connection, Stream.MARKET, START, 10)

    assert heard == stored == decode(encode(stored))
    assert heard.id == event_id
    assert heard.audience == event.audience
    assert heard.payload == event.payload


async def test_one_relay_is_elected_and_another_takes_over(database: Database, redis: Redis) -> None:
    first, second = Relay(database, redis), Relay(database, redis)
    async with running(second):
        async with running(first):
            await record(database, "a")
            await until(lambda: _has_published(redis, 1))
            assert [first.is_elected, second.is_elected].count(True) == 1
        await record(database, "b")
        await until(lambda: _has_published(redis, 2))
        assert (first.is_elected, second.is_elected) == (False, True)

    assert await placed(database) == [(1, "a"), (2, "b")]


async def test_a_relay_that_lost_its_connection_is_elected_again(database: Database, redis: Redis) -> None:
    async with running(Relay(database, redis)):
        await record(database, "a")
        await until(lambda: _has_published(redis, 1))
        async with UnitOfWork(database) as uow:
            await uow.connection.execute(sa.text(_TERMINATE_THE_ELECTED))
        await record(database, "b")
        await until(lambda: _has_published(redis, 2))

    assert await placed(database) == [(1, "a"), (2, "b")]


_TERMINATE_THE_ELECTED = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
"""


async def _has_published(redis: Redis, position: int) -> bool:
    return await published_up_to(redis, Stream.MARKET) == position


async def test_what_a_crash_left_placed_but_unpublished_is_published(
    database: Database, redis: Redis
) -> None:
    await record(database, "a", "b")
    await place_all(database)
    async with running(Relay(database, redis)):
        await until(lambda: _has_published(redis, 2))
        await record(database, "c")
        await until(lambda: _has_published(redis, 3))

    entries: Any = await redis.xrange(stream_name(Stream.MARKET))
    assert [entry_id for entry_id, _ in entries] == [b"1-0", b"2-0", b"3-0"]


async def test_an_event_already_published_is_not_published_twice(database: Database, redis: Redis) -> None:
    await record(database, "a", "b")
    async with running(Relay(database, redis)):
        await until(lambda: _has_published(redis, 2))
    async with running(Relay(database, redis)):
        await record(database, "c")
        await until(lambda: _has_published(redis, 3))

    assert await redis.xlen(stream_name(Stream.MARKET)) == 3


async def test_a_stream_of_another_database_is_dropped(database: Database, redis: Redis) -> None:
    await redis.xadd(stream_name(Stream.MARKET), {"event": "{}"}, id="900-0")
    await record(database, "a")
    async with running(Relay(database, redis)):
        await until(lambda: _has_published(redis, 1))


@pytest.mark.parametrize("loss", ["flush", "trim"])
async def test_a_reader_misses_nothing_when_the_stream_is_lost(
    database: Database, redis: Redis, loss: str
) -> None:
    async with (
        running(Relay(database, redis)),
        aclosing(follow(database, redis, Stream.MARKET, START)) as reader,  # type: ignore[type-var]
    ):
        await record(database, "a")
        got = await take(reader, 1)
        await record(database, "b", "c")
        await until(lambda: _has_published(redis, 3))
        if loss == "flush":
            await redis.flushdb()
        else:
            await redis.xtrim(stream_name(Stream.MARKET), maxlen=0, approximate=False)
        await record(database, "d")
        got += await take(reader, 3)

    assert [(e.position, e.key) for e in got] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


async def test_a_reader_misses_nothing_while_valkey_is_dead_and_after_it_returns(
    database: Database, tmp_path: Path
) -> None:
    with EmbeddedValkey(tmp_path) as valkey:
        async with Redis.from_url(valkey.url) as redis, relayed(database, redis) as reader:
            await record(database, "before")
            got = await take(reader, 1)
            valkey.kill()
            await record(database, "while away")
            got += await take(reader, 1)
            valkey.start()
            await record(database, "after")
            got += await take(reader, 1)
            await until(lambda: _has_published(redis, 3))

    assert [(e.position, e.key) for e in got] == [(1, "before"), (2, "while away"), (3, "after")]


async def test_a_reader_misses_nothing_while_redis_refuses_the_stream(
    database: Database, redis: Redis
) -> None:
    await redis.set(stream_name(Stream.MARKET), "not a stream")
    async with relayed(database, redis) as reader:
        await record(database, "a")
        got = await take(reader, 1)
        await record(database, "b")
        got += await take(reader, 1)
        await redis.delete(stream_name(Stream.MARKET))
        await until(lambda: _has_published(redis, 2))

    assert [(e.position, e.key) for e in got] == [(1, "a"), (2, "b")]


async def test_every_acknowledged_event_survives_a_kill_of_postgresql_under_load(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "EVENT_SILENCE_S", 0.02)
    acknowledged: list[str] = []

    async def write(writer: int) -> None:
        for i in itertools.count():
            try:
                await record(database, f"{writer}.{i}")
            except DATABASE_FAULTS:
                await asyncio.sleep(0.02)
            else:
                acknowledged.append(f"{writer}.{i}")

    # Without fsync a killed server loses nothing: only the machine could lose what the kernel holds.
    with EmbeddedPostgres(tmp_path, parameters={"fsync": "off"}) as postgres:
        await upgrade(postgres.url)
        database = Database(postgres.url)
        async with relayed(database, redis) as reader:
            writers = [asyncio.create_task(write(writer)) for writer in range(4)]
            got = await take(reader, 20)
            postgres.kill()
            await asyncio.sleep(0.2)
            await asyncio.to_thread(postgres.start)
            got += await take(reader, 20)
            for writer in writers:
                writer.cancel()
            await asyncio.gather(*writers, return_exceptions=True)
            await record(database, "last")
            while got[-1].key != "last":
                got += await take(reader, 1)
        await database.dispose()

    assert [e.position for e in got] == list(range(1, len(got) + 1))
    assert len({e.key for e in got}) == len(got)
    assert set(acknowledged) <= {e.key for e in got}
