"""Prices: one type for each form of `capacity.contracts.pricing`, and the inputs of tariffs."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Self, TypeAlias

import strawberry
from strawberry.utils.str_converters import to_camel_case

from capacity.contracts.pricing import price
from schema.types.domain_values import FromDomain, shown_as
from schema.types.scalars import Price

FACTORS = "A factor for each month, January first."
INDEX = "The name of the index."
FLOOR = "The lowest price; null for none."
CAP = "The highest price; null for none."
UP_TO = "The last unit at this price; null in the last tier: all further ones."


@strawberry.type
class FlatPrice(FromDomain):
    """A price for every unit."""

    price_per_unit_day: Price


@strawberry.type
class PriceTier(FromDomain):
    """The units after the tier before, and their price."""

    up_to: Decimal | None = strawberry.field(description=UP_TO)
    price_per_unit_day: Price


@strawberry.type
class TieredPrice(FromDomain):
    """Blocks of units, each at its own price."""

    tiers: list[PriceTier] = strawberry.field(description="From the first unit on.")


@strawberry.type
class IndexedPrice(FromDomain):
    """The value of an index, times `multiplier`, plus `addend`, for every unit."""

    index: str = strawberry.field(description=INDEX)
    multiplier: Decimal = strawberry.field(description="Multiplies the value.")
    addend: Decimal = strawberry.field(description="Is added to the product.")
    floor_per_unit_day: Price | None = strawberry.field(description=FLOOR)
    cap_per_unit_day: Price | None = strawberry.field(description=CAP)


@strawberry.type
class SeasonalPrice:
    """Another price, times the factor of the month of the gas day."""

    base: "PriceProcedure" = strawberry.field(description="The price that is multiplied.")
    factors: list[Decimal] = strawberry.field(description=FACTORS)

    @classmethod
    def of(cls, value: price.SeasonFactor) -> Self:
        """Show a price that depends on the season."""
        return cls(base=price_of(value.base), factors=list(value.factors))


@strawberry.type
class LargerPrice:
    """The larger of two prices."""

    left: "PriceProcedure" = strawberry.field(description="One of them.")
    right: "PriceProcedure" = strawberry.field(description="The other.")

    @classmethod
    def of(cls, value: price.LargerOf) -> Self:
        """Show the larger of two prices."""
        return cls(left=price_of(value.left), right=price_of(value.right))


@strawberry.type
class SumOfPrices:
    """Several prices together."""

    parts: list["PriceProcedure"] = strawberry.field(description="The prices that are added.")

    @classmethod
    def of(cls, value: price.Sum) -> Self:
        """Show a sum."""
        return cls(parts=[price_of(part) for part in value.parts])


@strawberry.type
class CalorificPrice:
    """Another price, scaled by the calorific value of the gas over a reference, in kWh/Nm³."""

    base: "PriceProcedure" = strawberry.field(description="The price that is scaled.")
    reference: Decimal = strawberry.field(description="The calorific value at which it is not scaled.")
    low: Decimal = strawberry.field(description="The lowest calorific value within specification.")
    high: Decimal = strawberry.field(description="The highest calorific value within specification.")
    outside: "PriceProcedure" = strawberry.field(description="The price of gas out of specification.")
    digits: int = strawberry.field(description="The decimals to which the ratio is rounded.")

    @classmethod
    def of(cls, value: price.CalorificAdjusted) -> Self:
        """Show a price that follows the calorific value."""
        return shown_as(cls, value, base=price_of(value.base), outside=price_of(value.outside))


@strawberry.type
class TakeOrPayPrice(FromDomain):
    """A price for each unit that was not taken of a minimum, over a whole period."""

    minimum: Decimal = strawberry.field(description="The units to be taken.")
    price_per_unit: Decimal = strawberry.field(description="Money for each unit missing.")


@strawberry.type
class SharedBlock:
    """Units that are priced together."""

    units: Decimal = strawberry.field(description="How many units.")
    price: "PriceProcedure" = strawberry.field(description="What they cost together.")


@strawberry.type
class SharedPrice:
    """For every unit an equal share of what all units of `blocks` cost together."""

    blocks: list[SharedBlock] = strawberry.field(description="All units that share the cost.")
    digits: int = strawberry.field(description="The decimals to which an amount is rounded.")

    @classmethod
    def of(cls, value: price.Share) -> Self:
        """Show a share."""
        blocks = [SharedBlock(units=block.units, price=price_of(block.price)) for block in value.blocks]
        return cls(blocks=blocks, digits=value.digits)


PriceProcedure: TypeAlias = Annotated[
    FlatPrice
    | TieredPrice
    | IndexedPrice
    | SeasonalPrice
    | LargerPrice
    | SumOfPrices
    | CalorificPrice
    | TakeOrPayPrice
    | SharedPrice,
    strawberry.union(
        "PriceProcedure", description="What a unit costs on a gas day, in one of several forms."
    ),
]

_TYPES: Mapping[type, Any] = {
    price.Flat: FlatPrice,
    price.BlockTiers: TieredPrice,
    price.Indexed: IndexedPrice,
    price.SeasonFactor: SeasonalPrice,
    price.LargerOf: LargerPrice,
    price.Sum: SumOfPrices,
    price.CalorificAdjusted: CalorificPrice,
    price.TakeOrPay: TakeOrPayPrice,
    price.Share: SharedPrice,
}


def price_of(value: price.PriceProcedure) -> PriceProcedure:
    """Show a price procedure."""
    shown: PriceProcedure = _TYPES[type(value)].of(value)
    return shown


@strawberry.input
class FlatPriceInput:
    """A price for every unit."""

    price_per_unit_day: Price

    def to_price(self) -> price.PriceProcedure:
        """Return the procedure."""
        return price.Flat(self.price_per_unit_day)


@strawberry.input
class PriceTierInput:
    """The units after the tier before, and their price."""

    up_to: Decimal | None = strawberry.field(default=None, description=UP_TO)
    price_per_unit_day: Price


@strawberry.input
class TieredPriceInput:
    """Blocks of units, each at its own price."""

    tiers: list[PriceTierInput] = strawberry.field(description="From the first unit on.")

    def to_price(self) -> price.PriceProcedure:
        """Return the procedure."""
        return price.BlockTiers(tuple(price.Tier(one.up_to, one.price_per_unit_day) for one in self.tiers))


@strawberry.input
class IndexedPriceInput:
    """The value of an index, times `multiplier`, plus `addend`, for every unit."""

    index: str = strawberry.field(description=INDEX)
    multiplier: Decimal = strawberry.field(default=Decimal(1), description="Multiplies the value.")
    addend: Decimal = strawberry.field(default=Decimal(0), description="Is added to the product.")
    floor_per_unit_day: Price | None = strawberry.field(default=None, description=FLOOR)
    cap_per_unit_day: Price | None = strawberry.field(default=None, description=CAP)

    def to_price(self) -> price.PriceProcedure:
        """Return the procedure."""
        bounds = self.floor_per_unit_day, self.cap_per_unit_day
        return price.Indexed(self.index, self.multiplier, self.addend, *bounds)


@strawberry.input
class SeasonalPriceInput:
    """Another price, times the factor of the month of the gas day."""

    base: "PriceInput" = strawberry.field(description="The price that is multiplied.")
    factors: list[Decimal] = strawberry.field(description=FACTORS)

    def to_price(self) -> price.PriceProcedure:
        """Return the procedure."""
        return price.SeasonFactor(self.base.to_price(), tuple(self.factors))


@strawberry.input
class LargerPriceInput:
    """The larger of two prices."""

    left: "PriceInput" = strawberry.field(description="One of them.")
    right: "PriceInput" = strawberry.field(description="The other.")

    def to_price(self) -> price.PriceProcedure:
        """Return the procedure."""
        return price.LargerOf(self.left.to_price(), self.right.to_price())


@strawberry.input
class SumOfPricesInput:
    """Several prices together."""

    parts: list["PriceInput"] = strawberry.field(description="The prices that are added.")

    def to_price(self) -> price.PriceProcedure:
        """Return the procedure."""
        return price.Sum(tuple(part.to_price() for part in self.parts))


@strawberry.input(one_of=True)
class PriceInput:
    """What a unit costs on a gas day: exactly one of these forms."""

    flat: FlatPriceInput | None = strawberry.field(
        default=strawberry.UNSET, description="A price for every unit."
    )
    tiered: TieredPriceInput | None = strawberry.field(
        default=strawberry.UNSET, description="Blocks of units, each at its own price."
    )
    indexed: IndexedPriceInput | None = strawberry.field(
        default=strawberry.UNSET, description="A price that follows an index."
    )
    seasonal: SeasonalPriceInput | None = strawberry.field(
        default=strawberry.UNSET, description="Another price, times a factor of the month."
    )
    larger: LargerPriceInput | None = strawberry.field(
        default=strawberry.UNSET, description="The larger of two prices."
    )
    sum: SumOfPricesInput | None = strawberry.field(
        default=strawberry.UNSET, description="Several prices together."
    )

    def to_price(self) -> price.PriceProcedure:
        """Return the procedure of the form that is given."""
        _, form = self._given()
        price_of_form: price.PriceProcedure = form.to_price()
        return price_of_form

    def place_of(self, place: str) -> str:
        """Return the input field of what the procedure calls `place`, such as `price.tiers[2].up_to`."""
        if not place.startswith("price."):
            return place
        root, *steps = re.findall(r"\w+", place)
        found: str = root
        at: Any = self
        for step in steps:
            if isinstance(at, PriceInput):
                name, at = at._given()
                found += f".{name}"
            if step.isdecimal():
                found += f"[{int(step) - 1}]"
                at = at[int(step) - 1] if isinstance(at, list) else None
            else:
                found += f".{to_camel_case(step)}"
                at = getattr(at, step, None)
        return found

    def _given(self) -> tuple[str, Any]:
        """Return the form that is given, with its name."""
        [given] = [(name, form) for name, form in vars(self).items() if form]
        return given
