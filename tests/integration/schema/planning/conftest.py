import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import NOW, OPERATING, fill_market
from tests.integration.schema.harness import SchemaHarness, schema_harness

from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.publication.service import ImportNetwork, import_network
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.money import Currency


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    harness = schema_harness(await fill_market(database), redis)
    network, policy = catalogue.load("gaslib-40"), Policy(Level.FLOW, Level.RIGHTS)
    async with UnitOfWork(database) as uow:
        command = ImportNetwork(network=network, currency=Currency.EUR, policy=policy)
        await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    return harness
