import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import fill_market
from tests.integration.schema.harness import Stage, schema_harness

from linepack.database.connections import Database


@pytest.fixture
async def stage(database: Database, redis: Redis) -> Stage:
    return schema_harness(await fill_market(database), redis)
