"""The commands on people, companies and machines: `linepack user`, `linepack party` and `linepack key`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from linepack.access import PARTY_ROLES, PartyKind, Role, Scope, scopes_of
from linepack.database.paging import Direction, Window, newest, read_window
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
from linepack.identity.enrolment import ResetSecondFactor, reset_second_factor
from linepack.identity.model import Account
from linepack.identity.service import (
    create_api_key,
    create_party,
    create_user,
    reset_password,
    revoke_api_key,
    rotate_api_key,
)
from linepack.identity.sessions import repository as sessions
from linepack.identity.signing_out import EndSessionsOf, end_sessions_of
from linepack.ids import ApiKeyId
from linepack.limits import SESSIONS_PER_ACCOUNT_MAX
from linepack.problems import NotFound
from server.cli.answers import Answer, Column, Rows
from server.cli.session import Session

KEYS_SHOWN_MAX: Final = 200
PARTIES_PAGE: Final = 500

PARTIES: Final = (Column("code", "code"), Column("name", "name"), Column("kind", "kind"))
KEYS: Final = (
    Column("id", "id"),
    Column("name", "name"),
    Column("prefix", "prefix"),
    Column("scopes", "scopes"),
    Column("expires_at", "ends"),
    Column("revoked_at", "revoked"),
)

SESSIONS: Final = (
    Column("id", "id"),
    Column("created_at", "signed in"),
    Column("last_used_at", "last used"),
    Column("address", "address"),
    Column("user_agent", "program"),
)


async def add_user(
    session: Session, *, email: str, party: str, name: str, role: Sequence[str], password: str
) -> Answer:
    """Add a person who acts for a company."""
    company = await session.party(party)
    new = NewUser(company.id, email, name, frozenset(map(Role, role)), password)
    account = await create_user(new, session.identity())
    roles = sorted(account.roles)
    values = {"id": account.id, "email": account.email, "party": company.code, "roles": roles}
    return Answer.of(values, f"{account.email} acts for {company.name} as {', '.join(roles)}.")


async def reset_user_password(session: Session, *, email: str, password: str) -> Answer:
    """Replace a person's password."""
    account = await _account(session, email)
    await reset_password(ResetPassword(account.id, password), session.identity())
    values = {"id": account.id, "email": account.email}
    return Answer.of(values, f"{account.email} has a new password.")


async def list_sessions(session: Session, *, email: str) -> Answer:
    """List the sessions of a person that have not ended, the newest first."""
    account = await _account(session, email)
    async with session.services.database.read() as connection:
        live = sessions.live(account.id, now=session.services.now())
        found = await newest(connection, live, SESSIONS_PER_ACCOUNT_MAX)
    records = [{column.name: getattr(one, column.name) for column in SESSIONS} for one in found]
    return Answer.listing(Rows(SESSIONS, records), f"{account.email} is not signed in.")


async def sign_out(session: Session, *, email: str) -> Answer:
    """End all sessions of a person."""
    account = await _account(session, email)
    ended = await end_sessions_of(EndSessionsOf(account.id), session.identity())
    values = {"id": account.id, "email": account.email, "ended_sessions": ended}
    return Answer.of(values, f"{ended} {'session' if ended == 1 else 'sessions'} of {account.email} ended.")


async def reset_user_second_factor(session: Session, *, email: str) -> Answer:
    """Remove a person's second factor."""
    account = await _account(session, email)
    await reset_second_factor(ResetSecondFactor(account.id), session.identity())
    values = {"id": account.id, "email": account.email}
    return Answer.of(values, f"{account.email} signs in without a second factor.")


async def add_company(session: Session, *, code: str, name: str, kind: str) -> Answer:
    """Add a company."""
    company = await create_party(NewParty(code, name, PartyKind(kind)), session.identity())
    return Answer.of(company, f"{company.code}  {company.name}  {company.kind}")


async def list_parties(session: Session) -> Answer:
    """List all companies, by code."""
    records: list[dict[str, object]] = []
    async with session.services.database.read() as connection:
        window, has_more = Window(PARTIES_PAGE, by="code", direction=Direction.ASCENDING), True
        while has_more:
            page = await read_window(connection, repository.parties(), window)
            records += ({"code": one.code, "name": one.name, "kind": one.kind} for one in page.values)
            has_more = page.has_more
            window = replace(window, after=page.keys[-1]) if has_more else window
    return Answer.listing(
        Rows(PARTIES, records), "There is no company yet: `linepack user company` adds one."
    )


async def create_key(
    session: Session, *, party: str, name: str, scope: Sequence[str] | None, days: int
) -> Answer:
    """Make a key for a machine of a company."""
    company = await session.party(party)
    roles = PARTY_ROLES[company.kind]
    scopes = frozenset(map(Scope, scope)) if scope else scopes_of(roles)
    new = NewApiKey(company.id, name, roles, scopes, session.services.now() + timedelta(days=days))
    issued = await create_api_key(new, session.identity())
    return Answer.of({"id": issued.key.id, "text": issued.text}, issued.text)


async def list_keys(session: Session, *, party: str) -> Answer:
    """List the keys of a company, the newest first."""
    company = await session.party(party)
    async with session.services.database.read() as connection:
        found = await newest(connection, repository.keys_of(company.id), KEYS_SHOWN_MAX)
    records = [{column.name: getattr(key, column.name) for column in KEYS} for key in found]
    return Answer.listing(Rows(KEYS, records), f"{company.name} has no key.")


async def rotate_key(session: Session, *, key_id: UUID, overlap_hours: int) -> Answer:
    """Replace a key by a new one."""
    rotation = RotateApiKey(ApiKeyId(key_id), overlap=overlap_of(hours=overlap_hours))
    issued = await rotate_api_key(rotation, session.identity())
    return Answer.of({"id": issued.key.id, "text": issued.text}, issued.text)


async def revoke_key(session: Session, *, key_id: UUID) -> Answer:
    """End a key at once."""
    key = await revoke_api_key(RevokeApiKey(ApiKeyId(key_id)), session.identity())
    return Answer.of({"id": key.id, "name": key.name}, f"{key.name} ({key.prefix}) has ended.")


async def _account(session: Session, email: str) -> Account:
    async with session.services.database.read() as connection:
        stored = await repository.account_by_email(connection, email.strip().lower())
    if stored is None:
        raise NotFound("user", email)
    return stored.account
