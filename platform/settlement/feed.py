"""The billing feed: what others learn about each ledger entry, and a reader's pages of it.

Every entry is one event `settlement.posted` on the settlement stream, recorded in the transaction that posts
it, so the feed is the ledger. Its payload is complete for billing: one line per posting with party, contract,
charge code, gas month, period, quantity, rate, signed amount (positive: the party owes), currency and
working. A party, operators included, reads the entries that touch its accounts; regulator, billing and
administration read all, and see positions without gaps.

An entry's event stands at the position of the entry's sequence (reconciliation proves it), so the ledger's
index of a party's postings finds the party's events, and those of others cost it nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal
from linepack.canonical_json import JsonValue
from linepack.events import log
from linepack.events.model import Cursor, Event, NewEvent, Stream
from linepack.identity.model import Party
from linepack.identity.repository import parties_by_id
from linepack.ids import PartyId
from linepack.problems import Fault, InvalidInput
from settlement.ledger import repository
from settlement.ledger.model import Entry, PostedLine, Posting

TOPIC = "settlement.posted"


async def announcements(connection: AsyncConnection, entries: Sequence[Entry]) -> list[NewEvent]:
    """Return the events that announce posted entries, in their order."""
    party_ids = {party for entry in entries for party in entry.draft.parties}
    parties = await parties_by_id(connection, sorted(party_ids))
    return [
        NewEvent(
            stream=Stream.SETTLEMENT,
            topic=TOPIC,
            key=str(entry.id),
            payload=payload(entry, parties),
            network_id=entry.draft.network_id,
            audience=entry.draft.parties,
        )
        for entry in entries
    ]


def payload(entry: Entry, parties: Mapping[PartyId, Party]) -> dict[str, JsonValue]:
    """Return the entry as the feed tells it; `parties` holds every party of the entry."""
    return {
        "entry": {
            "id": str(entry.id),
            "sequence": entry.sequence,
            "key": entry.draft.idempotency_key,
            "cause": str(entry.cause),
            "posted_at": entry.recorded_at.isoformat(),
            "hash": entry.hash,
        },
        "lines": [line for posted in entry.posted_lines() for line in _lines(posted, parties)],
    }


def may_read(principal: Principal, event: Event) -> bool:
    """Tell whether an event of the feed may be told to the principal."""
    return event.audience is None or principal.sees(*event.audience)


def may_read_record(principal: Principal, entry: Entry) -> bool:
    """Tell whether the whole of an entry may be told to the principal: it is a side of every line."""
    return all(principal.sees(line.debtor, line.creditor) for line in entry.draft.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """A reader's next events; `cursor` is how far it has now been told everything, even if that is nothing.

    Without `has_more` that is the head of the feed; an entry that waits for its position lies behind it.
    """

    events: list[Event]
    cursor: Cursor
    has_more: bool


async def page(connection: AsyncConnection, principal: Principal, *, after: Cursor, first: int) -> Page:
    """Return up to `first` events after a cursor that the principal may see; `connection` reads one instant.

    Raises InvalidInput for a cursor ahead of the feed: it belongs to another database, or to one that has
    since been restored from a backup.
    """
    head = await log.head(connection, Stream.SETTLEMENT)
    if after > head:
        raise InvalidInput([Fault("after", f"the feed ends at {head}, {after} is not a cursor of it")])
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
            raise LookupError(f"event {event.position} of the feed does not tell of entry {event.position}")
    return events


def _lines(posted: PostedLine, parties: Mapping[PartyId, Party]) -> list[JsonValue]:
    line, reverses = posted.line, posted.line.reverses
    common: dict[str, JsonValue] = {
        "line": posted.ref.ordinal,
        "contract_id": str(line.contract_id),
        "contract_code": line.contract_code,
        "charge_code": line.charge_code.value,
        "gas_month": line.gas_month.isoformat(),
        "period": {"start": line.period.start.isoformat(), "end": line.period.end.isoformat()},
        "quantity": line.quantity,
        "rate": f"{line.rate:f}",
        "currency": line.amount.currency.value,
        "working": list(line.working),
        "reverses": None if reverses is None else {"sequence": reverses.sequence, "line": reverses.ordinal},
    }
    return [
        {
            **common,
            "party_id": str(posting.account.party_id),
            "party_code": parties[posting.account.party_id].code,
            "counterparty_code": parties[other.account.party_id].code,
            "amount": f"{posting.amount.amount:f}",
        }
        for posting, other in _both_ways(posted)
    ]


def _both_ways(posted: PostedLine) -> tuple[tuple[Posting, Posting], tuple[Posting, Posting]]:
    debit, credit = posted.line.postings()
    return (debit, credit), (credit, debit)
