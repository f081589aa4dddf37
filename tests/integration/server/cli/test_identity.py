"""`linepack user` as an administrator types it, on a database of its own."""

import asyncio
import json
from pathlib import Path

import pytest
from redis.asyncio import Redis
from tests.identities import make_identity
from tests.integration.server.cli.command_line import Finished, run

from linepack.database.connections import Database


@pytest.mark.timeout(400)
def test_a_users_password_is_reset_and_its_sessions_are_ended_by_email(
    installed: str, valkey_url: str, tmp_path: Path
) -> None:
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

    nowhere = linepack("sessions", "alice@acme.example")
    asyncio.run(sign_in_twice(installed, valkey_url))
    listed = linepack("sessions", "alice@acme.example", "--json")
    ended = linepack("sign-out", "ALICE@acme.example")
    afterwards = linepack("sessions", "alice@acme.example", "--json")

    assert created.returncode == 0, created.stderr
    assert "alice@acme.example has a new password" in reset.stdout
    assert (unknown.returncode, "no user bob@acme.example" in unknown.stderr) == (1, True)
    assert "alice@acme.example is not signed in" in nowhere.stdout
    assert [one["address"] for one in json.loads(listed.stdout)] == ["203.0.113.9", "198.51.100.7"]
    assert "2 sessions of alice@acme.example ended" in ended.stdout
    assert json.loads(afterwards.stdout) == []


async def sign_in_twice(database_url: str, redis_url: str) -> None:
    database, redis = Database(database_url), Redis.from_url(redis_url)
    identity = make_identity(database, redis)
    for address in ("198.51.100.7", "203.0.113.9"):
        await identity.sign_in("alice@acme.example", "another horse battery", address=address)
    await redis.aclose()
    await database.dispose()
