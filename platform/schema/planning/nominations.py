"""Nominations and pressures that planning is asked about."""

from collections import Counter
from collections.abc import Mapping, Sequence

import strawberry

from linepack.problems import FaultWithin, InvalidInput
from schema.types.scalars import Quantity


@strawberry.input
class NominatedQuantityInput:
    """What a nomination hands over or takes off at a node."""

    node: str
    enters: Quantity | None = strawberry.field(default=None, description="What is handed over there.")
    leaves: Quantity | None = strawberry.field(default=None, description="What is taken off there.")


def nomination_of(given: Sequence[NominatedQuantityInput] | None) -> Mapping[str, int] | None:
    """Return a nomination by node, None without one; raises InvalidInput for a node that is named twice."""
    if given is None:
        return None
    once("nomination", "node", [one.node for one in given])
    return {one.node: int(one.enters or 0) - int(one.leaves or 0) for one in given}


def once(field: str, kind: str, names: Sequence[str]) -> None:
    """Raise InvalidInput for elements of a kind that are named twice in an input field."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InvalidInput(FaultWithin(f"{kind} {name}", "is given twice", field) for name in twice)
