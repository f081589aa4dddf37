"""What a command says whose database goes away meanwhile, or has the tables of another version."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.integration.server.cli.command_line import Finished

from server.migrations.upgrade import downgrade, newest_revision, revision_of

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]

Linepack = Callable[..., Finished]

WAITING = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def lost(linepack: Linepack, url: str, table: str, after: str, *command: str) -> Finished:
    """Run a command; end its connection while it waits for a table, locked once a query finds a row."""
    locking, looking = await asyncpg.connect(url), await asyncpg.connect(url)
    asked = asyncio.create_task(asyncio.to_thread(linepack, *command))
    while not await looking.fetchval(after):
        assert not asked.done(), asked.result()
    async with locking.transaction():
        await locking.execute(f"LOCK TABLE {table}")
        while (pid := await looking.fetchval(WAITING)) is None:
            assert not asked.done(), asked.result()
            await asyncio.sleep(0.05)
        await looking.execute("SELECT pg_terminate_backend($1)", pid)
    done = await asked
    await locking.close()
    await looking.close()
    return done


async def test_a_command_whose_database_goes_away_says_so_in_one_line(
    linepack: Linepack, installed: str
) -> None:
    done = await lost(linepack, installed, "network", "SELECT 1", "network", "list")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert done.stderr.startswith("the database went away or could not answer in time")
    assert "terminating connection due to administrator command" in done.stderr


async def test_a_command_that_waits_for_a_job_says_so_too(linepack: Linepack, installed: str) -> None:
    await asyncio.to_thread(linepack, "import", "gaslib-40", "--operator", "P4")
    day = datetime.now(UTC).date() + timedelta(days=100)
    command = ("dispatch", "gaslib-40", "--day", str(day), "--nomination")
    done = await lost(linepack, installed, "job", "SELECT count(*) FROM job", *command)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "the database went away" in done.stderr
    assert "Traceback" not in done.stderr


async def test_no_command_upgrades_the_tables_that_a_server_may_run_on(
    linepack: Linepack, installed: str
) -> None:
    await downgrade(installed, "0012")
    done = await asyncio.to_thread(linepack, "audit")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert f"are of revision 0012, and this version of Linepack works on {newest_revision()}" in done.stderr
    assert await revision_of(installed) == "0012"
