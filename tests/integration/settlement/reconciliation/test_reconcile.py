"""Reconciliation proves a true market, and names every change by a superuser with the triggers off."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from tests.integration.settlement.market import BILLING, NOW, YEAR, Market, count
from tests.unit.settlement.examples import ANNA, BERT, CARLA, days

from capacity.rights.model import MovementCause
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.model import START, Event
from settlement import feed
from settlement.consumer import settle_batch
from settlement.reconciliation.reconcile import reconcile, summary

pytestmark = pytest.mark.anyio

APRIL = days("2027-04-01", "2027-05-01")


@pytest.fixture
async def settled(market: Market) -> Market:
    """Booked, partly assigned, partly lent, partly released, and settled: six entries about one contract."""
    contract = await market.book()
    await market.trade(contract, BERT, MovementCause.ASSIGNMENT, quantity=20, period=YEAR, rate="0")
    await market.trade(contract, CARLA, MovementCause.TRANSFER_OF_USE, quantity=5, period=APRIL, rate="0.1")
    await market.award(contract, [(BERT, 40, APRIL, "0.25")])
    await _settle(market)
    return market


async def test_a_true_market_has_no_differences(settled: Market) -> None:
    assert await _differences(settled.database) == []


async def test_the_summary_adds_up_every_party_and_charge(settled: Market) -> None:
    # Anna keeps 80 of 100 units: 80 × 0.3 × 365 = 8,760.00; Bert 20: 2,190.00, and in April 40 × 0.25 × 30 =
    # 300.00 as replacement, which is Anna's credit. Carla lends 5 for 5 × 0.1 × 30 = 15.00.
    async with settled.database.read() as connection:
        sums = {(one.party_code, one.charge_code.value): one.amount for one in await summary(connection)}
    assert sums == {
        ("ANNA", "RELEASE_CREDIT"): Decimal("-300.00"),
        ("ANNA", "RESERVATION"): Decimal("8760.00"),
        ("ANNA", "SECONDARY_PRICE"): Decimal("-15.00"),
        ("BERT", "RESERVATION"): Decimal("2490.00"),
        ("CARLA", "SECONDARY_PRICE"): Decimal("15.00"),
        ("OP", "RELEASE_CREDIT"): Decimal("300.00"),
        ("OP", "RESERVATION"): Decimal("-11250.00"),
    }


@pytest.mark.parametrize(
    ("tampering", "difference"),
    [
        pytest.param(
            "UPDATE ledger_posting SET amount = amount * 2 WHERE sequence = 1",
            "ledger intact: entry 1: is not what its hash covers",
            id="amounts doubled on both sides",
        ),
        pytest.param(
            "UPDATE ledger_posting SET amount = amount - 0.01"
            " WHERE sequence = 1 AND line = 0 AND side = 'CREDIT'",
            "ledger intact: entry 1: sums to -0.01 EUR, not to zero",
            id="one side changed",
        ),
        pytest.param(
            "UPDATE ledger_posting SET gas_month = '2020-01-01' WHERE sequence = 1 AND line = 0",
            "ledger intact: entry 1: its postings are not the two sides of its lines",
            id="a gas month moved",
        ),
        pytest.param(
            "UPDATE ledger_posting SET working = '[]' WHERE sequence = 2 AND line = 1",
            "ledger intact: entry 2: is not what its hash covers",
            id="a working erased",
        ),
        pytest.param(
            "UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 day' WHERE sequence = 3",
            "ledger intact: entry 3: is not what its hash covers",
            id="an entry predated",
        ),
        pytest.param(
            "UPDATE ledger_entry SET hash = repeat('f', 64) WHERE sequence = 3",
            "ledger intact: entry 4: is not chained to entry 3",
            id="a hash replaced",
        ),
        pytest.param(
            "DELETE FROM ledger_entry WHERE sequence = 4",
            "ledger intact: entry 5: follows entry 3: entries are missing",
            id="an entry deleted",
        ),
        pytest.param(
            "DELETE FROM ledger_posting WHERE sequence = 4",
            "ledger intact: entry 4: cannot be read: entry",
            id="postings deleted",
        ),
        pytest.param(
            "UPDATE ledger_posting SET amount = amount / 7 WHERE sequence = 1",
            "cannot be charged on the open lines of the ledger",
            id="amounts that are no whole cents",
        ),
        pytest.param(
            "DELETE FROM ledger_entry WHERE sequence = 6",
            "postings = charge plans: release.awarded market:3: release-credit",
            id="the last entry deleted, which no chain can show",
        ),
        pytest.param(
            "UPDATE ledger_entry SET cause_position = 99 WHERE sequence = 1",
            "postings = charge plans: entry 1: no event caused it",
            id="a cause invented",
        ),
        pytest.param(
            "UPDATE settlement_position SET position = 0",
            "contract.booked capacity:1: is not settled, but caused entry 1",
            id="a position set back",
        ),
        pytest.param(
            "DELETE FROM event WHERE stream = 'settlement' AND position = 2",
            "feed = postings: entry 2: has no event at its place in the feed",
            id="a feed event deleted",
        ),
        pytest.param(
            "DELETE FROM event WHERE stream = 'settlement' AND position = 2",
            "events without gaps: stream settlement: 5 events, the last is number 6",
            id="a gap in the positions",
        ),
        pytest.param(
            "UPDATE event SET payload = jsonb_set(payload, '{lines,0,amount}', '\"1.00\"')"
            " WHERE stream = 'settlement' AND position = 2",
            "feed = postings: entry 2: its event has another payload",
            id="a feed event changed",
        ),
        pytest.param(
            "UPDATE event SET payload = jsonb_set(payload, '{contract,quantity}', '90')"
            " WHERE stream = 'capacity' AND position = 1",
            "postings = charge plans: contract.booked capacity:1: entry 1 is not the charge plan",
            id="a booking changed",
        ),
        pytest.param(
            "DELETE FROM event WHERE stream = 'market' AND position = 1",
            "no event records it",
            id="a trade's event deleted",
        ),
        pytest.param(
            "UPDATE contract SET document = jsonb_set(document,"
            " '{network,edges,0,bands,0,price,price_per_unit_day}', '\"0.01\"') WHERE parent_id IS NULL",
            "bands[0].price.price_per_unit_day is 0.01, contract.booked capacity:1 says 0.3",
            id="a contract repriced",
        ),
        pytest.param(
            f"UPDATE contract SET holder_id = '{CARLA}' WHERE parent_id IS NULL",
            f"holder_id is {CARLA}, its document says {ANNA}",
            id="a column of a contract changed",
        ),
        pytest.param(
            "UPDATE contract SET document = '{}' WHERE parent_id IS NULL",
            "its document cannot be read: 15 faults",
            id="a contract erased",
        ),
        pytest.param(
            "DELETE FROM contract WHERE parent_id IS NULL",
            "contract.booked capacity:1 records it, but it is not stored",
            id="a contract deleted",
        ),
        pytest.param(
            "UPDATE movement SET quantity = quantity + 1 WHERE sequence = 1",
            "by the rights ledger",
            id="a right widened",
        ),
        pytest.param(
            f"UPDATE movement SET holder_id = '{CARLA}' WHERE sequence = 1",
            f"rights moved to {CARLA}, who does not hold it",
            id="a right moved to another holder",
        ),
        pytest.param(
            "DELETE FROM movement WHERE sequence = 3",
            "6 movements and holds, the last is number 7",
            id="a movement deleted",
        ),
        pytest.param(
            "INSERT INTO movement (network_id, sequence, contract_id, holder_id, receipt, delivery, firmness,"
            " period_start, period_end, quantity, cause, cause_id)"
            " SELECT network_id, 8, gen_random_uuid(), holder_id, receipt, delivery, firmness,"
            " period_start, period_end, -quantity, cause, cause_id FROM movement WHERE sequence = 1",
            "movement 8 is of no contract",
            id="what was sold taken back by a movement of no contract",
        ),
        pytest.param(
            "INSERT INTO hold (network_id, sequence, party_id, receipt, delivery, firmness,"
            " period_start, period_end, quantity, cause, cause_id)"
            " SELECT network_id, 8, holder_id, receipt, delivery, firmness,"
            " period_start, period_end, -quantity, 'set_aside', gen_random_uuid()"
            " FROM movement WHERE sequence = 1",
            "-100 north → south 2027-01-01 to 2027-12-31 is held, not nothing",
            id="what was sold taken back by a hold on nothing that was set aside",
        ),
        pytest.param(
            "UPDATE movement SET cause = 'gift' WHERE sequence = 3",
            "movement 3 has the cause 'gift', which no command writes",
            id="a movement with a cause that there is not",
        ),
        pytest.param(
            "UPDATE movement SET cause = 'gift', firmness = 'solid' WHERE sequence = 3",
            "movement 3 has the cause 'gift' and firmness 'solid', which no command writes",
            id="a movement with a firmness that there is not",
        ),
        pytest.param(
            "INSERT INTO hold (network_id, sequence, party_id, contract_id, firmness,"
            " period_start, period_end, quantity, cause, cause_id)"
            " SELECT network_id, 8, holder_id, contract_id, firmness,"
            " period_start, period_end, quantity, 'gift', gen_random_uuid()"
            " FROM movement WHERE sequence = 1",
            "hold 8 has the cause 'gift', which no command writes",
            id="a hold with a cause that there is not",
        ),
        pytest.param(
            "INSERT INTO hold (network_id, sequence, party_id, receipt, delivery, firmness,"
            " period_start, period_end, quantity, cause, cause_id)"
            " SELECT network_id, 8, holder_id, receipt, delivery, firmness,"
            " period_start, period_end, quantity, 'gift', gen_random_uuid()"
            " FROM movement WHERE sequence = 1",
            "hold 8 has the cause 'gift', which no command writes",
            id="a hold of operators' capacity with a cause that there is not",
        ),
    ],
)
async def test_tampering_is_found(settled: Market, tampering: str, difference: str) -> None:
    await _tamper(settled.database, tampering)
    found = [str(one) for one in await _differences(settled.database)]
    assert any(difference in one for one in found), found


async def test_a_forged_line_hides_no_other_difference(settled: Market) -> None:
    other = await settled.book()
    await _settle(settled)
    await _tamper(settled.database, "UPDATE movement SET cause = 'gift' WHERE sequence = 1")
    await _tamper(
        settled.database, f"UPDATE movement SET quantity = quantity + 1 WHERE contract_id = '{other.id}'"
    )
    found = [str(one) for one in await _differences(settled.database)]
    assert any("movement 1 has the cause 'gift'" in one for one in found), found
    assert any(other.code in one and "by the rights ledger" in one for one in found), found


async def test_settling_again_from_the_start_posts_nothing_new(settled: Market) -> None:
    await _tamper(settled.database, "UPDATE settlement_position SET position = 0")
    await _settle(settled)
    assert await count(settled.database, "ledger_entry") == 6
    assert await _differences(settled.database) == []


async def test_events_still_to_be_settled_are_no_differences(settled: Market) -> None:
    await settled.book()
    assert await _differences(settled.database) == []
    await settled.place()
    assert await _differences(settled.database) == []


async def test_a_contract_that_no_event_tells_of_is_a_difference(settled: Market) -> None:
    contract = await settled.book()
    await _tamper(settled.database, f"DELETE FROM event WHERE key = '{contract.id}'")
    (difference,) = await _differences(settled.database)
    assert str(difference) == f"contracts = events: contract {contract.code}: no event records it"


async def test_the_feed_numbers_entries_as_the_ledger_does(settled: Market) -> None:
    events = await _fed(settled)
    assert [event.position for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event.payload["entry"]["sequence"] for event in events] == [1, 2, 3, 4, 5, 6]  # type: ignore[call-overload,index]


async def test_the_feed_adds_up_to_the_summary(settled: Market) -> None:
    sums: dict[tuple[str, str], Decimal] = {}
    for event in await _fed(settled):
        for line in event.payload["lines"]:  # type: ignore[union-attr]
            key = (line["party_code"], line["charge_code"])  # type: ignore[index,call-overload]
            sums[key] = sums.get(key, Decimal(0)) + Decimal(line["amount"])  # type: ignore[index,call-overload,arg-type]
    async with settled.database.read() as connection:
        assert sums == {(one.party_code, one.charge_code): one.amount for one in await summary(connection)}


async def _settle(market: Market) -> None:
    await market.place()
    while await settle_batch(market.database, at=NOW):
        pass
    await market.place()


async def _differences(database: Database) -> list[object]:
    async with database.read() as connection:
        return list(await reconcile(connection))


async def _tamper(database: Database, statement: str) -> None:
    """Do as a superuser could: without triggers, without foreign keys."""
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await uow.connection.execute(sa.text(statement))


async def _fed(settled: Market) -> list[Event]:
    """Return everything that the feed sends billing."""
    async with settled.database.read() as connection:
        page = await feed.page(connection, BILLING, after=START, first=100)
    assert isinstance(page, feed.Page)
    return page.events
