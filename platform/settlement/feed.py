"""The billing feed: a reader's pages of posted entries, in order or the newest first, and who may read which.

A party, operators included, reads the entries that touch its accounts; regulator, billing and administration
read all, and see positions without gaps.

An entry's event has the position of the entry's sequence (reconciliation proves it), so the ledger's index of
a party's postings finds the party's events without reading those of others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal
from linepack.events import log
from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Event, Stream
from linepack.ids import PartyId
from settlement.ledger import repository
from settlement.ledger.model import Entry


def may_read(principal: Principal, event: Event) -> bool:
    """Return whether the principal may read an event of the feed."""
    return event.audience is None or principal.sees(*event.audience)


def may_read_record(principal: Principal, entry: Entry) -> bool:
    """Return whether the principal may read the whole of an entry: it is a side of every line."""
    return all(principal.sees(line.debtor, line.creditor) for line in entry.draft.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """A reader's next events; up to `cursor` it has now read all that it may see, which may be nothing.

    Without `has_more` the cursor is the head of the feed; an entry without a position yet comes after it.
    """

    events: list[Event]
    cursor: Cursor
    has_more: bool


async def page(
    connection: AsyncConnection, principal: Principal, *, after: Cursor, first: int
) -> Page | OutOfStep:
    """Return up to `first` events after a cursor that the principal may see; `connection` reads one instant.

    OutOfStep for a cursor ahead of the feed: it belongs to another database, or to one that has since been
    restored from a backup.
    """
    head = await log.head(connection, Stream.SETTLEMENT)
    if after > head:
        return OutOfStep(after)
    if principal.oversees:
        found = await log.read(connection, Stream.SETTLEMENT, after, first + 1)
    elif principal.party_id is None:
        found = []
    else:
        found = await _events_of(connection, principal.party_id, after=after, limit=first + 1)
    events, has_more = found[:first], len(found) > first
    return Page(events, events[-1].position if has_more else head, has_more)


async def newest(
    connection: AsyncConnection,
    principal: Principal,
    concerning: repository.Concerning,
    *,
    before: int | None,
    first: int,
) -> Page:
    """Return the last `first` events before a sequence that the principal may see, newest first.

    Only of entries with a line that is about what is asked for, and that the principal may see. The page's
    cursor is the head of the feed; `connection` reads one instant.
    """
    head = await log.head(connection, Stream.SETTLEMENT)
    if principal.party_id is None and not principal.oversees:
        return Page([], head, has_more=False)
    own = None if principal.oversees else principal.party_id
    if own is not None:
        concerning = replace(concerning, parties=concerning.parties | {own})
    until = head if before is None else min(head, before - 1)
    sequences = await repository.newest_sequences(connection, concerning, until=until, limit=first + 1)
    events = await _events_at(connection, sequences[:first], own)
    return Page(events[::-1], head, has_more=len(sequences) > first)


async def _events_of(
    connection: AsyncConnection, party_id: PartyId, *, after: Cursor, limit: int
) -> list[Event]:
    sequences = await repository.sequences_of(connection, party_id, after=after, limit=limit)
    return await _events_at(connection, sequences, party_id)


async def _events_at(
    connection: AsyncConnection, sequences: Sequence[int], party_id: PartyId | None
) -> list[Event]:
    events = await log.read_at(connection, Stream.SETTLEMENT, sequences)
    for event in events:
        if party_id is not None and party_id not in (event.audience or ()):
            raise LookupError(f"event {event.position} of the feed is not that of entry {event.position}")
    return events
