"""What holds for every charge: months add up, entries sum to zero, reversals undo, assignment conserves."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.settlement.examples import ANNA, BERT, CHILD, PARENT, balances_of, posted, reservation

from capacity.contracts.pricing.calculation import exact_sum
from capacity.contracts.pricing.price import BlockTiers, Flat, PriceProcedure, SeasonFactor, Sum, Tier
from linepack.gasday import Period
from linepack.ids import ContractId
from linepack.money import Currency, Money
from settlement.charges.cost import at_price, at_rate
from settlement.charges.rules import pass_on, plan, release_credit
from settlement.ledger.model import ChargeLine, LineRef, PostedLine

rates = st.decimals(min_value=0, max_value=50, places=5)
quantities = st.integers(min_value=1, max_value=2_000_000)
periods = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    st.dates(min_value=date(2026, 1, 1), max_value=date(2030, 12, 31)),
    st.integers(min_value=1, max_value=500),
)


@st.composite
def prices(draw: st.DrawFn) -> PriceProcedure:
    factors = draw(st.tuples(*[st.decimals(min_value=0, max_value=3, places=2)] * 12))
    tiers = BlockTiers((Tier(Decimal(1000), draw(rates)), Tier(None, draw(rates))))
    return Sum((SeasonFactor(Flat(draw(rates)), factors), tiers))


@given(prices(), quantities, periods)
def test_monthly_lines_add_up_to_the_rounded_exact_total(
    price: PriceProcedure, quantity: int, period: Period
) -> None:
    cost = at_price(price, Decimal(quantity))
    lines = plan(reservation(quantity), period, cost)
    exact = exact_sum(*(cost(month).amount for month in period.gas_months()))
    assert total(lines) == Money(exact, Currency.EUR).rounded()
    assert sum(line.period.days for line in lines) == period.days


@given(prices(), quantities, periods)
def test_a_line_is_never_a_cent_or_more_off_its_exact_amount(
    price: PriceProcedure, quantity: int, period: Period
) -> None:
    cost = at_price(price, Decimal(quantity))
    for line in plan(reservation(quantity), period, cost):
        assert abs(line.amount.amount - cost(line.period).amount) < Decimal("0.01")


@given(rates, quantities, periods)
def test_every_line_sums_to_zero_over_its_accounts(rate: Decimal, quantity: int, period: Period) -> None:
    lines = plan(reservation(quantity), period, at_rate(rate, quantity))
    assert sum(balances_of(lines).values()) == 0


@given(rates, quantities, periods)
def test_reversals_are_the_inverse_of_what_they_reverse(rate: Decimal, quantity: int, period: Period) -> None:
    lines = plan(reservation(quantity), period, at_rate(rate, quantity))
    reversals = tuple(item.line.reversal(item.ref) for item in posted(lines))
    assert not any(balances_of(lines + reversals).values())


@given(rates, quantities, periods)
def test_release_credit_equals_the_demand_money_of_the_replacement(
    rate: Decimal, quantity: int, period: Period
) -> None:
    demand = plan(reservation(quantity, debtor=BERT), period, at_rate(rate, quantity))
    credit = release_credit(demand, releasing=ANNA, contract_id=PARENT, contract_code="C-1")
    assert total(credit) == total(demand)
    operator = sum(
        amount
        for (account, _), amount in balances_of((*demand, *credit)).items()
        if account.party_id not in (ANNA, BERT)
    )
    assert operator == 0


@given(st.data(), rates, st.integers(min_value=2, max_value=100_000), periods)
def test_assignments_conserve_every_gas_month_to_the_cent(
    data: st.DataObject, rate: Decimal, quantity: int, period: Period
) -> None:
    """Parts of the contract pass again and again; whichever party owes, each month's money stays the same."""
    lines = plan(reservation(quantity), period, at_rate(rate, quantity))
    before = by_month(lines)
    book = posted(lines)
    for number in range(data.draw(st.integers(min_value=1, max_value=4))):
        book = _assign_something(data, book, ContractId(UUID(int=CHILD.int + number)))
    assert by_month(item.line for item in book) == before
    owed = Counter[date]()
    for item in book:
        owed.update(dict.fromkeys(item.line.period, item.line.quantity))
    assert owed == Counter(dict.fromkeys(period, quantity))


def _assign_something(data: st.DataObject, book: list[PostedLine], child: ContractId) -> list[PostedLine]:
    own = [item for item in book if item.line.contract_id == PARENT]
    if not own:
        return book
    line = data.draw(st.sampled_from(own)).line
    first = data.draw(st.integers(min_value=0, max_value=line.period.days - 1))
    last = data.draw(st.integers(min_value=first + 1, max_value=line.period.days))
    part = Period(line.period.start + timedelta(days=first), line.period.start + timedelta(days=last))
    units = data.draw(st.integers(min_value=1, max_value=line.quantity))
    obligation = replace(reservation(units, debtor=BERT), contract_id=child, contract_code="C-2")
    passed = pass_on(
        own,
        part=obligation,
        period=part,
        cost=at_rate(line.rate, units),
        kept=lambda quantity: at_rate(line.rate, quantity),
    )
    gone = {item.reverses for item in passed.seller}
    sequence = max(item.ref.sequence for item in book) + 1
    fresh = [line for line in (*passed.seller, *passed.buyer) if line.reverses is None]
    return [item for item in book if item.ref not in gone] + [
        PostedLine(LineRef(sequence, i), line) for i, line in enumerate(fresh)
    ]


def total(lines: Iterable[ChargeLine]) -> Money:
    return sum((line.amount for line in lines), start=Money.zero(Currency.EUR))


def by_month(lines: Iterable[ChargeLine]) -> dict[date, Decimal]:
    sums: dict[date, Decimal] = {}
    for line in lines:
        sums[line.gas_month] = sums.get(line.gas_month, Decimal(0)) + line.amount.amount
    return sums
