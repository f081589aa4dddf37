from dataclasses import replace
from uuid import UUID

import pytest
from tests.integration.capacity.parties import (
    BERT,
    CARLA,
    OPERATOR,
    SHIPPER,
    acting_for,
    book,
    fresh,
    release,
)
from tests.unit.capacity.contracts.samples import NETWORK_ID, NOON, YEAR

from capacity.feasibility import repository
from capacity.feasibility.policy import Level
from capacity.feasibility.repository import StoredVerdict
from capacity.feasibility.verdict import DayProof, FlowProof, Outcome, Request, Verdict
from capacity.rights.model import Route
from linepack.database import Database
from linepack.identity.model import Role
from linepack.ids import RevisionId, VerdictId, new_id
from linepack.problems import NotFound
from linepack.unit_of_work import UnitOfWork

pytestmark = pytest.mark.anyio

PROOF = DayProof((YEAR,), Level.FLOW, Outcome.FEASIBLE, FlowProof((100,)), ((Route("r", "d"), 100),))
VERDICT = Verdict(
    request=Request(Route("r", "d"), 100, YEAR),
    outcome=Outcome.FEASIBLE,
    level=Level.FLOW,
    revision_id=RevisionId(UUID(int=501)),
    rights_version=0,
    solver="highs",
    solver_version="1.15.1",
    model_hash="abc",
    decided_at=NOON,
    proofs=(PROOF,),
)


async def stored(database: Database) -> StoredVerdict:
    verdict = StoredVerdict(VerdictId(new_id()), NETWORK_ID, SHIPPER, OPERATOR, VERDICT)
    async with UnitOfWork(database) as uow:
        await repository.insert(uow.connection, verdict)
    return verdict


async def test_a_verdict_is_read_as_it_was_decided(parties: Database) -> None:
    verdict = await stored(parties)

    async with parties.read() as connection:
        assert await repository.get(connection, acting_for(SHIPPER), verdict.id) == verdict
        assert await repository.get(connection, acting_for(OPERATOR, Role.OPERATOR), verdict.id) == verdict


async def test_a_verdict_is_shown_to_the_holder_of_a_contract_that_rests_on_it(parties: Database) -> None:
    verdict = await stored(parties)
    parent = await book(parties, replace(fresh(), verdict_id=verdict.id))
    child = await release(parties, parent, BERT, 10, YEAR)

    assert child.verdict_id == verdict.id
    async with parties.read() as connection:
        assert await repository.get(connection, acting_for(BERT), verdict.id) == verdict
        with pytest.raises(NotFound):
            await repository.get(connection, acting_for(CARLA), verdict.id)
