import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import raise_scenery
from tests.integration.schema.harness import Stage, stage_on

from linepack.database.connections import Database


@pytest.fixture
async def stage(database: Database, redis: Redis) -> Stage:
    return stage_on(await raise_scenery(database), redis)
