"""`linepack user` as an administrator types it, on a database of its own."""

from pathlib import Path

import pytest
from tests.integration.server.cli.command_line import Finished, run


@pytest.mark.timeout(400)
def test_a_users_password_is_reset_by_email(installed: str, valkey_url: str, tmp_path: Path) -> None:
    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run("user", *arguments, environment=given, folder=tmp_path)

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
