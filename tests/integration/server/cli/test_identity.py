"""`linepack user` as an administrator types it, on a database of its own. Every command is a new process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(400)
def test_a_users_password_is_reset_by_email(installed: str, valkey_url: str, tmp_path: Path) -> None:
    def linepack(*arguments: str) -> subprocess.CompletedProcess[str]:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-m", "server", "user", *arguments],
            env={**os.environ, **given, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    linepack("company", "ACME", "Acme Gas")
    person = (
        "--party",
        "ACME",
        "--name",
        "Alice",
        "--role",
        "SHIPPER",
        "--password",
        "correct horse battery",
    )
    created = linepack("create", "alice@acme.example", *person)
    reset = linepack("reset-password", "Alice@acme.example", "--password", "another horse battery")
    unknown = linepack("reset-password", "bob@acme.example", "--password", "another horse battery")

    assert created.returncode == 0, created.stderr
    assert "alice@acme.example has a new password" in reset.stdout
    assert (unknown.returncode, "no user bob@acme.example" in unknown.stderr) == (1, True)
