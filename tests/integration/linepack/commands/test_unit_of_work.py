import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.model import NewEvent, Stream
from linepack.events.tables import EventRow
from linepack.ids import NetworkId, new_id

pytestmark = pytest.mark.anyio


def an_event(key: str = "a") -> NewEvent:
    return NewEvent(stream=Stream.MARKET, topic="listing.posted", key=key, payload={"price": "1.25"})


async def recorded_keys(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(sa.select(EventRow.core().c.key))).scalars())


async def test_a_clean_exit_commits_the_events_recorded(database: Database) -> None:
    async with UnitOfWork(database) as uow:
        uow.record(an_event("first"))
        uow.record(an_event("second"))

    assert sorted(await recorded_keys(database)) == ["first", "second"]


async def test_an_exception_leaves_no_event(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with UnitOfWork(database) as uow:
            uow.record(an_event())
            raise ZeroDivisionError

    assert await recorded_keys(database) == []


async def test_an_event_that_cannot_be_written_rolls_the_command_back(database: Database) -> None:
    row = {"id": new_id(), "stream": "market", "topic": "t", "key": "direct", "payload": {}}
    with pytest.raises(Exception, match="not JSON serializable"):
        async with UnitOfWork(database) as uow:
            await uow.connection.execute(sa.insert(EventRow.core()), row)
            uow.record(NewEvent(stream=Stream.MARKET, topic="t", key="k", payload={"bad": object()}))  # type: ignore[dict-item]

    assert await recorded_keys(database) == []


async def test_the_connection_is_not_to_be_had_outside_of_the_block(database: Database) -> None:
    uow = UnitOfWork(database)
    with pytest.raises(RuntimeError, match="inside its"):
        _ = uow.connection


async def test_the_network_lock_comes_before_the_first_write(database: Database) -> None:
    network_id = NetworkId(new_id())
    async with UnitOfWork(database) as uow:
        await uow.lock_network(network_id)
        await uow.lock_network(network_id)

    with pytest.raises(RuntimeError, match="before the first write"):
        async with UnitOfWork(database) as uow:
            row = {"id": new_id(), "stream": "market", "topic": "t", "key": "k", "payload": {}}
            await uow.connection.execute(sa.insert(EventRow.core()), row)
            await uow.lock_network(network_id)


async def test_reading_connections_refuse_to_write(database: Database) -> None:
    row = {"id": new_id(), "stream": "market", "topic": "t", "key": "k", "payload": {}}
    with pytest.raises(DBAPIError, match="read-only"):
        async with database.read() as connection:
            await connection.execute(sa.insert(EventRow.core()), row)


@pytest.mark.parametrize(
    "statement", ["UPDATE event SET payload = '{}'", "DELETE FROM event", "TRUNCATE event"]
)
async def test_a_recorded_event_cannot_be_changed(database: Database, statement: str) -> None:
    async with UnitOfWork(database) as uow:
        uow.record(an_event())

    with pytest.raises(DBAPIError, match="append-only"):
        async with UnitOfWork(database) as uow:
            await uow.connection.execute(sa.text(statement))
