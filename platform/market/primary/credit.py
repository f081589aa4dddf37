"""Credit for bookings: what each part of one would owe the operator, and whether its shipper may owe that."""

from collections.abc import Sequence
from decimal import Decimal

from linepack.money import Currency
from market.credit.duties import Pricing, duty_asked
from market.credit.errors import CreditExceeded
from market.credit.model import Credit, Duty
from market.credit.rules import require_credit
from market.primary.model import Terms


def with_booked(credit: Credit, parts: Sequence[Terms], currency: Currency) -> Credit:
    """Return how a shipper stands once it has booked all parts, of which each is counted beside those before.

    Raises CreditSuspended, or CreditExceeded, which names the part where there are several.
    """
    for number, terms in enumerate(parts):

        def duty_of(quantity: int, terms: Terms = terms) -> Duty:
            return _duty(terms, quantity, currency)

        try:
            require_credit(credit, duty_of, terms.request.quantity)
        except CreditExceeded as exceeded:
            raise exceeded.of_part(number) if len(parts) > 1 else exceeded from None
        if credit.usages:
            credit = credit.with_duty(duty_of(terms.request.quantity))
    return credit


def _duty(terms: Terms, quantity: int, currency: Currency) -> Duty:
    request = terms.request
    return duty_asked(
        Pricing(currency, terms.rules, terms.index_values),
        [(terms.tariff.price, Decimal(quantity))],
        kind=request.route.kind,
        firmness=request.firmness,
        period=request.period,
        quantity=quantity,
    )
