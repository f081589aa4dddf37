"""The home of the usual contracts: from points, quantities and prices to a contract network.

Points are ids of nodes of the physical network, quantities whole commercial units, prices per unit and gas
day. Every constructor raises InvalidInput with all faults when what it is given makes no valid contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.model import (
    Band,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
)
from capacity.contracts.pricing.price import PriceProcedure
from capacity.contracts.rules import require_valid
from capacity.rights.model import Route

HUB = "hub"


@dataclass(frozen=True, slots=True)
class Leg:
    """One route of a contract, how much of it, and at what price."""

    route: Route
    quantity: int
    price: PriceProcedure


def booking(route: Route, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return a contract of one route: a path, an entry or an exit."""
    return multi_point([Leg(route, quantity, price)])


def path(receipt: str, delivery: str, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return a path booking: from a receipt to a delivery point."""
    return booking(Route(receipt, delivery), quantity, price)


def entry_point(receipt: str, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return an entry booking: from a receipt point to the hub."""
    return booking(Route(receipt, None), quantity, price)


def exit_point(delivery: str, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return an exit booking: from the hub to a delivery point."""
    return booking(Route(None, delivery), quantity, price)


def bundled(
    receipt: str,
    delivery: str,
    quantity: int,
    *,
    entry_price: PriceProcedure,
    exit_price: PriceProcedure,
) -> ContractNetwork:
    """Return an entry and an exit of one quantity, sold together, each at its own price."""
    legs = [
        Leg(Route(receipt, None), quantity, entry_price),
        Leg(Route(None, delivery), quantity, exit_price),
    ]
    return multi_point(legs)


def storage(
    point: str,
    *,
    injection: int,
    withdrawal: int,
    storage_max: int,
    injection_price: PriceProcedure,
    withdrawal_price: PriceProcedure,
) -> ContractNetwork:
    """Return a storage contract: an exit to inject, an entry to withdraw, and a point that keeps gas.

    `storage_max` is in commercial units times gas days.
    """
    legs = [
        Leg(Route(None, point), injection, injection_price),
        Leg(Route(point, None), withdrawal, withdrawal_price),
    ]
    return _network(legs, storage_max={point: Decimal(storage_max)})


def multi_point(legs: Iterable[Leg]) -> ContractNetwork:
    """Return a contract of several routes, which must be connected: by points they share, or the hub."""
    return _network(list(legs), storage_max={})


def _network(legs: list[Leg], storage_max: dict[str, Decimal]) -> ContractNetwork:
    ends = {end for leg in legs for end in (leg.route.receipt, leg.route.delivery)}
    nodes = [
        ContractNode(HUB, ContractNodeKind.HUB)
        if end is None
        else ContractNode(
            _node_id(end), ContractNodeKind.POINT, physical_id=end, storage_max=storage_max.get(end)
        )
        for end in ends
    ]
    edges = [
        ContractEdge(
            id=str(leg.route),
            role=EdgeRole.BOOKING,
            tail=_node_id(leg.route.receipt),
            head=_node_id(leg.route.delivery),
            bands=(Band(Decimal(0), Decimal(leg.quantity), leg.price),),
        )
        for leg in legs
    ]
    return require_valid(ContractNetwork(tuple(nodes), tuple(edges)))


def _node_id(point: str | None) -> str:
    return HUB if point is None else f"point:{point}"
