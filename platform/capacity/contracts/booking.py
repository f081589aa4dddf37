"""The contract network of a booking: one edge between points of the network, or a point and the hub."""

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


def booking(route: Route, quantity: int, price: PriceProcedure) -> ContractNetwork:
    """Return the contract of one route: a path, an entry or an exit.

    `quantity` is in whole commercial units, `price` per unit and gas day. Raises InvalidInput with all faults
    when they make no valid contract.
    """
    edge = ContractEdge(
        id=str(route),
        role=EdgeRole.BOOKING,
        tail=_node_id(route.receipt),
        head=_node_id(route.delivery),
        bands=(Band(Decimal(0), Decimal(quantity), price),),
    )
    nodes = tuple(_node(point) for point in (route.receipt, route.delivery))
    return require_valid(ContractNetwork(nodes, (edge,)))


def _node(point: str | None) -> ContractNode:
    if point is None:
        return ContractNode(HUB, ContractNodeKind.HUB)
    return ContractNode(_node_id(point), ContractNodeKind.POINT, physical_id=point)


def _node_id(point: str | None) -> str:
    return HUB if point is None else f"point:{point}"
