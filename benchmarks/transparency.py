"""Benchmark of the transparency log: entries of the ledger into signed checkpoints, and what proofs weigh.

Entries, sealed beforehand, are inserted with their postings under every trigger, at a steady pace, by one
writer beside the integrator in one process, which it wakes as a unit of work does; PostgreSQL has its default
durability. An entry is *included* when a signed checkpoint that anybody can read covers it: the time counts
from its commit.

`python -m benchmarks.transparency` prints it; `run` returns it.
"""

import asyncio
import base64
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from benchmarks.report import Row, show, within

from capacity.networks.policy import Level, Policy
from capacity.networks.repository import insert_network
from linepack.access import PartyKind
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.log import wake_relay
from linepack.events.model import Stream
from linepack.gasday import Period
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import ContractId, EntryId, NetworkId, PartyId, new_id
from linepack.money import Currency, Money
from linepack.transparency import repository
from linepack.transparency.checkpoint import InclusionProof
from linepack.transparency.integrator import Integrator, Memory
from linepack.transparency.keys import LogKeys
from linepack.transparency.merkle import inclusion_spans
from linepack.transparency.model import LogName
from server.embedded.postgres import EmbeddedPostgres
from server.migrations.upgrade import upgrade
from settlement.ledger.hash_chain import GENESIS, entry_hash, input_hash
from settlement.ledger.log import EntryLeaves, leaf_of
from settlement.ledger.model import Cause, ChargeCode, ChargeLine, Draft, Entry
from settlement.ledger.posting import entry_row, posting_rows
from settlement.ledger.repository import entries_table, postings_table

RATE_AIM = 3_000
PACE = 3_500
BATCH = 300
SECONDS = 15
STORED = 30_000
LARGE = 1_000_000_000
PROOF_BYTES_MAX = 2_048
INCLUDED_S = 1.0
KEYS = LogKeys(base64.b64encode(bytes(32)).decode(), origin="linepack.example/log")
NETWORK, OPERATOR, SHIPPER = NetworkId(UUID(int=1)), PartyId(UUID(int=2)), PartyId(UUID(int=3))


def run() -> list[Row]:
    """Return the rows: rate, time to inclusion, size of proofs; takes a minute."""
    with (
        tempfile.TemporaryDirectory(prefix="linepack-bench-", ignore_cleanup_errors=True) as directory,
        EmbeddedPostgres(Path(directory)) as postgres,
    ):
        return asyncio.run(_measure(postgres.url, Path(directory)))


async def _measure(url: str, directory: Path) -> list[Row]:
    await upgrade(url)
    database = Database(url)
    await _found(database)
    log = Integrator(database, EntryLeaves(), KEYS, Memory(directory), lambda: datetime.now(UTC))
    made = _entries()
    running = asyncio.create_task(log.run())
    paced, waits = await _paced(database, made)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    for _ in range(0, STORED, BATCH):
        await _insert(database, [next(made) for _ in range(BATCH)])
    before = time.perf_counter()
    while await log.integrate():
        pass
    rate = STORED / (time.perf_counter() - before)
    async with database.read() as connection:
        proof = await repository.inclusion(connection, LogName.LEDGER, 7)
    await database.dispose()
    waits.sort()
    p99 = waits[int(len(waits) * 0.99)]
    sizes = len(proof.to_file()), len(_large(proof.note).to_file())
    return [
        _rate("stored entries per second into the log", rate),
        _rate(f"entries per second stored and into the log, at a pace of {PACE:,}", paced),
        within("from an entry's commit to a signed checkpoint over it, 99th percentile", p99, INCLUDED_S),
        Row(
            f"proof of an entry among {len(waits) + STORED:,} – among 1,000,000,000, as a file",
            f"{sizes[0]:,} – {sizes[1]:,} B",
            aim=f"≤ {PROOF_BYTES_MAX:,} B",
            is_missed=max(sizes) > PROOF_BYTES_MAX,
        ),
    ]


async def _paced(database: Database, made: Iterator[Entry]) -> tuple[float, list[float]]:
    """Store at the pace; return entries per second until the last is included, and each one's wait."""
    count = PACE * SECONDS
    batches = [[next(made) for _ in range(BATCH)] for _ in range(count // BATCH)]
    committed: list[float] = []
    included: list[float] = []

    async def watch() -> None:
        while len(included) < count:
            async with database.read() as connection:
                head = await repository.head(connection, LogName.LEDGER)
            now = time.perf_counter()
            included.extend([now] * ((0 if head is None else head.size) - len(included)))
            await asyncio.sleep(0.005)

    watching = asyncio.create_task(watch())
    began = time.perf_counter()
    for number, batch in enumerate(batches):
        await asyncio.sleep(max(0.0, began + number * BATCH / PACE - time.perf_counter()))
        await _insert(database, batch)
        committed += [time.perf_counter()] * BATCH
    await watching
    taken = included[-1] - began
    return count / taken, [max(0.0, at - by) for at, by in zip(included, committed, strict=True)]


def _entries() -> Iterator[Entry]:
    """Yield sealed entries, each chained to the one before, without end."""
    previous, sequence, at = GENESIS, 0, datetime.now(UTC)
    line = ChargeLine(
        debtor=SHIPPER,
        creditor=OPERATOR,
        contract_id=ContractId(UUID(int=4)),
        contract_code="LP-2027-0000-0000-0000",
        charge_code=ChargeCode.RESERVATION,
        period=Period(date(2027, 1, 1), date(2027, 2, 1)),
        quantity=100,
        rate=Decimal("0.3"),
        amount=Money(Decimal("930.00"), Currency.EUR),
        working=("100 × 0.3 EUR × 31 gas days = 930.00 EUR",),
    )
    while True:
        sequence += 1
        draft = Draft(f"reservation:{sequence}", NETWORK, (line,))
        cause = Cause(Stream.CAPACITY, "contract.booked", sequence)
        unsealed = Entry(EntryId(new_id()), sequence, draft, cause, input_hash(draft), at, previous, "")
        entry = replace(unsealed, hash=entry_hash(unsealed))
        previous = entry.hash
        yield entry


async def _insert(database: Database, entries: list[Entry]) -> None:
    rows = [row for entry in entries for posted in entry.posted_lines() for row in posting_rows(posted)]
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.insert(entries_table), [entry_row(entry) for entry in entries])
        await uow.connection.execute(sa.insert(postings_table), rows)
    async with database.engine.connect() as connection:
        await wake_relay(connection)
        await connection.commit()


async def _found(database: Database) -> None:
    at = datetime.now(UTC)
    async with UnitOfWork(database) as uow:
        for party_id, kind in ((OPERATOR, PartyKind.OPERATOR), (SHIPPER, PartyKind.SHIPPER)):
            await insert_party(uow.connection, Party(party_id, kind.value, kind.value, kind), now=at)
        policy = Policy(Level.FLOW, Level.FLOW)
        await insert_network(
            uow.connection, NETWORK, "line", operator_id=OPERATOR, currency=Currency.EUR, policy=policy, at=at
        )


def _large(note: str) -> InclusionProof:
    """Return a proof of the size that one has in a log of a thousand million leaves."""
    spans = inclusion_spans(LARGE // 3, LARGE)
    return InclusionProof(LARGE // 3, tuple(leaf_of("00" * 32) for _ in spans), note)


def _rate(name: str, rate: float) -> Row:
    return Row(name, f"{rate:,.0f} /s", aim=f"≥ {RATE_AIM:,} /s", is_missed=rate < RATE_AIM)


if __name__ == "__main__":
    show("Transparency log", run())
