"""The commands of identity: parties, accounts, and the keys of machines.

Parties and accounts are an administrator's to make. Keys are made by a person (never by a key, which could
otherwise outlive its own end) for the party they act for, with no more rights than they have themselves; an
administrator makes them for any party. A key of another party is not found.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from linepack.access import Principal, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.identity import repository
from linepack.identity.api_keys import new_secret
from linepack.identity.authentication import Authenticator, Session
from linepack.identity.commands import (
    NewApiKey,
    NewParty,
    NewUser,
    key_faults,
    overlap_faults,
    party_faults,
    user_faults,
)
from linepack.identity.errors import InvalidCredentials, NameTaken
from linepack.identity.model import Account, ApiKey, Party
from linepack.identity.passwords import password_faults
from linepack.ids import ApiKeyId, PartyId, UserId, new_id
from linepack.limits import API_KEYS_PER_PARTY_MAX
from linepack.monitoring.logging import logger
from linepack.problems import Conflict, Fault, Forbidden, InvalidInput, NotFound

__all__ = ["Identity", "IssuedKey", "Session"]


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its text, which is shown once and cannot be had again."""

    key: ApiKey
    text: str = field(repr=False)


class Identity(Authenticator):
    """Knows who is calling, and keeps the parties, accounts and keys they can be."""

    async def create_party(self, principal: Principal, command: NewParty) -> Party:
        """Add a company. Raises Forbidden, InvalidInput, NameTaken."""
        principal.require(Scope.ADMINISTER)
        _refuse(party_faults(command))
        party = Party(PartyId(new_id()), command.code, command.name.strip(), command.kind)
        try:
            async with UnitOfWork(self._database) as uow:
                await repository.insert_party(uow.connection, party, now=self._now())
        except IntegrityError:
            raise NameTaken("party", command.code, path=("code",)) from None
        logger.info("party_created", party_id=str(party.id), by=principal.subject)
        return party

    async def create_user(self, principal: Principal, command: NewUser) -> Account:
        """Add a person to a party. Raises Forbidden, NotFound, InvalidInput, NameTaken."""
        principal.require(Scope.ADMINISTER)
        party = await self.party(command.party_id)
        _refuse(user_faults(command, party.kind))
        now = self._now()
        account = Account(
            id=UserId(new_id()),
            party_id=command.party_id,
            email=command.email.strip().lower(),
            name=command.name.strip(),
            roles=command.roles,
            foreign=command.foreign,
            credentials_changed_at=now,
            disabled_at=None,
        )
        password_hash = await self._passwords.hash(command.password) if command.password else None
        try:
            async with UnitOfWork(self._database) as uow:
                await repository.insert_account(uow.connection, account, password_hash=password_hash, now=now)
        except IntegrityError:
            raise NameTaken("account", account.email, path=("email",)) from None
        logger.info("user_created", user_id=str(account.id), by=principal.subject)
        return account

    async def change_password(self, principal: Principal, *, current: str, new: str, address: str) -> None:
        """Replace one's own password; every token issued before is void.

        Raises InvalidCredentials when `current` is wrong, TooManyAttempts, InvalidInput for a bad new one.
        """
        if principal.user_id is None:
            raise Forbidden("only a person has a password")
        async with self._database.read() as connection:
            stored = await repository.account_by_id(connection, principal.user_id)
        if stored is None:
            raise InvalidCredentials
        _refuse(password_faults(new, email=stored.account.email))
        await self.sign_in(stored.account.email, current, address=address)
        await self._set_password(principal.user_id, new)
        logger.info("password_changed", user_id=str(principal.user_id), by=principal.subject)

    async def reset_password(self, principal: Principal, user_id: UserId, *, new: str) -> None:
        """Replace another's password; every token issued before is void. Raises Forbidden, NotFound."""
        principal.require(Scope.ADMINISTER)
        account = await self.account(user_id)
        _refuse(password_faults(new, email=account.email))
        await self._set_password(user_id, new)
        logger.info("password_changed", user_id=str(user_id), by=principal.subject)

    async def disable_user(self, principal: Principal, user_id: UserId) -> None:
        """Keep an account from acting from now on. Raises Forbidden, NotFound."""
        principal.require(Scope.ADMINISTER)
        await self.account(user_id)
        async with UnitOfWork(self._database) as uow:
            await repository.disable_account(uow.connection, user_id, now=self._now())
        self.forget_authentications()
        logger.info("user_disabled", user_id=str(user_id), by=principal.subject)

    async def create_api_key(self, principal: Principal, command: NewApiKey) -> IssuedKey:
        """Add a key for a machine of a party. Raises Forbidden, NotFound, InvalidInput."""
        _require_person(principal)
        now = self._now()
        async with UnitOfWork(self._database) as uow:
            party = await repository.lock_party(uow.connection, command.party_id)
            if party is None or not _keeps_keys_of(principal, party.id):
                raise NotFound("party", command.party_id, path=("partyId",))
            faults = key_faults(command, party.kind, now=now)
            valid_keys = await repository.count_valid_keys(uow.connection, party.id, now=now)
            if valid_keys >= API_KEYS_PER_PARTY_MAX:
                faults.append(Fault("partyId", f"a party has at most {API_KEYS_PER_PARTY_MAX} valid keys"))
            _refuse(faults)
            _require_no_more_than_own(principal, command)
            issued = _issue(command, now=now, rotated_from=None)
            await self._insert(uow, issued, principal)
        return issued.shown

    async def rotate_api_key(
        self, principal: Principal, key_id: ApiKeyId, *, overlap: timedelta
    ) -> IssuedKey:
        """Return a successor of a key, with the same rights and term; the old one ends after `overlap`.

        Raises Forbidden, NotFound, InvalidInput, and Conflict when the key has ended already.
        """
        _require_person(principal)
        _refuse(overlap_faults(overlap))
        now = self._now()
        async with UnitOfWork(self._database) as uow:
            old = await self._lock_valid_key(uow, principal, key_id, now=now)
            command = NewApiKey(old.party_id, old.name, old.roles, old.scopes, now + _term(old))
            _require_no_more_than_own(principal, command)
            issued = _issue(command, now=now, rotated_from=old.id)
            await self._insert(uow, issued, principal)
            ends = min(old.expires_at, now + overlap)
            await repository.end_key(uow.connection, old.id, expires_at=ends, revoked_at=None)
        self.forget_authentications()
        return issued.shown

    async def revoke_api_key(self, principal: Principal, key_id: ApiKeyId) -> ApiKey:
        """End a key at once. Raises Forbidden, NotFound, and Conflict when it has ended already."""
        _require_person(principal)
        now = self._now()
        async with UnitOfWork(self._database) as uow:
            key = await self._lock_valid_key(uow, principal, key_id, now=now)
            await repository.end_key(uow.connection, key.id, expires_at=key.expires_at, revoked_at=now)
        self.forget_authentications()
        logger.info("api_key_revoked", prefix=key.prefix, by=principal.subject)
        return replace(key, revoked_at=now)

    async def api_keys(
        self, principal: Principal, *, after: tuple[datetime, ApiKeyId] | None = None, limit: int
    ) -> list[ApiKey]:
        """Return the keys of the principal's own party, oldest first, those after the key `after`."""
        party_id = principal.require_party()
        async with self._database.read() as connection:
            return await repository.list_keys(connection, party_id, after=after, limit=limit)

    async def party(self, party_id: PartyId) -> Party:
        """Return the party with this id; raises NotFound."""
        async with self._database.read() as connection:
            parties = await repository.parties_by_id(connection, [party_id])
        if party_id not in parties:
            raise NotFound("party", party_id, path=("partyId",))
        return parties[party_id]

    async def account(self, user_id: UserId) -> Account:
        """Return the account with this id; raises NotFound."""
        async with self._database.read() as connection:
            stored = await repository.account_by_id(connection, user_id)
        if stored is None:
            raise NotFound("user", user_id, path=("userId",))
        return stored.account

    async def _set_password(self, user_id: UserId, password: str) -> None:
        password_hash = await self._passwords.hash(password)
        async with UnitOfWork(self._database) as uow:
            await repository.set_password(uow.connection, user_id, password_hash, changed_at=self._now())
        self.forget_authentications()

    async def _lock_valid_key(
        self, uow: UnitOfWork, principal: Principal, key_id: ApiKeyId, *, now: datetime
    ) -> ApiKey:
        key = await repository.lock_key(uow.connection, key_id)
        if key is None or not _keeps_keys_of(principal, key.party_id):
            raise NotFound("key", key_id, path=("keyId",))
        if key.revoked_at is not None or key.expires_at <= now:
            raise Conflict("this key has ended already", path=("keyId",))
        return key

    async def _insert(self, uow: UnitOfWork, issued: "_Issued", principal: Principal) -> None:
        key = issued.shown.key
        await repository.insert_key(
            uow.connection, key, secret_hash=issued.secret_hash, created_by=principal.user_id
        )
        logger.info("api_key_created", prefix=key.prefix, party_id=str(key.party_id), by=principal.subject)


@dataclass(frozen=True, slots=True)
class _Issued:
    shown: IssuedKey
    secret_hash: bytes = field(repr=False)


def _issue(command: NewApiKey, *, now: datetime, rotated_from: ApiKeyId | None) -> _Issued:
    secret = new_secret()
    key = ApiKey(
        id=ApiKeyId(new_id()),
        party_id=command.party_id,
        name=command.name.strip(),
        prefix=secret.prefix,
        roles=command.roles,
        scopes=command.scopes,
        created_at=now,
        expires_at=command.expires_at,
        revoked_at=None,
        rotated_from=rotated_from,
        last_used_at=None,
    )
    return _Issued(IssuedKey(key, secret.text), secret.secret_hash)


def _term(key: ApiKey) -> timedelta:
    return key.expires_at - key.created_at


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise InvalidInput(faults)


def _require_person(principal: Principal) -> None:
    if principal.api_key_id is not None:
        raise Forbidden("keys are kept by people: sign in with an account")


def _keeps_keys_of(principal: Principal, party_id: PartyId) -> bool:
    return principal.party_id == party_id or principal.holds(Scope.ADMINISTER)


def _require_no_more_than_own(principal: Principal, command: NewApiKey) -> None:
    if principal.holds(Scope.ADMINISTER):
        return
    if not (command.roles <= principal.roles and command.scopes <= principal.scopes):
        raise Forbidden("a key cannot have more rights than the person who makes it")
