"""The commands on people, companies and machines: `linepack user`, `linepack party` and `linepack key`."""

from typing import Annotated
from uuid import UUID

import typer

from linepack.limits import API_KEY_DAYS_MAX, API_KEY_OVERLAP_DAYS_MAX
from server.cli.arguments import PartyKindName, RoleName, ScopeName
from server.cli.commands import Commands, On

users = Commands(about="The people who sign in, and the companies they act for.")
parties = Commands(about="The companies of this market.")
keys = Commands(about="The keys of machines.")

PartyCode = Annotated[str, typer.Option("--party", help="Code of the company.")]
Email = Annotated[str, typer.Argument(help="The address that the person signs in with.")]
Password = Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)]
KeyId = Annotated[UUID, typer.Argument(help="Id, as `linepack key list` shows it.")]


@users.command("server.cli.identity:add_user", name="create")
def add_user(
    email: Email,
    party: PartyCode,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[list[RoleName], typer.Option(help="What the person is; may be repeated.")],
    password: Password,
) -> None:
    """Add a person who acts for a company."""


@users.command("server.cli.identity:reset_user_password", name="reset-password")
def reset_user_password(email: Email, password: Password) -> None:
    """Replace a person's password; every session of theirs ends."""


@users.command("server.cli.identity:list_users", name="list")
def list_users(
    party: Annotated[
        str | None, typer.Option("--party", help="Code of the company; all companies, if left out.")
    ] = None,
    role: Annotated[RoleName | None, typer.Option(help="Only people with this role.")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Only people who may act, or may not.")
    ] = None,
) -> None:
    """List the people who sign in, by address."""


@users.command("server.cli.identity:disable", name="disable")
def disable(email: Email) -> None:
    """Keep a person from acting from now on; the keys they made stay valid."""


@users.command("server.cli.identity:enable", name="enable")
def enable(email: Email) -> None:
    """Let a person act again, with the password they had."""


@users.command("server.cli.identity:set_roles", name="roles")
def set_roles(
    email: Email,
    role: Annotated[list[RoleName], typer.Option(help="What the person is from now on; may be repeated.")],
) -> None:
    """Give a person other roles, in place of those they have."""


@users.command("server.cli.identity:list_sessions", name="sessions")
def list_sessions(email: Email) -> None:
    """List where a person is signed in."""


@users.command("server.cli.identity:sign_out", name="sign-out")
def sign_out(email: Email) -> None:
    """End every session of a person, who may sign in again."""


@users.command("server.cli.identity:reset_user_second_factor", name="reset-second-factor")
def reset_user_second_factor(email: Email) -> None:
    """Remove the second factor of a person who has lost it; every session of theirs ends."""


@users.command("server.cli.identity:add_company", name="company", on=On.ANY)
def add_company(
    code: Annotated[str, typer.Argument(help="Its code: an EIC, a DUNS number or a short name.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    kind: Annotated[
        PartyKindName, typer.Option(help="What the company is in this market.")
    ] = PartyKindName.SHIPPER,
) -> None:
    """Add a company, on a new installation where there is none."""


@parties.command("server.cli.identity:list_parties", name="list")
def list_parties() -> None:
    """List the companies of this market."""


@keys.command("server.cli.identity:create_key", name="create")
def create_key(
    party: PartyCode,
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[
        list[ScopeName] | None, typer.Option(help="What it may do; all its roles allow, if left out.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=API_KEY_DAYS_MAX, help="Days until it ends.")] = 90,
) -> None:
    """Make a key for a machine of a company; its text is shown once."""


@keys.command("server.cli.identity:list_keys", name="list")
def list_keys(party: PartyCode) -> None:
    """List the keys of a company."""


@keys.command("server.cli.identity:rotate_key", name="rotate")
def rotate_key(
    key_id: KeyId,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=24 * API_KEY_OVERLAP_DAYS_MAX, help="How long the old key goes on.")
    ] = 24,
) -> None:
    """Replace a key by a new one; the old one ends after the overlap."""


@keys.command("server.cli.identity:revoke_key", name="revoke")
def revoke_key(key_id: KeyId) -> None:
    """End a key at once."""
