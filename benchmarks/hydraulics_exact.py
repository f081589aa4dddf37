"""Global solvers as rivals: SCIP, Gurobi on the platform's exact program, one thread each."""

from dataclasses import dataclass
from typing import Any, Protocol

import gurobipy

from capacity.hydraulics.physics.network import Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search import minlp as exact_programme
from capacity.hydraulics.search.flow_bounds import FlowBounds


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a state exists (None: the solver did not say, and why), and the least cost if one was asked."""

    is_feasible: bool | None
    cost: float | None = None
    reason: str = ""


class GlobalSolver(exact_programme.GlobalSolver, Protocol):
    """One that is asked for an outcome."""

    def solve(self, cost: Any, seconds: float) -> Outcome: ...


class Scip(exact_programme.Scip):
    """SCIP, as the platform asks it."""

    def solve(self, cost: Any, seconds: float) -> Outcome:
        status = self.run(seconds, cost)
        if self.has_values():
            return Outcome(True, self.cost())
        return Outcome(False if status == "infeasible" else None, reason=f"none in {seconds:g} s")


class GurobiNonlinear:
    """Gurobi, with its own signed power; its licence may be too small."""

    def __init__(self) -> None:
        environment = gurobipy.Env(params={"OutputFlag": 0, "Threads": 1})
        self._model = gurobipy.Model(env=environment)

    def variable(self, low: float, high: float, *, is_binary: bool = False) -> Any:
        kind = gurobipy.GRB.BINARY if is_binary else gurobipy.GRB.CONTINUOUS
        return self._model.addVar(lb=low, ub=high, vtype=kind)

    def row(self, comparison: Any) -> None:
        self._model.addConstr(comparison)

    def signed_square(self, flow: Any) -> Any:
        square = self._model.addVar(lb=-gurobipy.GRB.INFINITY)
        self._model.addGenConstrNL(square, gurobipy.nlfunc.signpow(flow, 2))  # type: ignore[attr-defined]  # missing in its stubs
        return square

    def solve(self, cost: Any, seconds: float) -> Outcome:
        self._model.Params.TimeLimit = seconds
        if cost is None:
            self._model.Params.SolutionLimit = 1
        else:
            self._model.setObjective(cost)
        try:
            self._model.optimize()
        except gurobipy.GurobiError as error:
            if error.errno != gurobipy.GRB.Error.SIZE_LIMIT_EXCEEDED:
                raise
            return Outcome(None, reason="beyond its licence")
        if self._model.SolCount:
            return Outcome(True, self._model.ObjVal)
        is_refused = self._model.Status == gurobipy.GRB.INFEASIBLE
        return Outcome(False if is_refused else None, reason=f"none in {seconds:g} s")


def exact(
    problem: HydraulicProblem, solver: GlobalSolver, seconds: float, cost: Reals | None = None
) -> Outcome:
    """Return what the solver says of the problem, at the least cost per kg/s that enters, (nodes,)."""
    bounds = FlowBounds(problem.network).of(problem)
    program = exact_programme.MinlpModel(problem, bounds, solver)
    total = (
        None
        if cost is None
        else sum(price * amount for price, amount in zip(cost, program.leaving, strict=True))
    )
    return solver.solve(total, seconds)
