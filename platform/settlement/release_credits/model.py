"""What a releasing shipper is credited for a replacement contract, and what of it was taken back.

Pure. The operator credits the releasing shipper the demand money that it bills to the replacement shipper.
Where that does not pay, the credit is taken back by as much, for each gas month on its own; when the money
comes late, it is credited again. So for every month: credited = demand − defaults + late payments, between
nothing and the demand.

The credit is on the account of the contract released from, whichever party holds the replacement contract
since; the debtor of the demand money is the party that owes it in the ledger now. A line of the ledger is
never changed: the open line is reversed, and what remains is posted as a new line of the same gas month.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from linepack.ids import ContractId, EventId, NetworkId, PartyId
from linepack.money import Money
from settlement.charges.rules import rate_of
from settlement.ledger.model import ChargeLine, Draft, LineRef, PostedLine


class ChangeKind(StrEnum):
    """DEFAULTED: the demand money was not paid. PAID_LATE: money that had been taken back came after all."""

    DEFAULTED = "DEFAULTED"
    PAID_LATE = "PAID_LATE"

    @property
    def topic(self) -> str:
        """The topic of its event, which is also the cause of its entry."""
        return "release-credit.defaulted" if self is ChangeKind.DEFAULTED else "release-credit.paid-late"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditChange:
    """A default or a late payment as it was recorded; its id is that of its event."""

    id: EventId
    child_id: ContractId
    gas_month: date
    kind: ChangeKind
    debtor_id: PartyId
    amount: Money
    entry_sequence: int
    recorded_by: PartyId
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCredit:
    """The credit for a replacement contract in one gas month.

    `original` is the line of the award, `open_line` the one that is not reversed, None when nothing is
    credited. `owed` is the demand money by debtor. `changes` are in the order of the ledger.
    """

    child_id: ContractId
    child_code: str
    network_id: NetworkId
    original: PostedLine
    open_line: PostedLine | None
    owed: Mapping[PartyId, Money]
    changes: tuple[CreditChange, ...]

    @property
    def gas_month(self) -> date:
        """The first day of the gas month."""
        return self.original.line.gas_month

    @property
    def operator_id(self) -> PartyId:
        """Who owes the credit."""
        return self.original.line.debtor

    @property
    def releasing_id(self) -> PartyId:
        """Who is credited."""
        return self.original.line.creditor

    @property
    def demand(self) -> Money:
        """What was credited at the award: all of the demand money."""
        return self.original.line.amount

    @property
    def credited(self) -> Money:
        """What is credited now."""
        return self.open_line.line.amount if self.open_line else self.demand - self.demand

    @property
    def taken_back(self) -> Money:
        """What was taken back and has not been paid since."""
        return self.demand - self.credited

    def taken_back_from(self, debtor_id: PartyId) -> Money:
        """Return what was taken back because this debtor did not pay, and it has not paid since."""
        total = self.demand - self.demand
        for change in self.changes:
            if change.debtor_id == debtor_id:
                total += change.amount if change.kind is ChangeKind.DEFAULTED else -change.amount
        return total

    def most(self, kind: ChangeKind, debtor_id: PartyId) -> Money:
        """Return the most that can be recorded of a debtor now, nothing or less when there is nothing."""
        taken_back = self.taken_back_from(debtor_id)
        if kind is ChangeKind.PAID_LATE:
            return taken_back
        unpaid = self.owed.get(debtor_id, self.demand - self.demand) - taken_back
        return min(unpaid, self.credited, key=lambda money: money.amount)

    def debtors(self, kind: ChangeKind) -> list[PartyId]:
        """Return those of whom something can be recorded now, in a fixed order."""
        known = {*self.owed, *(change.debtor_id for change in self.changes)}
        return sorted(party for party in known if self.most(kind, party).amount > 0)

    def changed(self, kind: ChangeKind, amount: Money, change_id: EventId) -> Draft:
        """Return the entry by which `amount` is taken back or credited again.

        Raises ValueError when the credit would fall below nothing or rise above the demand.
        """
        remaining = self.credited + (-amount if kind is ChangeKind.DEFAULTED else amount)
        if amount.amount <= 0 or not 0 <= remaining.amount <= self.demand.amount:
            raise ValueError(f"{kind} of {amount} with {self.credited} of {self.demand} credited")
        lines = [] if self.open_line is None else [self.open_line.line.reversal(self.open_line.ref)]
        if remaining.amount:
            lines.append(self._line(remaining))
        return Draft(f"{kind.topic}:{change_id}", self.network_id, tuple(lines))

    def after(self, change: CreditChange, draft: Draft) -> "ReleaseCredit":
        """Return the credit after `draft` was posted for a change of it."""
        last = len(draft.lines) - 1
        posted = PostedLine(LineRef(change.entry_sequence, last), draft.lines[last])
        open_line = None if posted.line.reverses else posted
        return replace(self, open_line=open_line, changes=(*self.changes, change))

    def as_awarded(self) -> "ReleaseCredit":
        """Return the credit as it was before anything was recorded of it."""
        return replace(self, open_line=self.original, changes=())

    def _line(self, amount: Money) -> ChargeLine:
        line = self.original.line
        return replace(
            line,
            rate=rate_of(amount.amount, line.quantity * line.period.days),
            amount=amount,
            working=(*line.working, f"not paid: {self.demand - amount}", f"payable {amount}"),
        )
