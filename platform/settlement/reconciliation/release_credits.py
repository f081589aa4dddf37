"""Reconciliation of recorded defaults and late payments with their entries and events.

Each record is applied to the credit of its award in the order of the ledger; the result must be its entry,
and its event must say the same. An entry that no event caused must be that of a record.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.events.tables import EventRow
from linepack.ids import ContractId, EventId
from settlement.comparison.differences import Difference, Proof
from settlement.ledger.hash_chain import input_hash
from settlement.ledger.repository import entries_table
from settlement.release_credits import repository
from settlement.release_credits.events import of_change
from settlement.release_credits.model import CreditChange, ReleaseCredit

_changes = repository.changes_table
_events = EventRow.core()


async def credit_differences(connection: AsyncConnection) -> list[Difference]:
    """Return every record that the ledger or its event does not hold exactly, and every entry without one."""
    recorded = sa.select(_changes.c.child_contract_id).distinct().order_by(_changes.c.child_contract_id)
    found: list[Difference] = []
    for child_id in (await connection.execute(recorded)).scalars().all():
        try:
            found += await _differences_of(connection, ContractId(child_id))
        except ValueError as fault:
            found.append(
                Difference(Proof.CHARGES, f"credit for contract {child_id}", f"cannot be read: {fault}")
            )
    return found + await _entries_without_record(connection)


async def _differences_of(connection: AsyncConnection, child_id: ContractId) -> list[Difference]:
    now = await repository.credits_of(connection, [child_id])
    credit_by_month = {one.gas_month: one.as_awarded() for one in now}
    changes = await repository.changes_of(connection, [child_id])
    heads = await _heads(connection, [change.entry_sequence for change in changes])
    recorded = await _events_of(connection, [change.id for change in changes])
    found: list[Difference] = []
    for change in changes:
        if (credit := credit_by_month.get(change.gas_month)) is None:
            found.append(_other(change, "there was no credit"))
            continue
        try:
            draft = credit.changed(change.kind, change.amount, change.id)
        except ValueError as fault:
            found.append(_other(change, f"cannot be applied: {fault}"))
            continue
        credit_by_month[change.gas_month] = credit.after(change, draft)
        expected = (draft.idempotency_key, input_hash(draft), change.recorded_at)
        if heads.get(change.entry_sequence) != expected:
            found.append(_other(change, f"entry {change.entry_sequence} is not what it gives"))
        if recorded.get(change.id) != _expected(credit, change):
            found.append(_other(change, "its event has another payload"))
    return found


async def _heads(
    connection: AsyncConnection, sequences: Sequence[int]
) -> dict[int, tuple[str, str, datetime]]:
    entry = entries_table.c
    statement = sa.select(entry.sequence, entry.idempotency_key, entry.input_hash, entry.recorded_at)
    rows = await connection.execute(statement.where(entry.sequence.in_(sequences)))
    return {row.sequence: (row.idempotency_key, row.input_hash, row.recorded_at) for row in rows}


async def _events_of(
    connection: AsyncConnection, ids: Sequence[EventId]
) -> dict[UUID, tuple[str, Mapping[str, Any]]]:
    event = _events.c
    statement = sa.select(event.id, event.topic, event.payload).where(event.id.in_(ids))
    return {row.id: (row.topic, row.payload) for row in await connection.execute(statement)}


def _expected(credit: ReleaseCredit, change: CreditChange) -> tuple[str, Mapping[str, Any]]:
    event = of_change(credit, change.kind, debtor_id=change.debtor_id, amount=change.amount)
    return event.topic, event.payload


async def _entries_without_record(connection: AsyncConnection) -> list[Difference]:
    entry = entries_table.c
    is_recorded = sa.exists().where(_changes.c.entry_sequence == entry.sequence)
    statement = sa.select(entry.sequence).where(entry.cause_position.is_(None), ~is_recorded)
    return [
        Difference(Proof.CHARGES, f"entry {sequence}", "no event caused it")
        for sequence in (await connection.execute(statement.order_by(entry.sequence))).scalars()
    ]


def _other(change: CreditChange, detail: str) -> Difference:
    return Difference(Proof.CHARGES, f"{change.kind.topic} {change.id}", detail)
