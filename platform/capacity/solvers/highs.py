"""HiGHS, the solver that is always there (MIT licence), driven through its native interface.

Three traps, each met: presolve costs more than it saves on tiny warm runs, so it is off; the thread option
cannot change after the first run in a process, so it is set once, to one; a run's return code says little, so
the model status is always asked for.
"""

from functools import cache
from typing import Any, Final

import highspy
import numpy as np

from capacity.solvers.engines import Engine, note
from capacity.solvers.port import (
    AddedRows,
    LinearModel,
    LiveModel,
    Numbers,
    Reals,
    SolverRefused,
    Status,
)

TOLERANCE: Final = 1e-9
"""Feasibility and optimality tolerance, tight so that whole solutions round to themselves."""

_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Status.UNFINISHED,
}


class Highs:
    """HiGHS behind the port."""

    name = "HiGHS"

    @property
    def version(self) -> str:
        """The version of the library loaded."""
        return engine().version

    def load(self, model: LinearModel) -> LiveModel:
        """Return `model`, held by HiGHS."""
        return _LiveHighs(model)


class _LiveHighs:
    def __init__(self, model: LinearModel) -> None:
        self._highs: Any = _new()
        self._set("output_flag", False)
        self._set("threads", 1)
        self._set("primal_feasibility_tolerance", TOLERANCE)
        self._set("dual_feasibility_tolerance", TOLERANCE)
        self._set("presolve", "off")
        self._is_mixed = model.is_integer is not None
        if self._is_mixed:
            # Without presolve a mixed-integer run loses far more than a warm start gains.
            self._set("presolve", "choose")
            self._set("mip_feasibility_tolerance", TOLERANCE)
        if model.relative_gap is not None:
            self._set("mip_rel_gap", model.relative_gap)
        self._require(self._highs.passModel(as_highs(model)))

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        self._require(self._highs.changeRowsBounds(len(rows), rows, lower, upper))

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        self._require(self._highs.changeColsBounds(len(columns), columns, lower, upper))

    def set_costs(self, columns: Numbers, costs: Reals) -> None:
        """See the port."""
        self._require(self._highs.changeColsCost(len(columns), columns, costs))

    def set_coefficients(self, rows: Numbers, columns: Numbers, values: Reals) -> None:
        """See the port."""
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            self._require(self._highs.changeCoeff(row, column, value))

    def add_rows(self, added: AddedRows) -> None:
        """See the port."""
        self._require(
            self._highs.addRows(
                len(added.row_lower),
                added.row_lower,
                added.row_upper,
                len(added.values),
                added.starts[:-1],
                added.columns,
                added.values,
            )
        )

    def run(self, seconds: float) -> Status:
        """See the port."""
        self._set("time_limit", self._highs.getRunTime() + seconds)
        self._highs.run()
        status = self._highs.getModelStatus()
        note(engine())
        if status not in _STATUS:
            raise SolverRefused(f"HiGHS ended with {self._highs.modelStatusToString(status)}")
        return _STATUS[status]

    def values(self) -> Reals:
        """See the port."""
        return np.array(self._highs.getSolution().col_value)

    def row_duals(self) -> Reals:
        """See the port."""
        return np.array(self._highs.getSolution().row_dual)

    def objective(self) -> float:
        """See the port."""
        return float(self._highs.getInfo().objective_function_value)

    def bound(self) -> float:
        """See the port."""
        info = self._highs.getInfo()
        return float(info.mip_dual_bound if self._is_mixed else info.objective_function_value)

    def has_values(self) -> bool:
        """See the port."""
        return bool(
            self._highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        )

    def ray(self) -> Reals | None:
        """See the port."""
        _, has_ray, weights = self._highs.getDualRay()
        return np.array(weights) if has_ray else None

    def _set(self, option: str, value: object) -> None:
        self._require(self._highs.setOptionValue(option, value))

    @staticmethod
    def _require(status: object) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolverRefused("HiGHS declined a change of the model")


@cache
def engine() -> Engine:
    """Return HiGHS as it is loaded."""
    return Engine(Highs.name, str(_new().version()))


def _new() -> Any:
    make: Any = highspy.Highs
    return make()


def as_highs(model: LinearModel) -> Any:
    """Return `model` as HiGHS takes it."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.costs), len(model.row_lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.costs, model.column_lower, model.column_upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    if model.is_integer is not None:
        kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        lp.integrality_ = [kinds[int(is_integer)] for is_integer in model.is_integer]
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = model.starts, model.rows, model.values
    return lp
