"""Networks small enough to reckon by hand."""

from dataclasses import replace

from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node, NodeRole
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

QUALITY = GasQuality(10.0, 0.8)
"""One kWh/h is 1 / 10 · 0.8 / 3600 = 2.2222e-5 kg/s."""

A = Node("A", NodeRole.ENTRY, pressure_min_bar=30, pressure_max_bar=50)
B = Node("B", NodeRole.EXIT, pressure_min_bar=40, pressure_max_bar=45)
PIPE = Edge("AB", EdgeKind.PIPE, "A", "B", length_m=1000, diameter_mm=500, roughness_mm=0.1)


def network(*edges: Edge, nodes: tuple[Node, ...] = (A, B)) -> Network:
    return Network(
        "small",
        "Small",
        CommercialUnit.KWH_PER_H,
        QUALITY,
        GasDayClock("Europe/Berlin", 6),
        nodes,
        edges,
        gas_temperature_k=283.15,
        gas=GasProperties(),
    )


def bounded(edge_id: str, forward: int | None, backward: int | None) -> Edge:
    return replace(PIPE, id=edge_id, capacity_forward=forward, capacity_backward=backward)
