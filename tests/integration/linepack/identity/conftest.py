import pytest
from redis.asyncio import Redis
from tests.identities import Cast, make_cast, make_identity

from linepack.database.connections import Database
from linepack.identity.authentication import Authenticator


@pytest.fixture
def identity(database: Database, redis: Redis) -> Authenticator:
    return make_identity(database, redis)


@pytest.fixture
async def cast(identity: Authenticator) -> Cast:
    return await make_cast(identity)
