"""Authentication: from a password to a session, and from a bearer token to a principal.

A bearer is an API key, a token of this installation, or a token of the identity provider. In each case the
rights come from the account or key as it is stored now. The answer is trusted for a few seconds
(`AUTHENTICATION_FRESH_S`), which bounds how long a revoked key or disabled account can go on.

Signing in takes the same time whether the account exists or not, and failures are counted per account and per
network address.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import anyio

from linepack.access import Principal, scopes_of
from linepack.commands.handling import Caller
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity import repository
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import record
from linepack.identity.api_keys import KEY_MARK, read_key, secret_matches
from linepack.identity.errors import InitialPassword, InvalidCredentials, TooManyAttempts, Unauthenticated
from linepack.identity.model import Account
from linepack.identity.oidc import OidcTokens
from linepack.identity.passwords import CONCURRENT_HASHES_MAX, Passwords, password_faults
from linepack.identity.tokens import Tokens, unverified_issuer
from linepack.limits import (
    AUTHENTICATION_FRESH_S,
    AUTHENTICATIONS_KEPT_MAX,
    SIGN_IN_FAILURES_PER_ACCOUNT_MAX,
    SIGN_IN_FAILURES_PER_ADDRESS_MAX,
    SIGN_IN_FAILURES_WINDOW_S,
)
from linepack.monitoring.logging import logger
from linepack.problems import Fault, InvalidInput
from linepack.redis.leaky_buckets import Buckets, Rule

USE_NOTED_EVERY = timedelta(minutes=10)

_PER_ACCOUNT = Rule(
    "sign-in-account",
    SIGN_IN_FAILURES_PER_ACCOUNT_MAX,
    SIGN_IN_FAILURES_PER_ACCOUNT_MAX / SIGN_IN_FAILURES_WINDOW_S,
)
_PER_ADDRESS = Rule(
    "sign-in-address",
    SIGN_IN_FAILURES_PER_ADDRESS_MAX,
    SIGN_IN_FAILURES_PER_ADDRESS_MAX / SIGN_IN_FAILURES_WINDOW_S,
)


@dataclass(frozen=True, slots=True)
class Session:
    """A principal that has signed in, and its token."""

    principal: Principal
    token: str = field(repr=False)

    @property
    def expires_at(self) -> datetime:
        """When the token expires."""
        return self.principal.expires_at


class Authenticator:
    """Establishes who is calling."""

    def __init__(
        self,
        database: Database,
        *,
        tokens: Tokens,
        passwords: Passwords,
        buckets: Buckets,
        oidc_tokens: OidcTokens | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._tokens = tokens
        self.passwords = passwords
        self._buckets = buckets
        self._oidc_tokens = oidc_tokens
        self._now = now
        self._hashing_turn = anyio.Semaphore(CONCURRENT_HASHES_MAX)
        self._fresh: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()

    def context(self, principal: Principal) -> "IdentityContext":
        """Return what a command of `principal` gets."""
        return IdentityContext(
            principal=principal, at=self._now(), database=self._database, authenticator=self
        )

    async def sign_in(
        self, email: str, password: str, *, address: str, new_password: str | None = None
    ) -> Session:
        """Return a session of the account with this email and password.

        `address` is where the caller comes from; `new_password` replaces an initial password. Raises
        InvalidCredentials, whatever is wrong, TooManyAttempts after too many failures for this account or
        from this address, and to one who knows an initial password InitialPassword or InvalidInput.
        """
        email = email.strip().lower()
        # Failures are counted inside the turn, so that a burst of guesses cannot outrun the count.
        async with self._hashing_turn:
            await self._require_attempts_left(email, address)
            async with self._database.read() as connection:
                stored = await repository.account_by_email(connection, email)
            password_hash = stored.password_hash if stored else None
            matches = await self.passwords.verify(password_hash, password)
            if stored is None or not matches or not _may_sign_in(stored.account, now=self._now()):
                await self._count_failure(email, address)
                logger.info("sign_in_refused", address=address)
                raise InvalidCredentials
            now = await self._enter(stored, password, new_password)
        token, expires_at = self._tokens.issue(stored.account.id, now=now)
        logger.info("signed_in", user_id=str(stored.account.id), address=address)
        return Session(_user_principal(stored.account, expires_at), token)

    async def authenticate(self, bearer: str) -> Principal:
        """Return on whose behalf the holder of `bearer` acts; raises Unauthenticated.

        `bearer` is the text after "Bearer " in the Authorization header.
        """
        digest = hashlib.sha256(bearer.encode(errors="replace")).digest()
        known = self._fresh.get(digest)
        if known is not None:
            principal, checked_at = known
            if time.monotonic() - checked_at < AUTHENTICATION_FRESH_S and principal.expires_at > self._now():
                return principal
        try:
            principal = await self._authenticate_anew(bearer)
        except Unauthenticated as refusal:
            self._fresh.pop(digest, None)
            logger.info("bearer_refused", reason=refusal.reason)
            raise
        self._fresh[digest] = (principal, time.monotonic())
        self._fresh.move_to_end(digest)
        if len(self._fresh) > AUTHENTICATIONS_KEPT_MAX:
            self._fresh.popitem(last=False)
        return principal

    def forget_authentications(self) -> None:
        """Check every bearer anew from now on: for commands that take rights away."""
        self._fresh.clear()

    async def _authenticate_anew(self, bearer: str) -> Principal:
        if bearer.startswith(KEY_MARK):
            return await self._by_key(bearer)
        oidc_tokens = self._oidc_tokens
        if oidc_tokens is not None and unverified_issuer(bearer) == oidc_tokens.issuer:
            oidc_token = await oidc_tokens.verify(bearer)
            async with self._database.read() as connection:
                stored = await repository.account_by_oidc(connection, oidc_token.foreign)
            principal = _current(stored, issued_at=None, expires_at=oidc_token.expires_at)
            if stored is not None:
                await self._note_presence(stored.account)
            return principal
        token = self._tokens.verify(bearer)
        async with self._database.read() as connection:
            stored = await repository.account_by_id(connection, token.user_id)
        return _current(stored, issued_at=token.issued_at, expires_at=token.expires_at)

    async def _note_presence(self, account: Account) -> None:
        """Note that a person came through an identity provider, where nobody signs in here."""
        now = self._now()
        if account.signed_in_at is None or now - account.signed_in_at > USE_NOTED_EVERY:
            async with UnitOfWork(self._database) as uow:
                await repository.note_sign_in(uow.connection, account, now=now)

    async def _by_key(self, bearer: str) -> Principal:
        presented = read_key(bearer)
        if presented is None:
            raise Unauthenticated("not a key")
        async with self._database.read() as connection:
            stored = await repository.key_by_prefix(connection, presented.prefix)
        matches = secret_matches(presented, stored.secret_hash if stored else None)
        if stored is None or not matches:
            raise Unauthenticated("no such key")
        key, now = stored.key, self._now()
        if key.revoked_at is not None:
            raise Unauthenticated("key revoked")
        if key.expires_at <= now:
            raise Unauthenticated("key expired")
        if key.last_used_at is None or now - key.last_used_at > USE_NOTED_EVERY:
            async with UnitOfWork(self._database) as uow:
                await repository.touch_key(uow.connection, key.id, now=now, at_most_every=USE_NOTED_EVERY)
        return Principal(
            subject=f"key:{key.prefix}",
            party_id=key.party_id,
            roles=key.roles,
            scopes=key.scopes & scopes_of(key.roles),
            expires_at=key.expires_at,
            api_key_id=key.id,
        )

    async def _enter(
        self, stored: repository.StoredAccount, password: str, new_password: str | None
    ) -> datetime:
        """Note that a person who knows the password signs in, and keep a new hash where one is due.

        Returns when. Raises InvalidCredentials when the account was changed meanwhile.
        """
        account = stored.account
        own_hash = await self._own_password(account, password, new_password)
        outdated = own_hash is None and self.passwords.is_outdated(stored.password_hash or "")
        rehash = await self.passwords.hash(password) if outdated else None
        now = self._now()
        async with UnitOfWork(self._database) as uow:
            if not await repository.note_sign_in(uow.connection, account, now=now, password_hash=own_hash):
                raise InvalidCredentials
            if rehash is not None:
                await repository.set_password(uow.connection, account.id, rehash, changed_at=None)
            if own_hash is not None:
                caller = Caller(principal=_user_principal(account, now), at=now)
                await record(uow.connection, caller, AccountEventKind.PASSWORD_CHANGED, account)
        return now

    async def _own_password(self, account: Account, password: str, new_password: str | None) -> str | None:
        """Return the hash of what replaces an initial password; None where the password is one's own."""
        if account.initial_password_until is None:
            if new_password is not None:
                raise InvalidInput([Fault("newPassword", "this account has a password of its own")])
            return None
        if new_password is None:
            raise InitialPassword
        faults = password_faults(new_password, email=account.email)
        if new_password == password:
            faults.append(Fault("newPassword", "the initial password cannot be kept"))
        if faults:
            raise InvalidInput([replace(fault, place="newPassword") for fault in faults])
        return await self.passwords.hash(new_password)

    async def _require_attempts_left(self, email: str, address: str) -> None:
        for rule, key in _attempt_buckets(email, address):
            taking = await self._buckets.take(rule, key, 0)
            if taking.level > rule.capacity - 1:
                raise TooManyAttempts(rule.wait(taking.level, 1))

    async def _count_failure(self, email: str, address: str) -> None:
        for rule, key in _attempt_buckets(email, address):
            await self._buckets.take(rule, key, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityContext(Caller):
    """What a command of identity gets: its caller, the database, and the passwords and tokens."""

    database: Database
    authenticator: Authenticator

    def unit_of_work(self) -> UnitOfWork:
        """Return the one transaction of the command."""
        return UnitOfWork(self.database)


def _attempt_buckets(email: str, address: str) -> list[tuple[Rule, str]]:
    # People type passwords into the wrong field: what is kept in Redis is a hash.
    account = hashlib.sha256(email.encode(errors="replace")).hexdigest()
    return [(_PER_ACCOUNT, account), (_PER_ADDRESS, address)]


def _may_sign_in(account: Account, *, now: datetime) -> bool:
    until = account.initial_password_until
    return account.disabled_at is None and (until is None or now < until)


def _current(
    stored: repository.StoredAccount | None, *, issued_at: datetime | None, expires_at: datetime
) -> Principal:
    if stored is None:
        raise Unauthenticated("no such account")
    account = stored.account
    if account.disabled_at is not None:
        raise Unauthenticated("account disabled")
    if issued_at is not None and issued_at < account.credentials_changed_at:
        raise Unauthenticated("issued before the credentials changed")
    return _user_principal(account, expires_at)


def _user_principal(account: Account, expires_at: datetime) -> Principal:
    return Principal(
        subject=f"user:{account.id}",
        party_id=account.party_id,
        roles=account.roles,
        scopes=scopes_of(account.roles),
        expires_at=expires_at,
        user_id=account.id,
    )
