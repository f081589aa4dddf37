import pytest
from tests.integration.market.market_fixture import Scenery, raise_scenery

from linepack.database.connections import Database


@pytest.fixture
async def scenery(database: Database) -> Scenery:
    return await raise_scenery(database)
