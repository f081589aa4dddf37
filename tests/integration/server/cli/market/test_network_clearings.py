"""`linepack clear` as an operator and shippers type it, on a database of its own."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from tests.integration.server.cli.command_line import Finished, run

START = datetime.now(UTC).date() + timedelta(days=100)
DAYS = ("--start", str(START), "--end", str(START + timedelta(days=30)))
CLOSES = ("--closes", f"{START - timedelta(days=10)}T12:00")
TO_X = ("--delivery", "x", *DAYS)

CLOSED = """
SET session_replication_role = replica;
UPDATE network_clearing SET closes_at = opened_at + interval '1 microsecond'
"""
"""As if bids had closed."""


@pytest.mark.timeout(600)
def test_clearing_is_opened_bid_in_drafted_and_awarded(
    installed: str, valkey_url: str, tmp_path: Path
) -> None:
    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run(*arguments, environment=given, folder=tmp_path)

    clearing = linepack("clear", "open", "fork", *DAYS, *CLOSES).stdout.split()[0]
    # j → x carries 80: 50 at up to 9, 30 of 60 at up to 8, so that it costs 8 a day.
    first = linepack("clear", "bid", clearing, "--party", "P0", "--receipt", "a", *TO_X, "--quantity", "50",
                     "--price", "9")  # fmt: skip
    second = linepack("clear", "bid", clearing, "--party", "P1", "--receipt", "b", *TO_X, "--quantity", "60",
                      "--price", "8")  # fmt: skip
    third = linepack("clear", "bid", clearing, "--party", "P2", "--receipt", "b", *TO_X, "--quantity", "9",
                     "--price", "9")  # fmt: skip
    withdrawn = linepack("clear", "withdraw", third.stdout.split()[0])
    drafted = linepack("clear", "draft", clearing)
    early = linepack("clear", "award", clearing)
    asyncio.run(_execute(installed, CLOSED))
    awarded = linepack("clear", "award", clearing)
    shown = linepack("clear", "show", clearing, "--json")
    replayed = linepack("clear", "replay", clearing)
    listed = linepack("clear", "list", "fork")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "withdrawn" in withdrawn.stdout
    assert "the operator gets 19200.00" in drafted.stdout  # 80 × 8 × 30
    assert (early.returncode, "bids are taken until" in early.stderr) == (1, True)
    assert "awarded" in awarded.stdout
    bids = json.loads(shown.stdout)["bids"]
    assert [(one["state"], one["awarded"]) for one in bids] == [
        ("AWARDED", 50),
        ("AWARDED", 30),
        ("WITHDRAWN", None),
    ]
    assert (replayed.returncode, "the same outcome" in replayed.stdout) == (0, True)
    assert "AWARDED" in listed.stdout


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
