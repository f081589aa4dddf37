"""Warm-up: one robust validation of a small network, so that no deadline counts what the compiler takes.

Kernels are compiled when they are first called, for half a minute of processor, and kept on disk. What
answers bookings is warmed up by `capacity.feasibility.warm_up`; what validates is used by jobs alone.
"""

from typing import Final

import numpy as np

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.robust.scale import robust_scale
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.networks.physics import RESISTANCE
from capacity.solvers.deadline import Deadline
from capacity.solvers.port import Solver
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

_PIPES: Final = (("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c"))
_TWO_LOOPS: Final = Network(
    code="warm-up",
    name="Two loops",
    unit=CommercialUnit.KWH_PER_H,
    quality=GasQuality(calorific_value_kwh_per_nm3=11.0, density_kg_per_nm3=0.8),
    clock=GasDayClock("UTC", 6),
    nodes=tuple(
        Node(name, role, pressure_min_bar=40.0, pressure_max_bar=60.0)
        for name, role in zip("abcd", (NodeRole.ENTRY, NodeRole.EXIT) * 2, strict=True)
    ),
    edges=tuple(
        Edge(
            f"{tail}{head}",
            EdgeKind.PIPE,
            tail,
            head,
            capacity_forward=200_000_000,
            capacity_backward=200_000_000,
            attributes={RESISTANCE: 1.0},
        )
        for tail, head in _PIPES
    ),
)
"""Two entries and two exits, so that none of them decides the differences of pressure alone."""
BOOKED_KG_PER_S: Final = 20.0
FIRST_TIME_S: Final = 600.0
"""How long it may take: the compiler works on a machine that may be busy."""


def warm_up_validation(solver: Solver) -> None:
    """Ask every kernel of a robust validation a question."""
    network = compile_hydraulics(_TWO_LOOPS)
    most = np.array([BOOKED_KG_PER_S, 0.0] * 2)
    least = np.array([0.0, -BOOKED_KG_PER_S] * 2)
    robust_scale(network, least, most, solver, Deadline(FIRST_TIME_S), lambda fraction, text: None)
