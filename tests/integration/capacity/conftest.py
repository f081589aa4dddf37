import pytest
from tests.integration.capacity.parties import BERT, CARLA, OPERATOR, OTHER_OPERATOR, SHIPPER
from tests.unit.capacity.contracts.samples import NETWORK_ID, NOON, OTHER_NETWORK_ID

from capacity.networks.policy import Level, Policy
from capacity.networks.repository import insert_network
from linepack.access import PartyKind
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.money import Currency


@pytest.fixture
async def parties(database: Database) -> Database:
    """A database with two operators, three shippers and two networks without revision; nothing else."""
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
        for network_id in (NETWORK_ID, OTHER_NETWORK_ID):
            await insert_network(
                uow.connection,
                network_id,
                f"N{network_id.int}",
                operator_id=OPERATOR,
                currency=Currency.EUR,
                policy=Policy(Level.FLOW, Level.FLOW),
                at=NOON,
            )
    return database
