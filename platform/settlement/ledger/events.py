"""The event of a posted entry: `settlement.posted` on the settlement stream, one for each entry.

It is recorded in the transaction that posts the entry, so the stream is the ledger. Its payload is complete
for billing: one line per posting with party, contract, charge code, gas month, period, quantity, rate, signed
amount (positive: the party owes), currency and working.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.canonical_json import JsonValue
from linepack.events.model import NewEvent, Stream
from linepack.identity.model import Party
from linepack.identity.repository import parties_by_id
from linepack.ids import PartyId
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
    """Return the payload of an entry's event; `parties` holds every party of the entry."""
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
