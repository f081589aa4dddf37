"""The queries of identity. Rows never leave: functions return domain values, or None when there is none.

Functions that write take the connection of a unit of work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Role
from linepack.database.paging import Listed, one_by_one
from linepack.database.rows import RowMapper
from linepack.database.together import Reader
from linepack.identity.model import Account, ApiKey, OidcSubject, Party
from linepack.identity.sessions import repository as sessions
from linepack.identity.sessions.model import Session
from linepack.identity.sessions.tables import SessionRow
from linepack.identity.tables import AccountRow, ApiKeyRow, PartyRow
from linepack.ids import ApiKeyId, PartyId, SessionId, UserId
from linepack.problems import NotFound

_party = PartyRow.core()
_account = AccountRow.core()
_session = SessionRow.core()
_api_key = ApiKeyRow.core()
_parties = RowMapper(PartyRow, Party)
_accounts = RowMapper(AccountRow, Account, foreign=("oidc_issuer", "oidc_subject"))
_api_keys = RowMapper(ApiKeyRow, ApiKey)


class ApiKeySort(StrEnum):
    """The columns that keys may be ordered by."""

    CREATED_AT = "created_at"
    EXPIRES_AT = "expires_at"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account with the hash of its password; the hash goes no further than the check."""

    account: Account
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key with the hash of its secret; the hash goes no further than the check."""

    key: ApiKey
    secret_hash: bytes = field(repr=False)


async def insert_party(connection: AsyncConnection, party: Party, *, now: datetime) -> None:
    """Add a party; raises IntegrityError when its code is taken."""
    await connection.execute(sa.insert(_party).values(_parties.values(party, created_at=now)))


async def party_by_code(connection: AsyncConnection, code: str) -> Party | None:
    """Return the party with this business key."""
    return _parties.first(await connection.execute(sa.select(_party).where(_party.c.code == code)))


async def parties_by_id(connection: Reader, party_ids: Sequence[PartyId]) -> dict[PartyId, Party]:
    """Return the parties with these ids, those that exist."""
    rows = await connection.execute(sa.select(_party).where(_party.c.id.in_(party_ids)))
    return {party.id: party for party in _parties.all(rows)}


async def get_party(connection: AsyncConnection, party_id: PartyId) -> Party:
    """Return the party with this id; raises NotFound."""
    party = (await parties_by_id(connection, [party_id])).get(party_id)
    if party is None:
        raise NotFound("party", party_id, path=("partyId",))
    return party


def parties(*conditions: sa.ColumnElement[bool]) -> Listed[Party]:
    """Return the list of the parties that meet the conditions."""
    return Listed(_party, sa.select(_party).where(*conditions), one_by_one(_parties.read))


async def lock_party(connection: AsyncConnection, party_id: PartyId) -> Party | None:
    """Return the party and keep others who lock it from changing its accounts and keys until the commit.

    Rows that refer to it can be added meanwhile: who signs in does not wait for administrators.
    """
    query = sa.select(_party).where(_party.c.id == party_id).with_for_update(key_share=True)
    return _parties.first(await connection.execute(query))


async def insert_account(connection: AsyncConnection, account: Account, *, password_hash: str | None) -> None:
    """Add an account; raises IntegrityError when its email or foreign subject is taken."""
    values = _accounts.values(account, password_hash=password_hash)
    await connection.execute(sa.insert(_account).values(values))


async def account_by_email(connection: AsyncConnection, email: str) -> StoredAccount | None:
    """Return the account that signs in with this email, written in lower case."""
    return await _find_account(connection, _account.c.email == email)


async def account_by_id(connection: AsyncConnection, user_id: UserId) -> StoredAccount | None:
    """Return the account with this id."""
    return await _find_account(connection, _account.c.id == user_id)


async def get_account(connection: AsyncConnection, user_id: UserId) -> Account:
    """Return the account with this id; raises NotFound."""
    stored = await account_by_id(connection, user_id)
    if stored is None:
        raise NotFound("user", user_id, path=("userId",))
    return stored.account


def accounts(*conditions: sa.ColumnElement[bool]) -> Listed[Account]:
    """Return the list of the accounts that meet the conditions."""
    return Listed(_account, sa.select(_account).where(*conditions), one_by_one(_accounts.read))


async def accounts_by_id(
    connection: Reader, ids: Sequence[UserId], *conditions: sa.ColumnElement[bool]
) -> dict[UserId, Account]:
    """Return the accounts with these ids, those that exist and meet the conditions."""
    rows = await connection.execute(sa.select(_account).where(_account.c.id.in_(ids), *conditions))
    return {account.id: account for account in _accounts.all(rows)}


async def accounts_with_role(connection: AsyncConnection, party_id: PartyId, role: Role) -> frozenset[UserId]:
    """Return those accounts of a party with this role that can sign in without an initial password."""
    query = sa.select(_account.c.id).where(
        _account.c.party_id == party_id,
        sa.literal(role.value) == sa.any_(_account.c.roles),
        _account.c.disabled_at.is_(None),
        _account.c.initial_password_until.is_(None),
    )
    return frozenset(map(UserId, (await connection.execute(query)).scalars()))


async def keep_account(connection: AsyncConnection, user_id: UserId) -> Account | None:
    """Return the account and keep others from changing it until the commit."""
    query = sa.select(_account).where(_account.c.id == user_id).with_for_update(read=True)
    return _accounts.first(await connection.execute(query))


async def update_account(connection: AsyncConnection, account: Account) -> None:
    """Store what has changed of an account."""
    update = sa.update(_account).where(_account.c.id == account.id)
    await connection.execute(update.values(_accounts.values(account)))


async def lock_account(connection: AsyncConnection, user_id: UserId) -> Account | None:
    """Return an account and keep others from changing it until the commit; they may record who did what."""
    query = sa.select(_account).where(_account.c.id == user_id).with_for_update(key_share=True)
    return _accounts.first(await connection.execute(query))


async def account_in_session(
    connection: AsyncConnection, user_id: UserId, session_id: SessionId
) -> tuple[Account | None, Session | None]:
    """Return an account and its session with these ids, each None when there is none."""
    joined = sa.outerjoin(_account, _session, sessions.is_session(session_id, _account.c.id))
    query = sa.select(_account, *sessions.JOINED).select_from(joined).where(_account.c.id == user_id)
    row = (await connection.execute(query)).first()
    return (None, None) if row is None else (_accounts.read(row), sessions.read_joined(row))


async def account_by_oidc(connection: AsyncConnection, foreign: OidcSubject) -> StoredAccount | None:
    """Return the account of the person an identity provider knows as `foreign`."""
    is_subject = sa.and_(_account.c.oidc_issuer == foreign.issuer, _account.c.oidc_subject == foreign.subject)
    return await _find_account(connection, is_subject)


async def set_password(
    connection: AsyncConnection,
    user_id: UserId,
    password_hash: str,
    *,
    changed_at: datetime | None,
    replacing: str | None = None,
) -> None:
    """Store another hash; with `changed_at`, the password is another and tokens issued before are void.

    With `replacing`, only in the place of that hash.
    """
    values: dict[str, Any] = {"password_hash": password_hash}
    if changed_at is not None:
        values |= {"credentials_changed_at": changed_at, "initial_password_until": None}
    update = sa.update(_account).where(_account.c.id == user_id)
    if replacing is not None:
        update = update.where(_account.c.password_hash == replacing)
    await connection.execute(update.values(values))


async def set_initial_password(
    connection: AsyncConnection, account: Account, password_hash: str, *, now: datetime, until: datetime
) -> Account:
    """Store the hash of an initial password, which is good until then; tokens issued before are void."""
    changed = replace(account, credentials_changed_at=now, initial_password_until=until)
    values = _accounts.values(changed, password_hash=password_hash)
    await connection.execute(sa.update(_account).where(_account.c.id == account.id).values(values))
    return changed


async def note_sign_in(
    connection: AsyncConnection, user_id: UserId, *, now: datetime, password_hash: str | None = None
) -> None:
    """Note that a person signs in, and replaces an initial password by that of `password_hash`."""
    values: dict[str, Any] = {"signed_in_at": now}
    if password_hash is not None:
        values |= {
            "password_hash": password_hash,
            "credentials_changed_at": now,
            "initial_password_until": None,
        }
    await connection.execute(sa.update(_account).where(_account.c.id == user_id).values(values))


async def insert_key(
    connection: AsyncConnection, key: ApiKey, *, secret_hash: bytes, created_by: UserId | None
) -> None:
    """Add a key."""
    values = _api_keys.values(key, secret_hash=secret_hash, created_by=created_by)
    await connection.execute(sa.insert(_api_key).values(values))


async def key_by_prefix(connection: AsyncConnection, prefix: str) -> StoredKey | None:
    """Return the key with this public part."""
    row = (await connection.execute(sa.select(_api_key).where(_api_key.c.prefix == prefix))).first()
    return StoredKey(_api_keys.read(row), row.secret_hash) if row else None


async def lock_key(connection: AsyncConnection, key_id: ApiKeyId) -> ApiKey | None:
    """Return a key and keep others from changing it until the commit."""
    query = sa.select(_api_key).where(_api_key.c.id == key_id).with_for_update()
    return _api_keys.first(await connection.execute(query))


def keys_of(party_id: PartyId) -> Listed[ApiKey]:
    """Return the list of a party's keys."""
    query = sa.select(_api_key).where(_api_key.c.party_id == party_id)
    return Listed(_api_key, query, one_by_one(_api_keys.read))


async def keys_by_id(connection: Reader, key_ids: Sequence[ApiKeyId]) -> dict[ApiKeyId, ApiKey]:
    """Return the keys with these ids, those that exist."""
    rows = await connection.execute(sa.select(_api_key).where(_api_key.c.id.in_(key_ids)))
    return {key.id: key for key in _api_keys.all(rows)}


async def count_valid_keys(connection: AsyncConnection, party_id: PartyId, *, now: datetime) -> int:
    """Return how many of a party's keys can be used at `now`."""
    query = sa.select(sa.func.count()).where(
        _api_key.c.party_id == party_id, _api_key.c.revoked_at.is_(None), _api_key.c.expires_at > now
    )
    return int((await connection.execute(query)).scalar_one())


async def count_valid_keys_made_by(
    connection: Reader, user_ids: Sequence[UserId], *, now: datetime
) -> dict[UserId, int]:
    """Return how many keys that can be used at `now` each of these people has made, where there are any."""
    query = (
        sa.select(_api_key.c.created_by, sa.func.count().label("number"))
        .where(_api_key.c.created_by.in_(user_ids), _api_key.c.revoked_at.is_(None))
        .where(_api_key.c.expires_at > now)
        .group_by(_api_key.c.created_by)
    )
    return {UserId(row.created_by): row.number for row in await connection.execute(query)}


async def end_key(
    connection: AsyncConnection, key_id: ApiKeyId, *, expires_at: datetime, revoked_at: datetime | None
) -> None:
    """Let a key end at `expires_at`, or at once when it is revoked."""
    end = sa.update(_api_key).where(_api_key.c.id == key_id)
    await connection.execute(end.values(expires_at=expires_at, revoked_at=revoked_at))


async def touch_key(
    connection: AsyncConnection, key_id: ApiKeyId, *, now: datetime, at_most_every: timedelta
) -> None:
    """Note that a key was used, unless that was noted less than `at_most_every` ago."""
    is_stale = sa.or_(_api_key.c.last_used_at.is_(None), _api_key.c.last_used_at < now - at_most_every)
    touch = sa.update(_api_key).where(_api_key.c.id == key_id, is_stale)
    await connection.execute(touch.values(last_used_at=now))


async def _find_account(connection: AsyncConnection, where: sa.ColumnElement[bool]) -> StoredAccount | None:
    row = (await connection.execute(sa.select(_account).where(where))).first()
    return StoredAccount(_accounts.read(row), row.password_hash) if row else None
