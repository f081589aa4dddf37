"""Fixtures every test may use: a real PostgreSQL and a real Valkey, and a fresh database per test.

The servers start once per run, at the first test that needs them; with xdist the controlling process starts
them for its workers. Each worker fills one template database, of which every test gets a copy.
"""

import asyncio
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

from capacity.feasibility.warm_up import warm_up
from capacity.solvers.highs import Highs
from linepack.database.connections import Database
from server.declarations import all_tables
from server.embedded.postgres import EmbeddedPostgres, EmbeddedValkey
from server.migrations.upgrade import connected

PUBLISHED_DATA = Path(__file__).parent / "data"
FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_servers = ExitStack()
_urls: dict[str, str] = {}


def _server_urls() -> dict[str, str]:
    if not _urls:
        directory = Path(_servers.enter_context(tempfile.TemporaryDirectory(prefix="linepack-test-")))
        postgres = _servers.enter_context(EmbeddedPostgres(directory, parameters=FAST_AND_UNSAFE))
        valkey = _servers.enter_context(EmbeddedValkey(directory))
        _urls.update(postgres=postgres.url_of("postgres"), valkey=valkey.url)
    return _urls


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    node.workerinput["server_urls"] = dict(_server_urls())  # type: ignore[attr-defined]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # In a fresh clone nothing is compiled yet, and a compiler takes longer than some answers may.
        warm_up(Highs())
    _urls.update(getattr(config, "workerinput", {}).get("server_urls", {}))


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


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> Iterator[str]:
    name = f"template_{uuid4().hex}"
    asyncio.run(_administer(postgres_url, f"CREATE DATABASE {name}"))
    asyncio.run(_fill(_sibling(postgres_url, name)))
    yield name
    asyncio.run(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """The URL of a fresh database with every table, gone after the test."""
    name = f"test_{uuid4().hex}"
    asyncio.run(
        _administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template_database} STRATEGY file_copy")
    )
    yield _sibling(postgres_url, name)
    asyncio.run(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
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
