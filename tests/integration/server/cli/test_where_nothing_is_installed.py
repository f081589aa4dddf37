"""A command typed in the wrong folder finds no installation there, says so, and makes none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.server.cli.command_line import run
from typer.core import TyperGroup
from typer.main import get_command

from server.cli import app

DAYS = ("--start", "2027-03-01", "--end", "2027-04-01")
DAY = ("--day", "2027-03-01")
ID = "01a1fe42-0000-7000-8000-000000000000"
PASSWORD = ("--password", "correct horse battery")

NEED_AN_INSTALLATION = {
    "settle-parked": (),
    "close-parked": (),
    "reconcile": (),
    "audit": (),
    "import": ("gaslib-40", "--operator", "NETZ"),
    "export": ("gaslib-40",),
    "policy": ("gaslib-40",),
    "interruptible": ("gaslib-40",),
    "availability": ("gaslib-40", *DAYS, "--delivery", "sink_1"),
    "positions": ("gaslib-40", *DAYS, "--party", "NORDWIND"),
    "verify": ("gaslib-40", *DAYS, "--delivery", "sink_1", "--quantity", "1"),
    "shortfalls": ("gaslib-40", *DAYS),
    "track": ("gaslib-40", "--from", "source_1", "--to", "sink_1", "--nomination"),
    "validate": ("gaslib-40", *DAY),
    "book": ("gaslib-40", *DAYS, "--delivery", "sink_1", "--quantity", "1", "--party", "NORDWIND"),
    "dispatch": ("gaslib-40", *DAY),
    "simulate": ("gaslib-40",),
    "user create": ("a@b.example", "--party", "NETZ", "--name", "A", "--role", "OPERATOR", *PASSWORD),
    "user reset-password": ("a@b.example", *PASSWORD),
    "user list": (),
    "user disable": ("a@b.example",),
    "user enable": ("a@b.example",),
    "user roles": ("a@b.example", "--role", "OPERATOR"),
    "user sessions": ("a@b.example",),
    "user sign-out": ("a@b.example",),
    "user reset-second-factor": ("a@b.example",),
    "party list": (),
    "key create": ("--party", "NETZ", "--name", "robot"),
    "key list": ("--party", "NETZ"),
    "key rotate": (ID,),
    "key revoke": (ID,),
    "network list": (),
    "network points": ("gaslib-40",),
    "overlay set": ("gaslib-40", "pipe_1", *DAYS, "--factor", "0", "--reason", "none"),
    "overlay list": ("gaslib-40",),
    "overlay withdraw": (ID,),
    "tariff set": ("gaslib-40", "--kind", "exit", "--flat", "1"),
    "tariff list": ("gaslib-40",),
    "index publish": ("gaslib-40", "values.csv"),
    "index show": ("gaslib-40", "TTF", *DAYS),
    "set-aside add": ("gaslib-40", *DAYS, "--quantity", "1", "--reason", "none"),
    "set-aside end": (ID,),
    "set-aside list": ("gaslib-40",),
    "clear open": ("gaslib-40", *DAYS, "--closes", "2027-02-01T12:00"),
    "clear bid": (ID, *DAYS, "--party", "A", "--quantity", "1", "--price", "1", "--contract", ID),
    "clear withdraw": (ID,),
    "clear call-off": (ID,),
    "clear draft": (ID,),
    "clear award": (ID,),
    "clear list": ("gaslib-40",),
    "clear show": (ID,),
    "clear replay": (ID,),
    "credit limit": ("gaslib-40", "G", "--amount", "1"),
    "credit suspend": ("gaslib-40", "NORDWIND", "--reason", "none"),
    "credit resume": ("gaslib-40", "NORDWIND", "--reason", "none"),
    "credit pay": ("LP-1", "--amount", "1", "--reference", "none"),
    "credit show": ("gaslib-40", "NORDWIND"),
    "job list": (),
    "ledger key": (),
    "ledger checkpoints": ("-o", "x"),
    "ledger tiles": ("-o", "x"),
    "ledger feed": ("-o", "x"),
    "ledger proof": ("-o", "x", "--entry", "1"),
    "release-credit default": ("LP-1", "--month", "2027-03"),
    "release-credit late": ("LP-1", "--month", "2027-03"),
    "release-credit show": ("LP-1",),
}
"""Every command that works on an installation, and what it may be given."""
MAKE_ONE = {"serve", "demo", "user company"}
NEED_NONE = {
    "schema",
    "calculate clearing",
    "calculate credit",
    "doctor",
    "operations check",
    "drill",
    "contract",
    "plan",
    "ledger verify",
    "ledger verify-proof",
    "ledger witness",
}


def _names(group: TyperGroup, *path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _names(command, *path, name)
        else:
            yield " ".join((*path, name))


def test_every_command_is_looked_at() -> None:
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    assert set(_names(root)) == NEED_AN_INSTALLATION.keys() | MAKE_ONE | NEED_NONE


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NEED_AN_INSTALLATION)
def test_without_an_installation_nothing_is_answered_and_nothing_made(name: str, tmp_path: Path) -> None:
    (tmp_path / "values.csv").write_text("index,day,value\nTTF,2027-03-01,1\n")
    given = {"DATABASE_URL": None, "REDIS_URL": None, "LINEPACK_DATA_DIR": None}
    done = run(*name.split(), *NEED_AN_INSTALLATION[name], environment=given, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert f"there is no installation in {tmp_path / '.linepack'}" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["values.csv"]
