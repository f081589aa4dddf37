"""The home of what an offer shows of the capacity behind it: everything but whose contract it is.

A contract may give rights on several routes at once (a bundled or multi-point contract). Each route has a
share: how many of its units one unit of the contract stands for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness, Route
from linepack.gasday import Period
from linepack.ids import NetworkId

Routes = tuple[tuple[Route, Fraction], ...]
"""The routes of an offer with their shares, in the order of their sort keys."""


@dataclass(frozen=True, slots=True)
class OfferedCapacity:
    """Capacity under a contract, over a part of the contract's period."""

    network_id: NetworkId
    routes: Routes
    firmness: Firmness
    period: Period

    @classmethod
    def under(cls, contract: Contract, period: Period) -> "OfferedCapacity":
        """Return what `contract` gives over `period`."""
        shares = tuple((route, Fraction(units, contract.quantity)) for route, units in contract.routes())
        return cls(contract.network_id, shares, contract.firmness, period)


def routes_to_json(routes: Iterable[tuple[Route, Fraction]]) -> list[dict[str, Any]]:
    """Return the routes as plain JSON values."""
    return [
        {"receipt": route.receipt, "delivery": route.delivery, "share": str(share)} for route, share in routes
    ]


def routes_from_json(values: Iterable[dict[str, Any]]) -> Routes:
    """Return the routes that `routes_to_json` wrote."""
    return tuple((Route(value["receipt"], value["delivery"]), Fraction(value["share"])) for value in values)
