"""The commands on people and machines: `linepack user …` and `linepack key …`."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from linepack.access import PARTY_ROLES, PartyKind, Principal, Role, Scope, scopes_of
from linepack.identity import repository
from linepack.identity.commands import (
    NewApiKey,
    NewParty,
    NewUser,
    ResetPassword,
    RevokeApiKey,
    RotateApiKey,
    overlap_of,
)
from linepack.identity.service import (
    create_api_key,
    create_party,
    create_user,
    reset_password,
    revoke_api_key,
    rotate_api_key,
)
from linepack.ids import ApiKeyId
from linepack.limits import API_KEY_DAYS_MAX
from linepack.problems import NotFound
from server.cli.session import console, party_of, run
from server.services import Services

KEYS_SHOWN_MAX = 200

users = typer.Typer(help="The people who sign in, and the companies they act for.", no_args_is_help=True)
keys = typer.Typer(help="The keys of machines.", no_args_is_help=True)

PartyCode = Annotated[str, typer.Option("--party", help="Code of the company.")]


@users.command("create")
def add_user(
    email: str,
    party: PartyCode,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[list[Role], typer.Option(help="What the person is; may be repeated.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add a person who acts for a company."""

    async def command(services: Services, principal: Principal) -> None:
        company = await party_of(services, party)
        new = NewUser(company.id, email, name, frozenset(role), password)
        account = await create_user(new, services.identity.context(principal))
        console.print(f"{account.email} acts for {company.name} as {', '.join(sorted(account.roles))}.")

    run(command)


@users.command("reset-password")
def reset_user_password(
    email: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Replace a person's password; every session of theirs ends."""

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            stored = await repository.account_by_email(connection, email.strip().lower())
        if stored is None:
            raise NotFound("user", email)
        reset = ResetPassword(stored.account.id, password)
        await reset_password(reset, services.identity.context(principal))
        console.print(f"{stored.account.email} has a new password.")

    run(command)


@users.command("company")
def add_company(
    code: str,
    name: str,
    kind: Annotated[PartyKind, typer.Option(help="What the company is in this market.")] = PartyKind.SHIPPER,
) -> None:
    """Add a company."""

    async def command(services: Services, principal: Principal) -> None:
        company = await create_party(NewParty(code, name, kind), services.identity.context(principal))
        console.print(f"{company.code}  {company.name}  {company.kind}")

    run(command)


@keys.command("create")
def create_key(
    party: PartyCode,
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; all its roles allow, if left out.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=API_KEY_DAYS_MAX, help="Days until it ends.")] = 90,
) -> None:
    """Make a key for a machine of a company; its text is shown once."""

    async def command(services: Services, principal: Principal) -> None:
        company = await party_of(services, party)
        roles = PARTY_ROLES[company.kind]
        scopes = frozenset(scope) if scope else scopes_of(roles)
        new = NewApiKey(company.id, name, roles, scopes, services.now() + timedelta(days=days))
        issued = await create_api_key(new, services.identity.context(principal))
        console.print(issued.text, soft_wrap=True, highlight=False)

    run(command)


@keys.command("list")
def list_keys(party: PartyCode) -> None:
    """List the keys of a company."""

    async def command(services: Services, principal: Principal) -> None:
        company = await party_of(services, party)
        async with services.database.read() as connection:
            found = await repository.list_keys(connection, company.id, after=None, limit=KEYS_SHOWN_MAX)
        table = Table("id", "name", "prefix", "scopes", "ends", "revoked")
        for key in found:
            revoked = f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
            scopes = ", ".join(sorted(key.scopes))
            table.add_row(
                str(key.id), key.name, key.prefix, scopes, f"{key.expires_at:%Y-%m-%d %H:%M}", revoked
            )
        console.print(table)

    run(command)


@keys.command("rotate")
def rotate_key(
    key_id: UUID,
    overlap_hours: Annotated[int, typer.Option(min=0, help="How long the old key goes on.")] = 24,
) -> None:
    """Replace a key by a new one; the old one ends after the overlap."""

    async def command(services: Services, principal: Principal) -> None:
        overlap = overlap_of(hours=overlap_hours)
        issued = await rotate_api_key(
            RotateApiKey(ApiKeyId(key_id), overlap=overlap), services.identity.context(principal)
        )
        console.print(issued.text, soft_wrap=True, highlight=False)

    run(command)


@keys.command("revoke")
def revoke_key(key_id: UUID) -> None:
    """End a key at once."""

    async def command(services: Services, principal: Principal) -> None:
        key = await revoke_api_key(RevokeApiKey(ApiKeyId(key_id)), services.identity.context(principal))
        console.print(f"{key.name} ({key.prefix}) has ended.")

    run(command)
