"""Independent judges of networks: maximum flow by networkx, the worst nomination by SciPy's MILP solver."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from capacity.networks.model import Network

UNBOUNDED = 10**12


@dataclass(frozen=True)
class MaximumFlow:
    """How much of the published nomination can be transported at once."""

    flow: int
    nominated: int


def maximum_flow(network: Network) -> MaximumFlow:
    graph = nx.DiGraph()

    def add(tail: str, head: str, capacity: int | None) -> None:
        units = UNBOUNDED if capacity is None else capacity
        before = graph.get_edge_data(tail, head, {"capacity": 0})["capacity"]
        graph.add_edge(tail, head, capacity=before + units)

    for edge in network.edges:
        add(edge.tail, edge.head, edge.capacity_forward)
        add(edge.head, edge.tail, edge.capacity_backward)
    for node in network.nodes:
        if node.nomination > 0:
            add("*supply", node.id, node.nomination)
        elif node.nomination < 0:
            add(node.id, "*demand", -node.nomination)
    nominated = sum(max(0, node.nomination) for node in network.nodes)
    return MaximumFlow(nx.maximum_flow_value(graph, "*supply", "*demand"), nominated)


def worst_shortfall(network: Network) -> float:
    """Return the most that any balanced nomination within the published one lacks, in commercial units.

    Over all cuts: the smaller of the entries behind it and the exits before it, less its capacity. Binary z
    tells on which side a node is; f and b tell that an edge is cut forward or backward; t is the demand.
    """
    nodes, edges = len(network.nodes), len(network.edges)
    number = {node.id: i for i, node in enumerate(network.nodes)}
    scale = max(abs(node.nomination) for node in network.nodes)
    tails = np.array([number[edge.tail] for edge in network.edges])
    heads = np.array([number[edge.head] for edge in network.edges])
    ends = sparse.csr_matrix(
        (np.repeat([1.0, -1.0], edges), (np.tile(np.arange(edges), 2), np.r_[tails, heads])), (edges, nodes)
    )
    nomination = np.array([node.nomination / scale for node in network.nodes])
    entries, exits = np.maximum(nomination, 0), np.maximum(-nomination, 0)
    one, none = -sparse.identity(edges), sparse.csr_matrix((edges, edges))
    empty, zeros = sparse.csr_matrix((edges, 1)), sparse.csr_matrix((1, 2 * edges))
    rows = sparse.bmat(
        [
            [ends, one, none, empty],
            [-ends, none, one, empty],
            [sparse.csr_matrix(-entries), zeros[:, :edges], zeros[:, edges:], [[1.0]]],
            [sparse.csr_matrix(exits), zeros[:, :edges], zeros[:, edges:], [[1.0]]],
        ]
    )
    capacity = [UNBOUNDED if c is None else c for c in (e.capacity_forward for e in network.edges)]
    capacity += [UNBOUNDED if c is None else c for c in (e.capacity_backward for e in network.edges)]
    bounded = np.minimum(np.array(capacity) / scale, 2 * entries.sum())
    done = milp(
        np.r_[np.zeros(nodes), bounded, -1.0],
        constraints=LinearConstraint(rows.tocsr(), -np.inf, np.r_[np.zeros(2 * edges + 1), exits.sum()]),
        integrality=np.r_[np.ones(nodes), np.zeros(2 * edges + 1)],
        bounds=Bounds(np.zeros(nodes + 2 * edges + 1), np.r_[np.ones(nodes + 2 * edges), np.inf]),
    )
    assert done.status == 0, done.message
    return float(-done.fun * scale)
