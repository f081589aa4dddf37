"""Resilience scenarios planned and reported: `planned` is what `linepack plan resilience` runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from capacity.solvers.port import Solver
from linepack.canonical_json import JsonValue
from planning.plans.plan import Plan, Table, rounded
from planning.programme.explanation import Explanation, explained
from planning.programme.programme import Solution
from planning.resilience.file_form import read_resilience
from planning.resilience.model import ResilientSupply
from planning.resilience.timetable import Timetable

METHANE_T_PER_MMSCF: Final = 19.2
"""What a million standard cubic feet of methane weigh."""
MMSCF: Final = "MMscf"
EXPLAINING: Final = 0.5


def planned(document: object, solver: Solver, seconds: float) -> Plan:
    """Return the plan of a parsed document; raises InvalidInput and SolverRefused."""
    unit, scenarios = read_resilience(document)
    ends_at = monotonic() + seconds
    found = []
    for number, scenario in enumerate(scenarios):
        left = max(ends_at - monotonic(), 0.1) / (len(scenarios) - number)
        found.append(_solved(scenario, solver, left))
    tables = _tables(unit, found)
    for one in found:
        if isinstance(one, _Impossible):
            tables = [*tables, f"Scenario {one.plan.id}:", *one.why.sentences()]
    result: dict[str, JsonValue] = {"unit": unit, "scenarios": [one.plain(unit) for one in found]}
    return Plan(result, tables, is_feasible=all(isinstance(one, _Delivered) for one in found))


@dataclass(frozen=True, eq=False)
class _Impossible:
    """A scenario that cannot be."""

    plan: ResilientSupply
    why: Explanation

    def plain(self, unit: str) -> dict[str, JsonValue]:
        """Return it as JSON."""
        return {"id": self.plan.id, "is_feasible": False, **self.why.plan().result}


@dataclass(frozen=True, eq=False)
class _Delivered:
    """A scenario and what is delivered in it, by steps."""

    plan: ResilientSupply
    timetable: Timetable
    solution: Solution

    @property
    def mean(self) -> float:
        """What is delivered per day on average."""
        return sum(self._flows(self.timetable.delivered)) / self.plan.steps

    @property
    def vented(self) -> float:
        """What is vented in all."""
        return sum(self._flows(self.timetable.vented)) * self.plan.step_days

    @property
    def resilience(self) -> float:
        """What is delivered as a share of what is wanted."""
        return self.mean / self.plan.demand if self.plan.demand else 1.0

    @property
    def starts(self) -> int:
        """How often a unit starts."""
        columns = [one.starts for unit in self.timetable.units for one in unit]
        return round(sum(self._flows(columns)))

    def plain(self, unit: str) -> dict[str, JsonValue]:
        """Return it as JSON."""
        delivered = self._flows(self.timetable.delivered)
        found: dict[str, JsonValue] = {
            "id": self.plan.id,
            "is_feasible": True,
            "mean_throughput": rounded(self.mean),
            "resilience": rounded(self.resilience),
            "vented": rounded(self.vented),
            "starts": self.starts,
            "delivered": [rounded(one) for one in delivered],
            "shortfall": [rounded(self.plan.demand - one) for one in delivered],
            "relief": [rounded(one) for one in self._flows(self.timetable.relief)],
            "line_pack": [rounded(one) for one in self._flows(self.timetable.line_pack)],
            "storage": [rounded(one) for one in self._flows(self.timetable.storage)],
            "running": [
                [round(one) for one in self._flows([step.runs for step in of_unit])]
                for of_unit in self.timetable.units
            ],
            "objective": rounded(-self.solution.cost),
            "objective_bound": rounded(-self.solution.bound),
        }
        if unit == MMSCF:
            found["methane_t"] = rounded(self.vented * METHANE_T_PER_MMSCF)
        return found

    def _flows(self, columns: Sequence[int]) -> list[float]:
        return [float(self.solution.values[column]) for column in columns]


def _solved(scenario: ResilientSupply, solver: Solver, seconds: float) -> _Delivered | _Impossible:
    timetable = Timetable(scenario)
    solution = timetable.programme.solved(solver, seconds * EXPLAINING)
    if solution is None:
        return _Impossible(scenario, explained(timetable.programme, solver, seconds * EXPLAINING))
    return _Delivered(scenario, timetable, solution)


def _tables(unit: str, found: Sequence[_Delivered | _Impossible]) -> list[str | Table]:
    rows = [
        (
            one.plan.id,
            f"{one.plan.closed_share:.1%}",
            rounded(one.mean),
            f"{one.resilience:.1%}",
            rounded(one.plan.demand - one.mean),
            rounded(one.vented),
            one.starts,
        )
        for one in found
        if isinstance(one, _Delivered)
    ]
    headings = ("scenario", "closed", "delivered", "of demand", "short", "vented in all", "starts")
    return [Table(f"Flows in {unit} per day, on average", headings, rows)]
