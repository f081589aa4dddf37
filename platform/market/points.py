"""The home of reading a route: which points of a network a command names."""

from capacity.networks.model import Network, Node
from capacity.rights.model import Route
from market.faults import Faults


def route_on(faults: Faults, network: Network, receipt: str | None, delivery: str | None) -> Route | None:
    """Return the route between two points of `network`, None being the hub; None when it has a fault."""
    if receipt is None and delivery is None:
        faults.add("receipt", "a route needs a receipt point, a delivery point or both")
        return None
    if receipt == delivery:
        faults.add("delivery", f"{delivery} is the receipt point as well")
        return None
    ends = [
        _is_end(faults, network, "receipt", receipt) if receipt is not None else True,
        _is_end(faults, network, "delivery", delivery) if delivery is not None else True,
    ]
    return Route(receipt, delivery) if all(ends) else None


def _is_end(faults: Faults, network: Network, place: str, point: str) -> bool:
    node = _find(network, point)
    if node is None:
        faults.add(place, f"network {network.code} has no point {point}")
        return False
    may, verb = (node.role.may_enter, "enter") if place == "receipt" else (node.role.may_exit, "leave")
    if not may:
        faults.add(place, f"gas cannot {verb} the network at {point}, which is of role {node.role}")
    return may


def _find(network: Network, point: str) -> Node | None:
    try:
        return network.node(point)
    except KeyError:
        return None
