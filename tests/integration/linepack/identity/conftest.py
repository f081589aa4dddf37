import pytest
from redis.asyncio import Redis
from tests.identities import Identities, make_identities, make_identity

from linepack.database.connections import Database
from linepack.identity.authentication import Authenticator


@pytest.fixture
def identity(database: Database, redis: Redis) -> Authenticator:
    return make_identity(database, redis)


@pytest.fixture
async def identities(identity: Authenticator) -> Identities:
    return await make_identities(identity)
