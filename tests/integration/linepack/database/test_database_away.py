"""Which faults of the database are its absence: those of a real server that is killed, slow or not there."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from linepack.database.connections import DATABASE_FAULTS, Database, is_away
from server.embedded.postgres import EmbeddedPostgres

pytestmark = pytest.mark.anyio


async def fault_of(database: Database, *statements: str) -> BaseException:
    """Return what these statements of one transaction end in."""
    with pytest.raises(DATABASE_FAULTS) as raised:
        async with database.write() as connection:
            for statement in statements:
                await connection.execute(sa.text(statement))
    fault: BaseException = raised.value
    return fault


async def test_a_server_that_is_killed_and_one_that_is_not_there_are_away(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, parameters={"fsync": "off"}) as postgres:
        database = Database(postgres.url)
        asked = asyncio.create_task(fault_of(database, "SELECT pg_sleep(60)"))
        looking = sa.text("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")
        is_asked = 0
        while not is_asked:  # in a transaction each: one sees what was active when it first looked
            async with database.read() as connection:
                is_asked = (await connection.execute(looking)).scalar_one()
        postgres.kill()

        assert is_away(await asked)
        assert is_away(await fault_of(database, "SELECT 1"))
        await database.dispose()


@pytest.mark.parametrize(
    "sent",
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())",),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"),
        ("SET LOCAL statement_timeout = 20", "SELECT pg_sleep(60)"),
    ],
)
async def test_a_server_that_ends_a_connection_or_a_statement_is_away(
    database: Database, sent: tuple[str, ...]
) -> None:
    assert is_away(await fault_of(database, *sent))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT nothing",
        "SELEC 1",
        "SELECT 1 / 0",
        "INSERT INTO party VALUES (NULL)",
        "SELECT 'x'::uuid",
    ],
)
async def test_a_server_that_refuses_a_statement_is_there(database: Database, statement: str) -> None:
    assert not is_away(await fault_of(database, statement))


async def test_a_pool_without_a_free_connection_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linepack.database.connections.DATABASE_CONNECTION_WAIT_S", 0.05)
    small = Database(str(database.engine.url), readers=0, writers=1)
    async with small.engine.connect():
        assert is_away(await fault_of(small, "SELECT 1"))
    await small.dispose()


async def test_the_server_asks_for_signs_of_life_where_connections_cross_a_network(
    database: Database,
) -> None:
    asked = sa.text("SELECT name, reset_val, source FROM pg_settings WHERE name LIKE 'tcp_keepalives%'")
    async with database.read() as connection:
        found = {(row.name, row.reset_val, row.source) for row in await connection.execute(asked)}
    assert found == {
        ("tcp_keepalives_idle", "15", "client"),
        ("tcp_keepalives_interval", "5", "client"),
        ("tcp_keepalives_count", "3", "client"),
    }
