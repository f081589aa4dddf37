"""The JSON form of price procedures.

An object with `form` (the upper-case name below) and that form's parameters; numbers are decimal strings, so
that nothing is lost on the way. `read_price` collects faults instead of raising, and bounds the nesting
before it follows it, because its input may come from anyone.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from capacity.contracts.pricing.price import (
    Block,
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
)
from capacity.contracts.pricing.rules import (
    BLOCKS_MAX,
    DECIMALS_MAX,
    DEPTH_MAX,
    FORMS_MAX,
    SHARE_DIGITS_MAX,
    number_fault,
    price_faults,
)
from linepack.problems import Fault, InvalidInput

JsonObject = dict[str, Any]
FREE = Flat(Decimal(0))


def price_to_json(price: PriceProcedure) -> JsonObject:  # noqa: PLR0911 one for each form
    """Return the JSON form of a procedure."""
    match price:
        case Flat(unit_price):
            return {"form": "FLAT", "price_per_unit_day": str(unit_price)}
        case BlockTiers(tiers):
            return {"form": "BLOCK_TIERS", "tiers": [_tier_to_json(tier) for tier in tiers]}
        case Indexed():
            return {
                "form": "INDEXED",
                "index": price.index,
                "multiplier": str(price.multiplier),
                "addend": str(price.addend),
                "floor_per_unit_day": _text(price.floor_per_unit_day),
                "cap_per_unit_day": _text(price.cap_per_unit_day),
            }
        case SeasonFactor(base, factors):
            return {
                "form": "SEASON_FACTOR",
                "base": price_to_json(base),
                "factors": [str(factor) for factor in factors],
            }
        case LargerOf(left, right):
            return {"form": "LARGER_OF", "left": price_to_json(left), "right": price_to_json(right)}
        case Sum(parts):
            return {"form": "SUM", "parts": [price_to_json(part) for part in parts]}
        case CalorificAdjusted():
            return {
                "form": "CALORIFIC_ADJUSTED",
                "base": price_to_json(price.base),
                "reference": str(price.reference),
                "low": str(price.low),
                "high": str(price.high),
                "outside": price_to_json(price.outside),
                "digits": price.digits,
            }
        case TakeOrPay(minimum, unit_price):
            return {"form": "TAKE_OR_PAY", "minimum": str(minimum), "price_per_unit": str(unit_price)}
        case Share(blocks, digits):
            inner = [{"units": str(one.units), "price": price_to_json(one.price)} for one in blocks]
            return {"form": "SHARE", "blocks": inner, "digits": digits}


def price_from_json(value: object, place: str = "price") -> PriceProcedure:
    """Read a procedure; raises InvalidInput with every fault."""
    faults: list[Fault] = []
    price = read_price(value, place, faults)
    if faults:
        raise InvalidInput(faults)
    return price


def read_price(value: object, place: str, faults: list[Fault]) -> PriceProcedure:
    """Read a procedure, adding every fault to `faults`; what is returned counts only if none was added."""
    reader = _PriceReader(faults)
    price = reader.price(value, place, depth=1)
    if not reader.failed:
        faults.extend(price_faults(price, place))
    return price


def read_decimal(value: object, place: str, faults: list[Fault]) -> Decimal:
    """Read a number, given as a string or an integer, adding its fault if it has one."""
    if isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) <= 64:
        try:
            number = Decimal(value)
        except InvalidOperation:
            faults.append(Fault(place, f"{value!r} is not a number"))
            return Decimal(0)
        if (fault := number_fault(number, place)) is None:
            return number
        faults.append(fault)
        return Decimal(0)
    faults.append(Fault(place, "a decimal number is written as a string"))
    return Decimal(0)


class _PriceReader:
    """Reads one procedure within its limits; each block of a share has limits of its own."""

    def __init__(self, faults: list[Fault], *, in_share: bool = False) -> None:
        self._faults = faults
        self._in_share = in_share
        self._before = len(faults)
        self._forms = 0

    @property
    def failed(self) -> bool:
        return len(self._faults) > self._before

    def price(self, value: object, place: str, depth: int) -> PriceProcedure:  # noqa: PLR0911 as above
        self._forms += 1
        if depth > DEPTH_MAX or self._forms > FORMS_MAX:
            return self._fault(place, f"at most {FORMS_MAX} forms, nested at most {DEPTH_MAX} deep")
        if not isinstance(value, Mapping):
            return self._fault(place, "a price procedure is an object with a form")
        match value.get("form"):
            case "FLAT":
                return Flat(self._number(value, "price_per_unit_day", place))
            case "BLOCK_TIERS":
                return self._block_tiers(value, place)
            case "INDEXED":
                return self._indexed(value, place)
            case "SEASON_FACTOR":
                factors = self._list(value, "factors", place)
                read = (read_decimal(f, f"{place}.factors", self._faults) for f in factors)
                return SeasonFactor(self._inner(value, "base", place, depth), tuple(read))
            case "LARGER_OF":
                left, right = (self._inner(value, side, place, depth) for side in ("left", "right"))
                return LargerOf(left, right)
            case "SUM":
                parts = self._list(value, "parts", place)
                named = ((part, f"{place}.parts[{number}]") for number, part in enumerate(parts, start=1))
                return Sum(tuple(self.price(part, here, depth + 1) for part, here in named))
            case "CALORIFIC_ADJUSTED":
                return self._calorific(value, place, depth)
            case "TAKE_OR_PAY":
                minimum = self._number(value, "minimum", place)
                return TakeOrPay(minimum, self._number(value, "price_per_unit", place))
            case "SHARE" if not self._in_share:
                return self._share(value, place)
            case other:
                return self._fault(f"{place}.form", f"there is no price form {other!r}")

    def _block_tiers(self, value: Mapping[str, object], place: str) -> BlockTiers:
        tiers = []
        for number, tier in enumerate(self._list(value, "tiers", place), start=1):
            here = f"{place}.tiers[{number}]"
            if not isinstance(tier, Mapping):
                self._fault(here, "a tier is an object")
                continue
            up_to = self._optional(tier, "up_to", here)
            tiers.append(Tier(up_to, self._number(tier, "price_per_unit_day", here)))
        return BlockTiers(tuple(tiers))

    def _indexed(self, value: Mapping[str, object], place: str) -> Indexed:
        name = value.get("index")
        if not isinstance(name, str):
            self._fault(f"{place}.index", "an index has a name")
        return Indexed(
            name if isinstance(name, str) else "",
            self._number(value, "multiplier", place),
            self._number(value, "addend", place),
            self._optional(value, "floor_per_unit_day", place),
            self._optional(value, "cap_per_unit_day", place),
        )

    def _share(self, value: Mapping[str, object], place: str) -> Share:
        blocks = []
        for number, block in enumerate(self._list(value, "blocks", place, BLOCKS_MAX), start=1):
            here = f"{place}.blocks[{number}]"
            if not isinstance(block, Mapping):
                self._fault(here, "a block is an object")
                continue
            reader = _PriceReader(self._faults, in_share=True)
            price = reader.price(block.get("price"), f"{here}.price", depth=1)
            blocks.append(Block(self._number(block, "units", here), price))
        return Share(tuple(blocks), self._digits(value, place, default=10, most=SHARE_DIGITS_MAX))

    def _calorific(self, value: Mapping[str, object], place: str, depth: int) -> CalorificAdjusted:
        digits = self._digits(value, place, default=6, most=DECIMALS_MAX)
        reference, low, high = (self._number(value, name, place) for name in ("reference", "low", "high"))
        base, outside = (self._inner(value, name, place, depth) for name in ("base", "outside"))
        return CalorificAdjusted(base, reference, low, high, outside, digits)

    def _inner(self, value: Mapping[str, object], name: str, place: str, depth: int) -> PriceProcedure:
        return self.price(value.get(name), f"{place}.{name}", depth + 1)

    def _number(self, value: Mapping[str, object], name: str, place: str) -> Decimal:
        return read_decimal(value.get(name), f"{place}.{name}", self._faults)

    def _optional(self, value: Mapping[str, object], name: str, place: str) -> Decimal | None:
        return None if value.get(name) is None else self._number(value, name, place)

    def _digits(self, value: Mapping[str, object], place: str, *, default: int, most: int) -> int:
        digits = value.get("digits", default)
        if isinstance(digits, int) and not isinstance(digits, bool):
            return digits
        self._fault(f"{place}.digits", f"a whole number from 0 to {most}")
        return default

    def _list(
        self, value: Mapping[str, object], name: str, place: str, most: int = FORMS_MAX
    ) -> list[object]:
        items = value.get(name)
        if isinstance(items, list) and len(items) <= most:
            return items
        self._fault(f"{place}.{name}", f"a list of at most {most}")
        return []

    def _fault(self, place: str, message: str) -> Flat:
        self._faults.append(Fault(place, message))
        return FREE


def _tier_to_json(tier: Tier) -> JsonObject:
    return {"up_to": _text(tier.up_to), "price_per_unit_day": str(tier.price_per_unit_day)}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
