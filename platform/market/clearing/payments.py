"""What is paid: by the prices, to the cent, and the certificate that payments cover all rights."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from capacity.feasibility.flow.flow_network import Integers
from linepack.money import Currency, Money
from market.clearing.model import Side
from market.clearing.prices_shown import as_decimal
from market.clearing.pricing import Prices
from market.clearing.result import Award, PriceOfLimit, RevenueAdequacy, Settlement

ZERO: Final = Fraction(0)


def payment_of(price: Fraction, units: int, currency: Currency) -> Money:
    """Return what `units` cost at a price for the whole period, to the cent."""
    return Money(as_decimal(price * units), currency).rounded()


def uplift_of(gain: Fraction, units: int, currency: Currency) -> Money:
    """Return what makes up for the loss of those who were kept in whole: nothing where they gain."""
    return Money(as_decimal(max(-gain, ZERO) * units), currency).rounded()


def settled(prices: Prices, awards: Iterable[Award], added: Integers, currency: Currency) -> Settlement:
    """Return where the money goes; `added`, int64 (kinds, routes), is what the awards add to the rights."""
    paid = received = uplift = Money.zero(currency).rounded()
    for award in awards:
        if award.bid.side is Side.BUY:
            paid += award.payment
        else:
            received += award.payment
        uplift += award.uplift
    rent = sum((one.price * int(one.limit.coefficients @ added[one.kind]) for one in prices.limits), ZERO)
    parts = zip(prices.reserves.ravel().tolist(), added.ravel().tolist(), strict=True)
    reserve = sum((price * units for price, units in parts if units), ZERO)
    return Settlement(paid, received, uplift, paid - received - uplift, rent, reserve)


def adequacy(limits: Iterable[PriceOfLimit]) -> RevenueAdequacy:
    """Return what used-up limits, and all rights on them after the clearing, are worth."""
    listed = list(limits)
    return RevenueAdequacy(
        sum((one.price * one.days * one.capacity for one in listed), ZERO),
        sum((one.price * one.days * one.load for one in listed), ZERO),
    )
