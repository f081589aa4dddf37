"""`linepack set-aside` as an operator types it, on a database of its own."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from tests.integration.server.cli.command_line import Finished, run

START = datetime.now(UTC).date() + timedelta(days=100)
DAYS = ("--start", str(START), "--end", str(START + timedelta(days=30)))
PATH = ("--receipt", "a", "--delivery", "x")
ADD = ("set-aside", "add", "fork", *DAYS, *PATH, "--reason", "short-term auctions")

ENDED_SINCE = """
INSERT INTO set_aside
    (id, network_id, operator_id, receipt, delivery, start_day, end_day, quantity, reason, until, set_at)
SELECT ('ffffffff-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, network_id, operator_id, receipt,
    delivery, start_day, end_day, quantity, 'was ended', until, set_at
FROM set_aside, generate_series(1, 600) AS number
"""
"""More of them than are read at once, of which nothing is held."""


@pytest.mark.timeout(400)
def test_capacity_is_set_aside_listed_and_ended(installed: str, valkey_url: str, tmp_path: Path) -> None:
    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run(*arguments, environment=given, folder=tmp_path)

    # j → x carries 80, of which 60 are set aside.
    added = linepack(*ADD, "--quantity", "60")
    refused = linepack(*ADD, "--quantity", "21")
    asyncio.run(_execute(installed, ENDED_SINCE))
    listed = linepack("set-aside", "list", "fork")
    ended = linepack("set-aside", "end", added.stdout.split()[0])

    assert added.returncode == 0, added.stderr
    assert (refused.returncode, "at most 20" in refused.stderr) == (1, True)
    assert "60" in listed.stdout
    assert "short-term auctions" in listed.stdout
    assert "was ended" not in listed.stdout
    assert "is for sale again" in ended.stdout


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
