from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from tests.identities import PASSWORD, SECRET, Identities, make_identities, make_identity
from tests.integration.schema.transport.security_client import SecurityClient, services_of

from linepack.access import PARTY_ROLES, PartyKind, Role
from linepack.database.connections import Database
from linepack.identity.commands import NewParty, NewUser
from linepack.identity.service import create_party, create_user
from linepack.settings import Settings
from schema.api import build_schema
from server.services import open_services


@pytest.fixture
async def identities(database: Database, redis: Redis) -> Identities:
    return await make_identities(make_identity(database, redis))


@pytest.fixture
def client(identities: Identities, database: Database, redis: Redis) -> SecurityClient:
    """A client of a small schema."""
    return SecurityClient(services_of(identities.identity, database, redis))


@pytest.fixture
async def full_client(
    identities: Identities, database_url: str, valkey_url: str
) -> AsyncIterator[SecurityClient]:
    """A client of the whole schema, on the services of the product."""
    settings = Settings(database_url=database_url, redis_url=valkey_url, jwt_secret=SecretStr(SECRET))
    async with open_services(settings) as services:
        yield SecurityClient(services, build_schema())


@pytest.fixture
async def tokens_by_role(identities: Identities) -> dict[Role, str]:
    """A token of a person with each role alone."""
    tokens = {}
    for role in Role:
        kind = next(kind for kind in PartyKind if role in PARTY_ROLES[kind])
        party = await create_party(
            NewParty(f"OF-{role}", f"Of {role}", kind), identities.identity.context(identities.platform)
        )
        command = NewUser(party.id, f"{role.lower()}@roles.example", role, frozenset({role}), PASSWORD)
        account = await create_user(command, identities.identity.context(identities.platform))
        tokens[role] = await identities.token(account)
    return tokens
