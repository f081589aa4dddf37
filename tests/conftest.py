"""Fixtures every test may use: a real PostgreSQL and a real Valkey, and an empty database for each.

The servers start once per run, at the first test that needs them; with xdist the controlling process starts
them for its workers. Each worker fills one template database; its tests get copies of it, one after another.
"""

import asyncio
import gc
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import Engine
from tests.sent_statements import note_statements
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from capacity.feasibility.warm_up import warm_up
from capacity.solvers.highs import Highs
from linepack.database.connections import Database
from server.declarations import all_tables
from server.embedded.postgres import EmbeddedPostgres
from server.embedded.valkey import EmbeddedValkey
from server.migrations.upgrade import connected

PUBLISHED_DATA = Path(__file__).parent / "data"
FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DISCONNECT_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
IS_SPOILT = """
SELECT EXISTS (SELECT FROM tests.alteration) OR pg_database_size(current_database()) > 12 * 1024 * 1024
"""
"""An empty one has not quite 10 MiB."""
NOTE_ALTERATIONS = """
CREATE SCHEMA tests;
CREATE TABLE tests.alteration (command text NOT NULL);
CREATE FUNCTION tests.note() RETURNS event_trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO tests.alteration VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION tests.note();
"""

_servers = ExitStack()
_urls: dict[str, str] = {}


def _server_urls() -> dict[str, str]:
    if not _urls:
        directory = Path(_servers.enter_context(tempfile.TemporaryDirectory(prefix="linepack-test-")))
        postgres = _servers.enter_context(EmbeddedPostgres(directory, parameters=FAST_AND_UNSAFE))
        valkey = _servers.enter_context(EmbeddedValkey(directory))
        _urls.update(postgres=postgres.url_of("postgres"), valkey=valkey.url)
    return _urls


class _Scheduler(LoadFileScheduling):  # type: ignore[misc]  # xdist is not typed
    """Keeps the tests of a file on one worker, and those of a package, which share an installation."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        folder = file.rpartition("/")[0]
        return folder if (Path(folder) / "__init__.py").exists() else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Scheduler:
    return _Scheduler(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    node.workerinput["server_urls"] = dict(_server_urls())  # type: ignore[attr-defined]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # In a fresh clone nothing is compiled yet, and a compiler takes longer than some answers may.
        warm_up(Highs())
    _urls.update(getattr(config, "workerinput", {}).get("server_urls", {}))


def pytest_collection_finish() -> None:
    gc.freeze()  # what is loaded stays: nothing of it is looked through again


def pytest_unconfigure() -> None:
    _servers.close()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a maintenance database, from which test databases are made."""
    return _server_urls()["postgres"]


@pytest.fixture(scope="session")
def valkey_url() -> str:
    """The URL of this worker's own database of Valkey, which has 16."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{_server_urls()['valkey']}?db={int(worker) % 16}"


class Databases:
    """Databases with every table and no row; emptying one takes a thirtieth of the time of making another.

    One whose tables a test altered is dropped instead (an event trigger notes every such statement), and so
    is one that has grown: pages of deleted rows stay, and change the plans of queries.
    """

    def __init__(self, postgres_url: str) -> None:
        self._postgres_url = postgres_url
        self._template = ""
        deletions = (f'DELETE FROM "{name}"' for name in all_tables().tables)
        self._empty = "; ".join(("SET session_replication_role = replica", *deletions))
        self._unused: list[str] = []

    async def take(self) -> str:
        """Return the URL of an empty database."""
        if not self._unused:
            self._unused.append(await self._make())
        return self._unused.pop()

    async def give_back(self, url: str) -> None:
        """Disconnect whatever is left of a test, and empty its database or drop it."""
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(DISCONNECT_OTHERS)
            is_spoilt = await connection.fetchval(IS_SPOILT)
            if not is_spoilt:
                await connection.execute(self._empty)
        finally:
            await connection.close()
        if is_spoilt:
            await self._drop(url)
        else:
            self._unused.append(url)

    async def drop_all(self) -> None:
        """Drop every database, at the end of the run."""
        for url in (*self._unused, *([self._template] if self._template else [])):
            await self._drop(url)

    async def _make(self) -> str:
        if not self._template:
            self._template = _sibling(self._postgres_url, name := f"template_{uuid4().hex}")
            await _administer(self._postgres_url, f"CREATE DATABASE {name}")
            await _fill(self._template)
        name, template = f"test_{uuid4().hex}", _name(self._template)
        await _administer(
            self._postgres_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
        )
        return _sibling(self._postgres_url, name)

    async def _drop(self, url: str) -> None:
        await _administer(self._postgres_url, f"DROP DATABASE {_name(url)} WITH (FORCE)")


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    """The databases of this worker."""
    databases = Databases(postgres_url)
    yield databases
    asyncio.run(databases.drop_all())


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The URL of a database with every table and no row, which this test has for itself."""
    url = asyncio.run(databases.take())
    yield url
    asyncio.run(databases.give_back(url))


@pytest.fixture(scope="session")
def statements(postgres_url: str) -> Engine:
    """The engine whose compiled statements all tests of this worker share."""
    database = Database(postgres_url)

    async def connect_once() -> None:
        async with database.engine.connect():
            pass
        await database.dispose()

    asyncio.run(connect_once())
    return database.engine.sync_engine


@pytest.fixture
async def database(database_url: str, statements: Engine) -> AsyncIterator[Database]:
    database = Database(database_url)
    engine = database.engine.sync_engine
    engine.dialect, engine._compiled_cache = statements.dialect, statements._compiled_cache
    note_statements(database)
    yield database
    await database.dispose()


@pytest.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    """A client of an empty Valkey."""
    client = Redis.from_url(valkey_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def published_data() -> Path:
    """The folder of published networks, as their authors made them: `tests/data/README.md` says whose."""
    return PUBLISHED_DATA


def _sibling(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _fill(url: str) -> None:
    # That a migrated database is the same has a test of its own, so a table may change before its revision.
    async with connected(url) as connection:
        await connection.run_sync(all_tables().create_all)
    await _administer(url, NOTE_ALTERATIONS)
