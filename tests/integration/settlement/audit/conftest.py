import pytest
from tests.integration.market.market_fixture import fill_market
from tests.integration.settlement.audit.audited_market import AuditedMarket, run_everything

from linepack.database.connections import Database


@pytest.fixture
async def audited(database: Database) -> AuditedMarket:
    return await run_everything(await fill_market(database))
