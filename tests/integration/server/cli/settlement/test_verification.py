"""`linepack reconcile` and `linepack audit` as an operator types them."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import asyncpg
import pytest
from tests.integration.market.market_fixture import fill_market
from tests.integration.server.cli.command_line import Finished, run
from tests.integration.settlement.audit.audited_market import run_everything

from linepack.database.connections import Database
from linepack.settings import Settings
from server.migrations.upgrade import revision_of, upgrade
from server.services import log_integrators_of

Linepack = Callable[..., Finished]
ALL = ("reconcile", "audit", "settle-parked", "close-parked")


@pytest.fixture
def empty(postgres_url: str) -> Iterator[str]:
    """The URL of a database without any table."""
    name = f"proving_{uuid4().hex}"
    asyncio.run(_administer(postgres_url, f"CREATE DATABASE {name}"))
    yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    asyncio.run(_administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def installed(empty: str, tmp_path: Path) -> str:
    """The URL of a migrated database with a market in which everything has happened, and is logged."""
    asyncio.run(_fill(empty, Settings(data_dir=tmp_path / "data")))
    return empty


@pytest.fixture
def linepack(valkey_url: str, tmp_path: Path) -> Linepack:
    def in_folder(*arguments: str, database: str | None) -> Finished:
        given = {
            "REDIS_URL": valkey_url,
            "LINEPACK_DATA_DIR": str(tmp_path / "data"),
            "DATABASE_URL": database,
        }
        return run(*arguments, environment=given, folder=tmp_path)

    return in_folder


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def _fill(url: str, settings: Settings) -> None:
    await upgrade(url)
    database = Database(url)
    await run_everything(await fill_market(database))
    settings.data_dir.mkdir()
    for integrator in log_integrators_of(settings, database).values():
        while await integrator.integrate():
            pass
    await database.dispose()


@pytest.mark.timeout(400)
@pytest.mark.parametrize("command", ALL)
def test_where_nothing_is_installed_nothing_is_proved_and_nothing_made(
    linepack: Linepack, empty: str, tmp_path: Path, command: str
) -> None:
    without = linepack(command, database=None)
    assert (without.returncode, without.stdout) == (1, "")
    assert f"there is no installation in {tmp_path / 'data'}" in without.stderr
    assert not (tmp_path / "data").exists()
    in_empty = linepack(command, database=_with_password(empty))
    assert in_empty.returncode == 1
    assert re.search(r"there is no installation in postgresql://.*proving_", in_empty.stderr)
    assert "secret" not in in_empty.stderr + in_empty.stdout
    assert asyncio.run(revision_of(empty)) is None


@pytest.mark.timeout(400)
def test_both_say_what_they_proved_and_find_nothing(linepack: Linepack, installed: str) -> None:
    reconciled = linepack("reconcile", "--sample", "4", "--seed", "5", database=_with_password(installed))
    assert reconciled.returncode == 0, reconciled.stderr + reconciled.stdout
    revision = asyncio.run(revision_of(installed))
    assert re.search(
        rf"Proved postgresql://.*/proving_\w+.*, schema revision {revision}, .* as of \d{{4}}-",
        reconciled.stdout,
    )
    assert "It holds 1 networks, 15 contracts, " in reconciled.stdout
    assert "Checked again (a sample, --seed 5): 4 certificates, 3 awards, 15 contracts" in reconciled.stdout
    assert reconciled.stdout.rstrip().endswith("No differences.")
    audited = linepack("audit", "--network", "fork", database=_with_password(installed))
    assert audited.returncode == 0, audited.stderr + audited.stdout
    assert re.search(
        r"checked 7 certificates, 3 awards, 15 contracts, 4 trades, .* in [\d.]+ s: no differences",
        audited.stdout,
    )
    assert "secret" not in reconciled.stdout + audited.stdout


@pytest.mark.timeout(400)
def test_a_difference_is_listed_and_ends_with_status_one(linepack: Linepack, installed: str) -> None:
    damage = "SET session_replication_role = replica; UPDATE trade SET price_per_unit_day = 99"
    asyncio.run(_administer(installed, damage))
    for command in (("reconcile",), ("audit", "--sample", "0")):
        done = linepack(*command, database=installed)
        assert done.returncode == 1
        assert "trades = events: trade" in done.stdout
        assert "price_per_unit_day is 99, trade.concluded market:" in done.stdout
        assert re.search(r"\d+ differences\.", done.stdout)


@pytest.mark.timeout(400)
def test_a_network_that_is_not_there_is_refused(linepack: Linepack, installed: str) -> None:
    done = linepack("audit", "--network", "nowhere", database=installed)
    assert (done.returncode, "no network nowhere" in done.stderr) == (1, True)


def _with_password(url: str) -> str:
    """Return the same address with a password, which nothing may show; sockets of the tests ask for none."""
    parts = urlsplit(url)
    user = parts.netloc.partition("@")[0] or "postgres"
    return parts._replace(netloc=f"{user}:{quote('secret')}@{parts.netloc.partition('@')[2]}").geturl()
