"""Small networks whose commercial unit is 1 kg/s and whose pipes publish β, so that figures stay readable."""

from collections.abc import Mapping

import numpy as np

from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node, NodeRole
from capacity.networks.physics import RESISTANCE
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

ONE_KG_PER_S = GasQuality(calorific_value_kwh_per_nm3=1.0, density_kg_per_nm3=3600.0)
GAS = GasProperties(compressibility=0.9)


def node(
    node_id: str,
    nomination: int = 0,
    lowest_bar: float = 1.01325,
    highest_bar: float = 200.0,
    *,
    height_m: float = 0.0,
) -> Node:
    role = NodeRole.ENTRY if nomination > 0 else NodeRole.EXIT if nomination < 0 else NodeRole.JUNCTION
    return Node(node_id, role, "", lowest_bar, highest_bar, height_m, nomination=nomination)


def pipe(edge_id: str, tail: str, head: str, resistance: float) -> Edge:
    return edge(edge_id, EdgeKind.PIPE, tail, head, {RESISTANCE: resistance})


def edge(
    edge_id: str, kind: EdgeKind, tail: str, head: str, attributes: Mapping[str, float | str] | None = None
) -> Edge:
    return Edge(edge_id, kind, tail, head, attributes=attributes or {})


def network(nodes: list[Node], edges: list[Edge], gas: GasProperties = GAS) -> Network:
    clock = GasDayClock("Europe/Berlin", 6)
    return Network(
        "sample", "Sample", CommercialUnit.KWH_PER_H, ONE_KG_PER_S, clock, tuple(nodes), tuple(edges), gas=gas
    )


KINDS = (EdgeKind.PIPE,) * 6 + (EdgeKind.SHORT_PIPE, EdgeKind.VALVE, EdgeKind.COMPRESSOR_STATION)


def random_network(seed: int) -> Network:
    """Return a connected network of pipes, short pipes and active elements with parallels and dead ends."""
    random = np.random.default_rng(seed)
    size = int(random.integers(3, 25))
    nominations = np.where(random.random(size) < 0.35, random.integers(-30, 31, size), 0)
    nominations[0] -= nominations.sum()
    limits = random.uniform(20, 40, size), random.uniform(60, 90, size)
    nodes = [
        node(f"n{v}", int(nominations[v]), float(low), float(high))
        for v, low, high in zip(range(size), *limits, strict=True)
    ]
    edges = []
    for number in range(size - 1 + int(random.integers(0, size // 2 + 1))):
        head = number + 1 if number < size - 1 else int(random.integers(0, size))
        tail = int(random.integers(0, head)) if number < size - 1 else int(random.integers(0, size))
        if tail == head:
            continue
        kind = KINDS[random.integers(0, len(KINDS))]
        attributes: dict[str, float | str] = {}
        if kind is EdgeKind.PIPE:
            attributes = {RESISTANCE: float(10 ** random.uniform(-3, 1))}
        if random.random() < 0.5:
            tail, head = head, tail
        edges.append(edge(f"e{number}", kind, f"n{tail}", f"n{head}", attributes))
    return network(nodes, edges)
