"""Filling ordered capacities, which planning and invoicing share, and dividing whole units.

Forward, a demand fills the bands it may be bought from; backward, a metered quantity fills the bands it may
have been delivered under. Both start with the first and go on to the next when it is full. Quantities are
commercial units of one gas day; amounts are exact and in the contract's currency.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from capacity.contracts.errors import BeyondBands
from capacity.contracts.model import ZERO, ContractEdge
from capacity.contracts.pricing.calculation import CalculationSteps, Line, PricingContext, exact_sum
from capacity.contracts.pricing.price import evaluate


def fill(quantity: Decimal, widths: Iterable[Decimal]) -> tuple[list[Decimal], Decimal]:
    """Pour `quantity` into capacities in order; return what each holds and what is left over."""
    parts, left = [], quantity
    for width in widths:
        parts.append(min(left, width))
        left -= parts[-1]
    return parts, left


def apportion(quantity: int, weights: Sequence[int]) -> list[int]:
    """Divide whole units in proportion to `weights`, exact to the last unit, none above its weight.

    Webster's method (largest quotients weight / (2 × part + 1)), ties to the first. Unlike the largest
    remainder it is monotone: of one unit more, no part has less, so parts given away one after another never
    overlap (Balinski and Young, Fair Representation, 1982). `quantity` is from 0 to the sum of the weights,
    else ValueError.
    """
    whole = sum(weights)
    if not 0 <= quantity <= whole or any(weight < 0 for weight in weights):
        raise ValueError(f"{quantity} cannot be divided over {list(weights)}")
    if not quantity:
        return [0] * len(weights)
    parts = [(2 * quantity * weight + whole) // (2 * whole) for weight in weights]
    while (over := sum(parts) - quantity) != 0:
        if over > 0:
            held = [i for i, part in enumerate(parts) if part]
            parts[max(held, key=lambda i: (Fraction(2 * parts[i] - 1, weights[i]), i))] -= 1
        else:
            open_ = [i for i, weight in enumerate(weights) if weight]
            parts[min(open_, key=lambda i: (Fraction(2 * parts[i] + 1, weights[i]), i))] += 1
    return parts


def band_parts(edge: ContractEdge, quantity: Decimal) -> list[Decimal]:
    """Return how much of `quantity` each band of an edge carries; raises BeyondBands."""
    parts, left = fill(quantity, (band.width for band in edge.bands))
    if left > 0:
        raise BeyondBands(edge.id, quantity, edge.quantity)
    return parts


def edge_steps(edge: ContractEdge, quantity: Decimal, at: PricingContext) -> CalculationSteps:
    """Price `quantity` on an edge band by band, on one gas day; errors as in `band_parts` and `evaluate`."""
    lines: list[Line] = []
    alerts: list[str] = []
    due = ZERO
    parts = band_parts(edge, quantity)
    for number, (band, part) in enumerate(zip(edge.bands, parts, strict=True), start=1):
        if part > 0:
            own = evaluate(band.price, part, at)
            lines += [Line(f"{edge.id}, band {number}: {line.expression}", line.amount) for line in own.lines]
            alerts += own.alerts
            due = exact_sum(due, own.amount)
    return CalculationSteps((*lines, Line(f"{edge.id}, {quantity:,f} units", due)), due, tuple(alerts))
