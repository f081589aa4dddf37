"""The home of elements that stand for a sub-network: showing what is inside, and folding it away again.

Inside elements are named after the element, `element/inner`. A bound edge gives way to the edges inside,
whose inlet and outlet are the edge's own ends; a bound node gives way to the nodes inside, with arriving
edges at the inlet and leaving edges at the outlet. Law: fold(unfold(N, e)) = N.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from capacity.contracts.model import Binding, ContractEdge, ContractNetwork, ContractNode


@dataclass(frozen=True, slots=True)
class Unfolding:
    """A network with one element opened: what was taken out of it, and what was put in."""

    network: ContractNetwork
    taken_nodes: tuple[ContractNode, ...]
    taken_edges: tuple[ContractEdge, ...]
    added_nodes: tuple[ContractNode, ...]
    added_edges: tuple[ContractEdge, ...]
    added_integrals: int


def unfold(network: ContractNetwork, element_id: str) -> Unfolding:
    """Replace a bound node or edge by its sub-network.

    Raises KeyError when no such element stands for a sub-network.
    """
    for edge in network.edges:
        if edge.id == element_id and edge.binding is not None:
            return _unfold_edge(network, edge, edge.binding)
    for node in network.nodes:
        if node.id == element_id and node.binding is not None:
            return _unfold_node(network, node, node.binding)
    raise KeyError(element_id)


def fold(unfolding: Unfolding) -> ContractNetwork:
    """Return the network as it was before `unfold`."""
    network = unfolding.network.exchanged(
        drop_nodes=[node.id for node in unfolding.added_nodes],
        drop_edges=[edge.id for edge in unfolding.added_edges],
        add_nodes=unfolding.taken_nodes,
        add_edges=unfolding.taken_edges,
    )
    kept = len(network.integrals) - unfolding.added_integrals
    return replace(network, integrals=network.integrals[:kept])


def _unfold_edge(network: ContractNetwork, edge: ContractEdge, binding: Binding) -> Unfolding:
    ends = {binding.inlet: edge.tail, binding.outlet: edge.head}
    inside = _named(edge.id, binding.network, ends)
    nodes = tuple(replace(node, id=inside[node.id]) for node in binding.network.nodes if node.id not in ends)
    inner_edges = _inner_edges(edge.id, binding.network, inside)
    return _opened(
        network,
        binding,
        taken_nodes=(),
        taken_edges=(edge,),
        added_nodes=nodes,
        added_edges=inner_edges,
    )


def _unfold_node(network: ContractNetwork, node: ContractNode, binding: Binding) -> Unfolding:
    inside = _named(node.id, binding.network, {})
    nodes = tuple(replace(inner, id=inside[inner.id]) for inner in binding.network.nodes)
    touched = tuple(edge for edge in network.edges if node.id in (edge.tail, edge.head))
    rewired = tuple(
        replace(
            edge,
            tail=inside[binding.outlet] if edge.tail == node.id else edge.tail,
            head=inside[binding.inlet] if edge.head == node.id else edge.head,
        )
        for edge in touched
    )
    inner_edges = _inner_edges(node.id, binding.network, inside)
    return _opened(
        network,
        binding,
        taken_nodes=(node,),
        taken_edges=touched,
        added_nodes=nodes,
        added_edges=(*rewired, *inner_edges),
    )


def _named(element_id: str, inner: ContractNetwork, ends: Mapping[str, str]) -> dict[str, str]:
    return {node.id: ends.get(node.id, f"{element_id}/{node.id}") for node in inner.nodes}


def _inner_edges(
    element_id: str, inner: ContractNetwork, inside: Mapping[str, str]
) -> tuple[ContractEdge, ...]:
    return tuple(
        replace(edge, id=f"{element_id}/{edge.id}", tail=inside[edge.tail], head=inside[edge.head])
        for edge in inner.edges
    )


def _opened(
    network: ContractNetwork,
    binding: Binding,
    *,
    taken_nodes: tuple[ContractNode, ...],
    taken_edges: tuple[ContractEdge, ...],
    added_nodes: tuple[ContractNode, ...],
    added_edges: tuple[ContractEdge, ...],
) -> Unfolding:
    opened = network.exchanged(
        drop_nodes=[node.id for node in taken_nodes],
        drop_edges=[edge.id for edge in taken_edges],
        add_nodes=added_nodes,
        add_edges=added_edges,
    )
    opened = replace(opened, integrals=(*network.integrals, *binding.network.integrals))
    added_integrals = len(binding.network.integrals)
    return Unfolding(opened, taken_nodes, taken_edges, added_nodes, added_edges, added_integrals)
