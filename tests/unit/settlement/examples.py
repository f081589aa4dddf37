"""Parties and obligations that the settlement tests share."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from uuid import UUID

from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.money import Currency, Money
from settlement.charges.rules import Obligation
from settlement.ledger.model import Account, ChargeCode, ChargeLine, LineRef, PostedLine

NETWORK = NetworkId(UUID(int=1))
OPERATOR, ANNA, BERT, CARLA = (PartyId(UUID(int=10 + i)) for i in range(4))
PARENT, CHILD = ContractId(UUID(int=100)), ContractId(UUID(int=101))


def days(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def euro(amount: str) -> Money:
    return Money(Decimal(amount), Currency.EUR)


def reservation(quantity: int = 100, *, debtor: PartyId = ANNA) -> Obligation:
    return Obligation(
        debtor=debtor,
        creditor=OPERATOR,
        contract_id=PARENT,
        contract_code="C-1",
        charge_code=ChargeCode.RESERVATION,
        quantity=quantity,
        currency=Currency.EUR,
    )


def posted(lines: tuple[ChargeLine, ...], sequence: int = 1) -> list[PostedLine]:
    return [PostedLine(LineRef(sequence, i), line) for i, line in enumerate(lines)]


def balances_of(lines: tuple[ChargeLine, ...]) -> dict[tuple[Account, Currency], Decimal]:
    """Return the sum of the lines' postings per account and currency."""
    sums: defaultdict[tuple[Account, Currency], Decimal] = defaultdict(Decimal)
    for line in lines:
        for posting in line.postings():
            sums[posting.account, posting.amount.currency] += posting.amount.amount
    return dict(sums)
