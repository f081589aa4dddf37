"""The home of level ROBUST: every balanced nomination within everything booked can be transported.

Proved by an adversary (`capacity.feasibility.adversary`) that looks for the cut a nomination can overload.
Whatever the solver finds is turned into an exact cut: only which points lie inside is taken from it, the
least cut between them is found in whole units, and the shortfall is counted.

The level is monotone: more rights never help, more capacity never hurts. So the days of a period are proved
together, by all the rights that any day has on what every day carries, and only where that fails apart; a
proof once made covers every smaller stack; and a cut once found refuses every stack that overloads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.feasibility.adversary import adversary_model, points_with_rights, reduced
from capacity.feasibility.cuts import (
    CutPool,
    capacity_across,
    largest_robust_quantity,
    robust_demand,
)
from capacity.feasibility.days import DayStack, merged
from capacity.feasibility.kernels import least_cut
from capacity.feasibility.model import Capacities, Flags, FlowNetwork, Load
from capacity.feasibility.policy import Level
from capacity.feasibility.prover import Deadline, Refusal, Unproved
from capacity.feasibility.solvers.port import Solver, SolverRefused, Status
from capacity.feasibility.verdict import Certificate, DayProof, Outcome, SolverBound
from capacity.rights.model import Route

KEPT_PROOFS_MAX: Final = 32
"""Proofs kept to cover smaller stacks; the oldest goes first."""

_VALUE_INSIDE: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _KeptProof:
    capacities: Capacities
    rights: dict[Route, int]
    certificate: Certificate
    covering: tuple[tuple[Route, int], ...]

    def covers(self, day: DayStack) -> bool:
        """Tell whether `day` has no more rights and no less capacity than were proved."""
        proved = np.array([self.rights.get(route, 0) for route in day.table.routes], dtype=np.int64)
        return bool(
            (day.quantities <= proved).all()
            and (day.capacities.lower <= self.capacities.lower).all()
            and (day.capacities.upper >= self.capacities.upper).all()
        )


class RobustProver:
    """Level ROBUST on one network; see the module docstring."""

    level = Level.ROBUST

    def __init__(self, network: FlowNetwork, solver: Solver) -> None:
        self._network = network
        self._solver = solver
        self._kept: list[_KeptProof] = []
        self.pool = CutPool()

    def demand(self, load: Load, inside: Flags) -> int:
        """See the protocol."""
        return robust_demand(load, inside)

    def prove(self, days: Sequence[DayStack], deadline: Deadline) -> list[DayProof] | Refusal:
        """See the protocol."""
        for day in days:
            inside = self.pool.worst(day)
            if inside is not None:
                return Refusal(day, inside)
        return self._prove_together(days, deadline)

    def refute(self, days: Sequence[DayStack], deadline: Deadline) -> Refusal | None:
        """See the protocol; of the cuts known already, the one with the largest shortfall."""
        known = [Refusal(day, inside) for day in days if (inside := self.pool.worst(day)) is not None]
        if known:
            return max(known, key=lambda refusal: _shortfall(refusal.day, refusal.inside))
        answer = self._prove_together(days, deadline)
        return answer if isinstance(answer, Refusal) else None

    def largest(
        self, days: Sequence[DayStack], row: int, limits: Sequence[int], deadline: Deadline
    ) -> list[int]:
        """See the protocol; by descent over cuts, each met exactly, until none is violated."""
        quantities: list[int | None] = list(limits)
        for cut in self.pool.cuts():
            self._descend(days, row, quantities, cut)
        while True:
            sought = [
                day.plus(row, quantity) for day, quantity in zip(days, quantities, strict=True) if quantity
            ]
            answer = self._prove_together(sought, deadline) if sought else []
            if not isinstance(answer, Refusal):
                return [quantity or 0 for quantity in quantities]
            self._descend(days, row, quantities, answer.inside)

    def _descend(self, days: Sequence[DayStack], row: int, quantities: list[int | None], cut: Flags) -> None:
        for place, (day, most) in enumerate(zip(days, quantities, strict=True)):
            if most:
                quantities[place] = largest_robust_quantity(day, row, most, cut)

    def _prove_together(self, days: Sequence[DayStack], deadline: Deadline) -> list[DayProof] | Refusal:
        """Prove the union of `days`, or halves of it down to single days."""
        union = DayStack.covering(days)
        kept = next((kept for kept in reversed(self._kept) if kept.covers(union)), None)
        if kept is None:
            answer = self._settle(union, deadline)
            if not isinstance(answer, _KeptProof):
                shortfalls = [_shortfall(day, answer) for day in days]
                worst = int(np.argmax(shortfalls))
                if shortfalls[worst] > 0:
                    return Refusal(days[worst], answer)
                middle = len(days) // 2
                first = self._prove_together(days[:middle], deadline)
                if isinstance(first, Refusal):
                    return first
                second = self._prove_together(days[middle:], deadline)
                return second if isinstance(second, Refusal) else first + second
            kept = answer
        periods = merged(period for day in days for period in day.periods)
        return [DayProof(periods, self.level, Outcome.FEASIBLE, kept.certificate, kept.covering)]

    def _settle(self, day: DayStack, deadline: Deadline) -> _KeptProof | Flags:
        """Return a proof of one day stack, kept from now on, or a violated cut, pooled from now on."""
        inside = self.pool.worst(day)
        if inside is not None:
            return inside
        found = self._search(day, deadline)
        if isinstance(found, SolverBound):
            proof = _KeptProof(day.capacities, dict(day.stack), found, day.stack)
            self._kept = [*self._kept[-KEPT_PROOFS_MAX + 1 :], proof]
            return proof
        self.pool.add(found)
        return found

    def _search(self, day: DayStack, deadline: Deadline) -> SolverBound | Flags:
        load = day.load
        if load.demand_max == 0:
            return SolverBound(0.0, self._solver.name, self._solver.version, 0)
        network = reduced(self._network, day.capacities, load.demand_max)
        try:
            model = self._solver.load(adversary_model(network, load))
            status = model.run(deadline.left())
        except SolverRefused as error:
            raise Unproved(str(error)) from error
        if status is not Status.OPTIMAL:
            raise Unproved(f"{self._solver.name} did not finish in time")
        bound = -model.bound()
        if bound < 1:
            return SolverBound(bound, self._solver.name, self._solver.version, model.search_nodes())
        inside = self._exact_cut(day, model.values()[network.node_of] > _VALUE_INSIDE)
        if _shortfall(day, inside) <= 0:
            raise Unproved(f"the cut that {self._solver.name} found does not fall short in whole units")
        return inside

    def _exact_cut(self, day: DayStack, found: Flags) -> Flags:
        """Return the least cut with the points that have rights on the sides where they were found."""
        points = points_with_rights(day.load)
        return least_cut(self._network, day.capacities, points & found, points & ~found)


def _shortfall(day: DayStack, inside: Flags) -> int:
    return robust_demand(day.load, inside) - capacity_across(day.table.network, day.capacities, inside)
