"""Reading a route: which points of a network a command names."""

from capacity.networks.model import Network, Node
from capacity.rights.model import Route
from market.commands.validation import Faults


def route_on(faults: Faults, network: Network, receipt: str | None, delivery: str | None) -> Route | None:
    """Return the route between two points of `network`, None being the hub; None when it is no route.

    Points that the network does not have, or where gas cannot enter or leave, are noted as faults.
    """
    if receipt is None and delivery is None:
        faults.add("receipt", "a route needs a receipt point, a delivery point or both")
        return None
    if receipt == delivery:
        faults.add("delivery", f"{delivery} is the receipt point as well")
        return None
    for place, point in (("receipt", receipt), ("delivery", delivery)):
        if point is not None and (fault := point_fault(network, place, point)):
            faults.add(place, fault)
    return Route(receipt, delivery)


def point_fault(network: Network, place: str, point: str) -> str | None:
    """Return why `point` cannot be the receipt or the delivery (`place`) of a route, None where it can."""
    node = _find(network, point)
    if node is None:
        return f"network {network.code} has no point {point}"
    may, verb = (node.role.may_enter, "enter") if place == "receipt" else (node.role.may_exit, "leave")
    return None if may else f"gas cannot {verb} the network at {point}, which is of role {node.role}"


def _find(network: Network, point: str) -> Node | None:
    try:
        return network.node(point)
    except KeyError:
        return None
