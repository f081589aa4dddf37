"""The physical network: nodes, edges, and what a revision of it is.

A network is a directed multigraph. An edge's direction only fixes signs: flow from `tail` to `head` is
positive. `capacity_forward` and `capacity_backward` bound the flow each way, in whole commercial units; None
means that the source gives no capacity and it follows from pipe physics (`capacity.networks.physics`) or is
unbounded. Pressures are absolute, in bar; lengths in metres, diameters and roughness in millimetres; heights
in metres; coordinates WGS 84, and where not every node has them, a place (`x`, `y`) on a drawing.

A published revision is immutable. Dated changes (maintenance, seasons, deratings) are overlays on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from capacity.networks.stations import Station
from linepack.gasday import GasDayClock, Period
from linepack.units import CommercialUnit, GasQuality

PRESSURE_MIN: Final = "pressure_min_bar"
PRESSURE_MAX: Final = "pressure_max_bar"
"""Attributes of an edge: a pipe's own limits where they differ from its nodes'."""


class NodeRole(StrEnum):
    """What gas may do at a node."""

    ENTRY = "entry"
    EXIT = "exit"
    STORAGE = "storage"
    INTERCONNECTION = "interconnection"
    JUNCTION = "junction"

    @property
    def may_enter(self) -> bool:
        """Whether gas can be handed over into the network here."""
        return self in (NodeRole.ENTRY, NodeRole.STORAGE, NodeRole.INTERCONNECTION)

    @property
    def may_exit(self) -> bool:
        """Whether gas can be taken off the network here."""
        return self in (NodeRole.EXIT, NodeRole.STORAGE, NodeRole.INTERCONNECTION)


class EdgeKind(StrEnum):
    """What an edge is made of."""

    PIPE = "pipe"
    SHORT_PIPE = "short_pipe"
    COMPRESSOR_STATION = "compressor_station"
    CONTROL_VALVE = "control_valve"
    VALVE = "valve"
    RESISTOR = "resistor"


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the network. `nomination` is the published one: positive enters, negative exits."""

    id: str
    role: NodeRole = NodeRole.JUNCTION
    name: str = ""
    pressure_min_bar: float | None = None
    pressure_max_bar: float | None = None
    height_m: float = 0.0
    longitude: float | None = None
    latitude: float | None = None
    nomination: int = 0
    x: float | None = None
    y: float | None = None
    entry_capacity: int | None = None
    exit_capacity: int | None = None
    """The most that may be handed over or taken off here, in whole commercial units; None: no limit given."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection between two nodes; capacities in whole commercial units, per direction."""

    id: str
    kind: EdgeKind
    tail: str
    head: str
    name: str = ""
    length_m: float | None = None
    diameter_mm: float | None = None
    roughness_mm: float | None = None
    friction_factor: float | None = None
    capacity_forward: int | None = None
    capacity_backward: int | None = None
    attributes: Mapping[str, float | str] = field(default_factory=dict)
    """Facts of the source that later rooms need (compressor ratio and limits, valve pressures), with the
    unit in the name, as in `pressure_in_min_bar`."""
    route: tuple[tuple[float, float], ...] = ()
    """Longitude and latitude of the vertices between tail and head, for drawing."""
    station: Station | None = None
    """The machines of a compressor station, where the source describes them."""


@dataclass(frozen=True, slots=True)
class GasProperties:
    """What the pipe law needs to know of the gas; by default GasLib's natural gas.

    `compressibility` is the one factor that the source prescribes; None means Papay's formula at the mean
    pressure of each pipe.
    """

    molar_mass_kg_per_kmol: float = 18.5674
    pseudocritical_pressure_bar: float = 45.9293457336
    pseudocritical_temperature_k: float = 188.549758911
    compressibility: float | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """One immutable revision of a physical network, as published by its operator."""

    code: str
    name: str
    unit: CommercialUnit
    quality: GasQuality
    clock: GasDayClock
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    attribution: str = ""
    gas_temperature_k: float = 283.15
    gas: GasProperties = GasProperties()
    notes: tuple[str, ...] = ()
    """What an importer assumed or changed, in sentences for people."""

    def node(self, node_id: str) -> Node:
        """Return the node; raises KeyError."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)


class OverlayKind(StrEnum):
    """Why capacity differs for a while."""

    MAINTENANCE = "maintenance"
    SEASON = "season"
    DERATING = "derating"


@dataclass(frozen=True, slots=True)
class Overlay:
    """A dated change of one edge's capacity on top of a revision.

    `factor` (0 to 2) multiplies both directions on each gas day of `period`; where overlays meet on one edge
    and day, factors multiply and the result is rounded down to whole units.
    """

    edge_id: str
    kind: OverlayKind
    period: Period
    factor: float
    reason: str = ""
