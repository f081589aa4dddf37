"""The event of a posted entry: `settlement.posted` on the settlement stream, one for each entry.

It is recorded in the transaction that posts the entry, so the stream is the ledger. Its payload is complete
for billing: one line per posting with party, contract, charge code, gas month, period, quantity, rate, signed
amount (positive: the party owes), currency and working.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.events.model import Stream
from linepack.events.typed import Instant, PlainDecimal, TypedEvent
from linepack.gasday import Period
from linepack.identity.model import Party
from linepack.identity.repository import parties_by_id
from linepack.ids import ContractId, EntryId, PartyId
from linepack.money import Currency
from settlement.ledger.model import ChargeCode, Entry, PostedLine


class PostedEntry(BaseModel):
    """What identifies an entry, and what caused it."""

    model_config = ConfigDict(frozen=True)

    id: EntryId
    sequence: int
    key: str
    cause: str
    posted_at: Instant
    hash: str


class ReversedLine(BaseModel):
    """The line that a line takes back."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    line: int


class FeedLine(BaseModel):
    """One side of a line: what a party owes a counterparty by it (negative: is owed)."""

    model_config = ConfigDict(frozen=True)

    line: int
    contract_id: ContractId
    contract_code: str
    charge_code: ChargeCode
    gas_month: date
    period: Period
    quantity: int
    rate: PlainDecimal
    currency: Currency
    working: tuple[str, ...]
    reverses: ReversedLine | None
    party_id: PartyId
    party_code: str
    counterparty_code: str
    amount: PlainDecimal


class SettlementPosted(TypedEvent):
    """An entry was posted; for the parties of its accounts."""

    stream = Stream.SETTLEMENT
    topic = "settlement.posted"

    entry: PostedEntry
    lines: tuple[FeedLine, ...]

    @property
    def key(self) -> str:
        """The entry's id."""
        return str(self.entry.id)

    @classmethod
    def of(cls, entry: Entry, parties: Mapping[PartyId, Party]) -> Self:
        """Return the event of an entry; `parties` holds every party of it."""
        return cls(
            network_id=entry.draft.network_id,
            audience=entry.draft.parties,
            entry=PostedEntry(
                id=entry.id,
                sequence=entry.sequence,
                key=entry.draft.idempotency_key,
                cause=str(entry.cause),
                posted_at=entry.recorded_at,
                hash=entry.hash,
            ),
            lines=tuple(line for posted in entry.posted_lines() for line in _sides(posted, parties)),
        )


async def announcements(connection: AsyncConnection, entries: Sequence[Entry]) -> list[SettlementPosted]:
    """Return the events that announce posted entries, in their order."""
    party_ids = {party for entry in entries for party in entry.draft.parties}
    parties = await parties_by_id(connection, sorted(party_ids))
    return [SettlementPosted.of(entry, parties) for entry in entries]


def _sides(posted: PostedLine, parties: Mapping[PartyId, Party]) -> Iterator[FeedLine]:
    line, ref = posted.line, posted.line.reverses
    reversed_line = None if ref is None else ReversedLine(sequence=ref.sequence, line=ref.ordinal)
    debit, credit = line.postings()
    for posting, other in ((debit, credit), (credit, debit)):
        yield FeedLine(
            line=posted.ref.ordinal,
            contract_id=line.contract_id,
            contract_code=line.contract_code,
            charge_code=line.charge_code,
            gas_month=line.gas_month,
            period=line.period,
            quantity=line.quantity,
            rate=line.rate,
            currency=line.amount.currency,
            working=line.working,
            reverses=reversed_line,
            party_id=posting.account.party_id,
            party_code=parties[posting.account.party_id].code,
            counterparty_code=parties[other.account.party_id].code,
            amount=posting.amount.amount,
        )
