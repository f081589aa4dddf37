import pytest
from tests.integration.market.market_fixture import raise_scenery
from tests.integration.settlement.audit.audited_market import Scene, play

from linepack.database.connections import Database


@pytest.fixture
async def scene(database: Database) -> Scene:
    return await play(await raise_scenery(database))
