"""The pressures of many gas days as a table: nodes and edges by stretches of days alike, for display.

Pressures absolute, in bar; flows in whole commercial units, positive from tail to head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.hydraulics.physics.network import HydraulicNetwork
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.hydraulics.physics.state_summary import edge_settings, node_pressures
from linepack.gasday import Period

MODES: Final = tuple(Mode)
NONE: Final = -1
"""The place of a mode or configuration where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class PressureTable:
    """What was found for each stretch, and the states as tables: int64 and float64 (…, stretches).

    pressure_min_bar, pressure_max_bar : float64 (nodes,), a node's own limits and those of the pipes there
    pressure_bar : (nodes, stretches), NaN where no state was found
    flow : (edges, stretches), 0 where none was; mode, configuration : places in MODES and `configurations`
    """

    stretches: tuple[Period, ...]
    pictures: tuple[PressurePicture, ...]
    pressure_min_bar: NDArray[np.float64]
    pressure_max_bar: NDArray[np.float64]
    pressure_bar: NDArray[np.float64]
    flow: Integers
    mode: Integers
    configurations: tuple[str, ...]
    configuration: Integers

    @classmethod
    def of(
        cls, network: HydraulicNetwork, found: Sequence[tuple[Sequence[Period], PressurePicture]]
    ) -> "PressureTable":
        """Return the table of what was found for the periods of each kind of gas day."""
        nodes, edges = len(network.network.nodes), len(network.network.edges)
        spans = sorted(
            ((period, kind) for kind, (periods, _) in enumerate(found) for period in periods),
            key=lambda span: span[0],
        )
        kinds = [kind for _, kind in spans]
        pressure_bar = np.full((len(found), nodes), np.nan)
        flow = np.zeros((len(found), edges), dtype=np.int64)
        mode, configuration = (np.full((len(found), edges), NONE, dtype=np.int64) for _ in range(2))
        names: dict[str, int] = {}
        for kind, (_, picture) in enumerate(found):
            if picture.state is not None:
                pressure_bar[kind] = [one.pressure_bar for one in node_pressures(network, picture.state)]
                flow[kind], mode[kind], configuration[kind] = _edges(network, picture.state, names)
        return cls(
            tuple(period for period, _ in spans),
            tuple(found[kind][1] for kind in kinds),
            network.pressure_min_bar[:nodes],
            network.pressure_max_bar[:nodes],
            pressure_bar[kinds].T,
            flow[kinds].T,
            mode[kinds].T,
            tuple(names),
            configuration[kinds].T,
        )


def _edges(network: HydraulicNetwork, state: HydraulicState, names: dict[str, int]) -> tuple[list[int], ...]:
    """Return flow, mode and configuration of every edge; configurations are added to `names`."""
    settings = edge_settings(network, state)
    return (
        [one.flow for one in settings],
        [MODES.index(one.mode) for one in settings],
        [names.setdefault(one.configuration, len(names)) if one.configuration else NONE for one in settings],
    )
