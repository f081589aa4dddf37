"""What an offer shows of the capacity behind it: everything but whose contract it is.

A contract may give rights on several routes at once (a bundled or multi-point contract). Each route has a
share: how many of its units one unit of the contract stands for. The first gas day of an offer begins at
`starts_at`; what can be had of it are the gas days that have not yet begun.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Protocol

from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness, Route
from linepack.gasday import GasDayClock, Period
from linepack.ids import NetworkId, PartyId
from market.errors import NotOpen

OFFERS_SHOWN_MAX = 10
"""Offers of one procedure that are shown as alternatives."""

Routes = tuple[tuple[Route, Fraction], ...]
"""The routes of an offer with their shares, in the order of their sort keys."""


@dataclass(frozen=True, slots=True)
class OfferedCapacity:
    """Capacity of a network, on every gas day of a period."""

    network_id: NetworkId
    operator_id: PartyId
    routes: Routes
    firmness: Firmness
    period: Period
    starts_at: datetime

    @classmethod
    def under(cls, contract: Contract, period: Period, clock: GasDayClock) -> "OfferedCapacity":
        """Return what `contract` gives over `period`; `clock` is its network's."""
        return cls(
            network_id=contract.network_id,
            operator_id=contract.operator_id,
            routes=shares(contract),
            firmness=contract.firmness,
            period=period,
            starts_at=clock.starts_at(period.start),
        )


class Offer(Protocol):
    """What a shipper offers, by whatever procedure."""

    @property
    def capacity(self) -> OfferedCapacity:
        """The capacity on offer."""

    @property
    def available(self) -> int:
        """The most that can be had of it on every gas day."""


def days_to_come(kind: str, period: Period, clock: GasDayClock, at: datetime) -> Period:
    """Return the gas days of an offer that have not begun at `at`; raises NotOpen when all have."""
    if at < clock.starts_at(period.start):
        return period
    first = clock.gas_day(at) + timedelta(days=1)
    if first >= period.end:
        last = period.end - timedelta(days=1)
        raise NotOpen(kind, f"its last gas day, {last}, has begun")
    return Period(first, period.end)


def shares(contract: Contract) -> Routes:
    """Return the routes of a contract with their shares."""
    return tuple((route, Fraction(units, contract.quantity)) for route, units in contract.routes())


def period_to_json(period: Period) -> dict[str, str]:
    """Return a period as ISO dates."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def routes_to_json(routes: Iterable[tuple[Route, Fraction]]) -> list[dict[str, Any]]:
    """Return the routes as plain JSON values."""
    return [
        {"receipt": route.receipt, "delivery": route.delivery, "share": str(share)} for route, share in routes
    ]


def routes_from_json(values: Iterable[dict[str, Any]]) -> Routes:
    """Return the routes that `routes_to_json` wrote."""
    return tuple((Route(value["receipt"], value["delivery"]), Fraction(value["share"])) for value in values)
