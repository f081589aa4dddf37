"""The limits of a clearing: what new rights on the paths may take together of what is left.

A *limit* counts each unit on a path with a whole *coefficient*; on each kind of day it has *room*, in the
same count, beside the rights outstanding. Three kinds:

- a cut of the network. At level ROBUST a path counts 1 on the cuts that it leaves, at FLOW also −1 on those
  that it enters: a counter-flow counts as transported. The room is what the edges carry less what outstanding
  rights demand (`capacity.feasibility.flow.cuts`);
- a technical limit: what a point or a path carries alone (`capacity.feasibility.flow.technical_limits`);
- a limit of pressure, found while a clearing runs (`market.clearing.pressures`).

Limits are known by their counts: two that count alike and leave the same room are one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from capacity.feasibility.flow.cuts import Cut, counted_on, edges_across
from capacity.feasibility.flow.flow_network import UNBOUNDED, Flags, Integers
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable
from capacity.feasibility.flow.technical_limits import TechnicalLimits
from capacity.hydraulics.passive.blocks import Blocks
from capacity.networks.policy import Level
from capacity.rights.model import Route, RouteKind
from capacity.solvers.port import Reals
from linepack.problems import Fault, InvalidInput
from market.clearing.columns import Market

ADDED_PER_DAY_MAX: Final = 24
"""Violated limits that are taken up at once for one kind of day."""


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """See the module docstring; all arrays int64.

    coefficients : (routes,); rooms : (kinds,); forward, backward : (edges,), by which the price of the limit
    counts in that of each edge, in and against its direction
    """

    coefficients: Integers
    rooms: Integers
    forward: Integers
    backward: Integers
    cut: Cut | None = None

    @classmethod
    def of_cut(cls, market: Market, cut: Cut) -> "Limit":
        """Return the limit that a cut is; raises InvalidInput where outstanding rights exceed it."""
        network = market.table.network
        forward, backward = edges_across(network, cut.inside)
        if cut.limit is not None:
            forward, backward = np.zeros_like(forward), np.zeros_like(backward)
        stacks, stack_of = market.stacks
        rooms = np.array([-cut.shortfall(day) for day in stacks], dtype=np.int64)[stack_of]
        if (rooms < 0).any():
            raise RightsBeyondCapacity(market, cut, rooms)
        return cls(
            _coefficients(market.table, cut), rooms, forward.astype(np.int64), backward.astype(np.int64), cut
        )

    @property
    def key(self) -> bytes:
        """Equal for limits that are one."""
        return self.coefficients.tobytes() + self.rooms.tobytes()


class RightsBeyondCapacity(InvalidInput):
    """The rights outstanding cannot be transported themselves; nothing can be cleared beside them."""

    def __init__(self, market: Market, cut: Cut, rooms: Integers) -> None:
        kind = int(rooms.argmin())
        message = (
            f"{-rooms[kind]:,} of what is outstanding on {market.cases[kind].periods[0]} cannot be "
            f"transported: {_where(market.cases[kind], cut)}"
        )
        super().__init__([Fault("rights", message)])


def _where(day: LoadCase, cut: Cut) -> str:
    demand, capacity = cut.demand(day), cut.capacity(day)
    if cut.limit is not None:
        return f"{cut.limit} lets through {capacity:,}, and {demand:,} are outstanding on it"
    nodes = [day.table.network.node_ids[node] for node in np.flatnonzero(cut.inside)]
    shown = ", ".join(nodes[:5]) + (f" and {len(nodes) - 5} more nodes" if len(nodes) > 5 else "")
    return f"{demand:,} must leave {shown}, and {capacity:,} can"


def _coefficients(table: RouteTable, cut: Cut) -> Integers:
    if cut.limit is not None:
        return counted_on(table, cut.limit).astype(np.int64)
    with_hub = np.append(cut.inside, False)
    begins, ends = with_hub[table.receipt], with_hub[table.delivery]
    is_path = np.array([route.kind is RouteKind.PATH for route in table.routes])
    if cut.level is Level.ROBUST:
        ends &= begins
    crossings: Integers = np.where(is_path, begins.astype(np.int64) - ends, 0)
    return crossings


class Limits:
    """The limits known so far, and which of them an award exceeds."""

    def __init__(self, market: Market, known: Iterable[Limit]) -> None:
        self._market = market
        self._keys: set[bytes] = set()
        self.known: list[Limit] = []
        for limit in known:
            self.add(limit)

    def add(self, limit: Limit) -> bool:
        """Keep a limit; return whether it was unknown."""
        is_new = limit.key not in self._keys
        if is_new:
            self._keys.add(limit.key)
            self.known.append(limit)
        return is_new

    def exceeded(self, added: Reals, tolerance: float) -> list[tuple[int, int]]:
        """Return the limits, with the kind of day, that rights `added`, (kinds, routes), exceed most.

        For each kind of day at first the one exceeded most, and another for each path that none of those
        bounds yet.
        """
        if not self.known:
            return []
        coefficients = np.array([limit.coefficients for limit in self.known], dtype=np.float64)
        rooms = np.array([limit.rooms for limit in self.known], dtype=np.float64)
        excess = coefficients @ added.T.astype(np.float64) - rooms
        chosen = []
        for kind in np.flatnonzero((excess > tolerance).any(axis=0)).tolist():
            own = excess[:, kind]
            order = np.argsort(-own / (rooms[:, kind] + 1.0), kind="stable")
            bounded = np.zeros(coefficients.shape[1], dtype=np.bool_)
            taken = 0
            for limit in order[own[order] > tolerance].tolist():
                counts = coefficients[limit] > 0
                if taken and not (counts & ~bounded & (added[kind] > 0)).any():
                    continue
                chosen.append((limit, kind))
                bounded |= counts
                taken += 1
                if taken == ADDED_PER_DAY_MAX:
                    break
        return chosen


def limits_known_at_first(
    market: Market, technical: TechnicalLimits, level: Level, paths: Sequence[Route]
) -> Iterator[Limit]:
    """Yield the technical limits of `paths` and, from level FLOW on, the cuts of single edges.

    At ROBUST what a point or a path carries alone follows from cuts, unless the point itself lets through
    less; at FLOW a counter-flow would hide it.
    """
    if level is not Level.RIGHTS:
        yield from (Limit.of_cut(market, cut) for cut in _cuts_of_bridges(market, level.without_pressures))
    days = {id(day.capacities): day for day in market.cases}
    row_of = {route: row for row, route in enumerate(market.table.routes)}
    limits = {one: row_of[path] for path in paths for one in _limits_of(path)}
    for limit, day in product(limits, days.values()):
        row, most = limits[limit], technical.technical(day.capacities, limit)
        if most >= UNBOUNDED:
            continue
        cut = technical.exceeded(day.alone(row, most + 1), limit)
        if cut is not None and (level.without_pressures is not Level.ROBUST or not cut.inside.any()):
            yield Limit.of_cut(market, cut)


def _limits_of(path: Route) -> tuple[Route, ...]:
    return Route(path.receipt, None), Route(None, path.delivery), path


def _cuts_of_bridges(market: Market, level: Level) -> Iterator[Cut]:
    """Yield the cuts of which a single edge is all that leaves, in each direction that it has a bound."""
    network, capacities = market.table.network, market.cases[0].capacities
    tail, head = network.tail.astype(np.int64), network.head.astype(np.int64)
    for edge in np.flatnonzero(Blocks.of(network.hub, tail, head).is_bridge).tolist():
        others = np.arange(len(tail)) != edge
        joined = coo_array(
            (np.ones(len(tail) - 1), (tail[others], head[others])), shape=(network.hub, network.hub)
        )
        part = connected_components(joined, directed=False)[1]
        inside: Flags = part == part[tail[edge]]
        if capacities.upper[edge] < UNBOUNDED:
            yield Cut(level, inside)
        if capacities.lower[edge] > -UNBOUNDED:
            # Only what hangs together with the edge is told apart: other parts are on neither side.
            yield Cut(level, part == part[head[edge]])
