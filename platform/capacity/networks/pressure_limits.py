"""Limits of pressure: gauge or absolute, and limits that exclude each other.

The pressures of a network are absolute, in bar. GasLib says which are gauge by their unit (barg); MATGAS,
GeoJSON and the native format leave it to who imports a file.
"""

from dataclasses import replace

from capacity.networks.faults import FaultList, Place
from capacity.networks.model import PRESSURE_MAX, PRESSURE_MIN, Edge, EdgeKind, Network, Node
from capacity.networks.physics import ATMOSPHERE_BAR

_PRESSURES = (
    *(PRESSURE_MIN, PRESSURE_MAX),
    *("pressure_in_min_bar", "pressure_in_max_bar", "pressure_out_min_bar", "pressure_out_max_bar"),
)
"""The attributes of an edge that are pressures; differences and losses are the same in gauge."""


def from_gauge(network: Network) -> Network:
    """Return a network whose limits were read as absolute and are gauge, the atmosphere added to them."""
    note = f"Pressures of the file are gauge: {ATMOSPHERE_BAR} bar are added."
    return replace(
        network,
        nodes=tuple(_node_from_gauge(node) for node in network.nodes),
        edges=tuple(_edge_from_gauge(edge) for edge in network.edges),
        notes=(*network.notes, note),
    )


def _node_from_gauge(node: Node) -> Node:
    low, high = node.pressure_min_bar, node.pressure_max_bar
    return replace(
        node,
        pressure_min_bar=None if low is None else low + ATMOSPHERE_BAR,
        pressure_max_bar=None if high is None else high + ATMOSPHERE_BAR,
    )


def _edge_from_gauge(edge: Edge) -> Edge:
    attributes = {
        name: value + ATMOSPHERE_BAR if name in _PRESSURES and not isinstance(value, str) else value
        for name, value in edge.attributes.items()
    }
    return replace(edge, attributes=attributes)


def require_consistent(network: Network) -> None:
    """Raise InvalidInput with every node at which no pressure is allowed.

    A node is held to its own limits, to those of the pipes that end there, and to the atmosphere's pressure
    as the lowest of all.
    """
    lowest = {node.id: (ATMOSPHERE_BAR, "that of the atmosphere") for node in network.nodes}
    highest = {node.id: (float("inf"), "") for node in network.nodes}

    def narrow(node_id: str, low: float | str | None, high: float | str | None, whose: str) -> None:
        if isinstance(low, float | int) and low > lowest[node_id][0]:
            lowest[node_id] = low, whose
        if isinstance(high, float | int) and high < highest[node_id][0]:
            highest[node_id] = high, whose

    for node in network.nodes:
        narrow(node.id, node.pressure_min_bar, node.pressure_max_bar, "its own")
    for edge in network.edges:
        if edge.kind is EdgeKind.PIPE:
            for end in (edge.tail, edge.head):
                limits = edge.attributes.get(PRESSURE_MIN), edge.attributes.get(PRESSURE_MAX)
                narrow(end, *limits, f"that of pipe {edge.id}")
    faults = FaultList()
    for node in network.nodes:
        (low, whose_low), (high, whose_high) = lowest[node.id], highest[node.id]
        if low > high:
            message = (
                f"allows no pressure: the highest is {high:g} bar ({whose_high}), the lowest {low:g} bar "
                f"({whose_low})"
            )
            hint = "; are these gauge pressures?" if high < ATMOSPHERE_BAR else ""
            faults.add(Place("network", element=f"node {node.id}"), message + hint)
    faults.raise_if_any()
