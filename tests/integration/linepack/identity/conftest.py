import pytest
from redis.asyncio import Redis
from tests.identities import Cast, make_cast, make_identity

from linepack.database.connections import Database
from linepack.identity.service import Identity


@pytest.fixture
def identity(database: Database, redis: Redis) -> Identity:
    return make_identity(database, redis)


@pytest.fixture
async def cast(identity: Identity) -> Cast:
    return await make_cast(identity)
