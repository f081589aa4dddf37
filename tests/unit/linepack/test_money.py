"""Money is exact at any size: no sum, difference, product or rounding drops a cent."""

from decimal import Decimal

from linepack.money import Currency, Money

DIGITS = "1234567890" * 4


def euros(amount: str) -> Money:
    return Money(Decimal(amount), Currency.EUR)


def test_forty_digits_keep_their_cents() -> None:
    amount = euros(f"{DIGITS}.01")
    assert amount + euros("0.02") == euros(f"{DIGITS}.03")
    assert amount - euros("0.01") == euros(DIGITS)
    assert -amount == euros(f"-{DIGITS}.01")
    assert amount * 3 == euros("3703703670370370367037037036703703703670.03")
    assert euros(f"{DIGITS}.005").rounded() == amount


def test_forty_digits_are_shared_to_the_last_cent() -> None:
    shares = euros(f"{DIGITS}.01").shared([1, 1])
    assert shares == [
        euros("617283945061728394506172839450617283945.01"),
        euros("617283945061728394506172839450617283945.00"),
    ]
