"""The JSON form of price procedures: `form` and that form's parameters, numbers as decimal strings.

Reading finds every fault, each with its place, because its input may come from anyone.
"""

from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from capacity.contracts.pricing.price import PriceProcedure
from capacity.contracts.pricing.rules import DEPTH_MAX, FORMS_MAX, price_faults
from linepack.problems import Fault, InvalidInput

JsonObject = dict[str, Any]
FAULTS_LISTED_MAX = 100

_PRICE: TypeAdapter[PriceProcedure] = TypeAdapter(PriceProcedure)


def price_to_json(price: PriceProcedure) -> JsonObject:
    """Return the JSON form of a procedure."""
    plain: JsonObject = _PRICE.dump_python(price, mode="json")
    return plain


def price_from_json(value: object, place: str = "price") -> PriceProcedure:
    """Read a procedure; raises InvalidInput with every fault."""
    try:
        price = _PRICE.validate_python(value)
    except ValidationError as error:
        raise InvalidInput(faults_of(error, place)) from None
    if faults := list(price_faults(price, place)):
        raise InvalidInput(faults)
    return price


def faults_of(error: ValidationError, place: str) -> list[Fault]:
    """Return what is wrong with a contract's JSON that stands at `place`."""
    return [_fault(one, place) for one in error.errors()[:FAULTS_LISTED_MAX]]


def _fault(one: ErrorDetails, root: str) -> Fault:  # noqa: PLR0911 one for each kind of fault
    place = root + "".join(_step(step) for step in one["loc"])
    context = one.get("ctx", {})
    match one["type"]:
        case "missing":
            return Fault(place, "is missing")
        case "union_tag_not_found" | "model_attributes_type":
            return Fault(place, "a price procedure is an object with a form")
        case "union_tag_invalid":
            return Fault(f"{place}.form", f"there is no price form {context['tag']!r}")
        case "recursion_depth_exceeded":
            return Fault(root, f"at most {FORMS_MAX} forms, nested at most {DEPTH_MAX} deep")
        case "dataclass_type":
            return Fault(place, "must be an object")
        case "value_error":
            return Fault(place, str(context["error"]))
        case _:
            return Fault(place, one["msg"])


def _step(step: int | str) -> str:
    """Return one step of a place; the upper-case form that pydantic names where it chose one is none."""
    if isinstance(step, int):
        return f"[{step + 1}]"
    return "" if step.isupper() else f".{step}"
