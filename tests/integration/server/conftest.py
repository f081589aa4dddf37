import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from tests.integration.market.market_fixture import fill_market

from linepack.database.connections import Database
from server.migrations.upgrade import upgrade


@pytest.fixture
def installed(postgres_url: str) -> Iterator[str]:
    """The URL of a migrated database with the market of the tests, for commands, which are processes."""
    name = f"installed_{uuid4().hex}"
    asyncio.run(_administer(postgres_url, f"CREATE DATABASE {name}"))
    url = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    asyncio.run(_fill(url))
    yield url
    asyncio.run(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def _fill(url: str) -> None:
    await upgrade(url)
    database = Database(url)
    await fill_market(database)
    await database.dispose()
