from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from tests.identities import PASSWORD, SECRET, TOKENS, Cast, make_cast, make_identity
from tests.integration.schema.transport.security_client import SecurityClient, services_of

from linepack.access import PARTY_ROLES, PartyKind, Role
from linepack.database.connections import Database
from linepack.identity.commands import NewParty, NewUser
from linepack.identity.service import create_party, create_user
from linepack.settings import Settings
from schema.api import build_schema
from server.services import open_services


@pytest.fixture
async def cast(database: Database, redis: Redis) -> Cast:
    return await make_cast(make_identity(database, redis))


@pytest.fixture
def door(cast: Cast, database: Database, redis: Redis) -> SecurityClient:
    """The door with a small schema behind it."""
    return SecurityClient(services_of(cast.identity, database, redis))


@pytest.fixture
async def house(cast: Cast, database_url: str, valkey_url: str) -> AsyncIterator[SecurityClient]:
    """The door with the whole schema behind it, on the services of the product."""
    settings = Settings(database_url=database_url, redis_url=valkey_url, jwt_secret=SecretStr(SECRET))
    async with open_services(settings) as services:
        yield SecurityClient(services, build_schema())


@pytest.fixture
async def tokens_by_role(cast: Cast) -> dict[Role, str]:
    """A token of a person with each role alone."""
    tokens = {}
    for role in Role:
        kind = next(kind for kind in PartyKind if role in PARTY_ROLES[kind])
        party = await create_party(
            NewParty(f"OF-{role}", f"Of {role}", kind), cast.identity.context(cast.platform)
        )
        command = NewUser(party.id, f"{role.lower()}@roles.example", role, frozenset({role}), PASSWORD)
        account = await create_user(command, cast.identity.context(cast.platform))
        tokens[role], _ = TOKENS.issue(account.id, now=datetime.now(UTC))
    return tokens
