import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import fill_market
from tests.integration.schema.harness import SchemaHarness, schema_harness

from linepack.database.connections import Database


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    return schema_harness(await fill_market(database), redis)
