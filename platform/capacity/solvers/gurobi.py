"""The home of Gurobi, an optional solver: used only when the settings name it.

The licence inside the `gurobipy` wheel is limited to 2,000 variables and constraints and not for production;
tests run it wherever it fits.
"""

from typing import Any, Final

import gurobipy
import numpy as np

from capacity.solvers.port import (
    LinearModel,
    LiveModel,
    Numbers,
    Reals,
    SolverRefused,
    Status,
)

TOLERANCE: Final = 1e-9
"""Feasibility and optimality tolerance, the tightest Gurobi takes."""

_STATUS = {
    gurobipy.GRB.OPTIMAL: Status.OPTIMAL,
    gurobipy.GRB.INFEASIBLE: Status.INFEASIBLE,
    gurobipy.GRB.TIME_LIMIT: Status.UNFINISHED,
}


class Gurobi:
    """Gurobi behind the port; raises SolverRefused where there is no licence."""

    name = "Gurobi"

    def __init__(self) -> None:
        parameters = {
            "OutputFlag": 0,
            "Threads": 1,
            "FeasibilityTol": TOLERANCE,
            "OptimalityTol": TOLERANCE,
            "IntFeasTol": TOLERANCE,
            "DualReductions": 0,
            "InfUnbdInfo": 1,
        }
        try:
            self._environment = gurobipy.Env(params=parameters)
        except gurobipy.GurobiError as error:
            raise SolverRefused(f"Gurobi: {error}") from error

    @property
    def version(self) -> str:
        """The version of the library loaded."""
        return ".".join(map(str, gurobipy.gurobi.version()))

    def load(self, model: LinearModel) -> LiveModel:
        """Return `model`, held by Gurobi."""
        return _LiveGurobi(self._environment, model)


class _LiveGurobi:
    def __init__(self, environment: Any, model: LinearModel) -> None:
        import scipy.sparse  # noqa: PLC0415  (loaded with the optional solver only)

        matrix = scipy.sparse.csc_array(
            (model.values, model.rows, model.starts), shape=(len(model.row_lower), len(model.costs))
        )
        self._model = gurobipy.Model(env=environment)
        self._columns: Any = self._model.addMVar(
            len(model.costs),
            lb=model.column_lower,
            ub=model.column_upper,
            obj=model.costs,
            vtype=_kinds(model),
        )
        # A row with a range is A x - s = 0 with bounds on s, so that a change of bounds stays warm.
        self._rows: Any = self._model.addMVar(len(model.row_lower), lb=model.row_lower, ub=model.row_upper)
        self._links: Any = self._model.addConstr(matrix @ self._columns - self._rows == 0)
        self._model.update()

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        chosen = self._rows[rows]
        chosen.LB, chosen.UB = lower, upper

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        chosen = self._columns[columns]
        chosen.LB, chosen.UB = lower, upper

    def set_costs(self, columns: Numbers, costs: Reals) -> None:
        """See the port."""
        self._columns[columns].Obj = costs

    def set_coefficients(self, rows: Numbers, columns: Numbers, values: Reals) -> None:
        """See the port."""
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            self._model.chgCoeff(self._links[row].item(), self._columns[column].item(), value)

    def run(self, seconds: float) -> Status:
        """See the port."""
        self._model.Params.TimeLimit = max(seconds, 0.0)
        try:
            self._model.optimize()
        except gurobipy.GurobiError as error:
            raise SolverRefused(f"Gurobi: {error}") from error
        if self._model.Status not in _STATUS:
            raise SolverRefused(f"Gurobi ended with status {self._model.Status}")
        return _STATUS[self._model.Status]

    def values(self) -> Reals:
        """See the port."""
        return np.asarray(self._columns.X, dtype=np.float64)

    def row_duals(self) -> Reals:
        """See the port."""
        return np.asarray(self._links.Pi, dtype=np.float64)

    def objective(self) -> float:
        """See the port."""
        return float(self._model.ObjVal)

    def bound(self) -> float:
        """See the port."""
        return float(self._model.ObjBound)

    def has_values(self) -> bool:
        """See the port."""
        return bool(self._model.SolCount)

    def ray(self) -> Reals | None:
        """See the port."""
        # Gurobi's weights prove by the opposite sign: they demand what the columns exceed.
        weights: Reals = -np.asarray(self._links.FarkasDual, dtype=np.float64)
        return weights if np.isfinite(weights).all() and weights.any() else None


def _kinds(model: LinearModel) -> Any:
    if model.is_integer is None:
        return gurobipy.GRB.CONTINUOUS
    return np.where(model.is_integer, gurobipy.GRB.INTEGER, gurobipy.GRB.CONTINUOUS)
