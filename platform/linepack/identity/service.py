"""The commands of identity: parties, accounts, and the keys of machines.

Administrators add parties and accounts. Keys are added by a person for the party they act for, with no more
rights than they have themselves; an administrator adds them for any party. A key of another party is not
found. A key makes neither keys nor accounts nor passwords, and gives nobody back what was taken from them:
it could otherwise outlive its own end. What administrators do with accounts is in
`linepack.identity.administration`.

A command opens its transaction itself: passwords are hashed before, for as long as no writer waits.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, Scope
from linepack.commands.handling import handles
from linepack.commands.unit_of_work import UnitOfWork
from linepack.identity import repository
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import record
from linepack.identity.api_keys import new_secret
from linepack.identity.authentication import IdentityContext, sign_in_state
from linepack.identity.commands import (
    ChangePassword,
    NewApiKey,
    NewParty,
    NewUser,
    ResetPassword,
    RevokeApiKey,
    RotateApiKey,
    key_faults,
    overlap_faults,
    party_faults,
    user_faults,
)
from linepack.identity.errors import InvalidCredentials, NameTaken
from linepack.identity.model import Account, ApiKey, Party
from linepack.identity.passwords import password_faults
from linepack.identity.sessions import repository as sessions
from linepack.ids import ApiKeyId, PartyId, UserId
from linepack.limits import API_KEYS_PER_PARTY_MAX
from linepack.monitoring.logging import logger
from linepack.problems import Conflict, Fault, Forbidden, InvalidInput, NotFound

MAKE_ACCOUNTS: Final = "make accounts and passwords"
GIVE_RIGHTS: Final = "change roles, enable accounts and remove second factors"
MANAGE_KEYS: Final = "manage keys"
"""What people do and keys do not."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its text, which is shown once and cannot be had again."""

    key: ApiKey
    text: str = field(repr=False)


@handles(Scope.ADMINISTER)
async def create_party(command: NewParty, context: IdentityContext) -> Party:
    """Add a company. Raises Forbidden, InvalidInput, NameTaken."""
    _refuse(party_faults(command))
    party = Party(PartyId(context.new_id()), command.code, command.name.strip(), command.kind)
    try:
        async with context.unit_of_work() as uow:
            await repository.insert_party(uow.connection, party, now=context.at)
    except IntegrityError:
        raise NameTaken("party", command.code, path=("code",)) from None
    logger.info("party_created", party_id=str(party.id), by=context.principal.subject)
    return party


@handles(Scope.ADMINISTER)
async def create_user(command: NewUser, context: IdentityContext) -> Account:
    """Add a person to a party. Raises Forbidden, NotFound, InvalidInput, NameTaken."""
    require_person(context.principal, MAKE_ACCOUNTS)
    async with context.database.read() as connection:
        party = await repository.get_party(connection, command.party_id)
    _refuse(user_faults(command, party.kind))
    account = Account(
        id=UserId(context.new_id()),
        party_id=command.party_id,
        email=command.email.strip().lower(),
        name=command.name.strip(),
        roles=command.roles,
        foreign=command.foreign,
        created_at=context.at,
        credentials_changed_at=context.at,
    )
    password = command.password
    password_hash = await context.authenticator.passwords.hash(password) if password else None
    try:
        async with context.unit_of_work() as uow:
            await repository.insert_account(uow.connection, account, password_hash=password_hash)
            await record(uow.connection, context, AccountEventKind.CREATED, account, roles_before=frozenset())
    except IntegrityError:
        raise NameTaken("account", account.email, path=("email",)) from None
    logger.info("user_created", user_id=str(account.id), by=context.principal.subject)
    return account


async def change_password(command: ChangePassword, context: IdentityContext) -> None:
    """Replace one's own password; every session ends.

    Raises InvalidCredentials when the current one is wrong, or was replaced while the new one was hashed,
    TooManyAttempts, InvalidInput for a bad new one.
    """
    user_id = context.principal.user_id
    if user_id is None:
        raise Forbidden("only a person has a password")
    async with context.database.read() as connection:
        stored = await repository.account_by_id(connection, user_id)
    if stored is None:
        raise InvalidCredentials
    email = stored.account.email
    _refuse(password_faults(command.new, email=email))
    await context.authenticator.require_password(email, command.current, address=command.address)
    await _set_password(stored.account, command.new, context, AccountEventKind.PASSWORD_CHANGED)


@handles(Scope.ADMINISTER)
async def reset_password(command: ResetPassword, context: IdentityContext) -> None:
    """Replace another's password; every session ends. Raises Forbidden, NotFound."""
    require_person(context.principal, MAKE_ACCOUNTS)
    async with context.database.read() as connection:
        account = await repository.get_account(connection, command.user_id)
    _refuse(password_faults(command.new, email=account.email))
    await _set_password(account, command.new, context, AccountEventKind.PASSWORD_RESET)


async def create_api_key(command: NewApiKey, context: IdentityContext) -> IssuedKey:
    """Add a key for a machine of a party. Raises Forbidden, NotFound, InvalidInput."""
    principal, now = context.principal, context.at
    require_person(principal, MANAGE_KEYS)
    async with context.unit_of_work() as uow:
        party = await repository.lock_party(uow.connection, command.party_id)
        await require_current(uow.connection, principal)
        if party is None or not manages_keys_of(principal, party.id):
            raise NotFound("party", command.party_id, path=("partyId",))
        faults = key_faults(command, party.kind, now=now)
        valid_keys = await repository.count_valid_keys(uow.connection, party.id, now=now)
        if valid_keys >= API_KEYS_PER_PARTY_MAX:
            faults.append(Fault("partyId", f"a party has at most {API_KEYS_PER_PARTY_MAX} valid keys"))
        _refuse(faults)
        _require_no_more_than_own(principal, command)
        issued = await _issue(uow, command, context, rotated_from=None)
        await record(
            uow.connection, context, AccountEventKind.KEY_CREATED, issued.key, roles_before=frozenset()
        )
        return issued


async def rotate_api_key(command: RotateApiKey, context: IdentityContext) -> IssuedKey:
    """Return a successor of a key, with the same rights and term; the old one ends after the overlap.

    With an overlap both count among the party's valid keys.

    Raises Forbidden, NotFound, InvalidInput, and Conflict when the key has ended already.
    """
    principal, now = context.principal, context.at
    require_person(principal, MANAGE_KEYS)
    _refuse(overlap_faults(command.overlap))
    async with context.unit_of_work() as uow:
        await _lock_party_of(uow, command.key_id, context)
        await require_current(uow.connection, principal)
        old = await _lock_valid_key(uow, command.key_id, context)
        valid_keys = await repository.count_valid_keys(uow.connection, old.party_id, now=now)
        if command.overlap and valid_keys >= API_KEYS_PER_PARTY_MAX:
            most = f"a party has at most {API_KEYS_PER_PARTY_MAX} valid keys"
            _refuse([Fault("overlapDays", f"{most}: rotate without overlap")])
        successor = NewApiKey(old.party_id, old.name, old.roles, old.scopes, now + _term(old))
        _require_no_more_than_own(principal, successor)
        issued = await _issue(uow, successor, context, rotated_from=old.id)
        ends = min(old.expires_at, now + command.overlap)
        await repository.end_key(uow.connection, old.id, expires_at=ends, revoked_at=None)
        await record(uow.connection, context, AccountEventKind.KEY_ROTATED, issued.key)
    await context.authenticator.endings.announce(old.id)
    return issued


async def revoke_api_key(command: RevokeApiKey, context: IdentityContext) -> ApiKey:
    """End a key at once. Raises Forbidden, NotFound, and Conflict when it has ended already."""
    require_person(context.principal, MANAGE_KEYS)
    now = context.at
    async with context.unit_of_work() as uow:
        key = await _lock_valid_key(uow, command.key_id, context)
        await repository.end_key(uow.connection, key.id, expires_at=key.expires_at, revoked_at=now)
        await record(uow.connection, context, AccountEventKind.KEY_REVOKED, key)
    await context.authenticator.endings.announce(key.id)
    logger.info("api_key_revoked", prefix=key.prefix, by=context.principal.subject)
    return replace(key, revoked_at=now)


async def require_current(connection: AsyncConnection, principal: Principal) -> None:
    """Raise Forbidden when the person who calls was disabled or lost a role a moment ago."""
    if principal.user_id is None:
        return
    account = await repository.keep_account(connection, principal.user_id)
    if account is None or account.disabled_at is not None or not principal.roles <= account.roles:
        raise Forbidden("your account may no longer do this")


async def _set_password(
    account: Account, password: str, context: IdentityContext, kind: AccountEventKind
) -> None:
    password_hash = await context.authenticator.passwords.hash(password)
    async with context.unit_of_work() as uow:
        current = await repository.lock_account(uow.connection, account.id)
        is_same = current is not None and sign_in_state(current) == sign_in_state(account)
        if kind is AccountEventKind.PASSWORD_CHANGED and not is_same:
            raise InvalidCredentials
        await repository.set_password(uow.connection, account.id, password_hash, changed_at=context.at)
        await sessions.end_all(uow.connection, account.id, now=context.at)
        await record(uow.connection, context, kind, account)
    await context.authenticator.endings.announce(account.id)
    logger.info("password_changed", user_id=str(account.id), by=context.principal.subject)


async def _lock_party_of(uow: UnitOfWork, key_id: ApiKeyId, context: IdentityContext) -> None:
    """Keep others from adding keys to the party of a key until the commit."""
    key = (await repository.keys_by_id(uow.connection, [key_id])).get(key_id)
    if key is None or not manages_keys_of(context.principal, key.party_id):
        raise NotFound("key", key_id, path=("keyId",))
    await repository.lock_party(uow.connection, key.party_id)


async def _lock_valid_key(uow: UnitOfWork, key_id: ApiKeyId, context: IdentityContext) -> ApiKey:
    key = await repository.lock_key(uow.connection, key_id)
    if key is None or not manages_keys_of(context.principal, key.party_id):
        raise NotFound("key", key_id, path=("keyId",))
    if key.revoked_at is not None or key.expires_at <= context.at:
        raise Conflict("this key has ended already", path=("keyId",))
    return key


async def _issue(
    uow: UnitOfWork, command: NewApiKey, context: IdentityContext, *, rotated_from: ApiKeyId | None
) -> IssuedKey:
    secret = new_secret()
    key = ApiKey(
        id=ApiKeyId(context.new_id()),
        party_id=command.party_id,
        name=command.name.strip(),
        prefix=secret.prefix,
        roles=command.roles,
        scopes=command.scopes,
        created_at=context.at,
        expires_at=command.expires_at,
        revoked_at=None,
        rotated_from=rotated_from,
        last_used_at=None,
    )
    principal = context.principal
    await repository.insert_key(
        uow.connection, key, secret_hash=secret.secret_hash, created_by=principal.user_id
    )
    logger.info("api_key_created", prefix=key.prefix, party_id=str(key.party_id), by=principal.subject)
    return IssuedKey(key, secret.text)


def _term(key: ApiKey) -> timedelta:
    return key.expires_at - key.created_at


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise InvalidInput(faults)


def require_person(principal: Principal, act: str) -> None:
    """Raise Forbidden when a key calls, for what only people do."""
    if principal.api_key_id is not None:
        raise Forbidden(f"only people {act}: sign in with an account")


def manages_keys_of(principal: Principal, party_id: PartyId) -> bool:
    """Return whether a principal makes, ends and sees the keys of a party."""
    return principal.party_id == party_id or principal.holds(Scope.ADMINISTER)


def _require_no_more_than_own(principal: Principal, command: NewApiKey) -> None:
    if principal.holds(Scope.ADMINISTER):
        return
    if not (command.roles <= principal.roles and command.scopes <= principal.scopes):
        raise Forbidden("a key cannot have more rights than the person who makes it")
