"""Benchmark of a party's feed on a big platform: its pages beside a million entries of others.

The others' entries are copies of a real one, with its postings and its event, written in bulk; the party's
own stand among them. Measured is what the database is asked for: the first page, one in the middle, the last,
an empty one, and the whole feed page by page, as a subscription catches up. The peer reads everyone's entries
and leaves out those of others.

`python -m benchmarks.own_feed` prints it; `run` returns it.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from benchmarks.report import Row, compared, show, within
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import PartyKind, Principal, Role, scopes_of
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.log import place_settled, read
from linepack.events.model import START, Cursor, Event, Stream
from linepack.gasday import Period
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import ContractId, NetworkId, PartyId, new_id
from linepack.limits import EVENT_BATCH_MAX
from linepack.money import Currency, Money
from server.embedded.postgres import EmbeddedPostgres
from server.migrations.upgrade import upgrade
from settlement import feed
from settlement.ledger.model import Cause, ChargeCode, ChargeLine, Draft
from settlement.ledger.posting import post
from settlement.progress.status import parked_seen, settled_through

OTHERS = 1_000_000
OWN_EVERY = 5_000
"""After so many entries of others comes one of the party."""
PAGE = 50
REPEATS = 5
FIRST_PAGE_S = 0.1
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))

_COPY = (
    """
    INSERT INTO ledger_entry (sequence, id, idempotency_key, input_hash, network_id, cause_stream,
        cause_topic, cause_position, recorded_at, previous_hash, hash)
    SELECT place, md5('entry' || place)::uuid, 'copy:' || place, input_hash, network_id, cause_stream,
        cause_topic, cause_position, recorded_at, previous_hash, 'copy:' || place
    FROM ledger_entry, generate_series(CAST(:start AS bigint), CAST(:stop AS bigint)) AS place
    WHERE sequence = :original
    """,
    """
    INSERT INTO ledger_posting (sequence, line, side, party_id, counterparty_id, contract_id, contract_code,
        gas_month, charge_code, period_start, period_end, quantity, rate, amount, currency, working)
    SELECT place, line, side, party_id, counterparty_id, contract_id, contract_code,
        gas_month, charge_code, period_start, period_end, quantity, rate, amount, currency, working
    FROM ledger_posting, generate_series(CAST(:start AS bigint), CAST(:stop AS bigint)) AS place
    WHERE sequence = :original
    """,
    """
    INSERT INTO event (id, stream, topic, network_id, key, payload, audience, transaction_id, position)
    SELECT md5('event' || place)::uuid, stream, topic, network_id, md5('entry' || place)::uuid::text,
        jsonb_set(payload, '{entry,sequence}', to_jsonb(place)), audience, transaction_id, place
    FROM event, generate_series(CAST(:start AS bigint), CAST(:stop AS bigint)) AS place
    WHERE stream = 'settlement' AND position = :original
    """,
)


async def copy_entry(connection: AsyncConnection, original: int, *, start: int, stop: int) -> None:
    """Write copies of an entry, with its postings and its event, at the places from `start` to `stop`.

    The guards are off for it; the hashes of the copies are not true ones.
    """
    await connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
    await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
    places = {"original": original, "start": start, "stop": stop}
    for statement in _COPY:
        await connection.execute(sa.text(statement), places)


def run(others: int = OTHERS) -> list[Row]:
    """Return a row for each page and one for the catch-up; takes some minutes, most of it for the copies."""
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        EmbeddedPostgres(Path(directory)) as postgres,
    ):
        return asyncio.run(_measure(postgres.url, others))


async def _measure(url: str, others: int) -> list[Row]:
    await upgrade(url)
    database = Database(url)
    party = await _fill(database, others)
    reader = _shipper(party)
    middle, last = Cursor(others // 2), Cursor(others - 10 * OWN_EVERY)
    beside = f"beside {others:,} entries of others"

    async def page(principal: Principal, after: Cursor, first: int = PAGE) -> feed.Page:
        async with database.read() as connection:
            await settled_through(connection)
            await parked_seen(connection, principal)
            found = await feed.page(connection, principal, after=after, first=first)
        if isinstance(found, feed.Page):
            return found
        raise LookupError(f"the feed does not reach {after}")

    async def catch_up() -> None:
        after, has_more = START, True
        while has_more:
            read = await page(reader, after)
            after, has_more = read.cursor, read.has_more

    first = await _median(lambda: page(reader, START))
    rows = [within(f"a party's first page of {PAGE} {beside}", first, FIRST_PAGE_S)]
    for name, after in (("in the middle", middle), ("at the end", last), ("after the end", Cursor(others))):
        own = await _median(lambda after=after: page(reader, after))  # type: ignore[misc]
        rows.append(within(f"its page {name}", own, FIRST_PAGE_S))
    two = await _median(lambda: page(reader, START, first=2))
    everyone = await _median(lambda: _among_all(database, reader, first=2))
    between = f"its first two entries, {OWN_EVERY:,} of others between them"
    rows.append(compared(f"{between} – reading everyone's", two, everyone))
    caught = await _median(catch_up)
    rows.append(
        Row(f"its whole feed of {others // OWN_EVERY + 1} entries {beside}", f"{caught * 1e3:,.0f} ms")
    )
    await database.dispose()
    return rows


async def _among_all(database: Database, reader: Principal, *, first: int) -> list[Event]:
    found: list[Event] = []
    after = START
    async with database.read() as connection:
        while len(found) < first:
            batch = await read(connection, Stream.SETTLEMENT, after, EVENT_BATCH_MAX)
            found += [event for event in batch if feed.may_read(reader, event)]
            after = batch[-1].position
    return found[:first]


async def _median(task: Callable[[], Awaitable[object]]) -> float:
    taken = []
    for _ in range(REPEATS):
        before = time.perf_counter()
        await task()
        taken.append(time.perf_counter() - before)
    return statistics.median(taken)


async def _fill(database: Database, others: int) -> PartyId:
    operator, party, crowd = (PartyId(new_id()) for _ in range(3))
    at = datetime.now(UTC)
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for one, kind in (
            (operator, PartyKind.OPERATOR),
            (party, PartyKind.SHIPPER),
            (crowd, PartyKind.SHIPPER),
        ):
            await insert_party(uow.connection, Party(one, str(one), str(one), kind), now=at)
        drafts = [_draft(shipper, operator) for shipper in (party, crowd)]
        await post(uow, drafts, cause=Cause(Stream.CAPACITY, "contract.booked", 1), at=at)
    async with database.engine.begin() as connection:
        await place_settled(connection, len(drafts))
    for own in range(OWN_EVERY, others + 1, OWN_EVERY):
        async with database.engine.begin() as connection:
            await copy_entry(connection, 2, start=max(3, own - OWN_EVERY + 1), stop=own - 1)
            await copy_entry(connection, 1, start=own, stop=own)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("ANALYZE ledger_posting, event"))
    return party


def _draft(shipper: PartyId, operator: PartyId) -> Draft:
    line = ChargeLine(
        debtor=shipper,
        creditor=operator,
        contract_id=ContractId(new_id()),
        contract_code="LP-2026-0000-0000-0000",
        charge_code=ChargeCode.RESERVATION,
        period=NOVEMBER,
        quantity=100,
        rate=Decimal("0.25"),
        amount=Money(Decimal("750.00"), Currency.EUR),
        working=("100 × 0.25 = 25 a gas day", "30 gas days × 25 = 750", "payable 750.00 EUR"),
    )
    return Draft(f"reservation:{line.contract_id}", NetworkId(new_id()), (line,))


def _shipper(party_id: PartyId) -> Principal:
    roles = frozenset({Role.SHIPPER})
    return Principal("benchmark", party_id, roles, scopes_of(roles), datetime.now(UTC) + timedelta(days=1))


if __name__ == "__main__":
    show("A party's feed", run())
