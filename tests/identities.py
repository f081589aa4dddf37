"""Users and companies of identity and security tests, and the identity service they sign in to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from redis.asyncio import Redis

from linepack.access import PartyKind, Principal, Role, Scope, platform_principal
from linepack.database.connections import Database
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import NewApiKey, NewParty, NewUser
from linepack.identity.model import Account, Party
from linepack.identity.passwords import Passwords
from linepack.identity.service import create_party, create_user
from linepack.identity.tokens import TokenKey, Tokens
from linepack.redis.leaky_buckets import Buckets

PASSWORD = "correct horse battery staple"
SECRET = "a secret of these tests, long enough to sign"
ADDRESS = "198.51.100.7"
TOKENS = Tokens(TokenKey.from_secret(SECRET), issuer="linepack", audience="linepack")


def make_identity(database: Database, redis: Redis) -> Authenticator:
    """An identity service that hashes passwords cheaply."""
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Authenticator(database, tokens=TOKENS, passwords=cheap, buckets=Buckets(redis))


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


def bad_tokens(account: Account) -> list[str]:
    """Bearer tokens that must be refused: expired, wrongly signed, unsigned, unknown, nonsense."""
    past = datetime.now(UTC) - timedelta(hours=2)
    good, _ = TOKENS.issue(account.id, now=datetime.now(UTC))
    header, payload, signature = good.split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    return [
        TOKENS.issue(account.id, now=past)[0],
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{none}.{payload}.",
        "lp_aaaaaaaaaaaa_" + "b" * 43,
        "nonsense",
    ]
