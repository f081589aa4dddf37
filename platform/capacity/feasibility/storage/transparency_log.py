"""Verdicts as leaves of the transparency log: what a leaf covers, and which verdict is at which place.

The record of a verdict is the canonical JSON of its row, certificates included; a leaf's data is the SHA-256
of the record. Ids in it are random, so that no record can be found by trying which one fits a leaf. A verdict
gets its place when it is integrated, after the transaction that wrote it.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.storage.tables import VerdictLeafRow, VerdictRow
from linepack.canonical_json import canonical_json
from linepack.ids import VerdictId
from linepack.limits import LOG_VERDICTS_MAX
from linepack.problems import NotFound
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.model import Logged, LogName
from linepack.transparency.proof import Finding, Leaf

_verdicts = VerdictRow.core()
_leaves = VerdictLeafRow.core()
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class VerdictLeaves:
    """The source of the log of verdicts."""

    log: LogName = LogName.VERDICTS
    batch_max: int = LOG_VERDICTS_MAX

    async def waits(self, connection: AsyncConnection, size: int) -> bool:
        """Return whether verdicts wait for a place; which places there are does not matter."""
        statement = sa.select(sa.exists().where(_leaves.c.place.is_(None)))
        return bool((await connection.execute(statement)).scalar_one())

    async def next_leaves(self, connection: AsyncConnection, size: int) -> list[bytes]:
        """Give verdicts without a place the places from `size` on, oldest first; return their leaves."""
        statement = (
            sa.select(_verdicts)
            .join(_leaves, _leaves.c.verdict_id == _verdicts.c.id)
            .where(_leaves.c.place.is_(None))
            .order_by(_verdicts.c.id)
            .limit(self.batch_max)
        )
        rows = (await connection.execute(statement)).all()
        if rows:
            placed = sa.update(_leaves).where(_leaves.c.verdict_id == sa.bindparam("of"))
            places = [{"of": row.id, "at": place} for place, row in enumerate(rows, size)]
            await connection.execute(placed.values(place=sa.bindparam("at")), places)
        return [leaf_hash(digest_of(record(row))) for row in rows]


def record(row: sa.Row[Any]) -> bytes:
    """Return the canonical JSON that a verdict's leaf covers."""
    return canonical_json({column.name: row._mapping[column.name] for column in _verdicts.columns})


def digest_of(recorded: bytes) -> bytes:
    """Return the data of the leaf of a record."""
    return hashlib.sha256(recorded).digest()


async def logged(connection: AsyncConnection, verdict_id: VerdictId) -> Logged:
    """Return the record and the place of a verdict; raises NotFound while it has no place."""
    statement = (
        sa.select(_leaves.c.place, _verdicts)
        .join(_leaves, _leaves.c.verdict_id == _verdicts.c.id)
        .where(_verdicts.c.id == verdict_id, _leaves.c.place.is_not(None))
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise NotFound("verdict in the log", verdict_id)
    return Logged(record(row), row.place)


async def stored_leaves(connection: AsyncConnection) -> AsyncIterator[Sequence[Leaf]]:
    """Yield the leaves of the verdicts as they are stored today, in the order of their places."""
    after = -1
    while True:
        statement = (
            sa.select(_leaves.c.place, _leaves.c.verdict_id.label("placed_id"), _verdicts)
            .select_from(_leaves.outerjoin(_verdicts, _leaves.c.verdict_id == _verdicts.c.id))
            .where(_leaves.c.place > after)
            .order_by(_leaves.c.place)
            .limit(_CHUNK)
        )
        rows = (await connection.execute(statement)).all()
        if not rows:
            return
        chunk: list[Leaf] = []
        for row in rows:
            chunk += [(f"place {gap} of the log", None) for gap in range(after + 1, row.place)]
            leaf = None if row.id is None else leaf_hash(digest_of(record(row)))
            chunk.append((f"verdict {row.placed_id}", leaf))
            after = row.place
        yield chunk


async def missing(connection: AsyncConnection, older_than_s: int) -> list[Finding]:
    """Return the verdicts of that age that have no place in the log."""
    age = sa.func.now() - _verdicts.c.decided_at
    statement = (
        sa.select(_verdicts.c.id)
        .select_from(_verdicts.outerjoin(_leaves, _leaves.c.verdict_id == _verdicts.c.id))
        .where(_leaves.c.place.is_(None), age > sa.text(f"interval '{older_than_s} s'"))
        .order_by(_verdicts.c.id)
    )
    return [
        (f"verdict {verdict_id}", "is not in the log")
        for verdict_id in (await connection.execute(statement)).scalars()
    ]
