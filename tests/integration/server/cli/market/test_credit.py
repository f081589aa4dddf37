"""`linepack credit` as an operator types it, on a database of its own."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.server.cli.command_line import Finished, run

START = datetime.now(UTC).date() + timedelta(days=100)
DAYS = ("--start", str(START), "--end", str(START + timedelta(days=10)))
BOOK = ("book", "fork", *DAYS, "--receipt", "a", "--delivery", "x", "--party", "P0", "--quantity")


@pytest.mark.timeout(400)
def test_credit_is_limited_shown_and_relieved(installed: str, valkey_url: str, tmp_path: Path) -> None:
    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run(*arguments, environment=given, folder=tmp_path)

    before = linepack("credit", "show", "fork", "P0")
    first = json.loads(linepack(*BOOK, "10", "--json").stdout)
    limited = linepack("credit", "limit", "fork", "G", "--amount", "0.01", "--shipper", "P0")
    refused = linepack(*BOOK, "1")
    shown = json.loads(linepack("credit", "show", "fork", "P0", "--json").stdout)
    [usage] = shown["usages"]
    paid = linepack(
        "credit", "pay", first["contract"], "--amount", usage["used"]["amount"], "--reference", "invoice 1"
    )
    suspended = linepack("credit", "suspend", "fork", "P0", "--reason", "overdue")

    assert "No limit holds" in before.stdout
    assert limited.returncode == 0, limited.stderr
    assert "0.01 EUR for P0" in limited.stdout
    assert (refused.returncode, "limit G allows 0.01 EUR" in refused.stderr) == (1, True)
    assert [lock["contract"] for lock in usage["locks"]] == [first["contract"]]
    assert "0.01 EUR left" in paid.stdout, paid.stderr
    assert "Suspended: overdue" in suspended.stdout, suspended.stderr
