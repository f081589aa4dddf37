"""What a contract costs over a period, exactly: by its prices and what is known of their indices."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from capacity.contracts.model import ContractNetwork, EdgeRole
from capacity.contracts.pricing.calculation import CalculationSteps, Line, PricingContext, total
from capacity.contracts.pricing.price import Flat, PriceProcedure, evaluate_over, indices
from linepack.gasday import GasDay, Period

Cost = Callable[[Period], CalculationSteps]
"""What an obligation costs over a period, exactly, and how that came about."""

Known = Callable[[GasDay], PricingContext]
"""What is known of the circumstances of a gas day that prices follow; nothing, if it is `PricingContext`."""


def at_price(price: PriceProcedure, quantity: Decimal, known: Known = PricingContext) -> Cost:
    """Return the cost of `quantity` units by a price procedure.

    Where the price follows what is not known, asking its cost raises IndexValueMissing or
    CalorificValueMissing.
    """
    return lambda period: evaluate_over(price, quantity, period, known)


def contract_cost(network: ContractNetwork, known: Known = PricingContext) -> Cost:
    """Return what the bookings of a contract network cost, each band of each edge at its own price.

    Errors as in `at_price`.
    """
    priced = [(edge, band) for edge in network.edges_of(EdgeRole.BOOKING) for band in edge.bands]

    def cost(period: Period) -> CalculationSteps:
        workings = [at_price(band.price, band.width, known)(period) for _, band in priced]
        if len(priced) > 1:
            workings = [_labelled(one, edge.id) for one, (edge, _) in zip(workings, priced, strict=True)]
        return total(tuple(workings))

    return cost


def at_rate(rate: Decimal, quantity: int) -> Cost:
    """Return the cost of `quantity` units at `rate` per unit and gas day."""
    return at_price(Flat(rate), Decimal(quantity))


def followed_indices(network: ContractNetwork) -> frozenset[str]:
    """Return the names of the indices that the prices of a contract network's bookings follow."""
    bands = (band for edge in network.edges_of(EdgeRole.BOOKING) for band in edge.bands)
    return frozenset(index for band in bands for index in indices(band.price))


def _labelled(working: CalculationSteps, label: str) -> CalculationSteps:
    lines = tuple(Line(f"{label}: {line.expression}", line.amount) for line in working.lines)
    return replace(working, lines=lines)
