"""What a command says whose database goes away while it waits for it."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from tests.integration.server.cli.command_line import Finished

pytestmark = pytest.mark.anyio

WAITING = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.mark.timeout(400)
async def test_a_database_that_goes_away_is_named_in_one_line(
    linepack: Callable[..., Finished], installed: str
) -> None:
    locking, looking = await asyncpg.connect(installed), await asyncpg.connect(installed)
    async with locking.transaction():
        await locking.execute("LOCK TABLE network")
        asked = asyncio.create_task(asyncio.to_thread(linepack, "network", "list"))
        while (pid := await looking.fetchval(WAITING)) is None:
            assert not asked.done()
            await asyncio.sleep(0.05)
        await looking.execute("SELECT pg_terminate_backend($1)", pid)
        done = await asked
    await locking.close()
    await looking.close()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert done.stderr.startswith("the database went away")
    assert "terminating connection due to administrator command" in done.stderr
