"""Reconciliation of the ledger with itself and with the feed.

Each entry follows the one before in number and hash, its hashes are those of what is stored, every posting is
the side of a line that the hash covers, and postings sum to zero. Each entry is one event of the feed, at the
position of its sequence, with the payload the entry gives. Nothing here relies on the triggers that guard the
tables: a superuser can disable them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.canonical_json import JsonValue
from linepack.events import log
from linepack.events.model import Stream
from linepack.events.tables import EventRow
from linepack.identity.model import Party
from linepack.identity.repository import parties_by_id
from linepack.ids import PartyId
from settlement.comparison.differences import Difference, Proof
from settlement.ledger.events import SettlementPosted
from settlement.ledger.hash_chain import GENESIS, entry_hash, input_hash
from settlement.ledger.model import Entry
from settlement.ledger.posting import posting_rows
from settlement.ledger.repository import entry_of, ledger_rows, postings_table

_events = EventRow.core()


async def ledger_differences(connection: AsyncConnection) -> list[Difference]:
    """Return every break of the chain, every entry that is not what it was, and every fault of the feed."""
    found: list[Difference] = []
    sequence, previous_hash = 0, GENESIS
    unplaced = await _unplaced_payloads(connection)
    async for chunk in ledger_rows(connection):
        placed = await log.read(connection, Stream.SETTLEMENT, sequence, len(chunk))
        events = {event.key: (event.position, event.payload) for event in placed}
        parties = await _parties(connection, chunk)
        for head, postings in chunk:
            found += _chain_differences(head, sequence, previous_hash)
            sequence, previous_hash = head.sequence, head.hash
            found += _zero_differences(head.sequence, postings)
            try:
                entry = entry_of(head, postings)
            except (ValueError, LookupError) as fault:
                found.append(_broken(head.sequence, f"cannot be read: {fault}"))
                continue
            found += _content_differences(entry, postings)
            found += _feed_differences(entry, events.get(str(entry.id)), unplaced, parties)
    return found + await _surplus_differences(connection, sequence, len(unplaced))


def _chain_differences(head: sa.Row[Any], sequence: int, previous_hash: str) -> list[Difference]:
    found = []
    if head.sequence != sequence + 1:
        found.append(_broken(head.sequence, f"follows entry {sequence}: entries are missing"))
    if head.previous_hash != previous_hash:
        found.append(_broken(head.sequence, f"is not chained to entry {sequence}"))
    return found


def _zero_differences(sequence: int, postings: Sequence[sa.Row[Any]]) -> list[Difference]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in postings:
        sums[row.currency] += row.amount
    return [
        _broken(sequence, f"sums to {amount} {currency}, not to zero")
        for currency, amount in sorted(sums.items())
        if amount
    ]


def _content_differences(entry: Entry, postings: Sequence[sa.Row[Any]]) -> list[Difference]:
    found = []
    if entry.input_hash != input_hash(entry.draft):
        found.append(_broken(entry.sequence, "its lines are not those that its input hash covers"))
    if entry.hash != entry_hash(entry):
        found.append(_broken(entry.sequence, "is not what its hash covers"))
    expected = [row for posted in entry.posted_lines() for row in posting_rows(posted)]
    if [dict(row._mapping) for row in postings] != [_as_stored(row) for row in expected]:
        found.append(_broken(entry.sequence, "its postings are not the two sides of its lines"))
    return found


def _feed_differences(
    entry: Entry,
    placed: tuple[int, Mapping[str, JsonValue]] | None,
    unplaced: Mapping[str, Mapping[str, JsonValue]],
    parties: Mapping[PartyId, Party],
) -> list[Difference]:
    subject = f"entry {entry.sequence}"
    position, stored = placed or (entry.sequence, unplaced.get(str(entry.id)))
    if stored is None:
        return [Difference(Proof.FEED, subject, "has no event at its place in the feed")]
    if position != entry.sequence:
        return [Difference(Proof.FEED, subject, f"is event {position} of the feed")]
    if stored != SettlementPosted.of(entry, parties).payload:
        return [Difference(Proof.FEED, subject, "its event has another payload")]
    return []


async def _surplus_differences(
    connection: AsyncConnection, last_sequence: int, unplaced: int
) -> list[Difference]:
    events = await log.head(connection, Stream.SETTLEMENT) + unplaced
    if events <= last_sequence:
        return []
    return [Difference(Proof.FEED, "feed", f"has {events} events, the ledger {last_sequence} entries")]


async def _unplaced_payloads(connection: AsyncConnection) -> dict[str, Mapping[str, JsonValue]]:
    """Return the payloads of committed events without a position yet, by entry id."""
    event = _events.c
    statement = sa.select(event.key, event.payload).where(
        event.position.is_(None), event.stream == Stream.SETTLEMENT.value
    )
    return {row.key: row.payload for row in await connection.execute(statement)}


async def _parties(
    connection: AsyncConnection, chunk: Sequence[tuple[sa.Row[Any], Sequence[sa.Row[Any]]]]
) -> dict[PartyId, Party]:
    ids = {PartyId(row.party_id) for _, postings in chunk for row in postings}
    return await parties_by_id(connection, sorted(ids))


def _as_stored(row: dict[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in postings_table.columns}


def _broken(sequence: int, detail: str) -> Difference:
    return Difference(Proof.LEDGER, f"entry {sequence}", detail)
