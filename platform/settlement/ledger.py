"""The home of posting: the only writer of the ledger.

Entries are numbered without gaps and chained by their hashes, so posting is serialised by one advisory lock
that the transaction holds until it ends. A key is posted once: again with the same content it does nothing,
with other content it is a Conflict. Whatever is posted is announced on the settlement stream in the same
transaction.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from linepack.ids import EntryId, new_id
from linepack.problems import Conflict
from linepack.unit_of_work import UnitOfWork
from settlement import feed
from settlement.chain import GENESIS, entry_hash, input_hash
from settlement.model import Cause, Draft, Entry, PostedLine
from settlement.repository import CREDIT, DEBIT, entries_table, entry_by_key, last_entry, postings_table

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('settlement.ledger', 0))")


async def post(uow: UnitOfWork, draft: Draft, *, cause: Cause, at: datetime) -> Entry | None:
    """Post the draft as the next entry and announce it; return None when it was posted before.

    Raises Conflict when its key was used for other content. `at` is an instant in UTC.
    """
    await uow.connection.execute(_LOCK)
    content = input_hash(draft)
    earlier = await entry_by_key(uow.connection, draft.idempotency_key)
    if earlier is not None:
        if earlier.input_hash != content:
            raise Conflict(f"entry {earlier.sequence} settled {draft.idempotency_key} with other content")
        return None
    sequence, previous_hash = await last_entry(uow.connection) or (0, GENESIS)
    unsealed = Entry(
        id=EntryId(new_id()),
        sequence=sequence + 1,
        draft=draft,
        cause=cause,
        input_hash=content,
        recorded_at=at,
        previous_hash=previous_hash,
        hash="",
    )
    entry = replace(unsealed, hash=entry_hash(unsealed))
    await _insert(uow, entry)
    uow.record(await feed.announcement(uow.connection, entry))
    return entry


async def _insert(uow: UnitOfWork, entry: Entry) -> None:
    head = {
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
    await uow.connection.execute(sa.insert(entries_table), head)
    rows = [row for posted in entry.posted_lines() for row in posting_rows(posted)]
    await uow.connection.execute(sa.insert(postings_table), rows)


def posting_rows(posted: PostedLine) -> list[dict[str, Any]]:
    """Return the debit and the credit row of a line."""
    line = posted.line
    common = {
        "sequence": posted.ref.sequence,
        "line": posted.ref.ordinal,
        "contract_id": line.contract_id,
        "contract_code": line.contract_code,
        "gas_month": line.gas_month,
        "charge_code": line.charge_code.value,
        "period_start": line.period.start,
        "period_end": line.period.end,
        "quantity": line.quantity,
        "rate": line.rate,
        "currency": line.amount.currency.value,
        "working": list(line.working),
        "reverses_sequence": line.reverses and line.reverses.sequence,
        "reverses_line": line.reverses and line.reverses.ordinal,
    }
    debit, credit = line.postings()
    return [
        {
            **common,
            "side": side,
            "party_id": posting.account.party_id,
            "counterparty_id": other.account.party_id,
            "amount": posting.amount.amount,
        }
        for side, posting, other in ((DEBIT, debit, credit), (CREDIT, credit, debit))
    ]
