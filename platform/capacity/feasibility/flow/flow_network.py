"""The flow network: a revision, its capacities and its rights as whole-number arrays.

Everything is in whole commercial units, int64. That loses nothing: the node–edge incidence matrix of a
network is totally unimodular (Hoffman and Kruskal 1956), so with whole capacities and rights every vertex of
a transport problem is whole, the largest quantity is whole, and "one unit more is not feasible" is exact.

Conventions: nodes and edges are numbered in the revision's order. Flow on an edge is positive from tail to
head, within [lower, upper], lower ≤ 0 ≤ upper. One more node, the *hub*, numbered after all others, stands
for the trading point that entry and exit rights lead to; a *hub arc* joins it to each point, positive towards
the point. Arcs are the edges followed by the hub arcs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.networks.model import Network
from capacity.networks.overlays import DayCapacities
from capacity.rights.model import QUANTITY_MAX, Route
from linepack.problems import NotFound

UNBOUNDED: Final = QUANTITY_MAX
"""Capacity, in commercial units, of an edge or point without limit; sums over a network stay below 2**53."""

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Capacities:
    """What each edge carries on one gas day: lower (≤ 0) and upper, int64 (edges,), whole units."""

    lower: Integers
    upper: Integers

    @property
    def key(self) -> bytes:
        """A value equal for equal capacities."""
        return self.lower.tobytes() + self.upper.tobytes()

    @classmethod
    def of_day(cls, day: DayCapacities) -> "Capacities":
        """Return the capacities of one kind of day as arrays."""
        return cls(-_whole(day.backward), _whole(day.forward))

    def raised(self, raises: Mapping[tuple[int, bool], int]) -> "Capacities":
        """Return these capacities with quantities added per (edge, whether in its own direction)."""
        lower, upper = self.lower.copy(), self.upper.copy()
        for (edge, is_forward), quantity in raises.items():
            if is_forward:
                upper[edge] += quantity
            else:
                lower[edge] -= quantity
        return Capacities(lower, upper)

    @staticmethod
    def least(capacities: Iterable["Capacities"]) -> "Capacities":
        """Return what every one of several gas days carries."""
        days = list(capacities)
        return Capacities(
            np.maximum.reduce([day.lower for day in days]), np.minimum.reduce([day.upper for day in days])
        )


def _whole(capacities: Sequence[int | None]) -> Integers:
    return np.array([UNBOUNDED if c is None else min(c, UNBOUNDED) for c in capacities], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class FlowNetwork:
    """The topology of one revision, compiled once.

    tail, head : int32 (edges,), node numbers
    points : int32 (points,), nodes where gas may be handed over
    may_enter, may_exit : bool (nodes,)
    entry_limit, exit_limit : int64 (nodes,), the most that may be handed over there, whole units
    arc_tail, arc_head : int32 (edges + points,)
    pointer, neighbour, arc, sign : adjacency of nodes and hub; node v's arcs are pointer[v] to
        pointer[v + 1]; sign is +1 where the arc leaves v, −1 where it arrives
    """

    node_ids: tuple[str, ...]
    edge_ids: tuple[str, ...]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    may_enter: Flags
    may_exit: Flags
    entry_limit: Integers
    exit_limit: Integers
    points: NDArray[np.int32]
    arc_tail: NDArray[np.int32]
    arc_head: NDArray[np.int32]
    pointer: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    arc: NDArray[np.int32]
    sign: NDArray[np.int64]

    @property
    def hub(self) -> int:
        """The number of the hub: one past the last node."""
        return len(self.node_ids)

    @cached_property
    def node_index(self) -> Mapping[str, int]:
        """The number of each node."""
        return {node_id: number for number, node_id in enumerate(self.node_ids)}

    def entry_points(self) -> Integers:
        """Return the nodes where gas may enter, int64, in the revision's order."""
        return np.flatnonzero(self.may_enter)

    def exit_points(self) -> Integers:
        """Return the nodes where gas may exit, int64, in the revision's order."""
        return np.flatnonzero(self.may_exit)

    def receipt(self, route: Route) -> int:
        """Return the node where gas enters, the hub for an exit; raises NotFound where none may enter."""
        return (
            self.hub if route.receipt is None else self._point(route.receipt, self.may_enter, "entry point")
        )

    def delivery(self, route: Route) -> int:
        """Return the node where gas exits, the hub for an entry; raises NotFound where none may exit."""
        return (
            self.hub if route.delivery is None else self._point(route.delivery, self.may_exit, "exit point")
        )

    def own_limit(self, route: Route) -> int:
        """Return what a point itself lets through, the network apart; UNBOUNDED for a path."""
        if route.delivery is None:
            return int(self.entry_limit[self.receipt(route)])
        return int(self.exit_limit[self.delivery(route)]) if route.receipt is None else UNBOUNDED

    def _point(self, node_id: str, allowed: Flags, kind: str) -> int:
        number = self.node_index.get(node_id)
        if number is None or not allowed[number]:
            raise NotFound(kind, node_id, path=("route",))
        return number


def compile_network(network: Network) -> FlowNetwork:
    """Return the topology of `network`."""
    number = {node.id: i for i, node in enumerate(network.nodes)}
    hub = len(network.nodes)
    tail = np.array([number[edge.tail] for edge in network.edges], dtype=np.int32)
    head = np.array([number[edge.head] for edge in network.edges], dtype=np.int32)
    may_enter = np.array([node.role.may_enter for node in network.nodes], dtype=np.bool_)
    may_exit = np.array([node.role.may_exit for node in network.nodes], dtype=np.bool_)
    points = np.flatnonzero(may_enter | may_exit).astype(np.int32)
    arc_tail = np.concatenate([tail, np.full(len(points), hub, dtype=np.int32)])
    arc_head = np.concatenate([head, points])
    pointer, neighbour, arc, sign = adjacency(arc_tail, arc_head, hub + 1)
    return FlowNetwork(
        node_ids=tuple(number),
        edge_ids=tuple(edge.id for edge in network.edges),
        tail=tail,
        head=head,
        may_enter=may_enter,
        may_exit=may_exit,
        entry_limit=_whole([node.entry_capacity for node in network.nodes]),
        exit_limit=_whole([node.exit_capacity for node in network.nodes]),
        points=points,
        arc_tail=arc_tail,
        arc_head=arc_head,
        pointer=pointer,
        neighbour=neighbour,
        arc=arc,
        sign=sign,
    )


def adjacency(
    tail: NDArray[np.int32], head: NDArray[np.int32], nodes: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return pointer, neighbour, arc and sign, as `FlowNetwork` has them, of arcs between `nodes` nodes."""
    arcs = np.arange(len(tail), dtype=np.int32)
    origin = np.concatenate([tail, head])
    order = np.argsort(origin, kind="stable")
    counts = np.bincount(origin, minlength=nodes)
    return (
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        np.concatenate([head, tail])[order],
        np.concatenate([arcs, arcs])[order],
        np.repeat(np.array([1, -1], dtype=np.int64), len(arcs))[order],
    )


@dataclass(frozen=True, eq=False)
class Load:
    """What all rights ask of the network on one gas day; int64, whole units.

    entry, exit : (nodes,), rights between a point and the hub
    receipt, delivery, quantity : (paths,), rights from point to point
    """

    entry: Integers
    exit: Integers
    receipt: Integers
    delivery: Integers
    quantity: Integers

    @cached_property
    def fixed(self) -> Integers:
        """int64 (nodes,), what the paths inject (positive) or withdraw at each node."""
        injection = np.zeros_like(self.entry)
        np.add.at(injection, self.receipt, self.quantity)
        np.subtract.at(injection, self.delivery, self.quantity)
        return injection

    @cached_property
    def entry_total(self) -> int:
        """All entry rights."""
        return int(self.entry.sum())

    @cached_property
    def exit_total(self) -> int:
        """All exit rights."""
        return int(self.exit.sum())

    @cached_property
    def demand_max(self) -> int:
        """No cut can face a demand above this."""
        return min(self.entry_total, self.exit_total) + int(self.quantity.sum())

    def clipped(self) -> "Load":
        """Return this load with no entry above all exits and no exit above all entries.

        min(E(S), X(T)) stays what it is for all nodes S and T: at most one of the two sides is ever clipped.
        """
        return replace(
            self,
            entry=np.minimum(self.entry, self.exit_total),
            exit=np.minimum(self.exit, self.entry_total),
        )

    @cached_property
    def hub_bounds(self) -> tuple[Integers, Integers]:
        """Bounds, int64 (nodes,), of what the hub injects at each node: the scarcer side is used in full."""
        if self.entry_total <= self.exit_total:
            return self.entry - self.exit, self.entry
        return -self.exit, self.entry - self.exit
