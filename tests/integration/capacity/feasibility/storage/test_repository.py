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
from tests.unit.capacity.feasibility.samples import plain

from capacity.feasibility.storage import repository
from capacity.feasibility.storage.repository import NewVerdict, StoredVerdict
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from linepack.access import Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import GasDayClock
from linepack.ids import RevisionId, VerdictId, new_id
from linepack.units import CommercialUnit, GasQuality

pytestmark = pytest.mark.anyio

NETWORK = Network(
    code="one",
    name="One edge",
    unit=CommercialUnit.KWH_PER_H,
    quality=GasQuality(calorific_value_kwh_per_nm3=11.0, density_kg_per_nm3=0.8),
    clock=GasDayClock("Europe/Berlin", 6),
    nodes=(Node("r", NodeRole.ENTRY), Node("d", NodeRole.EXIT)),
    edges=(Edge("pipe", EdgeKind.PIPE, "r", "d", capacity_forward=100, capacity_backward=0),),
)
VERDICT = Verifier(NETWORK, (), Policy(Level.FLOW), Highs(), revision_id=RevisionId(UUID(int=501))).decide(
    RightsSnapshot(), Request(Route("r", "d"), 100, YEAR), NOON
)


async def stored(database: Database) -> StoredVerdict:
    new = NewVerdict(VerdictId(new_id()), NETWORK_ID, SHIPPER, OPERATOR, VERDICT)
    async with UnitOfWork(database) as uow:
        await uow.insert([repository.row(new)])
    return StoredVerdict(new.id, NETWORK_ID, SHIPPER, OPERATOR, plain(VERDICT.explained(Explanation())))


async def test_a_verdict_is_read_as_it_was_decided(parties: Database) -> None:
    verdict = await stored(parties)

    async with parties.read() as connection:
        assert await repository.get_many(connection, acting_for(SHIPPER), [verdict.id]) == {
            verdict.id: verdict
        }
        seen = await repository.get_many(connection, acting_for(OPERATOR, Role.OPERATOR), [verdict.id])
        assert seen == {verdict.id: verdict}


async def test_the_holder_of_a_part_learns_how_much_was_proved_and_not_what_was_asked_for(
    parties: Database,
) -> None:
    verdict = await stored(parties)
    parent = await book(parties, replace(fresh(), verdict_id=verdict.id))
    child = await release(parties, parent, BERT, 10, YEAR)

    assert child.verdict_id == verdict.id
    async with parties.read() as connection:
        for principal in (acting_for(BERT), acting_for(CARLA)):
            assert await repository.get_many(connection, principal, [verdict.id]) == {}
        proved = (await repository.proved(connection, [verdict.id]))[verdict.id]
    assert (proved.outcome, proved.level, proved.operator_id) == (Outcome.FEASIBLE, Level.FLOW, OPERATOR)
