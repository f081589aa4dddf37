"""What a booking costs by its tariff, by the index values that are known now.

A price that follows an index is charged by gas month, each rounded on its own, because the values of a month
become known month by month; any other is rounded once for the whole period (`settlement.charges.rules.plan`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.contracts.model import ContractNetwork, EdgeRole
from capacity.contracts.pricing.calculation import CalculationSteps, total
from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import PriceProcedure, evaluate_over, indices
from linepack.gasday import Period
from linepack.money import Currency, Money

Priced = tuple[PriceProcedure, Decimal]
"""A price per unit and gas day, and the units that it is for."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a quantity costs over a period, rounded to what is payable, and how that came about.

    An estimate stands for the values of an index that are not known yet.
    """

    amount: Money
    working: CalculationSteps
    is_estimate: bool = False


def charge(
    priced: Iterable[Priced], period: Period, currency: Currency, values: IndexValues
) -> Charge | None:
    """Return the charge for what is priced on every gas day of `period`.

    None when a price follows an index without any value before, or the gas itself: such a price is on sale
    no more, but older contracts may have it.
    """
    priced = list(priced)
    followed = frozenset(index for price, _ in priced for index in indices(price))
    spans = period.gas_months() if followed else [period]
    try:
        by_span = [
            [evaluate_over(price, quantity, span, values) for price, quantity in priced] for span in spans
        ]
    except (IndexValueMissing, CalorificValueMissing):
        return None
    workings = [total(tuple(parts)) if len(parts) > 1 else parts[0] for parts in by_span]
    amount = Money.zero(currency)
    for working in workings:
        amount += Money(working.amount, currency).rounded()
    is_estimate = not all(values.is_known(followed, day) for day in period)
    return Charge(amount, total(tuple(workings)), is_estimate)


def priced_in(network: ContractNetwork) -> list[Priced]:
    """Return what the bookings of a contract network are priced at: each band of each edge."""
    return [(band.price, band.width) for edge in network.edges_of(EdgeRole.BOOKING) for band in edge.bands]


def charged_together(charges: Iterable[Charge | None]) -> Money | None:
    """Return what several charges in one currency add up to; None without one, or where one is not known."""
    amount: Money | None = None
    for one in charges:
        if one is None:
            return None
        amount = one.amount if amount is None else amount + one.amount
    return amount
