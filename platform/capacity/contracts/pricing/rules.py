"""What a price procedure's parameters must satisfy; every fault is found, none is raised.

The limits keep every amount within `capacity.contracts.pricing.calculation.EXACT`: a procedure of at most
`FORMS_MAX` forms, nested at most `DEPTH_MAX` deep, over numbers within the limits of `Number`. A share stands
above at most `BLOCKS_MAX` such procedures and inside none, so that a part of a contract has a price within
the limits whenever the contract has.
"""

from collections.abc import Iterator
from decimal import Decimal

from capacity.contracts.pricing.bounds import reach
from capacity.contracts.pricing.calculation import DECIMALS_MAX, number_fault
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
    Tier,
    forms,
)
from linepack.problems import Fault

DEPTH_MAX = 8
FORMS_MAX = 64
BLOCKS_MAX = 64
SHARE_DIGITS_MAX = 18
IN_ANOTHER = "a share is not part of another price"


def price_faults(price: PriceProcedure, place: str) -> Iterator[Fault]:
    """Yield every fault of a procedure's parameters; `place` is where the procedure stands."""
    if isinstance(price, Share):
        yield from _share_faults(price, place)
        return
    if any(isinstance(form, Share) for form in forms(price)):
        yield Fault(place, IN_ANOTHER)
        return
    count = sum(1 for _ in forms(price))
    if count > FORMS_MAX:
        yield Fault(place, f"at most {FORMS_MAX} forms, not {count}")
    yield from _form_faults(price, place, depth=1)


def _form_faults(price: PriceProcedure, place: str, depth: int) -> Iterator[Fault]:
    if depth > DEPTH_MAX:
        yield Fault(place, f"forms nest at most {DEPTH_MAX} deep")
        return
    match price:
        case Flat(unit_price):
            yield from _number_faults(place, price_per_unit_day=unit_price)
        case BlockTiers(tiers):
            yield from _tier_faults(tiers, place)
        case Indexed():
            yield from _index_faults(price, place)
        case SeasonFactor(base, factors):
            yield from _season_faults(factors, f"{place}.factors")
            yield from _form_faults(base, f"{place}.base", depth + 1)
        case LargerOf(left, right):
            yield from _form_faults(left, f"{place}.left", depth + 1)
            yield from _form_faults(right, f"{place}.right", depth + 1)
        case Sum(parts):
            if not parts:
                yield Fault(f"{place}.parts", "a sum needs a part")
            for number, one in enumerate(parts, start=1):
                yield from _form_faults(one, f"{place}.parts[{number}]", depth + 1)
        case CalorificAdjusted():
            yield from _calorific_faults(price, place)
            yield from _form_faults(price.base, f"{place}.base", depth + 1)
            yield from _form_faults(price.outside, f"{place}.outside", depth + 1)
        case TakeOrPay(minimum, unit_price):
            yield from _number_faults(place, at_least=Decimal(0), minimum=minimum, price_per_unit=unit_price)


def _share_faults(share: Share, place: str) -> Iterator[Fault]:
    if not 0 < len(share.blocks) <= BLOCKS_MAX:
        yield Fault(f"{place}.blocks", f"from 1 to {BLOCKS_MAX} blocks, not {len(share.blocks)}")
    if not 0 <= share.digits <= SHARE_DIGITS_MAX:
        yield Fault(f"{place}.digits", f"from 0 to {SHARE_DIGITS_MAX}, not {share.digits}")
    for number, block in enumerate(share.blocks[:BLOCKS_MAX], start=1):
        here = f"{place}.blocks[{number}]"
        if (wrong := number_fault(block.units, f"{here}.units")) is not None:
            yield wrong
        elif block.units <= 0:
            yield Fault(f"{here}.units", "must be positive")
        elif (most := reach(block.price)) is not None and most < block.units:
            yield Fault(f"{here}.units", f"{block.units} units are beyond the last block tier, {most}")
        if isinstance(block.price, Share):
            yield Fault(f"{here}.price", IN_ANOTHER)
        else:
            yield from price_faults(block.price, f"{here}.price")


def _season_faults(factors: tuple[Decimal, ...], place: str) -> Iterator[Fault]:
    if len(factors) != len(MONTHS):
        yield Fault(place, f"one factor for each month, not {len(factors)}")
    for month, factor in zip(MONTHS, factors, strict=False):
        yield from _number_faults(place, at_least=Decimal(0), **{month: factor})


def _tier_faults(tiers: tuple[Tier, ...], place: str) -> Iterator[Fault]:
    if not tiers:
        yield Fault(f"{place}.tiers", "block tiers need a tier")
    before = Decimal(0)
    for number, tier in enumerate(tiers, start=1):
        here = f"{place}.tiers[{number}]"
        yield from _number_faults(here, price_per_unit_day=tier.price_per_unit_day)
        if tier.up_to is None:
            if number < len(tiers):
                yield Fault(f"{here}.up_to", "only the last tier is without a limit")
            continue
        yield from _number_faults(here, up_to=tier.up_to)
        if tier.up_to <= before:
            yield Fault(f"{here}.up_to", f"{tier.up_to} is not above the tier before, {before}")
        before = tier.up_to


def _index_faults(price: Indexed, place: str) -> Iterator[Fault]:
    if not price.index:
        yield Fault(f"{place}.index", "an index has a name")
    yield from _number_faults(place, multiplier=price.multiplier, addend=price.addend)
    floor, cap = price.floor_per_unit_day, price.cap_per_unit_day
    if floor is not None:
        yield from _number_faults(place, floor_per_unit_day=floor)
    if cap is not None:
        yield from _number_faults(place, cap_per_unit_day=cap)
    if floor is not None and cap is not None and floor > cap:
        yield Fault(place, f"price floor {floor} is above cap {cap}")


def _calorific_faults(price: CalorificAdjusted, place: str) -> Iterator[Fault]:
    bounds = {"reference": price.reference, "low": price.low, "high": price.high}
    yield from _number_faults(place, **bounds)
    yield from (Fault(f"{place}.{name}", "must be positive") for name, value in bounds.items() if value <= 0)
    if price.low > price.high:
        yield Fault(place, f"the interval {price.low} to {price.high} is empty")
    if not 0 <= price.digits <= DECIMALS_MAX:
        yield Fault(f"{place}.digits", f"from 0 to {DECIMALS_MAX}, not {price.digits}")


def _number_faults(place: str, *, at_least: Decimal | None = None, **numbers: Decimal) -> Iterator[Fault]:
    for name, value in numbers.items():
        here = f"{place}.{name}"
        if (wrong := number_fault(value, here)) is not None:
            yield wrong
        elif at_least is not None and value < at_least:
            yield Fault(here, f"{value} is below {at_least}")
