"""What is paid: by the prices, to the cent, and the certificate that payments cover all rights.

A *rate* is a price per unit and gas day as a contract states it: rounded to `RATE_PLACES`. What is paid is
the rate times units and gas days, rounded to the cent, so that a contract at the rate costs exactly that.
"""

from collections.abc import Iterable
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from capacity.feasibility.flow.flow_network import Integers
from linepack.money import Currency, Money
from market.clearing.model import Bid, Side
from market.clearing.prices_shown import as_decimal
from market.clearing.pricing import Prices
from market.clearing.result import Award, PriceOfLimit, RevenueAdequacy, Settlement

ZERO: Final = Fraction(0)
RATE_PLACES: Final = Decimal("0.000000001")
"""As many decimals as a contract may state."""
RATES: Final = Context(prec=60)


def rate_of(path_price: Fraction) -> Decimal:
    """Return the rate of a price per unit and gas day."""
    return as_decimal(path_price).quantize(RATE_PLACES, context=RATES)


def rate_after_uplift(bid: Bid, rate: Decimal) -> Decimal:
    """Return what a bid pays or gets per unit and gas day in the end: nobody loses by the price.

    A buyer pays no more than its limit, a seller gets no less.
    """
    return min(rate, bid.price) if bid.side is Side.BUY else max(rate, bid.price)


def payment_of(bid: Bid, rate: Decimal, units: int, currency: Currency) -> Money:
    """Return what `units` cost at a rate over the period of a bid, to the cent."""
    return (Money(rate, currency) * (units * bid.period.days)).rounded()


def uplift_of(bid: Bid, rate: Decimal, units: int, currency: Currency) -> Money:
    """Return what makes up for the loss of those who were kept in whole: nothing where they gain."""
    paid = payment_of(bid, rate, units, currency)
    after = payment_of(bid, rate_after_uplift(bid, rate), units, currency)
    return paid - after if bid.side is Side.BUY else after - paid


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
