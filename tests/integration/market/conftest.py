import pytest
from tests.integration.market.market_fixture import MarketFixture, fill_market

from linepack.database.connections import Database


@pytest.fixture
async def market_fixture(database: Database) -> MarketFixture:
    return await fill_market(database)
