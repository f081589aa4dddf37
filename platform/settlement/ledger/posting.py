"""Posting: the only writer of the ledger.

Entries are numbered without gaps and chained by their hashes, so posting is serialised by one advisory lock
(`lock`), which a transaction takes before it writes anything and holds until it ends. A key is posted once:
again with the same content it does nothing, with other content it is a Conflict. Whatever is posted is
announced on the settlement stream in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import EntryId, new_id
from linepack.problems import Conflict
from settlement.ledger.events import announcements
from settlement.ledger.hash_chain import GENESIS, entry_hash, input_hash
from settlement.ledger.model import Cause, Draft, Entry, PostedLine
from settlement.ledger.repository import (
    CREDIT,
    DEBIT,
    LINES,
    entries_table,
    entry_by_key,
    last_entry,
    postings_table,
)

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('settlement.ledger.posting', 0))")
_CHECK_NOW = sa.text("SET CONSTRAINTS ledger_entry_is_checked, ledger_posting_is_checked IMMEDIATE")
_CHECK_LATER = sa.text("SET CONSTRAINTS ledger_entry_is_checked, ledger_posting_is_checked DEFERRED")


async def lock(uow: UnitOfWork) -> None:
    """Wait until no other transaction posts; held until this one ends.

    Taken before the first write, it makes the feed follow the ledger: events are placed in the order in which
    their transactions began to write.
    """
    await uow.connection.execute(_LOCK)


async def post(uow: UnitOfWork, drafts: Sequence[Draft], *, cause: Cause, at: datetime) -> tuple[Entry, ...]:
    """Post and announce the drafts that were not posted before, in order; return the entry of each draft.

    All or none: what this raises leaves the transaction as it was. Raises Conflict when a key was used for
    other content. `at` is an instant in UTC.
    """
    await lock(uow)
    entries = {draft.idempotency_key: await _earlier(uow.connection, draft) for draft in drafts}
    sequence, previous_hash = await last_entry(uow.connection) or (0, GENESIS)
    fresh: list[Entry] = []
    for draft in drafts:
        if entries[draft.idempotency_key] is None:
            sequence += 1
            fresh.append(_sealed(draft, sequence, previous_hash, cause=cause, at=at))
            previous_hash = fresh[-1].hash
    if fresh:
        await _write(uow, fresh)
    entries |= {entry.draft.idempotency_key: entry for entry in fresh}
    return tuple(entry for entry in entries.values() if entry is not None)


async def _write(uow: UnitOfWork, entries: Sequence[Entry]) -> None:
    async with uow.connection.begin_nested():
        await _insert(uow.connection, entries)
        await uow.connection.execute(_CHECK_NOW)
    await uow.connection.execute(_CHECK_LATER)
    for event in await announcements(uow.connection, entries):
        uow.record(event)


async def _earlier(connection: AsyncConnection, draft: Draft) -> Entry | None:
    earlier = await entry_by_key(connection, draft.idempotency_key)
    if earlier is not None and earlier.input_hash != input_hash(draft):
        raise Conflict(f"entry {earlier.sequence} settled {draft.idempotency_key} with other content")
    return earlier


def _sealed(draft: Draft, sequence: int, previous_hash: str, *, cause: Cause, at: datetime) -> Entry:
    unsealed = Entry(
        id=EntryId(new_id()),
        sequence=sequence,
        draft=draft,
        cause=cause,
        input_hash=input_hash(draft),
        recorded_at=at,
        previous_hash=previous_hash,
        hash="",
    )
    return replace(unsealed, hash=entry_hash(unsealed))


async def _insert(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    heads = [entry_row(entry) for entry in entries]
    await connection.execute(sa.insert(entries_table), heads)
    rows = [row for entry in entries for posted in entry.posted_lines() for row in posting_rows(posted)]
    await connection.execute(sa.insert(postings_table), rows)


def entry_row(entry: Entry) -> dict[str, Any]:
    """Return the row of an entry."""
    return {
        "sequence": entry.sequence,
        "id": entry.id,
        "idempotency_key": entry.draft.idempotency_key,
        "input_hash": entry.input_hash,
        "network_id": entry.draft.network_id,
        "cause_stream": entry.cause.stream.value,
        "cause_topic": entry.cause.topic,
        "cause_position": entry.cause.position,
        "recorded_at": entry.recorded_at,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def posting_rows(posted: PostedLine) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the debit and the credit row of a line."""
    line = posted.line
    debit = LINES.values(posted, side=DEBIT, gas_month=line.gas_month)
    credit = {"side": CREDIT, "party_id": line.creditor, "counterparty_id": line.debtor}
    return debit, debit | credit | {"amount": -line.amount.amount}
