"""Price procedures: a closed set of declarative forms that are exact and show their steps.

A price procedure turns a quantity in whole or broken commercial units, on one gas day, into an amount in the
contract's currency. Prices are per commercial unit and gas day (`price_per_unit_day`), whether the quantity
is reserved capacity or gas taken. The one exception is `TakeOrPay`, whose quantity is what was taken in the
whole period of an obligation and whose price is per unit short (`price_per_unit`).

Never code in data: a procedure is one of the classes in `PriceProcedure`, `capacity.contracts.pricing.rules`
checks its parameters, and `capacity.contracts.pricing.codec` is its JSON form.

A procedure is *proportional* when twice the quantity costs twice as much; only such prices may be merged by
`capacity.contracts.algebra.reduction`. Block tiers are proportional between their limits: `steps` says where
they change and `within` what they are in between. A `Share` is proportional whatever it is a share of.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing, NotReducible
from capacity.contracts.pricing.calculation import (
    CalculationSteps,
    Number,
    PricingContext,
    exact_product,
    exact_sum,
    format_decimal,
    rounded_ratio,
    total,
)
from linepack.gasday import GasDay, Period

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Flat:
    """So much per unit and gas day."""

    form: Literal["FLAT"] = field(default="FLAT", kw_only=True, repr=False)
    price_per_unit_day: Number


@dataclass(frozen=True, slots=True)
class Tier:
    """The units from the tier before up to `up_to` (None: all further ones) and their price."""

    up_to: Annotated[Number | None, Field(default=None)]
    price_per_unit_day: Number


@dataclass(frozen=True, slots=True)
class BlockTiers:
    """Each block of units at its own price; only the units inside a block cost its price."""

    form: Literal["BLOCK_TIERS"] = field(default="BLOCK_TIERS", kw_only=True, repr=False)
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A published index, times `multiplier`, plus `addend`, within price floor and cap."""

    form: Literal["INDEXED"] = field(default="INDEXED", kw_only=True, repr=False)
    index: str
    multiplier: Number = Decimal(1)
    addend: Number = Decimal(0)
    floor_per_unit_day: Number | None = None
    cap_per_unit_day: Number | None = None


@dataclass(frozen=True, slots=True)
class SeasonFactor:
    """Another procedure's amount, times the factor of the month the gas day falls in (January first)."""

    form: Literal["SEASON_FACTOR"] = field(default="SEASON_FACTOR", kw_only=True, repr=False)
    base: "PriceProcedure"
    factors: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class LargerOf:
    """The larger of two procedures' amounts."""

    form: Literal["LARGER_OF"] = field(default="LARGER_OF", kw_only=True, repr=False)
    left: "PriceProcedure"
    right: "PriceProcedure"


@dataclass(frozen=True, slots=True)
class Sum:
    """Several procedures' amounts together."""

    form: Literal["SUM"] = field(default="SUM", kw_only=True, repr=False)
    parts: tuple["PriceProcedure", ...]


@dataclass(frozen=True, slots=True)
class CalorificAdjusted:
    """A procedure's amount, scaled by the calorific value of the gas over a reference.

    Inside [low, high] the amount is `base` times the ratio rounded to `digits`; outside, the gas is out of
    specification: `outside` prices it, on a line of its own and with an alert. kWh per normal cubic metre.
    """

    form: Literal["CALORIFIC_ADJUSTED"] = field(default="CALORIFIC_ADJUSTED", kw_only=True, repr=False)
    base: "PriceProcedure"
    reference: Number
    low: Number
    high: Number
    outside: "PriceProcedure"
    digits: int = 6


@dataclass(frozen=True, slots=True)
class TakeOrPay:
    """Pay for what was not taken: the quantity is what was taken in the obligation's whole period."""

    form: Literal["TAKE_OR_PAY"] = field(default="TAKE_OR_PAY", kw_only=True, repr=False)
    minimum: Number
    price_per_unit: Number


@dataclass(frozen=True, slots=True)
class Block:
    """So many units and what they are priced by, together."""

    units: Number
    price: "PriceProcedure"


@dataclass(frozen=True, slots=True)
class Share:
    """An equal share, for each unit, of what the units of `blocks` cost together.

    What a unit costs does not depend on which of them it is, so a part of a part has the same price again.
    The amount of fewer units than all is rounded to `digits` decimals, half away from zero.
    """

    form: Literal["SHARE"] = field(default="SHARE", kw_only=True, repr=False)
    blocks: tuple[Block, ...]
    digits: int = 10

    @property
    def units(self) -> Decimal:
        """How many units share the cost."""
        return exact_sum(*(block.units for block in self.blocks))


PriceProcedure = Annotated[
    Flat | BlockTiers | Indexed | SeasonFactor | LargerOf | Sum | CalorificAdjusted | TakeOrPay | Share,
    Field(discriminator="form"),
]


def evaluate(price: PriceProcedure, quantity: Decimal, at: PricingContext) -> CalculationSteps:  # noqa: PLR0911 one for each form
    """Evaluate `price` for `quantity` (commercial units, not negative) on one gas day.

    Raises IndexValueMissing or CalorificValueMissing when the circumstances lack what the price follows.
    """
    if quantity < 0:
        raise ValueError(f"a price is asked of a quantity of 0 or more, not {quantity}")
    match price:
        case Flat(unit_price):
            return CalculationSteps.single(
                _product(quantity, unit_price),
                exact_product(quantity, unit_price),
            )
        case BlockTiers():
            return _block_steps(price, quantity)
        case Indexed():
            unit = _index_steps(price, at)
            return unit.then(
                _product(quantity, unit.amount),
                exact_product(quantity, unit.amount),
            )
        case SeasonFactor(base, factors):
            before, factor = evaluate(base, quantity, at), factors[at.day.month - 1]
            month = MONTHS[at.day.month - 1]
            label = f"{format_decimal(before.amount)} × season factor {format_decimal(factor)} ({month})"
            return before.then(label, exact_product(before.amount, factor))
        case LargerOf(left, right):
            both = (evaluate(left, quantity, at), evaluate(right, quantity, at))
            amounts = [one.amount for one in both]
            label = f"the larger of {format_decimal(amounts[0])} and {format_decimal(amounts[1])}"
            lines = CalculationSteps(
                (*both[0].lines, *both[1].lines), amounts[0], both[0].alerts + both[1].alerts
            )
            return lines.then(label, max(amounts))
        case Sum(parts):
            return total(tuple(evaluate(part, quantity, at) for part in parts))
        case CalorificAdjusted():
            return _calorific_steps(price, quantity, at)
        case TakeOrPay(minimum, unit_price):
            short = max(Decimal(0), minimum - quantity)
            label = f"minimum {format_decimal(minimum)} − taken {format_decimal(quantity)}, short"
            due = exact_product(short, unit_price)
            return CalculationSteps.single(label, short).then(_product(short, unit_price), due)
        case Share(blocks):
            return _shared(
                price, quantity, total(tuple(evaluate(one.price, one.units, at) for one in blocks))
            )


def amount(price: PriceProcedure, quantity: Decimal, at: PricingContext) -> Decimal:
    """Return what `quantity` costs on one gas day, exactly; errors as in `evaluate`."""
    if isinstance(price, Flat):
        return exact_product(quantity, price.price_per_unit_day)
    return evaluate(price, quantity, at).amount


def evaluate_over(
    price: PriceProcedure, quantity: Decimal, period: Period, at: Callable[[GasDay], PricingContext]
) -> CalculationSteps:
    """Evaluate `price` for `quantity` on every gas day of `period`; equal days in a row are one step.

    `at` gives the circumstances of a gas day. A share is taken of the whole period's cost, so that it is
    rounded once. Errors as in `evaluate`.
    """
    if isinstance(price, Share):
        costs = (evaluate_over(one.price, one.units, period, at) for one in price.blocks)
        return _shared(price, quantity, total(tuple(costs)))
    runs: list[tuple[Period, CalculationSteps]] = []
    for span in _alike(price, period):
        daily = evaluate(price, quantity, at(span.start))
        if runs and runs[-1][1] == daily:
            runs[-1] = (Period(runs[-1][0].start, span.end), daily)
        else:
            runs.append((span, daily))
    charges = []
    for span, daily in runs:
        days = (
            f"{span.days} gas {'day' if span.days == 1 else 'days'} ({span}) × {format_decimal(daily.amount)}"
        )
        charges.append(daily.then(days, exact_product(daily.amount, Decimal(span.days))))
    return total(tuple(charges))


def forms(price: PriceProcedure) -> Iterator[PriceProcedure]:
    """Yield `price` and every procedure inside it."""
    yield price
    for inner in _inside(price):
        yield from forms(inner)


def forms_of_quantity(price: PriceProcedure) -> Iterator[PriceProcedure]:
    """Yield the forms that are asked of the quantity itself: all but what a share is a share of."""
    yield price
    if not isinstance(price, Share):
        for inner in _inside(price):
            yield from forms_of_quantity(inner)


def is_proportional(price: PriceProcedure) -> bool:
    """Return whether the amount is in proportion to the quantity (of a share: up to its digits)."""
    return not any(isinstance(form, BlockTiers | TakeOrPay) for form in forms_of_quantity(price))


def indices(price: PriceProcedure) -> frozenset[str]:
    """Return the names of the published indices that the price follows."""
    return frozenset(form.index for form in forms(price) if isinstance(form, Indexed))


def steps(price: PriceProcedure) -> set[Decimal]:
    """Return the quantities at which the price of the next unit may change: the limits of block tiers."""
    tiered = (form for form in forms_of_quantity(price) if isinstance(form, BlockTiers))
    return {tier.up_to for form in tiered for tier in form.tiers if tier.up_to is not None}


def within(price: PriceProcedure, low: Decimal, high: Decimal) -> PriceProcedure:
    """Return the proportional price of the units from `low` to `high`, which lie between two `steps`.

    Raises NotReducible for take-or-pay, and for the larger of two prices that are not both proportional:
    what a unit costs there depends on all the others.
    """
    match price:
        case BlockTiers(tiers):
            for tier in tiers:
                if tier.up_to is None or high <= tier.up_to:
                    return Flat(tier.price_per_unit_day)
            raise NotReducible([f"{low} to {high}"], "it lies beyond the last block tier")
        case SeasonFactor(base, factors):
            return SeasonFactor(within(base, low, high), factors)
        case Sum(parts):
            return combined(*(within(part, low, high) for part in parts))
        case CalorificAdjusted():
            base, outside = within(price.base, low, high), within(price.outside, low, high)
            return CalorificAdjusted(base, price.reference, price.low, price.high, outside, price.digits)
        case LargerOf() | TakeOrPay() if not is_proportional(price):
            raise NotReducible([type(price).__name__], "the price of a unit depends on all the others")
        case _:
            return price


def combined(*prices: PriceProcedure) -> PriceProcedure:
    """Return the sum of several prices, in its simplest form."""
    parts: list[PriceProcedure] = []
    flat: list[Decimal] = []
    for price in prices:
        for one in price.parts if isinstance(price, Sum) else (price,):
            if isinstance(one, Flat):
                flat.append(one.price_per_unit_day)
            else:
                parts.append(one)
    if flat:
        parts.insert(0, Flat(exact_sum(*flat)))
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _inside(price: PriceProcedure) -> tuple[PriceProcedure, ...]:
    match price:
        case SeasonFactor(base, _):
            return (base,)
        case LargerOf(left, right):
            return (left, right)
        case Sum(parts):
            return parts
        case CalorificAdjusted(base=base, outside=outside):
            return (base, outside)
        case Share(blocks):
            return tuple(block.price for block in blocks)
        case _:
            return ()


def _shared(price: Share, quantity: Decimal, whole: CalculationSteps) -> CalculationSteps:
    if quantity == price.units:
        return whole
    due = rounded_ratio(exact_product(whole.amount, quantity), price.units, price.digits)
    return whole.then(f"{format_decimal(quantity)} of {format_decimal(price.units)} units", due)


def _product(left: Decimal, right: Decimal) -> str:
    return f"{format_decimal(left)} × {format_decimal(right)}"


def _block_steps(price: BlockTiers, quantity: Decimal) -> CalculationSteps:
    blocks: list[CalculationSteps] = []
    start = Decimal(0)
    for tier in price.tiers:
        end = quantity if tier.up_to is None else min(tier.up_to, quantity)
        if end > start:
            units = end - start
            priced = _product(units, tier.price_per_unit_day)
            label = f"units {format_decimal(start)} to {format_decimal(end)}: {priced}"
            blocks.append(CalculationSteps.single(label, exact_product(units, tier.price_per_unit_day)))
            start = end
    if start < quantity:
        raise ValueError(f"{quantity} units are beyond the last block tier, which ends at {start}")
    return total(tuple(blocks)) if blocks else CalculationSteps.single("0 units", Decimal(0))


def _index_steps(price: Indexed, at: PricingContext) -> CalculationSteps:
    try:
        value = at.index_values[price.index]
    except KeyError:
        raise IndexValueMissing(price.index, at.day) from None
    estimated_from = at.estimated_from.get(price.index)
    known = "" if estimated_from is None else f" (estimate: that of {estimated_from})"
    factor, addend = format_decimal(price.multiplier), format_decimal(price.addend)
    label = f"{price.index} {format_decimal(value)}{known} × {factor} + {addend}"
    unit = CalculationSteps.single(label, exact_sum(exact_product(value, price.multiplier), price.addend))
    if price.floor_per_unit_day is not None and unit.amount < price.floor_per_unit_day:
        return unit.then(
            f"not below floor {format_decimal(price.floor_per_unit_day)}", price.floor_per_unit_day
        )
    if price.cap_per_unit_day is not None and unit.amount > price.cap_per_unit_day:
        return unit.then(f"not above cap {format_decimal(price.cap_per_unit_day)}", price.cap_per_unit_day)
    return unit


def _calorific_steps(price: CalorificAdjusted, quantity: Decimal, at: PricingContext) -> CalculationSteps:
    value = at.calorific_value_kwh_per_nm3
    if value is None:
        raise CalorificValueMissing(at.day)
    if not price.low <= value <= price.high:
        limits = f"{format_decimal(price.low)} to {format_decimal(price.high)}"
        alert = f"out of specification: calorific value {format_decimal(value)} is not within {limits}"
        off = evaluate(price.outside, quantity, at)
        return CalculationSteps(
            off.then("out of specification", off.amount).lines, off.amount, (*off.alerts, alert)
        )
    before = evaluate(price.base, quantity, at)
    factor = rounded_ratio(value, price.reference, price.digits)
    scaled = before.then(
        f"calorific value {format_decimal(value)} / {format_decimal(price.reference)}", factor
    )
    return scaled.then(_product(before.amount, factor), exact_product(before.amount, factor))


def _alike(price: PriceProcedure, period: Period) -> list[Period]:
    kinds = {type(form) for form in forms(price)}
    if kinds & {Indexed, CalorificAdjusted}:
        return [Period(day, day + timedelta(days=1)) for day in period]
    return period.gas_months() if SeasonFactor in kinds else [period]
