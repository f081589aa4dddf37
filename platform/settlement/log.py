"""Entries as leaves of the transparency log: entry `n` is the leaf at `n − 1`.

A leaf's data is the entry's hash, 32 bytes: the SHA-256 of its record, which is the canonical JSON of all
that an entry says, the hash of the entry before included. Ids in it are random, so that nobody finds a record
by trying which one fits a leaf.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility import log as verdicts
from linepack.settings import LOG_GRACE_S
from linepack.transparency import repository
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.model import Log
from linepack.transparency.notes import Verifier
from linepack.transparency.proof import Finding, Leaf, log_findings
from settlement.differences import Difference, Proof
from settlement.repository import entries_table

_CHUNK = 2_000

_entry = entries_table.c


@dataclass(frozen=True, slots=True)
class EntryLeaves:
    """The source of the log of the ledger."""

    log: Log = Log.LEDGER

    async def waits(self, connection: AsyncConnection, size: int) -> bool:
        """Tell whether there are entries beyond the first `size`."""
        statement = sa.select(sa.exists().where(_entry.sequence > size))
        return bool((await connection.execute(statement)).scalar_one())

    async def next_leaves(self, connection: AsyncConnection, size: int, limit: int) -> list[bytes]:
        """Return the leaves of the entries after the first `size`, up to a gap: there the ledger broke."""
        rows = await _hashes(connection, size, limit)
        unbroken = takewhile(lambda numbered: numbered[1].sequence == numbered[0], enumerate(rows, size + 1))
        return [leaf_of(row.hash) for _, row in unbroken]


def leaf_of(entry_hash: str) -> bytes:
    """Return the leaf hash of the entry with this hash."""
    return leaf_hash(bytes.fromhex(entry_hash))


async def log_differences(
    connection: AsyncConnection, keys: Mapping[Log, Sequence[Verifier]]
) -> list[Difference]:
    """Return how the logs differ from ledger and verdicts, and from what the keys have signed."""
    found = [
        *await log_findings(connection, Log.LEDGER, _stored_leaves(connection), keys[Log.LEDGER]),
        *await log_findings(connection, Log.VERDICTS, verdicts.stored_leaves(connection), keys[Log.VERDICTS]),
        *await _missing(connection, LOG_GRACE_S),
        *await verdicts.missing(connection, LOG_GRACE_S),
    ]
    return [Difference(Proof.LOG, subject, detail) for subject, detail in found]


async def _stored_leaves(connection: AsyncConnection) -> AsyncIterator[Sequence[Leaf]]:
    after = 0
    while rows := await _hashes(connection, after, _CHUNK):
        chunk: list[Leaf] = []
        for row in rows:
            chunk += [(f"entry {gap}", b"") for gap in range(after + 1, row.sequence)]
            chunk.append((f"entry {row.sequence}", _leaf_or_nothing(row.hash)))
            after = row.sequence
        yield chunk


async def _missing(connection: AsyncConnection, older_than_s: int) -> list[Finding]:
    """Return the entries of that age that the log does not reach."""
    head = await repository.head(connection, Log.LEDGER)
    age = sa.func.now() - _entry.recorded_at
    statement = (
        sa.select(_entry.sequence)
        .where(_entry.sequence > (0 if head is None else head.size))
        .where(age > sa.text(f"interval '{older_than_s} s'"))
        .order_by(_entry.sequence)
    )
    sequences = (await connection.execute(statement)).scalars()
    return [(f"entry {sequence}", "is not in the log") for sequence in sequences]


async def _hashes(connection: AsyncConnection, after: int, limit: int) -> Sequence[sa.Row[tuple[int, str]]]:
    statement = (
        sa.select(_entry.sequence, _entry.hash)
        .where(_entry.sequence > after)
        .order_by(_entry.sequence)
        .limit(limit)
    )
    return (await connection.execute(statement)).all()


def _leaf_or_nothing(entry_hash: str) -> bytes:
    try:
        return leaf_of(entry_hash)
    except ValueError:
        return b""
