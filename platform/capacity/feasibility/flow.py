"""The home of level FLOW: everything booked, used at once, can be transported.

Path rights inject at their receipt and withdraw at their delivery point; of entry and exit rights the scarcer
side is used in full. The transport problem is a linear programme with one column per edge and one row per
node, held alive by the solver: a check changes row bounds and runs again from the last basis.

The solver decides and the certificate is checked here in whole numbers before it leaves: a feasible verdict
carries the solver's flow, which is whole because the programme is totally unimodular, and an infeasible one
the cut that the kernel finds. Should they contradict each other, nothing is proved.
"""

from collections.abc import Sequence

import numpy as np

from capacity.feasibility.cuts import Cut, largest_flow_quantity
from capacity.feasibility.days import DayStack
from capacity.feasibility.kernels import largest_by_day, settled_flow
from capacity.feasibility.model import Capacities, FlowNetwork, Integers, Load
from capacity.feasibility.policy import Level
from capacity.feasibility.prover import Deadline, Refusal, Unproved
from capacity.feasibility.reduction import reduce_network
from capacity.feasibility.solvers.port import LinearModel, Solver, SolverRefused, Status
from capacity.feasibility.verdict import DayProof, FlowProof, Outcome
from capacity.rights.model import RouteKind


class FlowProver:
    """Level FLOW on one network; see the module docstring."""

    def __init__(self, network: FlowNetwork, solver: Solver) -> None:
        self._network = network
        self._solver = solver
        self._model = solver.load(transport_model(network))
        self._capacities: Capacities | None = None
        self._bounds = (np.zeros(network.hub), np.zeros(network.hub))
        self._columns = np.arange(len(network.tail), dtype=np.int32)

    def prove(self, days: Sequence[DayStack], deadline: Deadline) -> list[DayProof] | Refusal:
        """See the protocol."""
        proofs = []
        for day in days:
            flows = self.solve(day.capacities, day.load, deadline)
            if flows is None:
                return Refusal(day, self._violated_cut(day))
            certificate = FlowProof(tuple(flows.tolist()))
            proofs.append(DayProof(day.periods, Level.FLOW, Outcome.FEASIBLE, certificate, day.stack))
        return proofs

    def solve(self, capacities: Capacities, load: Load, deadline: Deadline) -> Integers | None:
        """Return a flow of `load`, int64 (edges,), None when there is none; raises Unproved."""
        self._set_capacities(capacities)
        self._set_load(load)
        try:
            status = self._model.run(deadline.left())
        except SolverRefused as error:
            raise Unproved(str(error)) from error
        if status is Status.INFEASIBLE:
            return None
        if status is not Status.OPTIMAL:
            raise Unproved(f"{self._solver.name} did not finish in time")
        flows = np.rint(self._model.values()).astype(np.int64)
        if not is_transported(self._network, capacities, load, flows):
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

    def _violated_cut(self, day: DayStack) -> Cut:
        _, reached = settled_flow(self._network, day.capacities, day.load)
        if reached is None:
            raise Unproved(f"{self._solver.name} finds no flow, yet there is one")
        return Cut(Level.FLOW, reached[:-1])

    def _set_capacities(self, capacities: Capacities) -> None:
        if self._capacities is capacities:
            return
        self._model.set_column_bounds(
            self._columns, capacities.lower.astype(np.float64), capacities.upper.astype(np.float64)
        )
        self._capacities = capacities

    def _set_load(self, load: Load) -> None:
        hub_lower, hub_upper = load.hub_bounds
        lower, upper = (
            (load.fixed + hub_lower).astype(np.float64),
            (load.fixed + hub_upper).astype(np.float64),
        )
        changed = np.flatnonzero((lower != self._bounds[0]) | (upper != self._bounds[1])).astype(np.int32)
        if len(changed):
            self._model.set_row_bounds(changed, lower[changed], upper[changed])
        self._bounds = (lower, upper)


def transport_model(network: FlowNetwork) -> LinearModel:
    """Return the transport problem: out of each node flows what is injected there, bounds still zero."""
    edges, nodes = len(network.tail), network.hub
    return LinearModel(
        costs=np.zeros(edges),
        column_lower=np.zeros(edges),
        column_upper=np.zeros(edges),
        row_lower=np.zeros(nodes),
        row_upper=np.zeros(nodes),
        starts=np.arange(0, 2 * edges + 1, 2, dtype=np.int32),
        rows=np.column_stack([network.tail, network.head]).ravel().astype(np.int32),
        values=np.tile([1.0, -1.0], edges),
    )


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
