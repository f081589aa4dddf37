"""`linepack user` as an administrator types it, on a database of its own."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis
from tests.identities import make_identity
from tests.integration.server.cli.command_line import Finished, run

from linepack.database.connections import Database
from linepack.identity.authentication import Authenticator
from linepack.identity.enrolment import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
    confirm_second_factor,
    enrol_second_factor,
)
from linepack.identity.second_factor.totp import code_of, step_at

PASSWORD = "another horse battery"


@pytest.mark.timeout(400)
def test_an_administrator_resets_password_and_second_factor_and_ends_sessions_by_email(
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
    reset = linepack("reset-password", "Alice@acme.example", "--password", PASSWORD)
    unknown = linepack("reset-password", "bob@acme.example", "--password", PASSWORD)

    nowhere = linepack("sessions", "alice@acme.example")
    asyncio.run(sign_in_twice(installed, valkey_url))
    listed = linepack("sessions", "alice@acme.example", "--json")
    ended = linepack("sign-out", "ALICE@acme.example")
    afterwards = linepack("sessions", "alice@acme.example", "--json")
    without = linepack("reset-second-factor", "alice@acme.example")
    asyncio.run(protect(installed, valkey_url))
    reset_factor = linepack("reset-second-factor", "alice@acme.example")

    assert created.returncode == 0, created.stderr
    assert "alice@acme.example has a new password" in reset.stdout
    assert (unknown.returncode, "no user bob@acme.example" in unknown.stderr) == (1, True)
    assert "alice@acme.example is not signed in" in nowhere.stdout
    assert [one["address"] for one in json.loads(listed.stdout)] == ["203.0.113.9", "198.51.100.7"]
    assert "2 sessions of alice@acme.example ended" in ended.stdout
    assert json.loads(afterwards.stdout) == []
    assert (without.returncode, "there is no second factor" in without.stderr) == (1, True)
    assert "alice@acme.example signs in without a second factor" in reset_factor.stdout


@asynccontextmanager
async def identity_of(database_url: str, redis_url: str) -> AsyncIterator[Authenticator]:
    database, redis = Database(database_url), Redis.from_url(redis_url)
    yield make_identity(database, redis)
    await redis.aclose()
    await database.dispose()


async def sign_in_twice(database_url: str, redis_url: str) -> None:
    async with identity_of(database_url, redis_url) as identity:
        for address in ("198.51.100.7", "203.0.113.9"):
            await identity.sign_in("alice@acme.example", PASSWORD, address=address)


async def protect(database_url: str, redis_url: str) -> None:
    """Enrol a second factor, by whose code one signs in."""
    async with identity_of(database_url, redis_url) as identity:
        signed_in = await identity.sign_in("alice@acme.example", PASSWORD, address="198.51.100.7")
        context = identity.context(signed_in.principal)
        command = EnrolSecondFactor(password=PASSWORD, address="198.51.100.7")
        secret = base64.b32decode((await enrol_second_factor(command, context)).secret)
        code = code_of(secret, step_at(datetime.now(UTC)))
        await confirm_second_factor(ConfirmSecondFactor(code=code), context)


@pytest.mark.timeout(400)
def test_people_are_listed_disabled_enabled_and_given_roles(
    installed: str, valkey_url: str, tmp_path: Path
) -> None:
    def linepack(*arguments: str) -> Finished:
        given = {"DATABASE_URL": installed, "REDIS_URL": valkey_url, "LINEPACK_DATA_DIR": str(tmp_path)}
        return run("user", *arguments, environment=given, folder=tmp_path)

    def emails(*arguments: str) -> list[str]:
        listed = linepack("list", "--json", *arguments)
        assert listed.returncode == 0, listed.stderr
        return [one["email"] for one in json.loads(listed.stdout)]

    for code in ("ACME", "BEST"):
        linepack("company", code, f"{code} Gas")
    for email, party, role in (
        ("zoe@acme.example", "ACME", "SHIPPER"),
        ("adam@acme.example", "ACME", "COMPANY_ADMIN"),
        ("bea@best.example", "BEST", "SHIPPER"),
    ):
        made = linepack(
            "create", email, "--party", party, "--name", "One", "--role", role, "--password", "long enough 27"
        )
        assert made.returncode == 0, made.stderr
    assert emails() == ["adam@acme.example", "bea@best.example", "zoe@acme.example"]
    assert emails("--party", "ACME", "--role", "SHIPPER") == ["zoe@acme.example"]

    disabled = linepack("disable", "Zoe@acme.example")
    assert (disabled.returncode, disabled.stdout) == (0, "zoe@acme.example may not act any more.\n")
    assert emails("--disabled") == ["zoe@acme.example"]
    assert emails("--enabled") == ["adam@acme.example", "bea@best.example"]
    roles = linepack("roles", "zoe@acme.example", "--role", "MARKETER", "--role", "COMPANY_ADMIN", "--json")
    assert json.loads(roles.stdout)["roles"] == ["COMPANY_ADMIN", "MARKETER"]
    enabled = linepack("enable", "zoe@acme.example")
    assert enabled.stdout == "zoe@acme.example may act as COMPANY_ADMIN, MARKETER.\n"
    shown = linepack("list", "--party", "ACME").stdout.splitlines()
    assert shown[0].split() == [
        "address",
        "name",
        "party",
        "roles",
        "created",
        "signed",
        "in",
        "disabled",
        "keys",
    ]
    assert "never" in shown[1]

    refused = linepack("roles", "zoe@acme.example", "--role", "OPERATOR")
    assert (refused.returncode, "a party of kind SHIPPER has no OPERATOR" in refused.stderr) == (1, True)
    unknown = linepack("disable", "nobody@acme.example", "--json")
    assert (unknown.returncode, json.loads(unknown.stderr)["code"]) == (1, "NOT_FOUND")
