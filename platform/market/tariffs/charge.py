"""What a booking costs by its tariff, by the index values that are known now.

A price that follows an index is charged by gas month, each rounded on its own, because the values of a month
become known month by month; any other is rounded once for the whole period (`settlement.charges.rules.plan`).
"""

from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.contracts.pricing.calculation import CalculationSteps, total
from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import PriceProcedure, evaluate_over, indices
from linepack.gasday import Period
from linepack.money import Currency, Money


@dataclass(frozen=True, slots=True)
class Charge:
    """What a quantity costs over a period, rounded to what is payable, and how that came about.

    An estimate stands for the values of an index that are not known yet.
    """

    amount: Money
    working: CalculationSteps
    is_estimate: bool = False


def charge(
    price: PriceProcedure, quantity: int, period: Period, currency: Currency, values: IndexValues
) -> Charge | None:
    """Return the charge for `quantity` on every gas day of `period`.

    None when the price follows an index without any value before, or the gas itself: such a price is on sale
    no more, but older contracts may have it.
    """
    followed = indices(price)
    spans = period.gas_months() if followed else [period]
    try:
        workings = tuple(evaluate_over(price, Decimal(quantity), span, values) for span in spans)
    except (IndexValueMissing, CalorificValueMissing):
        return None
    amount = Money.zero(currency)
    for working in workings:
        amount += Money(working.amount, currency).rounded()
    is_estimate = not all(values.is_known(followed, day) for day in period)
    return Charge(amount, total(workings), is_estimate)
