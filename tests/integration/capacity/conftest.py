import pytest
from tests.integration.capacity.parties import BERT, CARLA, OPERATOR, OTHER_OPERATOR, SHIPPER
from tests.unit.capacity.contracts.samples import NOON

from linepack.database import Database
from linepack.identity.model import Party, PartyKind
from linepack.identity.repository import insert_party
from linepack.unit_of_work import UnitOfWork


@pytest.fixture
async def parties(database: Database) -> Database:
    """A database with two operators and three shippers, and nothing else."""
    kinds = {
        SHIPPER: PartyKind.SHIPPER,
        BERT: PartyKind.SHIPPER,
        CARLA: PartyKind.SHIPPER,
        OPERATOR: PartyKind.OPERATOR,
        OTHER_OPERATOR: PartyKind.OPERATOR,
    }
    async with UnitOfWork(database) as uow:
        for party_id, kind in kinds.items():
            name = f"P{party_id.int}"
            await insert_party(uow.connection, Party(party_id, name, name, kind), now=NOON)
    return database
