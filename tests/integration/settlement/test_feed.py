"""A party's pages of the billing feed: its own entries at their own cost, a cursor past those of others."""

import asyncio

import pytest
import sqlalchemy as sa
from benchmarks.own_feed import copy_entry
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.integration.settlement.market import BILLING, NOW, Market, booked, principal
from tests.unit.settlement.examples import ANNA, BERT, CARLA, NETWORK, OPERATOR, days

from capacity.rights.model import MovementCause
from linepack.access import Principal, Role
from linepack.events.follower import OutOfStep
from linepack.events.model import START, Cursor, NewEvent, Stream
from settlement import feed
from settlement.consumer import settle_batch
from settlement.ledger.repository import sequences_of
from settlement.progress.status import parked_seen, settled_through

pytestmark = pytest.mark.anyio

AS_ANNA, AS_BERT, AS_CARLA = (principal(party, Role.SHIPPER) for party in (ANNA, BERT, CARLA))
AS_OPERATOR = principal(OPERATOR, Role.OPERATOR)
JUNE = days("2027-06-01", "2027-07-01")
ROWS_READ = sa.text("SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables")


async def test_a_party_reads_the_entries_on_its_own_accounts(market: Market) -> None:
    contract = await market.book(ANNA)
    await market.trade(contract, BERT, MovementCause.TRANSFER_OF_USE, quantity=5, period=JUNE, rate="0.1")
    await market.award(contract, [(CARLA, 10, JUNE, "0.25")])
    await _settle(market)
    # Anna's booking, Bert's price to Anna, Carla's demand, Anna's credit.
    assert await _positions(market, BILLING) == [1, 2, 3, 4]
    assert await _positions(market, AS_ANNA) == [1, 2, 4]
    assert await _positions(market, AS_BERT) == [2]
    assert await _positions(market, AS_CARLA) == [3]
    assert await _positions(market, AS_OPERATOR) == [1, 3, 4]
    assert await _positions(market, principal(None, Role.SHIPPER)) == []


@pytest.mark.parametrize("first", [1, 2, 3, 7])
async def test_pages_of_any_size_tell_every_entry_once_and_end_at_the_head(
    market: Market, first: int
) -> None:
    for holder in (BERT, ANNA, BERT, BERT, ANNA, ANNA, BERT):
        await market.book(holder, period=JUNE)
    await _settle(market)
    seen, page = [], await _page(market, AS_ANNA, START, first)
    seen += page.events
    while page.has_more:
        assert page.cursor == page.events[-1].position
        page = await _page(market, AS_ANNA, page.cursor, first)
        seen += page.events
    assert [event.position for event in seen] == [2, 5, 6]
    assert page.cursor == 7
    assert await _page(market, AS_ANNA, page.cursor, first) == feed.Page([], Cursor(7), has_more=False)


async def test_the_cursor_of_a_party_for_whom_nothing_comes_moves_on(market: Market) -> None:
    for _ in range(3):
        await market.book(BERT, period=JUNE)
        await _settle(market)
    assert await _page(market, AS_CARLA, START, 10) == feed.Page([], Cursor(3), has_more=False)


async def test_an_entry_that_waits_for_its_position_is_not_jumped_over(market: Market) -> None:
    await market.book(BERT, period=JUNE)
    await _settle(market)
    await market.book(ANNA, period=JUNE)
    await market.book(BERT, period=JUNE)
    await market.place()
    await settle_batch(market.database, at=NOW)
    # The relay is away: entries 2 and 3 are posted, and in no place of the feed.
    waiting = await _page(market, AS_ANNA, START, 10)
    assert waiting == feed.Page([], Cursor(1), has_more=False)
    assert (await _page(market, AS_BERT, START, 1)).has_more is False
    await market.place()
    came = await _page(market, AS_ANNA, waiting.cursor, 10)
    assert ([event.position for event in came.events], came.cursor) == ([2], 3)


async def test_a_reader_that_pages_while_entries_come_misses_none(market: Market) -> None:
    async def sell() -> None:
        for number in range(24):
            await market.book(ANNA if number % 3 else BERT, period=JUNE)
            if number % 4 == 0:
                await settle_batch(market.database, at=NOW)
            if number % 5 == 0:
                await market.place()
        await _settle(market)

    selling = asyncio.create_task(sell())
    seen, cursor, is_last = [], START, False
    while not is_last:
        is_last = selling.done()
        page = await _page(market, AS_ANNA, cursor, 2)
        seen += page.events
        cursor, is_last = page.cursor, is_last and not page.has_more
    await selling
    async with market.database.read() as connection:
        own = await sequences_of(connection, ANNA, after=0, limit=100)
    assert [event.position for event in seen] == own
    assert (len(own), cursor) == (16, 24)


async def test_a_cursor_ahead_of_the_feed_is_out_of_step(market: Market) -> None:
    await market.book(ANNA, period=JUNE)
    await _settle(market)
    async with market.database.read() as connection:
        for reader in (AS_ANNA, BILLING):
            found = await feed.page(connection, reader, after=Cursor(2), first=10)
            assert found == OutOfStep(Cursor(2))


async def test_a_feed_that_is_not_the_ledger_is_not_shown(market: Market) -> None:
    await market.book(BERT, period=JUNE)
    await market.book(ANNA, period=JUNE)
    await _settle(market)
    async with market.database.engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        moved = "UPDATE event SET position = -position WHERE stream = 'settlement'"
        swapped = "UPDATE event SET position = 3 + position WHERE stream = 'settlement'"
        await connection.execute(sa.text("ALTER TABLE event DROP CONSTRAINT ck_event_position_positive"))
        await connection.execute(sa.text(moved))
        await connection.execute(sa.text(swapped))
    with pytest.raises(LookupError, match="event 2 of the feed is not that of entry 2"):
        await _page(market, AS_ANNA, START, 10)


async def test_a_page_costs_what_is_on_it_beside_thousands_of_entries(market: Market) -> None:
    for holder in (BERT, ANNA):
        await market.book(holder, period=JUNE)
    await _settle(market)
    async with market.database.engine.begin() as connection:
        await copy_entry(connection, 1, start=3, stop=3_000)
        await copy_entry(connection, 2, start=3_001, stop=4_000)
        await copy_entry(connection, 1, start=4_001, stop=7_000)
    # Rows of tests before are gone, but their pages are not: the planner must know that they are empty.
    async with market.database.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(sa.text("VACUUM ANALYZE"))
    hers = [2, *range(3_001, 4_001)]
    for after, cursor in ((0, 3_049), (1_500, 3_050), (3_900, 3_950), (3_980, 7_000), (7_000, 7_000)):
        async with market.database.read() as connection:
            before = await _rows_read(connection)
            page = await feed.page(connection, AS_ANNA, after=Cursor(after), first=50)
            assert isinstance(page, feed.Page)
            read = await _rows_read(connection) - before
        expected = [position for position in hers if after < position][:50]
        assert ([event.position for event in page.events], page.cursor) == (expected, cursor)
        # A posting and an event of each entry and of the next, the posting where reading ends, and the head.
        assert read <= 2 * (len(expected) + 1) + 2, after


async def test_the_feed_is_complete_up_to_the_first_booking_that_it_does_not_tell(market: Market) -> None:
    async def through() -> object:
        async with market.database.read() as connection:
            now = (await connection.execute(sa.text("SELECT now()"))).scalar_one()
            instant = await settled_through(connection)
            return "now" if instant == now else instant

    assert await through() == "now"
    await market.record(booked(await market.book(ANNA, period=JUNE)))
    async with market.database.read() as connection:
        recorded = await connection.execute(sa.text("SELECT min(recorded_at) FROM event"))
        first = recorded.scalar_one()
    assert await through() == first, "it has no position yet"
    await market.place()
    assert await through() == first, "it is not settled yet"
    await settle_batch(market.database, at=NOW)
    assert await through() == first, "its entry has no position yet"
    await market.place()
    assert await through() == "now"


async def test_what_is_parked_is_counted_for_those_whom_it_concerns(market: Market) -> None:
    contract = await market.book(ANNA, period=JUNE)
    broken = booked(contract).payload["contract"] | {"quantity": None}  # type: ignore[operator]
    await market.record(
        NewEvent(
            stream=Stream.CAPACITY,
            topic="contract.booked",
            key="broken",
            payload={"contract": broken},
            network_id=NETWORK,
        )
    )
    await _settle(market)
    other = principal(BERT, Role.OPERATOR)
    async with market.database.read() as connection:
        counts = {
            name: await parked_seen(connection, reader)
            for name, reader in {
                "billing": BILLING,
                "operator": AS_OPERATOR,
                "anna": AS_ANNA,
                "bert": AS_BERT,
                "other": other,
            }.items()
        }
    assert counts == {"billing": 1, "operator": 1, "anna": 1, "bert": 0, "other": 0}


async def _page(market: Market, reader: Principal, after: Cursor, first: int) -> feed.Page:
    async with market.database.read() as connection:
        page = await feed.page(connection, reader, after=after, first=first)
    assert isinstance(page, feed.Page)
    return page


async def _positions(market: Market, reader: Principal) -> list[int]:
    return [event.position for event in (await _page(market, reader, START, 100)).events]


async def _rows_read(connection: AsyncConnection) -> int:
    return int((await connection.execute(ROWS_READ)).scalar_one())


async def _settle(market: Market) -> None:
    await market.place()
    while await settle_batch(market.database, at=NOW):
        pass
    await market.place()
