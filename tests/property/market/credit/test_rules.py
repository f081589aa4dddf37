"""What holds of the check of credit, whatever the limits, factors, duties and prices."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import Period
from linepack.ids import CreditLimitId, NetworkId, PartyId
from linepack.money import Currency
from market.credit.model import (
    Credit,
    CreditFactor,
    CreditLimit,
    Duty,
    DutyCause,
    DutyTerm,
    DutyTermKind,
    usage_of,
)
from market.credit.rules import exceeded_by, largest_passing
from market.products.model import Runtime

NETWORK, ANNA = NetworkId(UUID(int=7)), PartyId(UUID(int=1))
DAY = date(2026, 10, 1)
amounts = st.decimals(min_value=0, max_value=10_000, places=2)
factors = st.decimals(min_value=0, max_value=3, places=3)
firmness = st.sampled_from(Firmness)
runtimes = st.sampled_from(Runtime)
kinds = st.sampled_from(RouteKind)


@st.composite
def limits(draw: st.DrawFn) -> CreditLimit:
    own_factors = draw(
        st.lists(
            st.builds(CreditFactor, factors, st.none() | firmness, st.none() | runtimes),
            max_size=4,
            unique_by=lambda one: (one.firmness, one.runtime),
        )
    )
    return CreditLimit(
        id=CreditLimitId(UUID(int=1)),
        network_id=NETWORK,
        code="G",
        party_id=ANNA,
        valid_from=DAY,
        amount=draw(amounts),
        currency=Currency.EUR,
        framework="terms",
        factors=tuple(own_factors),
        kind=draw(st.none() | kinds),
        firmness=draw(st.none() | firmness),
        runtime=draw(st.none() | runtimes),
    )


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    terms = [
        DutyTerm(DutyTermKind.CHARGE, draw(amounts)),
        DutyTerm(DutyTermKind.PASSED_ON, -draw(amounts)),
        DutyTerm(DutyTermKind.PAID, -draw(amounts)),
    ]
    return Duty(
        cause=DutyCause.CONTRACT,
        subject_id=None,
        label="",
        kinds=frozenset(draw(st.sets(kinds, min_size=1))),
        firmness=draw(firmness),
        runtime=draw(runtimes),
        period=Period(DAY, date(2026, 11, 1)),
        quantity=1,
        terms=tuple(terms[: draw(st.integers(1, 3))]),
    )


def standing(limits: list[CreditLimit], duties: list[Duty]) -> Credit:
    return Credit(NETWORK, ANNA, tuple(usage_of(limit, duties) for limit in limits))


def priced(duty: Duty, price: Decimal, quantity: int) -> Duty:
    """Return a duty of this product that owes `quantity` times `price`."""
    charge = (price * quantity).quantize(Decimal("0.01"))
    return replace(duty, quantity=quantity, terms=(DutyTerm(DutyTermKind.CHARGE, charge),))


@given(
    st.lists(limits(), max_size=3),
    st.lists(duties(), max_size=4),
    duties(),
    st.decimals(min_value=0, max_value=50, places=4),
    st.integers(1, 10_000),
)
def test_the_largest_quantity_passes_and_one_unit_more_does_not(
    limits: list[CreditLimit], before: list[Duty], asked: Duty, price: Decimal, quantity: int
) -> None:
    credit = standing(limits, before)

    def duty_of(units: int) -> Duty:
        return priced(asked, price, units)

    if not exceeded_by(credit, duty_of(quantity)):
        return
    largest = largest_passing(credit, duty_of, quantity)
    assert 0 <= largest < quantity
    assert not exceeded_by(credit, duty_of(largest))
    assert exceeded_by(credit, duty_of(largest + 1))


@given(st.lists(limits(), max_size=3), st.lists(duties(), max_size=4), duties())
def test_what_passes_leaves_every_limit_that_it_takes_of_as_it_allows(
    limits: list[CreditLimit], before: list[Duty], asked: Duty
) -> None:
    credit = standing(limits, before)
    after = standing(limits, [*before, asked])
    assert credit.with_duty(asked) == after
    exceeded = {id(one.limit): one.missing for one in exceeded_by(credit, asked)}
    for limit, was, now in zip(limits, credit.usages, after.usages, strict=True):
        if now.used == was.used:
            assert id(limit) not in exceeded
        elif id(limit) in exceeded:
            assert -exceeded[id(limit)] == now.remaining
        else:
            assert now.remaining.amount >= 0


@given(limits(), st.lists(duties(), max_size=6))
def test_a_limit_is_used_by_the_sum_of_what_is_owed_each_rounded_up(
    limit: CreditLimit, duties: list[Duty]
) -> None:
    """An independent sum, in cents and fractions."""
    cents = 0
    for duty in duties:
        if (
            (limit.kind is None or limit.kind in duty.kinds)
            and limit.firmness in (None, duty.firmness)
            and limit.runtime in (None, duty.runtime)
        ):
            by_product = {(one.firmness, one.runtime): one.factor for one in limit.factors}
            products = [
                (duty.firmness, duty.runtime),
                (None, duty.runtime),
                (duty.firmness, None),
                (None, None),
            ]
            factor = next((by_product[one] for one in products if one in by_product), Decimal(1))
            owed = max(sum((Fraction(term.amount) for term in duty.terms), Fraction(0)), Fraction(0))
            cents += -(-(owed * Fraction(factor) * 100) // 1)
    assert usage_of(limit, duties).used.amount == Decimal(cents) / 100
