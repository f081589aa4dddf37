"""A summary of a state: the pressures of its nodes and the settings of its edges, for display.

Pressures absolute, in bar; flows in commercial units of the network, positive from tail to head, rounded to
whole ones. No proof uses it.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from capacity.hydraulics.physics.network import HydraulicNetwork
from capacity.hydraulics.physics.state import HydraulicState, Mode
from capacity.networks.model import EdgeKind

STATION_KINDS = frozenset({EdgeKind.COMPRESSOR_STATION, EdgeKind.CONTROL_VALVE})
"""The kinds of edge that hold pressures by what they are set to."""


@dataclass(frozen=True, slots=True)
class NodePressure:
    """A node's pressure between the limits it is held to, its own and those of the pipes that end there."""

    node_id: str
    pressure_bar: float
    pressure_min_bar: float
    pressure_max_bar: float

    @property
    def margin_bar(self) -> float:
        """How far the pressure is from the nearer limit; negative beyond it."""
        return min(self.pressure_bar - self.pressure_min_bar, self.pressure_max_bar - self.pressure_bar)

    @property
    def limit_bar(self) -> float:
        """The nearer limit."""
        is_low = self.pressure_bar - self.pressure_min_bar <= self.pressure_max_bar - self.pressure_bar
        return self.pressure_min_bar if is_low else self.pressure_max_bar

    @property
    def share(self) -> float:
        """Where the pressure stands between its limits: 0 at the lowest, 1 at the highest."""
        span = self.pressure_max_bar - self.pressure_min_bar
        return min(1.0, max(0.0, (self.pressure_bar - self.pressure_min_bar) / span)) if span > 0 else 0.5


@dataclass(frozen=True, slots=True)
class EdgeSetting:
    """What an edge is set to and carries, with the pressures at its tail and head.

    `configuration` is empty but for a station that runs one.
    """

    edge_id: str
    kind: EdgeKind
    mode: Mode
    configuration: str
    flow: int
    tail_pressure_bar: float
    head_pressure_bar: float

    @property
    def is_station(self) -> bool:
        """Whether it holds pressures by what it is set to."""
        return self.kind in STATION_KINDS

    @property
    def ratio(self) -> float:
        """The pressure behind it over that before it."""
        return self.head_pressure_bar / self.tail_pressure_bar


def node_pressures(network: HydraulicNetwork, state: HydraulicState) -> tuple[NodePressure, ...]:
    """Return the pressure of every node of the revision, in its order."""
    return tuple(
        NodePressure(node.id, pressure, float(lowest), float(highest))
        for node, pressure, lowest, highest in zip(
            network.network.nodes,
            state.pressures_bar,
            network.pressure_min_bar,
            network.pressure_max_bar,
            strict=False,
        )
    )


def edge_settings(network: HydraulicNetwork, state: HydraulicState) -> tuple[EdgeSetting, ...]:
    """Return what every edge of the revision is set to, in its order."""
    pressure_of = dict(zip(network.node_ids, state.pressures_bar, strict=False))
    return tuple(
        EdgeSetting(
            edge.id,
            edge.kind,
            mode,
            configuration,
            round(flow / network.kg_per_s_per_unit),
            pressure_of[edge.tail],
            pressure_of[edge.head],
        )
        for edge, mode, configuration, flow in zip(
            network.network.edges, state.modes, state.configurations, state.flows_kg_per_s, strict=True
        )
    )


def nearest_to_limits(pressures: Iterable[NodePressure], count: int) -> list[NodePressure]:
    """Return the `count` nodes nearest to a limit, the nearest first."""
    return heapq.nsmallest(count, pressures, key=lambda node: node.margin_bar)
