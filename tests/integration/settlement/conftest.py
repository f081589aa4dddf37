import pytest
from tests.integration.settlement.market import Market

from linepack.database.connections import Database


@pytest.fixture
async def market(database: Database) -> Market:
    """A market with an operator and three shippers, and nothing sold yet."""
    market = Market(database)
    await market.open()
    return market
