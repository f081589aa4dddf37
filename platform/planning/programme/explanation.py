"""Why a programme has no solution: rows and bounds that exclude each other, and the cheapest repair.

Every row and bound with words gets a slack that costs its weight. The least total slack is the repair. The
rows that hold it back (those with a price in it) cannot all be kept; of these, one after the other is left
out, and stays out where what remains has no solution even so. So the rows named exclude each other, and any
of them left out would let the others be kept.
"""

from collections.abc import Sequence
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
        row for row in elastic.explainable if not len(solution.duals) or abs(solution.duals[row]) > TOLERANCE
    ]
    kept = _irreducible(elastic, suspects, solver, ends_at)
    repaired = {one.words for one in repairs}
    words = [elastic.programme.rows[row].words for row in kept]
    words.sort(key=lambda one: one not in repaired)
    return Explanation(words[:NAMED_MAX], repairs[:NAMED_MAX])


class _Elastic:
    """A programme whose rows and bounds with words may be broken, at a cost of one a unit.

    explainable : the rows that have words; bounds with words are rows here
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = Programme()
        self.explainable: list[int] = []
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
            self.explainable.append(row)
        self._slacks += [(column, words, sign) for column, sign in slacks]

    def repairs(self, values: np.ndarray) -> list[tuple[str, float]]:
        """Return what gives way and by how much, the largest first."""
        given = [
            (words, sign * float(values[column]))
            for column, words, sign in self._slacks
            if values[column] > TOLERANCE
        ]
        return sorted(given, key=lambda one: -abs(one[1]))

    def without_slack(self, solver: Solver) -> LiveModel:
        """Return the programme with every slack held at nothing."""
        live = solver.load(self.programme.model())
        columns = np.array([column for column, _, _ in self._slacks], dtype=np.int32)
        nothing = np.zeros(len(columns))
        live.set_column_bounds(columns, nothing, nothing)
        live.set_costs(columns, nothing)
        return live


def _irreducible(elastic: _Elastic, suspects: Sequence[int], solver: Solver, ends_at: float) -> list[int]:
    """Return rows of which all are needed for there to be no solution."""
    live = elastic.without_slack(solver)
    rows = elastic.programme.rows

    def bound(chosen: Sequence[int], *, are_kept: bool) -> None:
        numbers = np.array(chosen, dtype=np.int32)
        lower = [rows[row].lower if are_kept else -inf for row in chosen]
        upper = [rows[row].upper if are_kept else inf for row in chosen]
        live.set_row_bounds(numbers, np.array(lower), np.array(upper))

    suspected = set(suspects)
    others = [row for row in elastic.explainable if row not in suspected]
    if others:
        bound(others, are_kept=False)
    kept = []
    for row in suspects:
        bound([row], are_kept=False)
        left = ends_at - monotonic()
        if left <= 0 or live.run(left) is not Status.INFEASIBLE:
            bound([row], are_kept=True)
            kept.append(row)
    return kept
