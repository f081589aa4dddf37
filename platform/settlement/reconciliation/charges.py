"""Reconciliation of postings with charge plans: the ledger holds exactly what was sold, traded and released.

Every event settled so far is charged again from its own payload, on the lines that were open and the index
values that were known when it was posted; the result must be exactly the entries it caused. All of an event's
entries follow one rule: the one in force or, failing that, an earlier one. Entries without an event are
those of recorded defaults and late payments (`settlement.reconciliation.release_credits`).
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.events.log import read
from linepack.events.model import START, Event, Stream
from linepack.events.tables import EventRow
from linepack.limits import EVENT_BATCH_MAX
from linepack.problems import Problem
from settlement.charges.basis import read_basis
from settlement.charges.events_in import charge_plan
from settlement.charges.indices.repository import under_way
from settlement.charges.plan import EARLIER, NAMING_WHOLE, TODAY, ChargePlan, Rule
from settlement.comparison.differences import Difference, Proof
from settlement.ledger.hash_chain import input_hash
from settlement.ledger.model import Draft
from settlement.ledger.repository import EntryHead, entries_table, head_by_key, heads_caused_by
from settlement.progress.parking import parked
from settlement.progress.status import STREAMS, positions
from settlement.progress.tables import SettlementFailureRow
from settlement.reconciliation.index_values import IndexedContracts

_events = EventRow.core()
_failures = SettlementFailureRow.core()


@dataclass(frozen=True, slots=True)
class _Settled:
    """An event, its plan, and the entries it caused; not all that it will, while `is_under_way`."""

    event: Event
    plan: ChargePlan | Problem | None
    caused: Sequence[EntryHead]
    is_under_way: bool


async def charge_differences(connection: AsyncConnection) -> list[Difference]:
    """Return every event that the ledger does not hold exactly, and every entry without one."""
    reached = await positions(connection)
    found: list[Difference] = []
    indexed = IndexedContracts()
    progress = await under_way(connection)
    under_way_at = (Stream.MARKET, progress.position) if progress else None
    left_out = await parked(connection)
    for stream in STREAMS:
        async for batch in _batches(connection, stream):
            caused = await heads_caused_by(connection, stream, [event.position for event in batch])
            for event in batch:
                plan = _plan(event.topic, event.payload)
                is_under_way = (stream, event.position) == under_way_at
                if event.position > reached[stream] and not is_under_way:
                    found += [
                        _other(event, f"is not settled, but caused entry {one.sequence}")
                        for one in caused[event.position]
                    ]
                elif (stream.value, event.position) not in left_out or is_under_way:
                    if isinstance(plan, ChargePlan):
                        indexed.add(event, plan)
                    settled = _Settled(event, plan, caused[event.position], is_under_way)
                    found += await _event_differences(connection, settled)
    found += await indexed.differences(connection)
    return found + await _entries_without_event(connection)


async def parked_differences(connection: AsyncConnection) -> list[Difference]:
    """Return every event that could not be settled, and why."""
    statement = (
        sa.select(_failures)
        .where(_failures.c.settled_at.is_(None))
        .order_by(_failures.c.stream, _failures.c.position)
    )
    return [
        Difference(Proof.PARKED, f"{row.topic} {row.stream}:{row.position}", f"{row.code}: {row.reason}")
        for row in await connection.execute(statement)
    ]


async def _event_differences(connection: AsyncConnection, settled: _Settled) -> list[Difference]:
    plan = settled.plan
    if isinstance(plan, Problem):
        return [_other(settled.event, f"is not parked, but {plan.message}")]
    found = await _differences_by(TODAY, connection, settled, plan)
    if not found or plan is None:
        return found
    for rule in (NAMING_WHOLE, EARLIER) if plan.may_be_earlier else (NAMING_WHOLE,):
        if not await _differences_by(rule, connection, settled, plan):
            return []
    return found


async def _differences_by(
    rule: Rule, connection: AsyncConnection, settled: _Settled, plan: ChargePlan | None
) -> list[Difference]:
    event = settled.event
    try:
        expected = await _expected(rule, connection, settled, plan) if plan else []
    except Problem as problem:
        return [_other(event, f"is not parked, but {problem.message}")]
    except (ValueError, LookupError) as fault:  # what is stored to charge it by contradicts itself
        return [_other(event, f"cannot be charged on the open lines of the ledger: {fault}")]
    by_key = {entry.idempotency_key: entry for entry in settled.caused}
    found = []
    for draft in expected:
        key = draft.idempotency_key
        entry = by_key.pop(key, None) or await head_by_key(connection, key)
        if entry is None:
            if not settled.is_under_way:
                found.append(_other(event, f"{key} is not posted"))
        elif entry.input_hash != input_hash(draft):
            found.append(_other(event, f"entry {entry.sequence} is not the charge plan of {key}"))
    return found + [_other(event, f"does not cause entry {entry.sequence}") for entry in by_key.values()]


async def _expected(
    rule: Rule, connection: AsyncConnection, settled: _Settled, plan: ChargePlan
) -> list[Draft]:
    before = min((entry.sequence for entry in settled.caused), default=None)
    return plan.drafts(await read_basis(connection, settled.event, plan, before=before), by=rule)


async def _entries_without_event(connection: AsyncConnection) -> list[Difference]:
    entry, event = entries_table.c, _events.c
    is_event = sa.exists().where(event.stream == entry.cause_stream, event.position == entry.cause_position)
    statement = sa.select(entry.sequence).where(entry.cause_position.is_not(None), ~is_event)
    statement = statement.order_by(entry.sequence)
    return [
        Difference(Proof.CHARGES, f"entry {sequence}", "no event caused it")
        for sequence in (await connection.execute(statement)).scalars()
    ]


async def _batches(connection: AsyncConnection, stream: Stream) -> AsyncIterator[list[Event]]:
    after = START
    while batch := await read(connection, stream, after, EVENT_BATCH_MAX):
        yield batch
        after = batch[-1].position


def _plan(topic: str, payload: object) -> ChargePlan | Problem | None:
    try:
        return charge_plan(topic, payload if isinstance(payload, dict) else {})
    except Problem as problem:
        return problem


def _other(event: Event, detail: str) -> Difference:
    return Difference(Proof.CHARGES, f"{event.topic} {event.stream}:{event.position}", detail)
