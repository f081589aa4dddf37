"""The commands of identity: parties, accounts, and the keys of machines.

Administrators add parties and accounts. Keys are added by a person (never by a key, which could otherwise
outlive its own end) for the party they act for, with no more rights than they have themselves; an
administrator adds them for any party. A key of another party is not found.

A command opens its transaction itself: passwords are hashed before, for as long as no writer waits.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from linepack.access import Principal, Scope
from linepack.commands.handling import handles
from linepack.commands.unit_of_work import UnitOfWork
from linepack.identity import repository
from linepack.identity.api_keys import new_secret
from linepack.identity.authentication import IdentityContext
from linepack.identity.commands import (
    ChangePassword,
    DisableUser,
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
        credentials_changed_at=context.at,
        disabled_at=None,
    )
    password = command.password
    password_hash = await context.authenticator.passwords.hash(password) if password else None
    try:
        async with context.unit_of_work() as uow:
            await repository.insert_account(
                uow.connection, account, password_hash=password_hash, now=context.at
            )
    except IntegrityError:
        raise NameTaken("account", account.email, path=("email",)) from None
    logger.info("user_created", user_id=str(account.id), by=context.principal.subject)
    return account


async def change_password(command: ChangePassword, context: IdentityContext) -> None:
    """Replace one's own password; every session ends.

    Raises InvalidCredentials when the current one is wrong, TooManyAttempts, InvalidInput for a bad new one.
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
    await _set_password(user_id, command.new, context)


@handles(Scope.ADMINISTER)
async def reset_password(command: ResetPassword, context: IdentityContext) -> None:
    """Replace another's password; every session ends. Raises Forbidden, NotFound."""
    async with context.database.read() as connection:
        account = await repository.get_account(connection, command.user_id)
    _refuse(password_faults(command.new, email=account.email))
    await _set_password(account.id, command.new, context)


@handles(Scope.ADMINISTER)
async def disable_user(command: DisableUser, context: IdentityContext) -> Account:
    """Keep an account from acting from now on. Raises Forbidden, NotFound."""
    async with context.unit_of_work() as uow:
        account = await repository.get_account(uow.connection, command.user_id)
        await repository.disable_account(uow.connection, command.user_id, now=context.at)
        await sessions.end_all(uow.connection, command.user_id, now=context.at)
    await context.authenticator.endings.announce(command.user_id)
    logger.info("user_disabled", user_id=str(command.user_id), by=context.principal.subject)
    return replace(account, disabled_at=account.disabled_at or context.at)


async def create_api_key(command: NewApiKey, context: IdentityContext) -> IssuedKey:
    """Add a key for a machine of a party. Raises Forbidden, NotFound, InvalidInput."""
    principal, now = context.principal, context.at
    _require_person(principal)
    async with context.unit_of_work() as uow:
        party = await repository.lock_party(uow.connection, command.party_id)
        if party is None or not _manages_keys_of(principal, party.id):
            raise NotFound("party", command.party_id, path=("partyId",))
        faults = key_faults(command, party.kind, now=now)
        valid_keys = await repository.count_valid_keys(uow.connection, party.id, now=now)
        if valid_keys >= API_KEYS_PER_PARTY_MAX:
            faults.append(Fault("partyId", f"a party has at most {API_KEYS_PER_PARTY_MAX} valid keys"))
        _refuse(faults)
        _require_no_more_than_own(principal, command)
        return await _issue(uow, command, context, rotated_from=None)


async def rotate_api_key(command: RotateApiKey, context: IdentityContext) -> IssuedKey:
    """Return a successor of a key, with the same rights and term; the old one ends after the overlap.

    Raises Forbidden, NotFound, InvalidInput, and Conflict when the key has ended already.
    """
    principal, now = context.principal, context.at
    _require_person(principal)
    _refuse(overlap_faults(command.overlap))
    async with context.unit_of_work() as uow:
        old = await _lock_valid_key(uow, command.key_id, context)
        successor = NewApiKey(old.party_id, old.name, old.roles, old.scopes, now + _term(old))
        _require_no_more_than_own(principal, successor)
        issued = await _issue(uow, successor, context, rotated_from=old.id)
        ends = min(old.expires_at, now + command.overlap)
        await repository.end_key(uow.connection, old.id, expires_at=ends, revoked_at=None)
    await context.authenticator.endings.announce(old.id)
    return issued


async def revoke_api_key(command: RevokeApiKey, context: IdentityContext) -> ApiKey:
    """End a key at once. Raises Forbidden, NotFound, and Conflict when it has ended already."""
    _require_person(context.principal)
    now = context.at
    async with context.unit_of_work() as uow:
        key = await _lock_valid_key(uow, command.key_id, context)
        await repository.end_key(uow.connection, key.id, expires_at=key.expires_at, revoked_at=now)
    await context.authenticator.endings.announce(key.id)
    logger.info("api_key_revoked", prefix=key.prefix, by=context.principal.subject)
    return replace(key, revoked_at=now)


async def _set_password(user_id: UserId, password: str, context: IdentityContext) -> None:
    password_hash = await context.authenticator.passwords.hash(password)
    async with context.unit_of_work() as uow:
        await repository.set_password(uow.connection, user_id, password_hash, changed_at=context.at)
        await sessions.end_all(uow.connection, user_id, now=context.at)
    await context.authenticator.endings.announce(user_id)
    logger.info("password_changed", user_id=str(user_id), by=context.principal.subject)


async def _lock_valid_key(uow: UnitOfWork, key_id: ApiKeyId, context: IdentityContext) -> ApiKey:
    key = await repository.lock_key(uow.connection, key_id)
    if key is None or not _manages_keys_of(context.principal, key.party_id):
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


def _require_person(principal: Principal) -> None:
    if principal.api_key_id is not None:
        raise Forbidden("only people manage keys: sign in with an account")


def _manages_keys_of(principal: Principal, party_id: PartyId) -> bool:
    return principal.party_id == party_id or principal.holds(Scope.ADMINISTER)


def _require_no_more_than_own(principal: Principal, command: NewApiKey) -> None:
    if principal.holds(Scope.ADMINISTER):
        return
    if not (command.roles <= principal.roles and command.scopes <= principal.scopes):
        raise Forbidden("a key cannot have more rights than the person who makes it")
