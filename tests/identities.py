"""Users and companies of identity and security tests, and the identity service they sign in to."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from redis.asyncio import Redis

from linepack.access import PartyKind, Principal, Role, Scope, platform_principal
from linepack.database.connections import Database
from linepack.identity.attempts import Attempts
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import NewApiKey, NewParty, NewUser
from linepack.identity.model import Account, Party
from linepack.identity.passwords import Passwords
from linepack.identity.second_factor.checking import SecondFactors
from linepack.identity.second_factor.sealing import Sealing
from linepack.identity.service import create_party, create_user
from linepack.identity.sessions.endings import Endings
from linepack.identity.tokens import TokenKey, Tokens
from linepack.ids import SessionId, UserId
from linepack.redis.leaky_buckets import Buckets

PASSWORD = "correct horse battery staple"
SECRET = "a secret of these tests, long enough to sign"
SEALING_KEY = base64.b64encode(bytes(range(32))).decode()
ADDRESS = "198.51.100.7"
TOKENS = Tokens(TokenKey.from_secret(SECRET), issuer="linepack", audience="linepack")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def make_identity(
    database: Database, redis: Redis, *, now: Callable[[], datetime] = _utc_now
) -> Authenticator:
    """An identity service that hashes passwords cheaply."""
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Authenticator(
        database,
        tokens=TOKENS,
        passwords=cheap,
        attempts=Attempts(redis, Buckets(redis)),
        second_factors=SecondFactors(Sealing(SEALING_KEY), Buckets(redis)),
        endings=Endings(redis),
        now=now,
    )


@dataclass(frozen=True)
class Identities:
    """Two shippers with a person each, and an administrator."""

    identity: Authenticator
    platform: Principal
    shipper: Party
    alice: Account
    other_shipper: Party
    bob: Account
    admin: Account

    async def sign_in(self, account: Account) -> Principal:
        return (await self.identity.sign_in(account.email, PASSWORD, address=ADDRESS)).principal

    async def token(self, account: Account) -> str:
        return (await self.identity.sign_in(account.email, PASSWORD, address=ADDRESS)).token

    def new_key(self, party: Party, *scopes: Scope, role: Role = Role.SHIPPER) -> NewApiKey:
        expires_at = datetime.now(UTC) + timedelta(days=30)
        return NewApiKey(party.id, "robot", frozenset({role}), frozenset(scopes or {Scope.READ}), expires_at)


async def make_identities(identity: Authenticator) -> Identities:
    platform = platform_principal(now=datetime.now(UTC))

    async def person(party: Party, email: str, role: Role) -> Account:
        command = NewUser(party.id, email, email.split("@", maxsplit=1)[0], frozenset({role}), PASSWORD)
        return await create_user(command, identity.context(platform))

    shipper = await create_party(
        NewParty("SHIP-A", "Shipper A", PartyKind.SHIPPER), identity.context(platform)
    )
    other = await create_party(NewParty("SHIP-B", "Shipper B", PartyKind.SHIPPER), identity.context(platform))
    office = await create_party(
        NewParty("PLATFORM", "Platform", PartyKind.PLATFORM), identity.context(platform)
    )
    return Identities(
        identity=identity,
        platform=platform,
        shipper=shipper,
        alice=await person(shipper, "alice@a.example", Role.SHIPPER),
        other_shipper=other,
        bob=await person(other, "bob@b.example", Role.SHIPPER),
        admin=await person(office, "admin@platform.example", Role.ADMIN),
    )


def session_of(token: str) -> SessionId:
    """The session that a token of these tests belongs to."""
    return SessionId(UUID(_claims(token)["sid"]))


def issued_at(token: str, instant: datetime) -> str:
    """A token of the same session, issued at another instant."""
    user_id = UserId(UUID(_claims(token)["sub"]))
    expires_at = instant + timedelta(minutes=15)
    return TOKENS.issue(user_id, session_of(token), now=instant, expires_at=expires_at)


def bad_tokens(good: str) -> list[str]:
    """Bearer tokens that must be refused: expired, wrongly signed, unsigned, of no session, nonsense."""
    now = datetime.now(UTC)
    header, payload, signature = good.split(".")
    user_id, nowhere = UserId(UUID(_claims(good)["sub"])), SessionId(UUID(int=9))
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    return [
        issued_at(good, now - timedelta(hours=2)),
        TOKENS.issue(user_id, nowhere, now=now, expires_at=now + timedelta(minutes=15)),
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{none}.{payload}.",
        "lp_aaaaaaaaaaaa_" + "b" * 43,
        "nonsense",
    ]


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims
