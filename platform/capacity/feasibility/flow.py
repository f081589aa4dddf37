"""The home of level FLOW: everything booked, used at once, can be transported.

Path rights inject at their receipt and withdraw at their delivery point; of entry and exit rights the scarcer
side is used in full. The transport problem is a linear programme (`capacity.feasibility.transport`).

The solver decides and the certificate is checked here in whole numbers before it leaves: a feasible verdict
carries the solver's flow, and an infeasible one the cut that the kernel finds. Should they contradict each
other, nothing is proved.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import numpy as np

from capacity.deadline import Deadline, Unproved
from capacity.feasibility.cuts import Cut, largest_flow_quantity
from capacity.feasibility.days import DayStack
from capacity.feasibility.kernels import largest_by_day, settled_flow
from capacity.feasibility.model import Capacities, FlowNetwork, Integers, Load
from capacity.feasibility.policy import Level
from capacity.feasibility.prover import Refusal
from capacity.feasibility.reduction import reduce_network
from capacity.feasibility.transport import TransportProgramme, endless_edges
from capacity.feasibility.verdict import DayProof, FlowProof, Outcome
from capacity.rights.model import RouteKind
from capacity.solvers.port import Solver

LIVE_PROGRAMMES_MAX: Final = 16
"""Transport programmes held alive, one per set of edges without bound."""


class FlowProver:
    """Level FLOW on one network; see the module docstring."""

    def __init__(self, network: FlowNetwork, solver: Solver) -> None:
        self._network = network
        self._solver = solver
        self._programmes: dict[bytes, TransportProgramme] = {}
        self._last_capacities: Capacities | None = None
        self._last_programme: TransportProgramme

    def prove(self, days: Sequence[DayStack], deadline: Deadline) -> list[DayProof] | Refusal:
        """See the protocol."""
        proofs = []
        for day in days:
            flows = self._transported(day, deadline)
            if isinstance(flows, Cut):
                return Refusal(day, flows)
            certificate = FlowProof(tuple(flows.tolist()))
            proofs.append(DayProof(day.periods, Level.FLOW, Outcome.FEASIBLE, certificate, day.stack))
        return proofs

    def solve(self, capacities: Capacities, load: Load, deadline: Deadline) -> Integers | None:
        """Return a flow of `load`, int64 (edges,), None when there is none; raises Unproved."""
        flows = self._programme(capacities).solve(capacities, load, deadline)
        if flows is not None and not is_transported(self._network, capacities, load, flows):
            raise Unproved(f"the flow that {self._solver.name} found does not balance in whole units")
        return flows

    def refute(self, days: Sequence[DayStack], deadline: Deadline) -> Refusal | None:
        """See the protocol; of all day stacks, the one with the largest shortfall."""
        worst, shortfall = None, 0
        kept: Integers | None = None
        for day in days:
            deadline.left()
            kept, reached = settled_flow(self._network, day.capacities, day.load, kept)
            if reached is None:
                continue
            cut = Cut(Level.FLOW, reached[:-1])
            if cut.shortfall(day) > shortfall:
                worst, shortfall = Refusal(day, cut), cut.shortfall(day)
        return worst

    def largest(
        self, days: Sequence[DayStack], row: int, limits: Sequence[int], deadline: Deadline
    ) -> list[int]:
        """See the protocol; by augmenting a flow of each day stack."""
        deadline.left()
        kind = days[0].table.routes[row].kind
        rooms = [_hub_room(day.load, kind, limit) for day, limit in zip(days, limits, strict=True)]
        found = largest_beside(
            self._network,
            days,
            days[0].table.receipt[[row]],
            days[0].table.delivery[[row]],
            np.array(rooms, dtype=np.int64)[:, np.newaxis],
        )[:, 0].tolist()
        return [
            self._largest_despite(day, row, limit, room, deadline)
            if quantity < 0
            else (limit if quantity == room else quantity)
            for day, limit, room, quantity in zip(days, limits, rooms, found, strict=True)
        ]

    def largest_throughout(self, days: Sequence[DayStack], row: int, limit: int, deadline: Deadline) -> int:
        """See the protocol.

        Where rights alone are not feasible, a quantity may be too small to cure one day and too large for
        another; then there is none.
        """
        quantity = min(self.largest(days, row, [limit] * len(days), deadline))
        raised = [day.plus(row, quantity) for day in days]
        return quantity if quantity and self.refute(raised, deadline) is None else 0

    def _largest_despite(self, day: DayStack, row: int, limit: int, room: int, deadline: Deadline) -> int:
        """Return the largest quantity where the rights alone are not feasible, but more may cure them."""
        if self.refute([day.plus(row, limit)], deadline) is None:
            return limit
        quantity: int | None = room
        while quantity and (refusal := self.refute([day.plus(row, quantity)], deadline)):
            quantity = largest_flow_quantity(day, row, quantity, refusal.cut.inside)
        return quantity or 0

    def _transported(self, day: DayStack, deadline: Deadline) -> Integers | Cut:
        """Return a flow of the day's rights, int64 (edges,), or a cut that is violated; raises Unproved.

        The solver's flow counts if it balances. All else it says, or that it says nothing, is left to the
        kernel, which finds a flow or a cut by itself.
        """
        with suppress(Unproved):
            flows = self.solve(day.capacities, day.load, deadline)
            if flows is not None:
                return flows
        deadline.left()
        flows, reached = settled_flow(self._network, day.capacities, day.load)
        return flows[: len(self._network.edge_ids)] if reached is None else Cut(Level.FLOW, reached[:-1])

    def _programme(self, capacities: Capacities) -> TransportProgramme:
        """Return the live programme for the edges that have no bound in `capacities`."""
        if capacities is not self._last_capacities:
            endless = endless_edges(capacities)
            key = endless.tobytes()
            if key not in self._programmes:
                if len(self._programmes) >= LIVE_PROGRAMMES_MAX:
                    self._programmes.clear()
                self._programmes[key] = TransportProgramme(self._network, endless, self._solver)
            self._last_capacities, self._last_programme = capacities, self._programmes[key]
        return self._last_programme


def is_transported(network: FlowNetwork, capacities: Capacities, load: Load, flows: Integers) -> bool:
    """Tell whether `flows`, int64 (edges,), are within capacity and use `load` as level FLOW demands."""
    hub_lower, hub_upper = load.hub_bounds
    injection = np.zeros(network.hub, dtype=np.int64)
    np.add.at(injection, network.tail, flows)
    np.subtract.at(injection, network.head, flows)
    from_hub = injection - load.fixed
    within_capacity = (capacities.lower <= flows) & (flows <= capacities.upper)
    return bool(within_capacity.all() and ((hub_lower <= from_hub) & (from_hub <= hub_upper)).all())


def largest_beside(
    network: FlowNetwork, days: Sequence[DayStack], sources: Integers, targets: Integers, limits: Integers
) -> Integers:
    """Return the most, int64 (days, pairs), that each source can send its target beside all rights.

    sources, targets : int64 (pairs,), node or hub numbers; limits : int64 (days, pairs). −1 on days whose
    rights alone are not feasible.
    """
    reduced = reduce_network(
        network,
        np.array([day.capacities.lower for day in days]),
        np.array([day.capacities.upper for day in days]),
    )
    hub_bounds = [day.load.hub_bounds for day in days]
    fixed = np.zeros((len(days), reduced.size), dtype=np.int64)
    handed_over = reduced.node_of[network.points]
    for number, day in enumerate(days):
        np.add.at(fixed[number], handed_over, day.load.fixed[network.points])
    quantities: Integers = largest_by_day(
        reduced.graph,
        np.hstack([reduced.lower, np.array([lower[network.points] for lower, _ in hub_bounds])]),
        np.hstack([reduced.upper, np.array([upper[network.points] for _, upper in hub_bounds])]),
        fixed,
        reduced.node_of[sources],
        reduced.node_of[targets],
        limits,
    )
    return quantities


def _hub_room(load: Load, kind: RouteKind, limit: int) -> int:
    """Return how much of `limit` is demanded in full: beyond the other side's rights, hub rights are not."""
    other_side = {
        RouteKind.ENTRY: load.exit_total - load.entry_total,
        RouteKind.EXIT: load.entry_total - load.exit_total,
    }
    return max(min(limit, other_side.get(kind, limit)), 0)
