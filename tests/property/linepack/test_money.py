from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linepack.money import Currency, Money

amounts = st.decimals(-(10**9), 10**9, places=4)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), Currency.EUR)


@given(amounts, weights)
def test_shares_add_up_and_none_is_a_cent_away_from_its_exact_part(amount: Decimal, parts: list[int]) -> None:
    money = Money(amount, Currency.EUR)
    shares = money.shared(parts)

    assert sum((share.amount for share in shares), Decimal(0)) == money.rounded().amount
    for share, weight in zip(shares, parts, strict=True):
        exact = Fraction(money.rounded().amount) * weight / sum(parts)
        assert abs(Fraction(share.amount) - exact) < Fraction(1, 100)
        if weight == 0:
            assert share.amount == 0


@given(st.integers(0, 10**6), weights)
def test_a_larger_remainder_is_never_served_after_a_smaller_one(cents: int, parts: list[int]) -> None:
    shares = Money(Decimal(cents) / 100, Currency.EUR).shared(parts)
    exact = [Fraction(cents * weight, sum(parts)) for weight in parts]
    remainder = [part - part.__floor__() for part in exact]
    is_served = [share.amount * 100 > part.__floor__() for share, part in zip(shares, exact, strict=True)]

    served = [r for r, got in zip(remainder, is_served, strict=True) if got]
    unserved = [r for r, got in zip(remainder, is_served, strict=True) if not got]
    assert not served or not unserved or min(served) >= max(unserved)


def test_a_euro_in_three_gives_the_odd_cent_to_the_first() -> None:
    assert euros("1.00").shared([1, 1, 1]) == [euros("0.34"), euros("0.33"), euros("0.33")]


def test_largest_remainders_worked_by_hand() -> None:
    # 4 : 3 : 6 of 13 is 3.0769, 2.3077, 4.6154; floors leave two cents, to the remainders 0.0077, 0.0069.
    assert euros("10.00").shared([4, 3, 6]) == [euros("3.08"), euros("2.31"), euros("4.61")]


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.345", "2.35"), ("2.3449999", "2.34")]
)
def test_halves_round_away_from_zero_as_invoices_do(exact: str, rounded: str) -> None:
    assert euros(exact).rounded() == euros(rounded)


@given(amounts, amounts)
def test_addition_undoes_subtraction(a: Decimal, b: Decimal) -> None:
    x, y = Money(a, Currency.USD), Money(b, Currency.USD)

    assert x - y + y == x
    assert x + (-x) == Money.zero(Currency.USD)
    assert x * 3 == x + x + x


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="EUR and USD do not mix"):
        euros("1") + Money(Decimal(1), Currency.USD)


@pytest.mark.parametrize("parts", [[], [0, 0], [1, -1], [2, -1]])
def test_weights_must_be_able_to_share(parts: list[int]) -> None:
    with pytest.raises(ValueError, match="non-negative with a positive sum"):
        euros("1").shared(parts)


def test_money_reads_with_separators_and_currency() -> None:
    assert str(euros("1234567.89")) == "1,234,567.89 EUR"
