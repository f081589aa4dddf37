"""What a price procedure can price, and the least it can ask, before quantity and index values are known.

`reach` is the largest quantity that has a price: block tiers may end. `may_be_negative` decides by bounds,
not by examples: an index is counted as zero or more, as published gas prices nearly always are, and a
quantity as any number of units. So it may name a procedure that no quantity makes negative, and misses none
but one whose index falls below zero, against which a procedure has a floor.
"""

from decimal import Decimal
from fractions import Fraction

from capacity.contracts.pricing.calculation import rounded_ratio
from capacity.contracts.pricing.price import (
    MONTHS,
    BlockTiers,
    CalorificAdjusted,
    Flat,
    Indexed,
    LargerOf,
    PriceProcedure,
    SeasonFactor,
    Share,
    Sum,
    TakeOrPay,
    forms_of_quantity,
)


def reach(price: PriceProcedure) -> Decimal | None:
    """Return the largest quantity that `price` has an amount for; None where there is no such limit."""
    ends = [form.tiers[-1].up_to for form in forms_of_quantity(price) if isinstance(form, BlockTiers)]
    return min((end for end in ends if end is not None), default=None)


def may_be_negative(price: PriceProcedure) -> bool:
    """Return whether an amount may be below zero in some month, as far as bounds can say."""
    return any((least := _least(price, month)) is None or least < 0 for month in range(1, len(MONTHS) + 1))


def _least(price: PriceProcedure, month: int) -> Fraction | None:  # noqa: PLR0911 one for each form
    """Return a lower bound of what a unit costs in a month (1 to 12); None where there is none."""
    match price:
        case Flat(unit_price):
            return Fraction(unit_price)
        case BlockTiers(tiers):
            return min(Fraction(tier.price_per_unit_day) for tier in tiers)
        case Indexed():
            return _indexed(price)
        case SeasonFactor(base, factors):
            factor = Fraction(factors[month - 1])
            least = _least(base, month)
            return Fraction(0) if factor == 0 else least if least is None else least * factor
        case LargerOf(left, right):
            sides = [one for one in (_least(left, month), _least(right, month)) if one is not None]
            return max(sides, default=None)
        case Sum(parts):
            return _added([_least(part, month) for part in parts])
        case CalorificAdjusted():
            return _calorific(price, month)
        case TakeOrPay():
            return Fraction(0)
        case Share(blocks):
            bounds_of_blocks = [_least(block.price, month) for block in blocks]
            known = [bound for bound in bounds_of_blocks if bound is not None]
            return min(known) if len(known) == len(blocks) else None


def _indexed(price: Indexed) -> Fraction | None:
    bounds = [price.floor_per_unit_day, price.addend if price.multiplier >= 0 else None]
    least = max((Fraction(bound) for bound in bounds if bound is not None), default=None)
    if least is None or price.cap_per_unit_day is None:
        return least
    return min(least, Fraction(price.cap_per_unit_day))


def _added(parts: list[Fraction | None]) -> Fraction | None:
    known = [part for part in parts if part is not None]
    return sum(known, Fraction(0)) if len(known) == len(parts) else None


def _calorific(price: CalorificAdjusted, month: int) -> Fraction | None:
    base, outside = _least(price.base, month), _least(price.outside, month)
    if base is None or outside is None:
        return None
    factors = [rounded_ratio(value, price.reference, price.digits) for value in (price.low, price.high)]
    return min(*(base * Fraction(factor) for factor in factors), outside)
