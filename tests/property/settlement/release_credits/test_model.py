"""Whatever is recorded of a credit, it is demand − defaults + late payments, and its lines add up to it."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.settlement.examples import (
    ANNA,
    BERT,
    CHILD,
    NETWORK,
    OPERATOR,
    PARENT,
    balances_of,
    days,
    euro,
    posted,
)

from linepack.ids import EventId
from linepack.money import Currency, Money
from settlement.ledger.model import Account, ChargeCode, ChargeLine
from settlement.release_credits.model import ChangeKind, CreditChange, ReleaseCredit

APRIL = days("2027-04-01", "2027-05-01")
ACCOUNT = Account(ANNA, PARENT, APRIL.start, ChargeCode.RELEASE_CREDIT)
DEMAND_CENTS = 30_000
steps = st.lists(
    st.tuples(st.sampled_from(ChangeKind), st.integers(min_value=-1, max_value=DEMAND_CENTS + 1)), max_size=30
)


def awarded() -> ReleaseCredit:
    """A credit of 300.00 EUR for 40 units at 0.25 in April."""
    line = ChargeLine(
        debtor=OPERATOR,
        creditor=ANNA,
        contract_id=PARENT,
        contract_code="C-1",
        charge_code=ChargeCode.RELEASE_CREDIT,
        period=APRIL,
        quantity=40,
        rate=Decimal("0.25"),
        amount=euro("300.00"),
    )
    (original,) = posted((line,))
    return ReleaseCredit(
        child_id=CHILD,
        child_code="C-2",
        network_id=NETWORK,
        original=original,
        open_line=original,
        owed={BERT: euro("300.00")},
        changes=(),
    )


@given(steps)
def test_the_credit_is_demand_less_defaults_plus_late_payments(
    given_steps: list[tuple[ChangeKind, int]],
) -> None:
    credit, cents = awarded(), DEMAND_CENTS
    lines = [credit.original.line]
    for number, (kind, step) in enumerate(given_steps):
        amount = Money(Decimal(step) / 100, Currency.EUR).rounded()
        rest = cents - step if kind is ChangeKind.DEFAULTED else cents + step
        change_id = EventId(UUID(int=number))
        if step <= 0 or not 0 <= rest <= DEMAND_CENTS:
            with pytest.raises(ValueError, match="credited"):
                credit.changed(kind, amount, change_id)
            assert credit.most(kind, BERT).amount < Decimal(step) / 100 or step <= 0
            continue
        draft = credit.changed(kind, amount, change_id)
        change = CreditChange(
            id=change_id,
            child_id=CHILD,
            gas_month=APRIL.start,
            kind=kind,
            debtor_id=BERT,
            amount=amount,
            entry_sequence=2 + number,
            recorded_by=OPERATOR,
            recorded_at=datetime(2027, 5, 1, tzinfo=UTC),
        )
        credit, cents = credit.after(change, draft), rest
        lines += draft.lines
        assert credit.credited == Money(Decimal(cents) / 100, Currency.EUR)
        assert credit.taken_back == credit.taken_back_from(BERT) == credit.demand - credit.credited
        assert credit.most(ChangeKind.DEFAULTED, BERT) == credit.credited
        assert credit.most(ChangeKind.PAID_LATE, BERT) == credit.taken_back
        assert balances_of(tuple(lines))[ACCOUNT, Currency.EUR] == -credit.credited.amount
