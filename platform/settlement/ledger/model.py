"""The values of the ledger: charge codes, charge lines, postings, entries.

A *charge line* says who owes whom how much for which contract, gas month and reason. It is posted twice: the
debtor's account is debited (positive: owes) and the creditor's credited (negative: is owed), so that every
entry sums to zero in every currency. An *account* is (party, contract, gas month, charge code); a positive
balance is what the party still owes. A correction never changes a line: it is a line of the same gas month
with quantity and amount negated that names the line it reverses, followed by new lines.

Amounts are whole minor units of their currency. A line lies within one gas month and owes the same on each
of its gas days. `quantity` is in the network's commercial unit, `rate` in currency per unit and gas day.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from linepack.events.model import Stream
from linepack.gasday import Period
from linepack.ids import ContractId, EntryId, NetworkId, PartyId
from linepack.money import Money


class ChargeCode(StrEnum):
    """What a charge is for.

    RESERVATION: the right to transport, owed to the operator whether used or not. RELEASE_CREDIT: the demand
    money of a replacement shipper, credited by the operator to the releasing shipper. SECONDARY_PRICE: what
    the buyer of a right owes its seller.
    """

    RESERVATION = "RESERVATION"
    RELEASE_CREDIT = "RELEASE_CREDIT"
    SECONDARY_PRICE = "SECONDARY_PRICE"


@dataclass(frozen=True, slots=True, order=True)
class LineRef:
    """The place of a posted line: its entry's sequence and its ordinal there."""

    sequence: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One charge of one gas month; negative quantity and amount take back the line that `reverses` names."""

    debtor: PartyId
    creditor: PartyId
    contract_id: ContractId
    contract_code: str
    charge_code: ChargeCode
    period: Period
    quantity: int
    rate: Decimal
    amount: Money
    working: tuple[str, ...] = ()
    reverses: LineRef | None = None

    def __post_init__(self) -> None:
        if len(self.period.gas_months()) > 1:
            raise ValueError(f"a charge line lies within one gas month, not {self.period}")
        if self.amount != self.amount.rounded():
            raise ValueError(f"a charge line owes whole minor units, not {self.amount}")
        if self.debtor == self.creditor:
            raise ValueError(f"debtor and creditor must differ, both are {self.debtor}")

    @property
    def gas_month(self) -> date:
        """The first day of the gas month this charge belongs to, whenever it is posted."""
        return self.period.start.replace(day=1)

    def reversal(self, ref: LineRef) -> "ChargeLine":
        """Return the line that takes this one, posted as `ref`, back."""
        return replace(
            self,
            quantity=-self.quantity,
            amount=-self.amount,
            working=(f"reversal of line {ref.ordinal} of entry {ref.sequence}",),
            reverses=ref,
        )

    def postings(self) -> "tuple[Posting, Posting]":
        """Return the debit and the credit of this line."""
        debit = Account(self.debtor, self.contract_id, self.gas_month, self.charge_code)
        credit = replace(debit, party_id=self.creditor)
        return Posting(debit, self.amount), Posting(credit, -self.amount)


@dataclass(frozen=True, slots=True)
class Account:
    """What a balance is kept for."""

    party_id: PartyId
    contract_id: ContractId
    gas_month: date
    charge_code: ChargeCode


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount on an account; positive is owed by the account's party."""

    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an entry was made: an event of another package, or a command (then it has no position)."""

    stream: Stream
    topic: str
    position: int | None

    def __str__(self) -> str:
        return self.topic if self.position is None else f"{self.topic} {self.stream}:{self.position}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted once: `idempotency_key` names what it settles, `lines` say how."""

    idempotency_key: str
    network_id: NetworkId
    lines: tuple[ChargeLine, ...]

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError(f"entry {self.idempotency_key} has no lines")

    @property
    def parties(self) -> frozenset[PartyId]:
        """The parties whose accounts the entry touches."""
        return frozenset(party for line in self.lines for party in (line.debtor, line.creditor))


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A line together with where it was posted."""

    ref: LineRef
    line: ChargeLine


@dataclass(frozen=True, slots=True)
class Entry:
    """A posted entry: the `sequence`-th of the ledger, chained to the one before by `previous_hash`."""

    id: EntryId
    sequence: int
    draft: Draft
    cause: Cause
    input_hash: str
    recorded_at: datetime
    previous_hash: str
    hash: str

    def posted_lines(self) -> tuple[PostedLine, ...]:
        """Return the lines with their places in the ledger."""
        return tuple(PostedLine(LineRef(self.sequence, i), line) for i, line in enumerate(self.draft.lines))


@dataclass(frozen=True, slots=True)
class Balance:
    """The sum of the postings on an account."""

    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class PartyBalance:
    """The sum of the postings on a party's accounts of a gas month and charge code, of all its contracts."""

    party_id: PartyId
    gas_month: date
    charge_code: ChargeCode
    amount: Money


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a party owes, and what it is owed, each the sum of the accounts where that is so."""

    owes: Money
    is_owed: Money

    @property
    def net(self) -> Money:
        """What it owes on balance; negative: it is owed."""
        return self.owes - self.is_owed
