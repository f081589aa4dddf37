import pytest
from redis.asyncio import Redis
from tests.integration.schema.security.door import Door, services_of
from tests.people import Cast, make_cast, make_identity

from linepack.database import Database


@pytest.fixture
async def cast(database: Database, redis: Redis) -> Cast:
    return await make_cast(make_identity(database, redis))


@pytest.fixture
def door(cast: Cast, database: Database, redis: Redis) -> Door:
    return Door(services_of(cast.identity, database, redis))
