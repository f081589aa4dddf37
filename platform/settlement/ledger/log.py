"""The ledger's entries as leaves of the transparency log: entry `n` is the leaf at `n − 1`.

A leaf's data is the entry's hash, 32 bytes: the SHA-256 of its record, which is the canonical JSON of all
that an entry says, the hash of the entry before included. Ids in it are random, so that a record cannot be
found by trying which one fits a leaf.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.limits import LOG_BATCH_MAX
from linepack.problems import NotFound
from linepack.transparency import repository
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.model import Logged, LogName
from linepack.transparency.proof import Finding, Leaf
from settlement.ledger.hash_chain import record
from settlement.ledger.repository import entries_by_sequence, entries_table

_CHUNK = 2_000

_entry = entries_table.c


@dataclass(frozen=True, slots=True)
class EntryLeaves:
    """The source of the log of the ledger."""

    log: LogName = LogName.LEDGER
    batch_max: int = LOG_BATCH_MAX

    async def waits(self, connection: AsyncConnection, size: int) -> bool:
        """Return whether there are entries beyond the first `size`."""
        statement = sa.select(sa.exists().where(_entry.sequence > size))
        return bool((await connection.execute(statement)).scalar_one())

    async def next_leaves(self, connection: AsyncConnection, size: int) -> list[bytes]:
        """Return the leaves of the entries after the first `size`, up to a gap, where an entry is missing."""
        rows = await _hashes(connection, size, self.batch_max)
        unbroken = takewhile(lambda pair: pair[0] == pair[1][0], enumerate(rows, size + 1))
        return [leaf_of(entry_hash) for _, (_, entry_hash) in unbroken]


def leaf_of(entry_hash: str) -> bytes:
    """Return the leaf hash of the entry with this hash."""
    return leaf_hash(bytes.fromhex(entry_hash))


async def logged(connection: AsyncConnection, sequence: int) -> Logged:
    """Return the record and the place of an entry; raises NotFound when there is none."""
    found = await entries_by_sequence(connection, [sequence])
    if sequence not in found:
        raise NotFound("entry", sequence)
    return Logged(record(found[sequence]), sequence - 1)


async def stored_leaves(connection: AsyncConnection) -> AsyncIterator[Sequence[Leaf]]:
    """Yield the leaves of the stored entries, in order, each with its subject; None where one is missing."""
    after = 0
    while rows := await _hashes(connection, after, _CHUNK):
        chunk: list[Leaf] = []
        for sequence, entry_hash in rows:
            chunk += [(f"entry {gap}", None) for gap in range(after + 1, sequence)]
            chunk.append((f"entry {sequence}", _leaf_or_nothing(entry_hash)))
            after = sequence
        yield chunk


async def missing(connection: AsyncConnection, older_than_s: int) -> list[Finding]:
    """Return the entries of that age that the log does not reach."""
    head = await repository.head(connection, LogName.LEDGER)
    age = sa.func.now() - _entry.recorded_at
    statement = (
        sa.select(_entry.sequence)
        .where(_entry.sequence > (0 if head is None else head.size))
        .where(age > sa.text(f"interval '{older_than_s} s'"))
        .order_by(_entry.sequence)
    )
    sequences = (await connection.execute(statement)).scalars()
    return [(f"entry {sequence}", "is not in the log") for sequence in sequences]


async def _hashes(connection: AsyncConnection, after: int, limit: int) -> list[tuple[int, str]]:
    statement = (
        sa.select(_entry.sequence, _entry.hash)
        .where(_entry.sequence > after)
        .order_by(_entry.sequence)
        .limit(limit)
    )
    return [(row.sequence, row.hash) for row in await connection.execute(statement)]


def _leaf_or_nothing(entry_hash: str) -> bytes | None:
    try:
        return leaf_of(entry_hash)
    except ValueError:
        return None
