"""What the tightest bonds allow, at level ROBUST, in whole numbers and without a solver.

A day is short when a bond is overloaded by the rights on it. On a day that is not, a request for q more is
refused exactly when it overloads a bond that it loads, so that the largest quantities follow in closed form.
With S inside, T outside, P the paths from S to T and c what the edges carry from S to T:

a path loads the bonds with its receipt in S and its delivery in T, and leaves c − P − min(E(S), X(T));
an entry those around it where c − P < X(T), and leaves c − P − E(S): no holder can force more out of others;
an exit likewise where c − P < E(S), and leaves c − P − X(T).

The least of these is the largest quantity. A solver proves what is sold; this answers for many routes.

How far an edge is used in the worst case follows as well: of all balanced nominations within the rights, and
with the others as full as they may be, one forces through it what it carries less the least that a bond
through it has to spare.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.feasibility.bonds.enumeration import Bonds, bonds_of
from capacity.feasibility.flow.flow_network import UNBOUNDED, Capacities, Flags, FlowNetwork, Integers, Load
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.max_flow import ENDLESS

CAPACITIES_KEPT_MAX: Final = 64
"""Kinds of day, by what edges carry, whose bonds are kept measured."""


@dataclass(frozen=True, slots=True, eq=False)
class BondThrough:
    """The tightest bond through an edge in one of its directions, and what it has to spare.

    inside : bool (points,), the points on the side that gas leaves
    """

    spare: int
    inside: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """Bonds on days of certain capacities, both ways: first from the named sides outwards, then inwards.

    carried : int64 (2 × bonds,); least : int64 (2 × groups,)
    inside : bool (2 × groups, points), which days of other capacities share: it is the largest by far
    """

    bonds: Bonds
    carried: Integers
    least: Integers
    inside: NDArray[np.bool_]

    @classmethod
    def of(cls, bonds: Bonds, capacities: Capacities) -> "_Measured":
        forward, backward = capacities.upper[bonds.edge], -capacities.lower[bonds.edge]
        outwards = _sums(np.where(bonds.leaves, forward, backward), bonds.pointer)
        inwards = _sums(np.where(bonds.leaves, backward, forward), bonds.pointer)
        least = [_least(carried, bonds.group_starts) for carried in (outwards, inwards)]
        return cls(
            bonds,
            np.concatenate([outwards, inwards]),
            np.concatenate(least),
            bonds.both_sides,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    """What the rights of a day ask of cuts, int64 (cuts,)."""

    entries_inside: Integers
    exits_outside: Integers
    paths: Integers

    @property
    def demand(self) -> Integers:
        """The most that a balanced nomination can force across."""
        return self.paths + np.minimum(self.entries_inside, self.exits_outside)


class TightestBonds:
    """The tightest bonds of one network; see the module docstring. May be asked from several threads."""

    def __init__(self, network: FlowNetwork) -> None:
        self._network = network
        self._measured: OrderedDict[tuple[bytes, bool], _Measured] = OrderedDict()
        self._keeping = threading.Lock()
        self._point = np.full(network.hub + 1, -1, dtype=np.int64)
        self._point[network.points] = np.arange(len(network.points))

    def largest(self, day: LoadCase, rows: Integers, limits: Integers) -> Integers | None:
        """Return the largest quantity more on each of several routes, int64 (rows,), up to its limit.

        None where bonds alone do not say: on a day that is short, where there are too many of them, and for
        quantities so large that edges without bound would count.
        """
        measured, load = self._on(day.capacities), day.load
        if not measured.bonds.is_complete or _everything(load) >= UNBOUNDED:
            return None
        loaded = self._loaded(measured.inside, load)
        spare = measured.least - loaded.demand
        if len(spare) and spare.min() < 0:
            return None
        room = measured.least - loaded.paths
        values = (
            np.where(room < loaded.exits_outside, room - loaded.entries_inside, ENDLESS),
            np.where(room < loaded.entries_inside, room - loaded.exits_outside, ENDLESS),
            spare,
        )
        table, hub = day.table, self._network.hub
        receipt, delivery = table.receipt[rows], table.delivery[rows]
        kinds = delivery == hub, receipt == hub, (receipt != hub) & (delivery != hub)
        quantities = limits.copy()
        for of_kind, value in zip(kinds, values, strict=True):
            if not of_kind.any():
                continue
            order = np.argsort(value, kind="stable")
            ends = self._point[receipt[of_kind]], self._point[delivery[of_kind]]
            found = _first_between(value[order], measured.inside[order], *ends)
            quantities[of_kind] = np.minimum(quantities[of_kind], found)
        if len(rows) and int(quantities.max()) + _everything(load) >= UNBOUNDED:
            return None
        return quantities

    def spare(self, day: LoadCase) -> tuple[Integers, Integers]:
        """Return what the tightest bond through each edge has to spare, forward and backward, int64 (edges,).

        At most what the edge carries, negative where a bond is overloaded. ENDLESS for an edge without bound
        both ways, and for one whose bonds are too many to list.
        """
        measured = self._on(day.capacities)
        demand = self._loaded(measured.inside, day.load).demand
        bonds, count = measured.bonds, len(measured.bonds.group)
        forward, backward = day.capacities.upper.copy(), -day.capacities.lower
        unknown = bonds.left_out | _endless(day.capacities)
        forward[unknown] = backward[unknown] = ENDLESS
        groups = len(bonds.inside)
        outwards = measured.carried[:count] - demand[:groups][bonds.group]
        inwards = measured.carried[count:] - demand[groups:][bonds.group]
        _least_through(bonds.pointer, bonds.edge, bonds.leaves, outwards, inwards, forward, backward)
        return forward, backward

    def through(self, day: LoadCase, edge: int, *, is_forward: bool) -> BondThrough | None:
        """Return the tightest bond through an edge, the first of several; what it spares is as in `spare`.

        None where no bond through it has a point on either side. For an edge without bound both ways, all
        edges are taken to have one. Raises LookupError where its bonds are too many to list.
        """
        measured = self._on(day.capacities, has_all=bool(_endless(day.capacities)[edge]))
        bonds = measured.bonds
        if bonds.left_out[edge]:
            raise LookupError("the edge lies on too many cycles")
        places = np.flatnonzero(bonds.edge == edge)
        if not len(places):
            return None
        bond = np.searchsorted(bonds.pointer, places, side="right") - 1
        is_outwards = bonds.leaves[places] == is_forward
        count, groups = len(bonds.group), len(bonds.inside)
        carried = measured.carried[np.where(is_outwards, bond, count + bond)]
        inside = measured.inside[np.where(is_outwards, 0, groups) + bonds.group[bond]]
        spare = carried - self._loaded(inside, day.load).demand
        tightest = int(np.argmin(spare))
        return BondThrough(int(spare[tightest]), inside[tightest])

    def _on(self, capacities: Capacities, *, has_all: bool = False) -> _Measured:
        """Return the bonds on days of these capacities, those through edges without bound if it `has_all`."""
        key = capacities.key, has_all
        with self._keeping:
            if key not in self._measured:
                left_out = _endless(capacities) & (not has_all)
                bonds = bonds_of(self._network, left_out)
                self._measured[key] = _Measured.of(bonds, capacities)
            self._measured.move_to_end(key)
            if len(self._measured) > CAPACITIES_KEPT_MAX:
                self._measured.popitem(last=False)
            return self._measured[key]

    def _loaded(self, inside: NDArray[np.bool_], load: Load) -> _Loaded:
        points = self._network.points
        return _Loaded(
            *_loads(
                inside,
                load.entry[points],
                load.exit[points],
                self._point[load.receipt],
                self._point[load.delivery],
                load.quantity,
            )
        )


def _endless(capacities: Capacities) -> Flags:
    """Return which edges have no bound either way, bool (edges,)."""
    return (capacities.lower <= -UNBOUNDED) & (capacities.upper >= UNBOUNDED)


def _everything(load: Load) -> int:
    return load.entry_total + load.exit_total + int(load.quantity.sum())


def _sums(values: Integers, pointer: Integers) -> Integers:
    """Return the sum of each stretch of `values`, int64, between neighbouring places of `pointer`."""
    running = np.concatenate([[0], np.cumsum(values)])
    sums: Integers = running[pointer[1:]] - running[pointer[:-1]]
    return sums


def _least(values: Integers, starts: Integers) -> Integers:
    """Return the least of each stretch of `values`, int64, from one start to the next; none is empty."""
    least: Integers = np.minimum.reduceat(values, starts) if len(starts) else values
    return least


@njit(cache=True, nogil=True)
def _loads(inside, entry, exit_, receipt, delivery, quantity):  # type: ignore[no-untyped-def]
    """Return entries inside, exits outside and paths from inside to outside, int64 (cuts,) each."""
    cuts, points = inside.shape
    entries = np.zeros(cuts, np.int64)
    exits = np.zeros(cuts, np.int64)
    paths = np.zeros(cuts, np.int64)
    for cut in range(cuts):
        for point in range(points):
            if inside[cut, point]:
                entries[cut] += entry[point]
            else:
                exits[cut] += exit_[point]
        for path in range(len(quantity)):
            if inside[cut, receipt[path]] and not inside[cut, delivery[path]]:
                paths[cut] += quantity[path]
    return entries, exits, paths


@njit(cache=True, nogil=True)
def _first_between(values, inside, sources, targets):  # type: ignore[no-untyped-def]
    """Return, int64 (pairs,), the first value of a cut with the source inside and the target outside.

    `values` ascend; −1 stands for the hub, on either side of every cut. ENDLESS where there is no such cut.
    """
    found = np.empty(len(sources), np.int64)
    for pair in range(len(sources)):
        found[pair] = ENDLESS
        source, target = sources[pair], targets[pair]
        for cut in range(len(values)):
            if (source < 0 or inside[cut, source]) and (target < 0 or not inside[cut, target]):
                found[pair] = values[cut]
                break
    return found


@njit(cache=True, nogil=True)
def _least_through(pointer, edge, leaves, outwards, inwards, forward, backward):  # type: ignore[no-untyped-def]
    """Lower `forward` and `backward`, int64 (edges,), to what each bond through an edge has to spare."""
    for bond in range(len(outwards)):
        for place in range(pointer[bond], pointer[bond + 1]):
            e = edge[place]
            out, into = outwards[bond], inwards[bond]
            if not leaves[place]:
                out, into = into, out
            forward[e] = min(forward[e], out)
            backward[e] = min(backward[e], into)
