"""The billing feed: a reader's pages of posted entries, and who may read which.

A party, operators included, reads the entries that touch its accounts; regulator, billing and administration
read all, and see positions without gaps.

An entry's event has the position of the entry's sequence (reconciliation proves it), so the ledger's index of
a party's postings finds the party's events without reading those of others.
"""

from dataclasses import dataclass

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


async def _events_of(
    connection: AsyncConnection, party_id: PartyId, *, after: Cursor, limit: int
) -> list[Event]:
    sequences = await repository.sequences_of(connection, party_id, after=after, limit=limit)
    events = await log.read_at(connection, Stream.SETTLEMENT, sequences)
    for event in events:
        if party_id not in (event.audience or ()):
            raise LookupError(f"event {event.position} of the feed is not that of entry {event.position}")
    return events
