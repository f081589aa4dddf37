"""The home of what a booking will cost by its tariff, as far as that is known beforehand."""

from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.contracts.price import PriceProcedure, working_over
from capacity.contracts.working import Circumstances, Working
from linepack.gasday import Period
from linepack.money import Currency, Money


@dataclass(frozen=True, slots=True)
class Charge:
    """What a quantity costs over a period, rounded to what is payable, and how that came about."""

    amount: Money
    working: Working


def charge(price: PriceProcedure, quantity: int, period: Period, currency: Currency) -> Charge | None:
    """Return the charge for `quantity` on every gas day of `period`.

    None when the price follows an index or the gas itself, whose values are not known yet.
    """
    try:
        working = working_over(price, Decimal(quantity), period, Circumstances)
    except (IndexValueMissing, CalorificValueMissing):
        return None
    return Charge(Money(working.amount, currency).rounded(), working)
