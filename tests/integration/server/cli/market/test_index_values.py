"""`linepack index` as an operator types it, on a database of its own."""

from pathlib import Path

import pytest
from tests.integration.server.cli.command_line import Finished, run

SHOW = ("index", "show", "fork", "TTF", "--start", "2026-11-01", "--end", "2026-12-01")


@pytest.mark.timeout(400)
def test_values_are_published_corrected_and_shown(installed: str, valkey_url: str, tmp_path: Path) -> None:
    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run(*arguments, environment=given, folder=tmp_path)

    table = tmp_path / "values.csv"
    table.write_text("index,day,value\nTTF,2026-11-01,31.25\nTTF,2026-11-02,30.9\n")
    published = linepack("index", "publish", "fork", str(table))
    assert published.stdout.split("\n")[0] == "2 published, 0 of them corrections; 0 were known already."

    table.write_text("index,day,value\nTTF,2026-11-01,31.25\nTTF,2026-11-02,29\n")
    corrected = linepack("index", "publish", "fork", str(table))
    assert corrected.stdout.split("\n")[0] == "1 published, 1 of them corrections; 1 were known already."

    table.write_bytes(b"index,day,value\nTTF,2026-11-31,1\nTTF,2026-11-03,one\n")
    refused = linepack("index", "publish", "fork", str(table))
    assert refused.returncode == 1
    assert "line 2.day" in refused.stderr
    assert "line 3.value" in refused.stderr

    shown = linepack(*SHOW)
    rows = [line.split()[:3] for line in shown.stdout.splitlines()[1:] if line.strip()]
    assert rows == [["2026-11-01", "31.25", "1"], ["2026-11-02", "30.9", "1"], ["2026-11-02", "29", "2"]]
