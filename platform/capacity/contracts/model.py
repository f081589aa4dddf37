"""Contract networks: a contract as a small directed graph over the physical network.

Nodes are partners, the hub, points and meters; a point stands for a node of the physical network. Edges carry
a role, so that one contract may own parallel edges of which booking, accounting, operation and communication
each read their own. An edge carries ordered *bands*: intervals of quantity that follow one another from 0,
each with a price and, where the contract says so, the pressures and calorific values it holds for. A minimum
is not a band but an *integral quantity*: a bound on what a period's quantities add up to.

Quantities are decimals in the network's commercial unit, pressures absolute in bar, calorific values in kWh
per normal cubic metre. An element may be bound to a sub-network that it stands for (`capacity.contracts.
binding`). Nodes and edges are kept in the order of their ids, so that equal networks compare equal.
`capacity.contracts.rules.network_faults` says what is wrong with a network; nothing here raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from capacity.contracts.pricing.calculation import Number
from capacity.contracts.pricing.price import PriceProcedure
from linepack.gasday import Period
from linepack.ids import PartyId

ZERO = Decimal(0)


class ContractNodeKind(StrEnum):
    """What a node of a contract network is."""

    PARTNER = "partner"
    HUB = "hub"
    POINT = "point"
    METER = "meter"


class EdgeRole(StrEnum):
    """Which function of the platform reads an edge."""

    BOOKING = "booking"
    ACCOUNTING = "accounting"
    OPERATION = "operation"
    COMMUNICATION = "communication"

    @property
    def carries_quantity(self) -> bool:
        """Whether an edge of this role needs a band."""
        return self in (EdgeRole.BOOKING, EdgeRole.ACCOUNTING)


class IntegralKind(StrEnum):
    """What the quantities of a period are bound by."""

    MDQ = "mdq"
    MHQ = "mhq"
    ANNUAL = "annual"
    TAKE_OR_PAY = "take_or_pay"
    MAKE_UP = "make_up"
    CARRY_FORWARD = "carry_forward"

    @property
    def is_rate(self) -> bool:
        """Whether the bound holds on each day (MDQ) or hour (MHQ), not for the period as a whole."""
        return self in (IntegralKind.MDQ, IntegralKind.MHQ)


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval."""

    low: Number
    high: Number

    def overlap(self, other: "Interval") -> "Interval | None":
        """Return what both intervals share, or None."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else None

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Band:
    """The units from `low` up to, not including, `high`, their price and the gas they hold for."""

    low: Number
    high: Number
    price: PriceProcedure
    pressure_bar: Interval | None = None
    calorific_value_kwh_per_nm3: Interval | None = None

    @property
    def width(self) -> Decimal:
        """The units in the band."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Binding:
    """The sub-network an element stands for, and the nodes of it where gas comes in and goes out."""

    network: "ContractNetwork"
    inlet: str
    outlet: str


@dataclass(frozen=True, slots=True)
class ContractNode:
    """A partner, the hub, a point or a meter.

    `physical_id` is the node of the physical network a point stands for, `party_id` who a partner is.
    `demand` is what a meter takes, per gas day; `storage_max` what a point may keep, in commercial units
    times gas days, None where it keeps nothing.
    """

    id: str
    kind: ContractNodeKind
    name: str = ""
    physical_id: str | None = None
    party_id: PartyId | None = None
    demand: Number = ZERO
    storage_max: Number | None = None
    binding: Binding | None = None

    @property
    def is_plain(self) -> bool:
        """Whether whatever arrives here leaves here, so that a series may run through."""
        passes = self.kind in (ContractNodeKind.HUB, ContractNodeKind.POINT)
        return passes and not self.demand and self.storage_max is None and self.binding is None


@dataclass(frozen=True, slots=True)
class ContractEdge:
    """What may pass from `tail` to `head`; among parallel edges the lowest `rank` is used first."""

    id: str
    role: EdgeRole
    tail: str
    head: str
    bands: tuple[Band, ...] = ()
    rank: int = 0
    binding: Binding | None = None

    @property
    def quantity(self) -> Decimal:
        """The most the edge carries."""
        return self.bands[-1].high if self.bands else ZERO


@dataclass(frozen=True, slots=True)
class IntegralQuantity:
    """A bound on a period's quantities: each day's or hour's (MDQ, MHQ), or their total.

    `used` counts towards the bound so far. `price` charges what is missing at the end (take-or-pay).
    """

    kind: IntegralKind
    period: Period
    minimum: Number = ZERO
    maximum: Number | None = None
    used: Number = ZERO
    price: PriceProcedure | None = None

    @property
    def deficiency(self) -> Decimal:
        """What is missing to the minimum."""
        return max(ZERO, self.minimum - self.used)

    @property
    def remaining(self) -> Decimal | None:
        """What may still be used; None without a maximum."""
        return None if self.maximum is None else self.maximum - self.used


@dataclass(frozen=True, slots=True)
class ContractNetwork:
    """The graph of a contract."""

    nodes: tuple[ContractNode, ...]
    edges: tuple[ContractEdge, ...]
    integrals: tuple[IntegralQuantity, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(sorted(self.nodes, key=lambda node: node.id)))
        object.__setattr__(self, "edges", tuple(sorted(self.edges, key=lambda edge: edge.id)))

    def node(self, node_id: str) -> ContractNode:
        """Return the node; raises KeyError."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def edge(self, edge_id: str) -> ContractEdge:
        """Return the edge; raises KeyError."""
        for edge in self.edges:
            if edge.id == edge_id:
                return edge
        raise KeyError(edge_id)

    def edges_of(self, role: EdgeRole) -> tuple[ContractEdge, ...]:
        """Return the edges that one function reads."""
        return tuple(edge for edge in self.edges if edge.role is role)

    def exchanged(
        self,
        *,
        drop_nodes: Iterable[str] = (),
        drop_edges: Iterable[str] = (),
        add_nodes: Iterable[ContractNode] = (),
        add_edges: Iterable[ContractEdge] = (),
    ) -> Self:
        """Return this network with some elements taken out and others put in."""
        without_nodes, without_edges = set(drop_nodes), set(drop_edges)
        nodes = [node for node in self.nodes if node.id not in without_nodes]
        edges = [edge for edge in self.edges if edge.id not in without_edges]
        return type(self)((*nodes, *add_nodes), (*edges, *add_edges), self.integrals)
