"""Networks made of arrays: pipes alone, for problems that come from a reduction.

Units as in `capacity.hydraulics.physics.network`. Such a network has no revision behind it that could be
published.
"""

import math

import numpy as np

from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Integers, Reals
from capacity.networks.model import Edge, EdgeKind, Network, Node
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality, kg_per_s_per_unit

_CLOCK = GasDayClock("UTC", 6)
_QUALITY = GasQuality(calorific_value_kwh_per_nm3=11.0, density_kg_per_nm3=0.8)


def network_of_pipes(
    tail: Integers, head: Integers, resistance: Reals, potential_min: Reals, potential_max: Reals
) -> HydraulicNetwork:
    """Return the network of these pipes, without heights and without flow limits.

    tail, head : int64 (pipes,); resistance : float64 (pipes,), bar² s²/kg²
    potential_min, potential_max : float64 (nodes,), bar², not negative
    """
    nodes, pipes = len(potential_min), len(tail)
    node_ids = tuple(f"node {node}" for node in range(nodes))
    pipe_ids = tuple(f"pipe {pipe}" for pipe in range(pipes))
    revision = Network(
        code="pipes",
        name="Pipes",
        unit=CommercialUnit.KWH_PER_H,
        quality=_QUALITY,
        clock=_CLOCK,
        nodes=tuple(Node(node_id) for node_id in node_ids),
        edges=tuple(
            Edge(pipe_id, EdgeKind.PIPE, node_ids[i], node_ids[j])
            for pipe_id, i, j in zip(pipe_ids, tail.tolist(), head.tolist(), strict=True)
        ),
    )
    nothing, endless = np.zeros(pipes), np.full(pipes, math.inf)
    return HydraulicNetwork(
        network=revision,
        node_ids=node_ids,
        element_ids=pipe_ids,
        tail=tail,
        head=head,
        kind=np.full(pipes, int(ElementKind.PIPE), dtype=np.int64),
        resistance=resistance,
        loss_bar=nothing,
        flow_min=-endless,
        flow_max=endless,
        inlet_min_bar=nothing,
        outlet_max_bar=endless,
        ratio_min=nothing,
        ratio_max=endless,
        difference_min_bar=nothing,
        difference_max_bar=endless,
        has_bypass=np.ones(pipes, dtype=np.bool_),
        ranges={},
        elevation=np.ones(nodes),
        pressure_min_bar=np.sqrt(potential_min),
        pressure_max_bar=np.sqrt(potential_max),
        compressibility=1.0,
        kg_per_s_per_unit=kg_per_s_per_unit(CommercialUnit.KWH_PER_H, _QUALITY),
    )
