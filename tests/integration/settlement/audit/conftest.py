import pytest
from tests.integration.market.market_fixture import fill_market
from tests.integration.settlement.audit.audited_market import Scene, play

from linepack.database.connections import Database


@pytest.fixture
async def scene(database: Database) -> Scene:
    return await play(await fill_market(database))
