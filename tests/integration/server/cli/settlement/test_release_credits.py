"""`linepack release-credit` as an operator types it, on a database of its own, each time a new process."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from tests.event_positions import place_all
from tests.integration.market.market_fixture import ANNA, BERT, NOW, fill_market
from tests.integration.market.releases.releasing import MARCH, award, bid, offer
from tests.integration.server.cli.command_line import Finished, run

from linepack.database.connections import Database
from server.migrations.upgrade import upgrade
from settlement.consumer import settle_batch


@pytest.fixture
def installed(postgres_url: str) -> Iterator[tuple[str, str]]:
    """The URL of a migrated database, and the code of Bert's replacement contract: 310.00 EUR for March."""
    name = f"release_credit_{uuid4().hex}"
    asyncio.run(_administer(postgres_url, f"CREATE DATABASE {name}"))
    url = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    yield url, asyncio.run(_fill(url))
    asyncio.run(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(url: str, statement: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval(statement))
    finally:
        await connection.close()


async def _fill(url: str) -> str:
    await upgrade(url)
    database = Database(url)
    market_fixture = await fill_market(database)
    release = await offer(market_fixture, await market_fixture.book(ANNA, quantity=80), 40, period=MARCH)
    await bid(market_fixture, release, BERT, 40, "0.25", period=MARCH)
    await award(market_fixture, release)
    await place_all(database)
    while await settle_batch(database, at=NOW):
        pass
    await place_all(database)
    await database.dispose()
    return await _administer(url, "SELECT code FROM contract WHERE cause = 'release'")


@pytest.mark.timeout(400)
def test_a_default_and_a_late_payment_are_recorded_and_shown(
    installed: tuple[str, str], valkey_url: str, tmp_path: Path
) -> None:
    url, contract = installed

    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": url, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run("release-credit", *arguments, environment=given, folder=tmp_path)

    default = ("default", contract, "--month", "2027-03", "--key", "once")
    defaulted, again = linepack(*default), linepack(*default)
    nothing = linepack("default", contract, "--month", "2027-03")
    paid = linepack("late", contract, "--month", "2027-03", "--amount", "110.50")
    wrong = linepack("late", contract, "--month", "2027-03", "--amount", "much")
    shown = linepack("show", contract)

    assert defaulted.returncode == 0, defaulted.stderr
    expected = f"{contract}  2027-03: credited 0.00 EUR of 310.00 EUR, taken back 310.00 EUR\n"
    assert (defaulted.stdout, again.stdout) == (expected, expected)
    assert (nothing.returncode, "NOTHING_CREDITED" in nothing.stderr) == (1, True)
    assert "credited 110.50 EUR of 310.00 EUR, taken back 199.50 EUR" in paid.stdout
    assert wrong.returncode == 2, wrong.stderr
    row = next(line for line in shown.stdout.splitlines() if contract in line)
    assert row.split() == [contract, "2027-03", "P0", "310.00", "199.50", "110.50", "EUR"]
