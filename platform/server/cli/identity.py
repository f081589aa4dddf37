"""The commands on people, companies and machines: `linepack user`, `linepack party` and `linepack key`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from linepack.access import PARTY_ROLES, ROLES_OF_PEOPLE, PartyKind, Role, Scope, scopes_of
from linepack.database.paging import Direction, newest, whole
from linepack.identity import repository
from linepack.identity.administration import selection
from linepack.identity.administration.service import change_roles, disable_user, enable_user
from linepack.identity.commands import (
    ChangeRoles,
    DisableUser,
    EnableUser,
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
from server.cli.answers import Answer, Column, Rows, text_of
from server.cli.session import Session

PARTIES: Final = (Column("code", "code"), Column("name", "name"), Column("kind", "kind"))
USERS: Final = (
    Column("email", "address"),
    Column("name", "name"),
    Column("party", "party"),
    Column("roles", "roles"),
    Column("created_at", "created"),
    Column("signed_in_at", "signed in", missing="never"),
    Column("disabled_at", "disabled"),
    Column("keys", "keys"),
)
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


async def list_users(
    session: Session, *, party: str | None, role: str | None, enabled: bool | None
) -> Answer:
    """List the people who sign in, by address."""
    conditions = [] if party is None else [selection.is_of_party((await session.party(party)).id)]
    if role is not None:
        conditions.append(selection.has_role(Role(role)))
    if enabled is not None:
        conditions.append(selection.may_act(enabled))
    async with session.services.database.read() as connection:
        found = await whole(
            connection, repository.accounts(*conditions), by="email", direction=Direction.ASCENDING
        )
        ids = [account.id for account in found]
        parties = await repository.parties_by_id(connection, [account.party_id for account in found])
        keys = await repository.count_valid_keys_made_by(connection, ids, now=session.services.now())
    records = [
        {
            "id": account.id,
            "email": account.email,
            "name": account.name,
            "party": parties[account.party_id].code,
            "roles": account.roles,
            "created_at": account.created_at,
            "signed_in_at": account.signed_in_at,
            "initial_password_until": account.initial_password_until,
            "disabled_at": account.disabled_at,
            "keys": keys.get(account.id, 0),
        }
        for account in found
    ]
    return Answer.listing(Rows(USERS, records), "There is nobody.")


async def disable(session: Session, *, email: str) -> Answer:
    """Keep a person from acting."""
    command = DisableUser((await _account(session, email)).id)
    account = await disable_user(command, session.identity())
    values = {"id": account.id, "email": account.email, "disabled_at": account.disabled_at}
    return Answer.of(values, f"{account.email} may not act any more.")


async def enable(session: Session, *, email: str) -> Answer:
    """Let a person act again."""
    account = await enable_user(EnableUser((await _account(session, email)).id), session.identity())
    values = {"id": account.id, "email": account.email, "roles": account.roles}
    return Answer.of(values, f"{account.email} may act as {text_of(account.roles, '')}.")


async def set_roles(session: Session, *, email: str, role: Sequence[str]) -> Answer:
    """Give a person other roles."""
    command = ChangeRoles((await _account(session, email)).id, frozenset(map(Role, role)))
    account = await change_roles(command, session.identity())
    values = {"id": account.id, "email": account.email, "roles": account.roles}
    return Answer.of(values, f"{account.email} is {text_of(account.roles, '')} from now on.")


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
    async with session.services.database.read() as connection:
        found = await whole(connection, repository.parties(), by="code", direction=Direction.ASCENDING)
    records = [{"code": one.code, "name": one.name, "kind": one.kind} for one in found]
    return Answer.listing(
        Rows(PARTIES, records), "There is no company yet: `linepack user company` adds one."
    )


async def create_key(
    session: Session, *, party: str, name: str, scope: Sequence[str] | None, days: int
) -> Answer:
    """Make a key for a machine of a company."""
    company = await session.party(party)
    roles = PARTY_ROLES[company.kind] - ROLES_OF_PEOPLE
    scopes = frozenset(map(Scope, scope)) if scope else scopes_of(roles)
    new = NewApiKey(company.id, name, roles, scopes, session.services.now() + timedelta(days=days))
    issued = await create_api_key(new, session.identity())
    return Answer.of({"id": issued.key.id, "text": issued.text}, issued.text)


async def list_keys(session: Session, *, party: str) -> Answer:
    """List the keys of a company, the newest first."""
    company = await session.party(party)
    async with session.services.database.read() as connection:
        found = await whole(connection, repository.keys_of(company.id))
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
