"""Elements that stand for a sub-network: a network with all of them opened.

Inside elements are named after the element, `element/inner`. A bound edge gives way to the edges inside,
whose inlet and outlet are the edge's own ends; a bound node gives way to the nodes inside, with arriving
edges at the inlet and leaving edges at the outlet.
"""

from collections.abc import Mapping
from dataclasses import replace

from capacity.contracts.model import Binding, ContractEdge, ContractNetwork, ContractNode


def unfolded(network: ContractNetwork) -> ContractNetwork:
    """Return the network with every bound node and edge replaced by its sub-network, at any depth."""
    for edge in network.edges:
        if edge.binding is not None:
            return unfolded(_with_edge_opened(network, edge, edge.binding))
    for node in network.nodes:
        if node.binding is not None:
            return unfolded(_with_node_opened(network, node, node.binding))
    return network


def _with_edge_opened(network: ContractNetwork, edge: ContractEdge, binding: Binding) -> ContractNetwork:
    ends = {binding.inlet: edge.tail, binding.outlet: edge.head}
    names = {node.id: ends.get(node.id, f"{edge.id}/{node.id}") for node in binding.network.nodes}
    opened = network.exchanged(
        drop_edges=[edge.id],
        add_nodes=[replace(one, id=names[one.id]) for one in binding.network.nodes if one.id not in ends],
        add_edges=_inner_edges(edge.id, binding.network, names),
    )
    return replace(opened, integrals=(*network.integrals, *binding.network.integrals))


def _with_node_opened(network: ContractNetwork, node: ContractNode, binding: Binding) -> ContractNetwork:
    names = {inner.id: f"{node.id}/{inner.id}" for inner in binding.network.nodes}
    touched = [edge for edge in network.edges if node.id in (edge.tail, edge.head)]
    rewired = [
        replace(
            edge,
            tail=names[binding.outlet] if edge.tail == node.id else edge.tail,
            head=names[binding.inlet] if edge.head == node.id else edge.head,
        )
        for edge in touched
    ]
    opened = network.exchanged(
        drop_nodes=[node.id],
        drop_edges=[edge.id for edge in touched],
        add_nodes=[replace(inner, id=names[inner.id]) for inner in binding.network.nodes],
        add_edges=[*rewired, *_inner_edges(node.id, binding.network, names)],
    )
    return replace(opened, integrals=(*network.integrals, *binding.network.integrals))


def _inner_edges(element_id: str, inner: ContractNetwork, names: Mapping[str, str]) -> list[ContractEdge]:
    return [
        replace(edge, id=f"{element_id}/{edge.id}", tail=names[edge.tail], head=names[edge.head])
        for edge in inner.edges
    ]
