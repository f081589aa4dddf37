"""`linepack user` as an administrator types it, on a database of its own."""

import json
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
