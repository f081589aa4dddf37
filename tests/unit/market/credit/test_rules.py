"""Locks, usages and the check of credit, by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import Period
from linepack.ids import CreditLimitId, NetworkId, PartyId
from linepack.money import Currency, Money
from market.credit.errors import CreditExceeded, CreditSuspended
from market.credit.model import (
    Credit,
    CreditFactor,
    CreditLimit,
    Duty,
    DutyCause,
    DutyTerm,
    DutyTermKind,
    Suspension,
    in_force,
    lock_of,
    usage_of,
)
from market.credit.rules import largest_passing, require_credit
from market.products.model import Runtime

NETWORK, ANNA, BERT = NetworkId(UUID(int=7)), PartyId(UUID(int=1)), PartyId(UUID(int=2))
DAY = date(2026, 10, 1)
MONTH = Period(date(2026, 11, 1), date(2026, 12, 1))


def limit(
    amount: str | None = "1000", *, number: int = 1, code: str = "G", party_id: Any = ANNA, **given: Any
) -> CreditLimit:
    values: dict[str, Any] = {"valid_from": DAY, "framework": "terms", **given}
    return CreditLimit(
        id=CreditLimitId(UUID(int=number)),
        network_id=NETWORK,
        code=code,
        party_id=party_id,
        amount=None if amount is None else Decimal(amount),
        currency=Currency.EUR,
        **values,
    )


def duty(*amounts: str, **given: Any) -> Duty:
    kinds = [DutyTermKind.CHARGE, DutyTermKind.PASSED_ON, DutyTermKind.PAID]
    values: dict[str, Any] = {"firmness": Firmness.FIRM, "runtime": Runtime.MONTHLY, "quantity": 1, **given}
    return Duty(
        cause=DutyCause.CONTRACT,
        subject_id=None,
        label="",
        kinds=frozenset({RouteKind.EXIT}),
        period=MONTH,
        terms=tuple(DutyTerm(kind, Decimal(amount)) for kind, amount in zip(kinds, amounts, strict=False)),
        **values,
    )


def credit(*limits: CreditLimit, duties: tuple[Duty, ...] = (), **given: Any) -> Credit:
    return Credit(NETWORK, ANNA, tuple(usage_of(one, duties) for one in limits), **given)


def at_three_euros(quantity: int) -> Duty:
    """Return a duty of 3.00 a unit."""
    return duty(str(Decimal(3) * quantity), quantity=quantity)


def test_a_duty_is_the_sum_of_its_terms_and_never_below_zero() -> None:
    assert duty("500", "-120.50", "-79.50").owed == Decimal(300)  # 500 − 120.50 − 79.50
    assert duty("500", "-120", "-400").owed == 0


def test_a_lock_is_the_duty_times_the_narrowest_factor_rounded_up() -> None:
    factors = (
        CreditFactor(Decimal("1.1")),
        CreditFactor(Decimal("1.25"), firmness=Firmness.FIRM),
        CreditFactor(Decimal("0.333"), runtime=Runtime.DAILY),
    )
    terms = limit(factors=factors)
    assert lock_of(duty("100.01"), terms).amount.amount == Decimal("125.02")  # 125.0125, rounded up
    assert lock_of(duty("100", runtime=Runtime.DAILY), terms).amount.amount == Decimal("33.30")
    assert lock_of(duty("100", firmness=Firmness.INTERRUPTIBLE), terms).amount.amount == Decimal("110.00")
    assert lock_of(duty("100"), limit()).factor == 1


@pytest.mark.parametrize(
    ("narrowed", "counts"),
    [
        ({}, True),
        ({"kind": RouteKind.EXIT, "firmness": Firmness.FIRM, "runtime": Runtime.MONTHLY}, True),
        ({"kind": RouteKind.ENTRY}, False),
        ({"firmness": Firmness.INTERRUPTIBLE}, False),
        ({"runtime": Runtime.YEARLY}, False),
    ],
)
def test_a_limit_counts_the_duties_of_its_product(narrowed: dict[str, Any], *, counts: bool) -> None:
    usage = usage_of(limit(**narrowed), [duty("400")])
    assert usage.used == Money(Decimal(400 if counts else 0), Currency.EUR)
    assert usage.remaining == Money(Decimal(600 if counts else 1000), Currency.EUR)


def test_the_newest_version_holds_and_an_own_limit_takes_the_place_of_the_one_for_each() -> None:
    for_each = limit("100", number=1, party_id=None)
    later = limit("200", number=2, party_id=None, valid_from=date(2026, 11, 1))
    own = limit("900", number=3)
    ended = limit(None, number=4, valid_from=date(2026, 12, 1))
    other = limit("50", number=5, code="H", party_id=BERT)
    versions = [for_each, later, own, ended, other]
    assert in_force(versions, BERT, DAY) == [for_each, other]
    assert in_force(versions, BERT, date(2026, 11, 1)) == [later, other]
    assert in_force(versions, ANNA, date(2026, 11, 30)) == [own]
    assert in_force(versions, ANNA, date(2026, 12, 1)) == [later]  # its own has ended
    assert in_force(versions, ANNA, date(2026, 9, 30)) == []


def test_of_one_day_the_version_set_last_holds() -> None:
    first, second = limit("100", number=1), limit("70", number=2)
    assert in_force([second, first], ANNA, DAY) == [second]


def test_a_refusal_names_every_limit_that_does_not_pass_and_the_largest_quantity() -> None:
    """1,000 of which 400 are used: 3.00 a unit leaves 200 units; of 600, 66 (198) beside 400."""
    wide, narrow, other = limit(), limit("600", code="F"), limit("1", code="O", kind=RouteKind.ENTRY)
    standing = credit(wide, narrow, other, duties=(duty("400"),))
    with pytest.raises(CreditExceeded) as refused:
        require_credit(standing, at_three_euros, 250)
    first, second = refused.value.exceeded
    assert (first.limit, second.limit) == (wide, narrow)
    assert [one.amount for one in (first.used, first.needed, first.missing)] == [400, 750, 150]
    assert second.missing.amount == 550
    assert refused.value.largest == 66
    require_credit(standing, at_three_euros, 66)


def test_what_passes_to_the_cent_passes() -> None:
    require_credit(credit(limit("750")), at_three_euros, 250)
    with pytest.raises(CreditExceeded) as refused:
        require_credit(credit(limit("749.99")), at_three_euros, 250)
    assert refused.value.largest == 249
    assert "0.01 EUR is missing" in refused.value.message


def test_without_a_limit_everything_passes() -> None:
    require_credit(credit(), at_three_euros, 10**12)


def test_what_takes_nothing_of_a_limit_passes_it_also_when_it_is_exceeded() -> None:
    exceeded = credit(limit("10", kind=RouteKind.EXIT), duties=(duty("400"),))
    require_credit(exceeded, lambda _: duty("0"), 5)
    with pytest.raises(CreditExceeded) as refused:
        require_credit(exceeded, at_three_euros, 5)
    assert refused.value.largest == 0
    assert "no quantity would pass" in refused.value.message


def test_the_largest_quantity_is_one_that_can_be_had() -> None:
    standing = credit(limit("100"))
    assert largest_passing(standing, at_three_euros, 50) == 33
    assert largest_passing(standing, at_three_euros, 50, lambda most: most // 10 * 10) == 30


def test_a_suspended_shipper_takes_on_no_duty_whatever_its_limits() -> None:
    suspension = Suspension(
        NETWORK, ANNA, is_suspended=True, reason="no payment", recorded_at=datetime(2026, 9, 1, tzinfo=UTC)
    )
    with pytest.raises(CreditSuspended, match="no payment"):
        require_credit(credit(suspension=suspension), at_three_euros, 1)
