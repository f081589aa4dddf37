"""Limits of pressure: what a clearing does where an award loses its pressures on a kind of day.

Pressures are not linear in what is sold, so no limit states them exactly. An award that loses them is drawn
back, all of it alike, until a state is found that keeps them. In that state each pipe loses p_tail² − p_head²
on its flow q, and one unit more on a path costs about the sum of 2 (p_tail² − p_head²) / q over the pipes
that it follows with the stream. The limit of pressure lets new rights cost together, so counted, no more than
the award that kept its pressures did.

What is awarded under such a limit keeps its pressures by a state of its own; that nothing better would is not
proved, so that the surplus is stated beside the bound that capacities alone give.
"""

from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from capacity.feasibility.flow.flow_network import Flags, FlowNetwork, Integers
from capacity.feasibility.pressures.pressure_prover import PressureProver
from capacity.hydraulics.physics.state import HydraulicState
from capacity.networks.model import EdgeKind, Network
from capacity.rights.model import RouteKind
from capacity.solvers.deadline import Deadline
from linepack.problems import Fault, InvalidInput
from market.clearing.columns import Market
from market.clearing.limits import Limit
from market.clearing.proving import with_rights

STEPS: Final = 64
"""An award is drawn back in so many steps."""
PROPOSAL_SHARE: Final = 1 / 12
TRIAL_SHARE: Final = 1 / 60
"""The shares of all time for which a state of an award, and of one drawn back, is sought."""
NO_LIMIT: Final = 2**52
"""Room on the kinds of day that a limit of pressure is not about."""
DEAREST: Final = 1_000
"""What a unit costs on the pipe that loses most; every edge costs at least one."""


class PressureLimits:
    """What finds limits of pressure on one network.

    When half of the time is over no path gets more on a kind of day than when it last kept its pressures.
    """

    def __init__(self, network: Network, prover: PressureProver, market: Market, seconds: float) -> None:
        self._network, self._prover, self._market, self._seconds = network, prover, market, seconds
        self._kept: dict[int, Integers] = {}

    def exceeded(self, kind: int, added: Integers, deadline: Deadline) -> list[Limit]:
        """Return limits that `added`, int64 (routes,), exceeds on a kind of day, none if pressures hold.

        Raises LimitReached, and InvalidInput where outstanding rights have no state themselves.
        """
        if self._state(kind, added, deadline, PROPOSAL_SHARE) is not None:
            return []
        nothing = np.zeros_like(added)
        if deadline.left() <= self._seconds / 2:
            return self._capped(kind, added, self._kept.get(kind, nothing))
        kept, state = 0, self._state(kind, nothing, deadline, PROPOSAL_SHARE)
        if state is None:
            day = self._market.cases[kind].periods[0]
            message = f"what is outstanding on {day} was not found to keep its pressures"
            raise InvalidInput([Fault("rights", message)])
        lost = STEPS
        while lost - kept > 1:
            middle = (kept + lost) // 2
            found = self._state(kind, added * middle // STEPS, deadline, TRIAL_SHARE)
            if found is None:
                lost = middle
            else:
                kept, state = middle, found
        self._kept[kind] = added * kept // STEPS
        return [self._limit(kind, added, self._kept[kind], state)]

    def _state(self, kind: int, added: Integers, deadline: Deadline, share: float) -> HydraulicState | None:
        """Return a state with `added` beside what is outstanding, None where none is found in its time."""
        day = with_rights(self._market.cases[kind], added)
        return self._prover.picture(day, deadline.at_most(self._seconds * share)).state

    def _capped(self, kind: int, added: Integers, least: Integers) -> list[Limit]:
        """Return limits that give no path more than `least`, or nothing at all where that does not help."""
        rows = np.flatnonzero(added > least).tolist()
        caps = [(np.arange(len(added)) == row, int(least[row])) for row in rows]
        return [self._counting(kind, counts, room) for counts, room in caps or [(added > 0, 0)]]

    def _counting(self, kind: int, counts: Flags, room: int) -> Limit:
        rooms = np.full(len(self._market.cases), NO_LIMIT, dtype=np.int64)
        rooms[kind] = room
        nowhere = np.zeros(len(self._network.edges), dtype=np.int64)
        return Limit(counts.astype(np.int64), rooms, nowhere, nowhere)

    def _limit(self, kind: int, lost: Integers, kept: Integers, state: HydraulicState) -> Limit:
        """Return the limit that `kept` is within and `lost` is not."""
        table = self._market.table
        forward, backward = _costs(self._network, state)
        coefficients = np.zeros(len(table.routes), dtype=np.int64)
        paths = [row for row, route in enumerate(table.routes) if route.kind is RouteKind.PATH]
        distances = _distances(table.network, forward, backward)
        coefficients[paths] = distances[table.receipt[paths], table.delivery[paths]]
        rooms = np.full(len(self._market.cases), NO_LIMIT, dtype=np.int64)
        rooms[kind] = max(min(int(coefficients @ kept), int(coefficients @ lost) - 1), 0)
        return Limit(coefficients, rooms, forward, backward)


def _costs(network: Network, state: HydraulicState) -> tuple[Integers, Integers]:
    """Return what one unit more costs on each edge, in its direction and against it: int64 (edges,)."""
    number = {node.id: place for place, node in enumerate(network.nodes)}
    slopes = np.zeros(len(network.edges))
    for place, edge in enumerate(network.edges):
        flow = state.flows_kg_per_s[place]
        first, last = (state.pressures_bar[number[node]] for node in (edge.tail, edge.head))
        if edge.kind is EdgeKind.PIPE and flow * (first - last) > 0:
            slopes[place] = np.copysign(2 * (first**2 - last**2) / flow, flow)
    most = float(np.abs(slopes).max(initial=0.0)) or 1.0
    scaled = np.rint(slopes / most * DEAREST).astype(np.int64)
    return np.maximum(scaled, 1), np.maximum(-scaled, 1)


def _distances(network: FlowNetwork, forward: Integers, backward: Integers) -> Integers:
    """Return what a unit costs on the cheapest way between any two nodes: int64 (nodes, nodes)."""
    cheapest: dict[tuple[int, int], int] = {}
    for tail, head, along, against in zip(
        network.tail.tolist(), network.head.tolist(), forward.tolist(), backward.tolist(), strict=True
    ):
        for ends, cost in (((tail, head), along), ((head, tail), against)):
            cheapest[ends] = min(cheapest.get(ends, cost), cost)
    first, last = np.array(list(cheapest), dtype=np.int64).T
    costs = np.array(list(cheapest.values()), dtype=np.float64)
    found = dijkstra(csr_array((costs, (first, last)), shape=(network.hub, network.hub)))
    return np.where(np.isfinite(found), found, 0).astype(np.int64)
