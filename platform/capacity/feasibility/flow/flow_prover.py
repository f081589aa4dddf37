"""Level FLOW: everything booked, used at once, can be transported.

Path rights inject at their receipt and withdraw at their delivery point; of entry and exit rights the scarcer
side is used in full. The transport problem is a linear programme
(`capacity.feasibility.flow.transport_programme`).

The solver proposes a flow, which counts if it balances in whole numbers. What else it says is not trusted:
then the kernel finds a flow or the cut of a refusal.

Where a day cannot be transported, only the cuts that the request loads count. They are the cuts between two
nodes, the hub among them, so that one largest flow finds what they have to spare, and proves it.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import numpy as np

from capacity.feasibility.flow.cuts import Cut
from capacity.feasibility.flow.flow_network import Capacities, Flags, FlowNetwork, Integers, Load
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.max_flow import flow_between, largest_by_day, settled_flow
from capacity.feasibility.flow.prover import Refusal
from capacity.feasibility.flow.reduced_network import reduce_network
from capacity.feasibility.flow.transport_programme import TransportProgramme, endless_edges
from capacity.feasibility.verdicts.certificates import DayProof, FlowProof, Outcome
from capacity.networks.policy import Level
from capacity.solvers.deadline import Deadline, LimitReached
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

    def prove(self, days: Sequence[LoadCase], deadline: Deadline) -> list[DayProof] | Refusal:
        """See the protocol."""
        proofs = []
        for day in days:
            deadline.pause()
            certificate = self._certificate(day, deadline)
            if isinstance(certificate, Cut):
                return Refusal(day, certificate)
            proofs.append(DayProof(day.periods, Level.FLOW, Outcome.FEASIBLE, certificate, day.stack))
        return proofs

    def solve(self, capacities: Capacities, load: Load, deadline: Deadline) -> Integers | None:
        """Return a flow of `load`, int64 (edges,), None when there is none; raises LimitReached."""
        flows = self._programme(capacities).solve(capacities, load, deadline)
        if flows is not None and not is_transported(self._network, capacities, load, flows):
            raise LimitReached(f"the flow that {self._solver.name} found does not balance in whole units")
        return flows

    def refuse(self, days: Sequence[LoadCase], deadline: Deadline) -> Refusal | None:
        """See the protocol; of all load cases, the one hindered most."""
        worst, most = None, 0
        kept: Integers | None = None
        for day in days:
            deadline.left()
            deadline.pause()
            kept, reached = settled_flow(self._network, day.capacities, day.load, kept)
            if reached is None:
                continue
            cut, _ = self._least_spare(day, reached[:-1])
            hindrance = cut.hindrance(day)
            if hindrance > most:
                worst, most = Refusal(day, cut), hindrance
        return worst

    def largest(
        self, days: Sequence[LoadCase], rows: Integers, limits: Integers, deadline: Deadline
    ) -> Integers:
        """See the protocol; by augmenting a flow of each load case."""
        deadline.left()
        receipt, delivery = days[0].table.receipt[rows], days[0].table.delivery[rows]
        surplus = np.array([day.load.exit_total - day.load.entry_total for day in days])[:, np.newaxis]
        rooms = limits.copy()
        for is_of_kind, room in (
            (delivery == self._network.hub, surplus),
            (receipt == self._network.hub, -surplus),
        ):
            rooms[:, is_of_kind] = np.maximum(np.minimum(rooms[:, is_of_kind], room), 0)
        found = largest_beside(self._network, days, receipt, delivery, rooms)
        return np.where(found == rooms, limits, found)

    def largest_throughout(self, days: Sequence[LoadCase], row: int, limit: int, deadline: Deadline) -> int:
        """See the protocol; less than may be had on a day may be had too."""
        limits = np.full((len(days), 1), limit, dtype=np.int64)
        return int(self.largest(days, np.array([row]), limits, deadline).min())

    def _certificate(self, day: LoadCase, deadline: Deadline) -> FlowProof | Cut:
        """Return what proves or refuses a day; raises LimitReached.

        The solver's flow counts if it balances. All else it says, or that it says nothing, is left to the
        kernel, which finds a flow or a violated cut by itself. Where the rights cannot all be transported
        only the cuts count that the request loads.
        """
        with suppress(LimitReached):
            flows = self.solve(day.capacities, day.load, deadline)
            if flows is not None:
                return FlowProof(tuple(flows.tolist()))
        deadline.left()
        settled, reached = settled_flow(self._network, day.capacities, day.load)
        if reached is None:
            return FlowProof(tuple(settled[: len(self._network.edge_ids)].tolist()))
        cut, flows = self._least_spare(day, reached[:-1])
        return cut if cut.hindrance(day) > 0 else FlowProof(tuple(flows.tolist()), only_loaded=True)

    def _least_spare(self, day: LoadCase, violated: Flags) -> tuple[Cut, Integers]:
        """Return the cut with least to spare among those the request loads, and a flow that proves it so.

        Without a request every cut counts, and the `violated` one, bool (nodes,), falls short most.
        """
        if day.asked is None:
            return Cut(Level.FLOW, violated), np.zeros(len(self._network.edge_ids), dtype=np.int64)
        table, row = day.table, day.asked.row
        ends = int(table.receipt[row]), int(table.delivery[row])
        flows, inside = flow_between(self._network, day.capacities, day.before.load, *ends)
        return Cut(Level.FLOW, inside), flows

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
    """Return whether `flows`, int64 (edges,), are within capacity and use `load` as level FLOW demands."""
    hub_lower, hub_upper = load.hub_bounds
    injection = np.zeros(network.hub, dtype=np.int64)
    np.add.at(injection, network.tail, flows)
    np.subtract.at(injection, network.head, flows)
    from_hub = injection - load.fixed
    within_capacity = (capacities.lower <= flows) & (flows <= capacities.upper)
    return bool(within_capacity.all() and ((hub_lower <= from_hub) & (from_hub <= hub_upper)).all())


def largest_beside(
    network: FlowNetwork, days: Sequence[LoadCase], sources: Integers, targets: Integers, limits: Integers
) -> Integers:
    """Return the most, int64 (days, pairs), that each source can send its target beside all rights.

    sources, targets : int64 (pairs,), node or hub numbers; limits : int64 (days, pairs).
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
