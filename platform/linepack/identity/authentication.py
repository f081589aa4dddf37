"""Authentication: from a password to a session, and from a bearer token to a principal.

A bearer is an API key, a token of this installation, or a token of the identity provider. In each case the
rights come from the account or key as it is stored now, and a token of this installation is good for as long
as its session is live. The answer is trusted for a few seconds (`AUTHENTICATION_FRESH_S`) or until another
process announces that the credentials have ended (`linepack.identity.sessions.endings`).

Signing in takes the same time whether the account exists or not, and the time between attempts grows with
failures (`linepack.identity.attempts`).
"""

import hashlib
from collections.abc import Awaitable, Callable
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
from linepack.identity.attempts import Attempts
from linepack.identity.errors import InitialPassword, InvalidCredentials, SessionEnded, Unauthenticated
from linepack.identity.model import Account
from linepack.identity.oidc import OidcTokens
from linepack.identity.passwords import CONCURRENT_HASHES_MAX, Passwords, password_faults
from linepack.identity.second_factor.checking import SecondFactors
from linepack.identity.sessions import repository as sessions
from linepack.identity.sessions.endings import Endings
from linepack.identity.sessions.model import Session, Visitor
from linepack.identity.sessions.refresh_tokens import RefreshToken, Reuse, Rotation, begin_chain, new_salt
from linepack.identity.tokens import Tokens, unverified_issuer
from linepack.ids import SessionId, UserId, new_id
from linepack.monitoring.logging import logger
from linepack.problems import Fault, InvalidInput

USE_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who has signed in or refreshed a session, and the tokens to go on with."""

    principal: Principal
    token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class Authenticator:
    """Establishes who is calling."""

    def __init__(
        self,
        database: Database,
        *,
        tokens: Tokens,
        passwords: Passwords,
        attempts: Attempts,
        second_factors: SecondFactors,
        endings: Endings,
        oidc_tokens: OidcTokens | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._tokens = tokens
        self.passwords = passwords
        self._attempts = attempts
        self.second_factors = second_factors
        self.endings = endings
        self._oidc_tokens = oidc_tokens
        self._now = now
        self._hashing_turn = anyio.Semaphore(CONCURRENT_HASHES_MAX)

    def context(self, principal: Principal) -> "IdentityContext":
        """Return what a command of `principal` gets."""
        return IdentityContext(
            principal=principal, at=self._now(), database=self._database, authenticator=self
        )

    async def sign_in(
        self,
        email: str,
        password: str,
        *,
        address: str,
        user_agent: str = "",
        code: str | None = None,
        new_password: str | None = None,
    ) -> SignedIn:
        """Begin a session of the account with this email and password.

        `address` is where the caller comes from; `new_password` replaces an initial password. Raises
        InvalidCredentials, whatever is wrong, and TooManyAttempts soon after failures for this account from
        this address; to a person who knows the password, SecondFactorRequired or InvalidCode if there is a
        second factor, InitialPassword or InvalidInput if the password is an initial one.
        """
        checked = await self._check_password(email, password, address)
        own_hash = await self._own_password(checked, password, new_password)
        now, visitor = self._now(), Visitor.of(address, user_agent)
        session = Session.begun(SessionId(new_id()), checked.id, visitor, now=now)
        refresh_token, chain = begin_chain(now=now)
        async with UnitOfWork(self._database) as uow:
            account = await repository.lock_account(uow.connection, checked.id)
            # The password may have been replaced, or the account disabled, while it was checked.
            if account is None or sign_in_state(account) != sign_in_state(checked):
                raise InvalidCredentials
            await self.second_factors.require(uow.connection, account.id, code, now=now)
            await repository.note_sign_in(uow.connection, account.id, now=now, password_hash=own_hash)
            if own_hash is not None:
                caller = Caller(principal=_of_session(account, session.id, now), at=now)
                await record(uow.connection, caller, AccountEventKind.PASSWORD_CHANGED, account)
            await sessions.insert(uow.connection, session, chain)
        await self._attempts.succeeded(account.email, address)
        logger.info("signed_in", user_id=str(account.id), address=address)
        return self._signed_in(account, session, refresh_token)

    async def require_password(self, email: str, password: str, *, address: str) -> None:
        """Raise as `sign_in` unless the account with this email has this password."""
        account = await self._check_password(email, password, address)
        await self._attempts.succeeded(account.email, address)

    async def _check_password(self, email: str, password: str, address: str) -> Account:
        """Return the account with this email and password; raises as `sign_in`.

        The attempt counts as a failure until the caller says that it succeeded.
        """
        email = email.strip().lower()
        # Attempts are counted inside the turn: those that wait for it are not under way.
        async with self._hashing_turn:
            await self._attempts.begin(email, address)
            async with self._database.read() as connection:
                stored = await repository.account_by_email(connection, email)
            password_hash = stored.password_hash if stored else None
            matches = await self.passwords.verify(password_hash, password)
            if stored is None or not matches or not _may_sign_in(stored.account, now=self._now()):
                await self._attempts.failed(address)
                logger.info("sign_in_refused", address=address)
                raise InvalidCredentials
            if password_hash is not None and self.passwords.is_outdated(password_hash):
                await self._rehash(stored.account, password, replacing=password_hash)
        return stored.account

    async def refresh(self, text: str, *, address: str, user_agent: str = "") -> SignedIn:
        """Go on with the session of a refresh token, with tokens that replace it.

        Raises SessionEnded, whatever is wrong. A token that was replaced a while ago ends the session.
        """
        presented = RefreshToken.read(text)
        if presented is None:
            raise SessionEnded
        now, visitor = self._now(), Visitor.of(address, user_agent)
        async with UnitOfWork(self._database) as uow:
            stored = await sessions.lock_by_family(uow.connection, presented.family_hash)
            if stored is None or not stored.session.is_live(now=now):
                raise SessionEnded
            session = stored.session
            answer = stored.chain.present(presented, salt=new_salt(), now=now)
            if isinstance(answer, Reuse):
                await sessions.end(uow.connection, session.id, now=now)
            elif isinstance(answer, Rotation):
                session = session.used(visitor, now=now)
                await sessions.update(uow.connection, session, answer.chain)
            account = await repository.get_account(uow.connection, session.account_id)
        if isinstance(answer, Reuse):
            await self.endings.announce(session.id)
            logger.warning("refresh_token_reused", session_id=str(session.id), address=address)
            raise SessionEnded
        if account.disabled_at is not None:
            raise SessionEnded
        return self._signed_in(account, session, answer.token)

    def _signed_in(self, account: Account, session: Session, refresh_token: RefreshToken) -> SignedIn:
        expires_at = session.access_expires_at.replace(microsecond=0)
        token = self._tokens.issue(account.id, session.id, now=self._now(), expires_at=expires_at)
        return SignedIn(_of_session(account, session.id, expires_at), token, refresh_token.text)

    async def authenticate(self, bearer: str) -> Principal:
        """Return on whose behalf the holder of `bearer` acts; raises Unauthenticated.

        `bearer` is the text after "Bearer " in the Authorization header.
        """
        digest = hashlib.sha256(bearer.encode(errors="replace")).digest()
        return await self._trusted_or(digest, lambda: self._authenticate_anew(bearer))

    async def authenticate_again(self, principal: Principal, bearer: str) -> Principal:
        """Return who the holder of a socket is now, who was `principal` by `bearer` when it was opened.

        A session lasts beyond the token that opened the socket: the principal expires with the newest token
        of the session. Raises Unauthenticated.
        """
        user_id, session_id = principal.user_id, principal.session_id
        if user_id is None or session_id is None:
            return await self.authenticate(bearer)
        return await self._trusted_or(session_id.bytes, lambda: self._by_session(user_id, session_id))

    async def _trusted_or(self, key: bytes, anew: Callable[[], Awaitable[Principal]]) -> Principal:
        known = self.endings.trusted(key)
        if known is not None and known.expires_at > self._now():
            return known
        heard = self.endings.heard
        try:
            principal = await anew()
        except Unauthenticated as refusal:
            self.endings.distrust(key)
            logger.info("bearer_refused", reason=refusal.reason)
            raise
        self.endings.trust(key, principal, as_of=heard)
        return principal

    async def _authenticate_anew(self, bearer: str) -> Principal:
        if bearer.startswith(KEY_MARK):
            return await self._by_key(bearer)
        oidc_tokens = self._oidc_tokens
        if oidc_tokens is not None and unverified_issuer(bearer) == oidc_tokens.issuer:
            oidc_token = await oidc_tokens.verify(bearer)
            async with self._database.read() as connection:
                stored = await repository.account_by_oidc(connection, oidc_token.foreign)
            account = _acting(stored.account if stored else None)
            await self._note_presence(account)
            return _user_principal(account, oidc_token.expires_at)
        token = self._tokens.verify(bearer)
        return replace(await self._by_session(token.user_id, token.session_id), expires_at=token.expires_at)

    async def _by_session(self, user_id: UserId, session_id: SessionId) -> Principal:
        async with self._database.read() as connection:
            account, session = await repository.account_in_session(connection, user_id, session_id)
        acting = _acting(account)
        if session is None or not session.is_live(now=self._now()):
            raise Unauthenticated("session ended")
        return _of_session(acting, session.id, session.access_expires_at)

    async def _note_presence(self, account: Account) -> None:
        """Note that a person came through an identity provider, where nobody signs in here."""
        now = self._now()
        if account.signed_in_at is None or now - account.signed_in_at > USE_NOTED_EVERY:
            async with UnitOfWork(self._database) as uow:
                await repository.note_sign_in(uow.connection, account.id, now=now)

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

    async def _rehash(self, account: Account, password: str, *, replacing: str) -> None:
        password_hash = await self.passwords.hash(password)
        async with UnitOfWork(self._database) as uow:
            await repository.set_password(
                uow.connection, account.id, password_hash, changed_at=None, replacing=replacing
            )

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


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityContext(Caller):
    """What a command of identity gets: its caller, the database, and the passwords and tokens."""

    database: Database
    authenticator: Authenticator

    def unit_of_work(self) -> UnitOfWork:
        """Return the one transaction of the command."""
        return UnitOfWork(self.database)


def sign_in_state(account: Account) -> tuple[datetime, datetime | None]:
    """Return what differs once the password of an account was replaced or the account disabled."""
    return account.credentials_changed_at, account.disabled_at


def _may_sign_in(account: Account, *, now: datetime) -> bool:
    until = account.initial_password_until
    return account.disabled_at is None and (until is None or now < until)


def _acting(account: Account | None) -> Account:
    if account is None:
        raise Unauthenticated("no such account")
    if account.disabled_at is not None:
        raise Unauthenticated("account disabled")
    return account


def _of_session(account: Account, session_id: SessionId, expires_at: datetime) -> Principal:
    return replace(_user_principal(account, expires_at), session_id=session_id)


def _user_principal(account: Account, expires_at: datetime) -> Principal:
    return Principal(
        subject=f"user:{account.id}",
        party_id=account.party_id,
        roles=account.roles,
        scopes=scopes_of(account.roles),
        expires_at=expires_at,
        user_id=account.id,
    )
