"""Certificates of every level are counted again: a true one holds, and one that proves nothing is named."""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import chain, repeat
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOVEMBER,
    NOW,
    OPERATING,
    PRICE,
    MarketFixture,
    fill_market,
    process,
)
from tests.integration.settlement.audit.damage import found_after, in_sql
from tests.unit.capacity.feasibility.pressures.test_pressure_prover import ALONG, KG_10, LINE

from capacity.contracts.pricing.price import Flat
from capacity.feasibility import verifier_pool
from capacity.feasibility.storage.tables import VerdictRow
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.publication.service import ImportNetwork, import_network
from capacity.rights.model import Firmness, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.ids import RevisionId
from linepack.money import Currency
from market.tariffs.service import SetTariff, set_tariff
from settlement.audit.audit import audit
from settlement.audit.model import AuditSubject

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


async def on_sale(database: Database, policy: Policy) -> MarketFixture:
    """Put two pipes in a row on sale, which carry 70 kg/s, by this policy."""
    await fill_market(database)
    command = ImportNetwork(network=LINE, currency=Currency.EUR, policy=policy)
    async with UnitOfWork(database) as uow:
        published = await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    market_fixture = MarketFixture(process(database), published.id)
    tariff = SetTariff(published.id, RouteKind.PATH, Firmness.FIRM, date(2026, 1, 1), Flat(PRICE))
    await market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)
    return market_fixture


@pytest.mark.parametrize("level", Level)
async def test_a_certificate_is_counted_at_its_level(database: Database, level: Level) -> None:
    market_fixture = await on_sale(database, Policy(level))
    for holder in (ANNA, BERT):
        await market_fixture.book(holder, quantity=KG_10, period=NOVEMBER, route=ALONG)
    async with database.read() as connection:
        report = await audit(connection, network_id=market_fixture.network_id)
        documents = (await connection.execute(sa.select(VerdictRow.core().c.document))).scalars().all()
    assert (list(map(str, report.differences)), report.counts[AuditSubject.CERTIFICATES]) == ([], 2)
    assert {Verdict.from_json(document).level for document in documents} == {level}
    place, value, named = DAMAGE[level]
    damage = in_sql(f"UPDATE verdict SET document = jsonb_set(document, '{place}', '{value}')", WITHOUT_HASH)
    found = await found_after(database, damage)
    assert found is not None
    assert [one for one in found if one.startswith("certificates hold: ") and named in one], found


async def test_what_was_sold_at_the_level_reached_is_counted_at_that_level(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock jumps when flows are proved and pressures are not: the policy lets that be sold."""
    lazy = Policy(Level.HYDRAULIC, when_undecided=WhenUndecided.SELL_AT_LEVEL_REACHED)
    request = Request(ALONG, KG_10, NOVEMBER)

    def late(looks: int) -> Callable[..., Verifier]:
        ticks = chain(repeat(0.0, looks), repeat(60.0))
        return partial(Verifier, clock=lambda: next(ticks))

    def is_lower(looks: int) -> bool:
        verifier = late(looks)(LINE, (), lazy, Highs(), revision_id=RevisionId(UUID(int=7)))
        return verifier.verify(RightsSnapshot(), request, NOW).demanded_level is not None

    looks_needed = next(looks for looks in range(1, 20) if is_lower(looks))
    monkeypatch.setattr(verifier_pool, "Verifier", late(looks_needed))
    market_fixture = await on_sale(database, lazy)
    await market_fixture.book(ANNA, quantity=KG_10, period=NOVEMBER, route=ALONG)
    async with database.read() as connection:
        report = await audit(connection, network_id=market_fixture.network_id)
        [document] = (await connection.execute(sa.select(VerdictRow.core().c.document))).scalars()
    sold = Verdict.from_json(document)
    assert (sold.level, sold.demanded_level) == (Level.ROBUST, Level.HYDRAULIC)
    assert (list(map(str, report.differences)), report.counts[AuditSubject.CERTIFICATES]) == ([], 1)
    strict = in_sql("UPDATE network SET policy = jsonb_set(policy, '{when_undecided}', '\"refuse\"')")
    found = await found_after(database, strict)
    assert found is not None
    assert any("level is robust, the policy then demanded hydraulic" in one for one in found), found
