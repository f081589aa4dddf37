"""Level ROBUST: every balanced nomination within everything booked can be transported.

Proved by the search for a nomination that overloads a cut (`capacity.feasibility.robust.branch_and_bound`).

The largest quantity on a route follows from the bonds of the network
(`capacity.feasibility.bonds.tightest`), without a proof; where those do not say, from cuts found by proving.

The level is monotone: more rights never help, more capacity never hurts. So the days of a period are proved
together, by all the rights that any day has on what every day carries, and only where that fails apart; a
proof once made covers every smaller stack; and a cut once found refuses every stack that overloads it.

A day with a violated cut that its request does not load is proved for itself, over the cuts that it loads.
Such a proof covers no other day: with more entry rights a request loads fewer cuts.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.flow.cuts import Cut, CutPool, largest_robust_quantity
from capacity.feasibility.flow.flow_network import Flags, FlowNetwork, Integers
from capacity.feasibility.flow.load_cases import LoadCase, merged
from capacity.feasibility.flow.prover import Refusal
from capacity.feasibility.robust.branch_and_bound import BranchAndBound
from capacity.feasibility.verdicts.certificates import DayProof, Outcome, TreeProof
from capacity.networks.policy import Level
from capacity.rights.model import Route
from capacity.solvers.deadline import Deadline
from capacity.solvers.port import Solver

KEPT_PROOFS_MAX: Final = 32
"""Proofs kept to cover smaller stacks; the oldest goes first."""

NOTHING_TO_PROVE: Final = TreeProof(())
"""The proof where the rights allow no demand at all."""


class _KeptProof:
    """A proof and what it was made for."""

    def __init__(self, day: LoadCase, certificate: TreeProof) -> None:
        self._day = day
        self._rights = dict(day.stack)
        self._aligned = (day.table, day.quantities)
        self.certificate = certificate
        self.covering = day.stack

    def covers(self, day: LoadCase) -> bool:
        """Return whether `day` has no more rights and no less capacity than were proved."""
        if self._aligned[0] is not day.table:
            rights = [self._rights.get(route, 0) for route in day.table.routes]
            self._aligned = (day.table, np.array(rights, dtype=np.int64))
        capacities, proved = day.capacities, self._day.capacities
        return bool(
            (day.quantities <= self._aligned[1]).all()
            and (capacities.lower <= proved.lower).all()
            and (capacities.upper >= proved.upper).all()
        )


class _SimilarProof:
    """The last proof over loaded cuts, and the routes whose rights and request it was about."""

    def __init__(self, day: LoadCase, certificate: TreeProof) -> None:
        self._about = _routes(day), day.asked_route
        self._certificate = certificate

    def on(self, day: LoadCase) -> TreeProof | None:
        """Return the proof if it is about the same routes as `day`."""
        return self._certificate if self._about == (_routes(day), day.asked_route) else None


class RobustProver:
    """Level ROBUST on one network; see the module docstring."""

    def __init__(self, network: FlowNetwork, solver: Solver) -> None:
        self._network = network
        self._solver = solver
        self._kept: list[_KeptProof] = []
        self._similar: _SimilarProof | None = None
        self.tightest = TightestBonds(network)
        self.pool = CutPool()

    def prove(self, days: Sequence[LoadCase], deadline: Deadline) -> list[DayProof] | Refusal:
        """See the protocol."""
        for day in days:
            cut = self.pool.worst(day, only_loaded=True)
            if cut is not None:
                return Refusal(day, cut)
        return self._prove(days, deadline)

    def refuse(self, days: Sequence[LoadCase], deadline: Deadline) -> Refusal | None:
        """See the protocol; of the cuts known already, the one that hinders most."""
        known = [
            Refusal(day, cut) for day in days if (cut := self.pool.worst(day, only_loaded=True)) is not None
        ]
        if known:
            return max(known, key=lambda refusal: refusal.cut.shortfall(refusal.day))
        answer = self._prove(days, deadline)
        return answer if isinstance(answer, Refusal) else None

    def largest(
        self, days: Sequence[LoadCase], rows: Integers, limits: Integers, deadline: Deadline
    ) -> Integers:
        """See the protocol; by the tightest bonds, and on days for which they do not say by descent."""
        quantities = limits.copy()
        left = []
        for place, day in enumerate(days):
            deadline.left()
            found = self.tightest.largest(day, rows, limits[place])
            if found is None:
                left.append(place)
            else:
                quantities[place] = found
        if left:
            others = [days[place] for place in left]
            for column, row in enumerate(rows.tolist()):
                quantities[left, column] = self._descended(
                    others, row, limits[left, column].tolist(), deadline
                )
        return quantities

    def _descended(
        self, days: Sequence[LoadCase], row: int, limits: Sequence[int], deadline: Deadline
    ) -> list[int]:
        """Return the largest quantity for each day, by descent over cuts until none is violated.

        Each cut is met exactly.
        """
        quantities = list(limits)
        for cut in self.pool.cuts():
            self._descend(days, row, quantities, cut)
        while True:
            sought = [
                day.plus(row, quantity) for day, quantity in zip(days, quantities, strict=True) if quantity
            ]
            answer = self._prove(sought, deadline) if sought else []
            if not isinstance(answer, Refusal):
                return quantities
            self._descend(days, row, quantities, answer.cut)

    def largest_throughout(self, days: Sequence[LoadCase], row: int, limit: int, deadline: Deadline) -> int:
        """See the protocol: what bonds allow on every day, or by the same descent."""
        deadline.left()
        found = [self.tightest.largest(day, np.array([row]), np.array([limit])) for day in days]
        quantities = [limit if one is None else int(one[0]) for one in found]
        if all(one is not None for one in found):
            return min(quantities)
        for cut in self.pool.cuts():
            self._descend(days, row, quantities, cut)
        while quantity := min(quantities):
            answer = self._prove([day.plus(row, quantity) for day in days], deadline)
            if not isinstance(answer, Refusal):
                return quantity
            quantities = [quantity] * len(days)
            self._descend(days, row, quantities, answer.cut)
        return 0

    def _descend(self, days: Sequence[LoadCase], row: int, quantities: list[int], cut: Cut) -> None:
        for place, (day, most) in enumerate(zip(days, quantities, strict=True)):
            if most:
                quantities[place] = largest_robust_quantity(day, row, most, cut.inside)

    def _prove(self, days: Sequence[LoadCase], deadline: Deadline) -> list[DayProof] | Refusal:
        """Prove `days` together over all cuts, and those that are short anyway each over the loaded ones."""
        proofs: list[DayProof] = []
        together = list(days)
        while together:
            answer = self._prove_together(together, deadline)
            if not isinstance(answer, Refusal):
                return proofs + answer
            for day in together:
                if answer.cut.shortfall(day) > 0:
                    alone = self._prove_loaded(day, answer.cut, deadline)
                    if isinstance(alone, Refusal):
                        return alone
                    proofs.append(alone)
            together = [day for day in together if answer.cut.shortfall(day) <= 0]
        return proofs

    def _prove_loaded(self, day: LoadCase, violated: Cut, deadline: Deadline) -> DayProof | Refusal:
        """Prove a day with a `violated` cut over the cuts that its request loads."""
        deadline.pause()
        if violated.is_loaded(day):
            return Refusal(day, violated)
        known = self.pool.worst(day, only_loaded=True)
        if known is not None:
            return Refusal(day, known)
        similar = None if self._similar is None else self._similar.on(day)
        found = BranchAndBound(day, self._solver, only_loaded=True).run(deadline, similar)
        if isinstance(found, TreeProof):
            self._similar = _SimilarProof(day, found)
            return DayProof(day.periods, Level.ROBUST, Outcome.FEASIBLE, found, day.stack)
        self.pool.add(found)
        return Refusal(day, Cut(Level.ROBUST, found))

    def _prove_together(self, days: Sequence[LoadCase], deadline: Deadline) -> list[DayProof] | Refusal:
        """Prove the union of `days`, or halves of it down to single days."""
        deadline.pause()
        union = LoadCase.covering(days)
        kept = next((kept for kept in reversed(self._kept) if kept.covers(union)), None)
        if kept is None:
            answer = self._settle(union, deadline)
            if not isinstance(answer, _KeptProof):
                shortfalls = [answer.shortfall(day) for day in days]
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
        return [DayProof(periods, Level.ROBUST, Outcome.FEASIBLE, kept.certificate, kept.covering)]

    def _settle(self, day: LoadCase, deadline: Deadline) -> _KeptProof | Cut:
        """Return a proof of one load case, kept from now on, or a violated cut, pooled from now on."""
        known = self.pool.worst(day)
        if known is not None:
            return known
        found = self._search(day, deadline) if day.load.demand_max else NOTHING_TO_PROVE
        if isinstance(found, TreeProof):
            proof = _KeptProof(day, found)
            self._kept = [*self._kept[-KEPT_PROOFS_MAX + 1 :], proof]
            return proof
        self.pool.add(found)
        return Cut(Level.ROBUST, found)

    def _search(self, day: LoadCase, deadline: Deadline) -> TreeProof | Flags:
        routes = _routes(day)
        similar = next(
            (kept for kept in reversed(self._kept) if [route for route, _ in kept.covering] == routes), None
        )
        return BranchAndBound(day, self._solver).run(
            deadline, None if similar is None else similar.certificate
        )


def _routes(day: LoadCase) -> list[Route]:
    """Return the routes with rights on a day."""
    return [route for route, _ in day.stack]
