"""Why a programme has no solution: rows and bounds that exclude each other, and the cheapest repair.

Every row and bound with words gets a slack that costs its weight. The least total slack is the repair. The
rows that hold it back (those with a price in it) cannot all be kept; of these, halves, quarters and in the
end one after the other are left out, and stay out where what remains has no solution even so. So the rows
named exclude each other, and any of them left out would let the others be kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from time import monotonic
from typing import Final

import numpy as np

from capacity.solvers.port import LiveModel, Solver, SolverRefused, Status
from linepack.canonical_json import JsonValue
from planning.plans.plan import Plan, rounded
from planning.programme.programme import Programme

NAMED_MAX: Final = 10
"""Rows listed; where more exclude each other, the largest repairs come first."""
TOLERANCE: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Repair:
    """By how much a row or a bound must give way: it may be `amount` less, or more where that is below 0."""

    words: str
    amount: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What excludes each other, and the smallest changes, added up, that let the plan be."""

    conflict: Sequence[str]
    repairs: Sequence[Repair]

    def plan(self) -> Plan:
        """Return the explanation as what there is instead of a plan."""
        result: dict[str, JsonValue] = {
            "conflict": [*self.conflict],
            "repairs": [{"what": one.words, "amount": rounded(one.amount)} for one in self.repairs],
        }
        return Plan(result, self.sentences(), is_feasible=False)

    def sentences(self) -> list[str]:
        """Return the explanation for people."""
        lines = ["There is no such plan. These cannot all hold:"]
        lines += [f"- {words}" for words in self.conflict]
        lines.append("The least that would have to change:")
        lines += [
            f"- {one.words}: {abs(one.amount):,.6g} {'less' if one.amount > 0 else 'more'}"
            for one in self.repairs
        ]
        return lines


def explained(programme: Programme, solver: Solver, seconds: float) -> Explanation:
    """Return why a programme without solutions has none; raises SolverRefused where time ends the search."""
    ends_at = monotonic() + seconds
    linear = programme.relaxed()
    elastic = _Elastic(linear)
    solution = elastic.programme.solved(solver, seconds)
    if solution is not None and solution.cost <= TOLERANCE:
        elastic = _Elastic(programme)
        solution = elastic.programme.solved(solver, ends_at - monotonic())
    if solution is None:
        raise SolverRefused("the laws of the model exclude each other")
    repairs = [Repair(*one) for one in elastic.repairs(solution.values)]
    suspects = [
        words
        for words, rows in elastic.rows_of.items()
        if not len(solution.duals) or any(abs(solution.duals[row]) > TOLERANCE for row in rows)
    ]
    repaired = {one.words for one in repairs}
    conflict = _irreducible(elastic, suspects, solver, ends_at)
    conflict.sort(key=lambda one: one not in repaired)
    return Explanation(conflict[:NAMED_MAX], repairs[:NAMED_MAX])


class _Elastic:
    """A programme whose rows and bounds with words may be broken, at a cost of one a unit.

    explainable : the rows that have words; bounds with words are rows here
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = Programme()
        self.rows_of: dict[str, list[int]] = {}
        self._slacks: list[tuple[int, str, float]] = []
        for one in programme.columns:
            upper = inf if one.words else one.upper
            self.programme.column(one.lower, upper, is_integer=one.is_integer)
        for row in programme.rows:
            self._add(row.terms, row.lower, row.upper, row.words)
        for number, one in enumerate(programme.columns):
            if one.words:
                self._add([(number, 1.0)], -inf, one.upper, one.words)

    def _add(self, terms: Sequence[tuple[int, float]], lower: float, upper: float, words: str) -> None:
        slacks: list[tuple[int, float]] = []
        if words and isfinite(lower):
            slacks.append((self.programme.column(cost=1.0), 1.0))
        if words and isfinite(upper):
            slacks.append((self.programme.column(cost=1.0), -1.0))
        row = self.programme.row([*terms, *slacks], lower, upper, words)
        if words:
            self.rows_of.setdefault(words, []).append(row)
        self._slacks += [(column, words, sign) for column, sign in slacks]

    def repairs(self, values: np.ndarray) -> list[tuple[str, float]]:
        """Return what gives way and by how much, the largest first."""
        given: dict[str, float] = {}
        for column, words, sign in self._slacks:
            amount = sign * float(values[column])
            if abs(amount) > max(TOLERANCE, abs(given.get(words, 0.0))):
                given[words] = amount
        return sorted(given.items(), key=lambda one: -abs(one[1]))

    def without_slack(self, solver: Solver) -> LiveModel:
        """Return the programme with every slack held at nothing."""
        live = solver.load(self.programme.model())
        columns = np.array([column for column, _, _ in self._slacks], dtype=np.int32)
        nothing = np.zeros(len(columns))
        live.set_column_bounds(columns, nothing, nothing)
        live.set_costs(columns, nothing)
        return live


def _irreducible(elastic: _Elastic, suspects: Sequence[str], solver: Solver, ends_at: float) -> list[str]:
    """Return words of which all rows are needed for there to be no solution."""
    live = elastic.without_slack(solver)

    def bound(chosen: Iterable[str], *, are_kept: bool) -> None:
        numbers = [row for words in chosen for row in elastic.rows_of[words]]
        rows = [elastic.programme.rows[row] for row in numbers]
        lower = [row.lower if are_kept else -inf for row in rows]
        upper = [row.upper if are_kept else inf for row in rows]
        if numbers:
            live.set_row_bounds(np.array(numbers, dtype=np.int32), np.array(lower), np.array(upper))

    dropped = set(elastic.rows_of).difference(suspects)
    bound(dropped, are_kept=False)
    kept, size = list(suspects), max(1, len(suspects) // 2)
    while True:
        for start in range(0, len(kept), size):
            part = kept[start : start + size]
            bound(part, are_kept=False)
            left = ends_at - monotonic()
            if left <= 0 or live.run(left) is not Status.INFEASIBLE:
                bound(part, are_kept=True)
            else:
                dropped.update(part)
        kept = [words for words in kept if words not in dropped]
        if size == 1:
            return kept
        size = max(1, size // 2)
