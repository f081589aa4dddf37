"""What a contract network must satisfy; all faults are found at once.

Ids are unique and edges end at nodes of the network; it is connected and has an edge. The bands of an edge
start at 0, follow one another without gap or overlap, and none is empty; nor are their intervals of pressure
and calorific value. A booking runs between points of the physical network, or a point and the hub, in whole
units. Integral quantities allow at least their minimum, and no more is used than they allow.
"""

from collections import Counter
from collections.abc import Iterator

from capacity.contracts.model import (
    Band,
    Binding,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
    IntegralKind,
    IntegralQuantity,
    Interval,
)
from capacity.contracts.pricing.calculation import number_fault
from capacity.contracts.pricing.price import TakeOrPay, forms
from capacity.contracts.pricing.rules import price_faults
from linepack.problems import Fault, InvalidInput

ELEMENTS_MAX = 200
BANDS_MAX = 64
INTEGRALS_MAX = 32
BINDING_DEPTH_MAX = 4


def require_valid(network: ContractNetwork, place: str = "network") -> ContractNetwork:
    """Return the network; raises InvalidInput with every fault when it has one."""
    if faults := network_faults(network, place):
        raise InvalidInput(faults)
    return network


def network_faults(network: ContractNetwork, place: str = "network") -> list[Fault]:
    """Return every fault of a contract network, in the order of its elements."""
    return list(_network_faults(network, place, depth=1))


def apart(network: ContractNetwork) -> set[str]:
    """Return the nodes that cannot be reached from the first one, edges taken either way."""
    if not network.nodes:
        return set()
    neighbours: dict[str, set[str]] = {node.id: set() for node in network.nodes}
    for edge in network.edges:
        if edge.tail in neighbours and edge.head in neighbours:
            neighbours[edge.tail].add(edge.head)
            neighbours[edge.head].add(edge.tail)
    open_ids, reached = [network.nodes[0].id], {network.nodes[0].id}
    while open_ids:
        new = neighbours[open_ids.pop()] - reached
        reached |= new
        open_ids.extend(new)
    return set(neighbours) - reached


def _network_faults(network: ContractNetwork, place: str, depth: int) -> Iterator[Fault]:
    if depth > BINDING_DEPTH_MAX:
        yield Fault(place, f"sub-networks nest at most {BINDING_DEPTH_MAX} deep")
        return
    for kind, elements, limit in (
        ("nodes", network.nodes, ELEMENTS_MAX),
        ("edges", network.edges, ELEMENTS_MAX),
        ("integrals", network.integrals, INTEGRALS_MAX),
    ):
        if len(elements) > limit:
            yield Fault(f"{place}.{kind}", f"at most {limit}, not {len(elements)}")
            return
    if not network.edges:
        yield Fault(f"{place}.edges", "a contract needs an edge")
    ids = Counter([*(node.id for node in network.nodes), *(edge.id for edge in network.edges)])
    yield from (Fault(place, f"id {name!r} is used {n} times") for name, n in ids.items() if n > 1)
    nodes = {node.id: node for node in network.nodes}
    for node in network.nodes:
        yield from _node_faults(node, f"{place}.nodes[{node.id}]", depth)
    for edge in network.edges:
        yield from _edge_faults(edge, nodes, f"{place}.edges[{edge.id}]", depth)
    for number, integral in enumerate(network.integrals, start=1):
        yield from _integral_faults(integral, f"{place}.integrals[{number}]")
    if unreached := apart(network):
        yield Fault(place, f"not connected: {', '.join(sorted(unreached))} cannot be reached")


def _node_faults(node: ContractNode, place: str, depth: int) -> Iterator[Fault]:
    if not node.id:
        yield Fault(place, "a node needs an id")
    if node.kind is ContractNodeKind.POINT and not node.physical_id:
        yield Fault(place, "a point stands for a node of the physical network")
    if node.kind is ContractNodeKind.HUB and node.physical_id:
        yield Fault(place, "the hub is no node of the physical network")
    if node.party_id is not None and node.kind is not ContractNodeKind.PARTNER:
        yield Fault(place, "only a partner is a party")
    if wrong := number_fault(node.demand, f"{place}.demand"):
        yield wrong
    elif node.demand < 0 or (node.demand and node.kind is not ContractNodeKind.METER):
        yield Fault(f"{place}.demand", "only a meter demands, and not less than 0")
    if node.storage_max is not None:
        if wrong := number_fault(node.storage_max, f"{place}.storage_max"):
            yield wrong
        elif node.storage_max <= 0 or node.kind is not ContractNodeKind.POINT:
            yield Fault(f"{place}.storage_max", "only a point keeps gas, and more than 0")
    if node.binding is not None:
        yield from _binding_faults(node.binding, f"{place}.binding", depth)


def _edge_faults(
    edge: ContractEdge, nodes: dict[str, ContractNode], place: str, depth: int
) -> Iterator[Fault]:
    if not edge.id:
        yield Fault(place, "an edge needs an id")
    missing = [end for end in (edge.tail, edge.head) if end not in nodes]
    yield from (Fault(place, f"ends at {end!r}, which is no node") for end in missing)
    if edge.tail == edge.head:
        yield Fault(place, "starts and ends at the same node")
    yield from _bands_faults(edge, place)
    if edge.role is EdgeRole.BOOKING:
        if not missing:
            yield from _booking_faults(edge, nodes[edge.tail], nodes[edge.head], place)
        if edge.quantity.is_finite() and edge.quantity != edge.quantity.to_integral_value():
            yield Fault(place, f"rights are whole units, not {edge.quantity}")
    if edge.binding is not None:
        yield from _binding_faults(edge.binding, f"{place}.binding", depth)


def _booking_faults(
    edge: ContractEdge, tail: ContractNode, head: ContractNode, place: str
) -> Iterator[Fault]:
    kinds = {tail.kind, head.kind}
    if not kinds <= {ContractNodeKind.POINT, ContractNodeKind.HUB} or kinds == {ContractNodeKind.HUB}:
        yield Fault(
            place, f"a booking runs between points or a point and the hub, not {edge.tail} → {edge.head}"
        )
    elif tail.physical_id is not None and tail.physical_id == head.physical_id:
        yield Fault(place, f"both ends stand for {tail.physical_id}")


def _bands_faults(edge: ContractEdge, place: str) -> Iterator[Fault]:
    if not edge.bands and edge.role.carries_quantity:
        yield Fault(f"{place}.bands", f"an edge of role {edge.role} needs a band")
    if len(edge.bands) > BANDS_MAX:
        yield Fault(f"{place}.bands", f"at most {BANDS_MAX}, not {len(edge.bands)}")
        return
    end = None
    for number, band in enumerate(edge.bands, start=1):
        here = f"{place}.bands[{number}]"
        numbers = [number_fault(band.low, f"{here}.low"), number_fault(band.high, f"{here}.high")]
        wrong = [fault for fault in numbers if fault is not None]
        yield from wrong
        yield from _band_faults(band, here)
        if wrong:
            return
        if band.low >= band.high:
            yield Fault(here, f"the band {band.low} to {band.high} is empty")
        if end is None and band.low != 0:
            yield Fault(
                here, f"the first band starts at 0, not {band.low}: a minimum is an integral quantity"
            )
        elif end is not None and band.low != end:
            yield Fault(here, f"starts at {band.low}, but the band before ends at {end}")
        end = band.high


def _band_faults(band: Band, place: str) -> Iterator[Fault]:
    yield from price_faults(band.price, f"{place}.price")
    if any(isinstance(form, TakeOrPay) for form in forms(band.price)):
        yield Fault(f"{place}.price", "take-or-pay belongs to an integral quantity, not to a band")
    yield from _interval_faults(band.pressure_bar, f"{place}.pressure_bar")
    yield from _interval_faults(band.calorific_value_kwh_per_nm3, f"{place}.calorific_value_kwh_per_nm3")


def _interval_faults(interval: Interval | None, place: str) -> Iterator[Fault]:
    if interval is None:
        return
    numbers = [number_fault(interval.low, f"{place}.low"), number_fault(interval.high, f"{place}.high")]
    wrong = [fault for fault in numbers if fault is not None]
    yield from wrong
    if not wrong and not 0 <= interval.low <= interval.high:
        yield Fault(place, f"the interval {interval} is empty or below 0")


def _integral_faults(integral: IntegralQuantity, place: str) -> Iterator[Fault]:
    bounds = {"minimum": integral.minimum, "maximum": integral.maximum, "used": integral.used}
    wrong = [
        fault
        for name, value in bounds.items()
        if value is not None and (fault := number_fault(value, f"{place}.{name}")) is not None
    ]
    yield from wrong
    if wrong:
        return
    yield from (
        Fault(f"{place}.{name}", f"{value} is below 0")
        for name, value in bounds.items()
        if value is not None and value < 0
    )
    if integral.maximum is not None and integral.minimum > integral.maximum:
        yield Fault(place, f"minimum {integral.minimum} is above maximum {integral.maximum}")
    if integral.maximum is not None and integral.used > integral.maximum:
        yield Fault(place, f"{integral.used} used of at most {integral.maximum}")
    if integral.price is not None:
        yield from price_faults(integral.price, f"{place}.price")
        if integral.kind is not IntegralKind.TAKE_OR_PAY:
            yield Fault(f"{place}.price", "only take-or-pay charges what is missing")


def _binding_faults(binding: Binding, place: str, depth: int) -> Iterator[Fault]:
    nodes = {node.id for node in binding.network.nodes}
    for end, name in (("inlet", binding.inlet), ("outlet", binding.outlet)):
        if name not in nodes:
            yield Fault(f"{place}.{end}", f"{name!r} is no node of the sub-network")
    yield from _network_faults(binding.network, f"{place}.network", depth + 1)
