"""Certificates of every level are counted again: a true one holds, and one that proves nothing is named."""

from datetime import date

import pytest
import sqlalchemy as sa
from tests.integration.market.scenery import (
    ANNA,
    BERT,
    NOVEMBER,
    NOW,
    OPERATING,
    PRICE,
    Scenery,
    process,
    raise_scenery,
)
from tests.integration.settlement.audit.damage import found_after, in_sql
from tests.unit.capacity.feasibility.test_pressures import ALONG, KG_10, LINE

from capacity.contracts.price import Flat
from capacity.feasibility.policy import Level, Policy
from capacity.feasibility.tables import VerdictRow
from capacity.feasibility.verdict import Verdict
from capacity.networks.service import ImportNetwork, import_network
from capacity.rights.model import Firmness, RouteKind
from linepack.database import Database
from linepack.money import Currency
from linepack.unit_of_work import UnitOfWork
from market.tariffs.service import SetTariff, set_tariff
from settlement.audit.audit import audit
from settlement.audit.model import Looked

pytestmark = pytest.mark.anyio

WITHOUT_HASH = "UPDATE event SET payload = payload - 'verdict_hash' WHERE topic = 'contract.booked'"
DAMAGE = {
    Level.RIGHTS: ("{proofs,0,certificate,flows}", "[1, 1]", "does not balance"),
    Level.FLOW: ("{proofs,0,certificate,flows}", "[1, 1]", "does not balance"),
    Level.ROBUST: ("{proofs,0,certificate,items}", "[]", "proofs[0]"),
    Level.HYDRAULIC: (
        "{proofs,1,certificate,state,pressures_bar,0}",
        "59",
        "proofs[1]",
    ),
}
"""For each level a place in its certificate, what is put there, and what is named of it."""


async def booked(database: Database, level: Level) -> Scenery:
    """Book 10 kg/s twice along two pipes, which carry 70 kg/s, on a network that demands this level."""
    await raise_scenery(database)
    command = ImportNetwork(network=LINE, currency=Currency.EUR, policy=Policy(level))
    async with UnitOfWork(database) as uow:
        published = await import_network(uow, OPERATING, command, at=NOW)
    scenery = Scenery(process(database), published.id)
    tariff = SetTariff(published.id, RouteKind.PATH, Firmness.FIRM, date(2026, 1, 1), Flat(PRICE))
    await set_tariff(scenery.market, OPERATING, tariff)
    for holder in (ANNA, BERT):
        await scenery.book(holder, quantity=KG_10, period=NOVEMBER, route=ALONG)
    return scenery


@pytest.mark.parametrize("level", Level)
async def test_a_certificate_is_counted_at_its_level(database: Database, level: Level) -> None:
    scenery = await booked(database, level)
    async with database.read() as connection:
        report = await audit(connection, network_id=scenery.network_id)
        documents = (await connection.execute(sa.select(VerdictRow.core().c.document))).scalars().all()
    assert (list(map(str, report.differences)), report.counts[Looked.CERTIFICATES]) == ([], 2)
    assert {Verdict.from_json(document).level for document in documents} == {level}
    place, value, named = DAMAGE[level]
    damage = in_sql(f"UPDATE verdict SET document = jsonb_set(document, '{place}', '{value}')", WITHOUT_HASH)
    found = await found_after(database, damage)
    assert found is not None
    assert [one for one in found if one.startswith("certificates hold: ") and named in one], found
