"""Plans whose optima are checked by other means than the solver that found them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from capacity.solvers.highs import Highs
from capacity.solvers.port import LinearModel, LiveModel, Reals
from planning.gas_fields.plan import planned
from planning.plans.plan import Plan


class Recording(Highs):
    """HiGHS, which keeps the models that it was given."""

    def __init__(self) -> None:
        self.runs: list[tuple[LinearModel, LiveModel]] = []

    def load(self, model: LinearModel) -> LiveModel:
        """Return `model`, held by HiGHS, and keep both."""
        live = super().load(model)
        self.runs.append((model, live))
        return live


def checked_plan(document: Mapping[str, object]) -> Plan:
    """Return the plan of a file once every optimum was checked by its values and duals alone."""
    solver = Recording()
    plan = planned(document, solver, 60.0)
    for model, live in solver.runs:
        cost = live.objective()
        assert break_of(model, live.values()) <= 1e-6
        assert float(model.costs @ live.values()) == pytest.approx(cost, rel=1e-9, abs=1e-6)
        if model.is_integer is None:
            assert dual_bound(model, live.row_duals()) == pytest.approx(cost, rel=1e-7, abs=1e-5)
    return plan


def phases(document: Mapping[str, object]) -> list[Any]:
    """Return the phases of a file's plan, once every optimum was checked."""
    plan = checked_plan(document)
    assert plan.is_feasible, plan.working
    found: Any = plan.result["phases"]
    return [*found]


def dual_bound(model: LinearModel, duals: Reals) -> float:
    """Return what no solution costs less than, by the duals alone: weak duality, counted without a solver.

    For any y, c·x = y·(A x) + (c − Aᵀy)·x ≥ Σ (y > 0 ? y·lower : y·upper) + the same of the reduced costs
    with the bounds of the columns.
    """
    columns = np.repeat(np.arange(len(model.costs)), np.diff(model.starts))
    reduced = model.costs.copy()
    np.subtract.at(reduced, columns, model.values * duals[model.rows])
    return _least(duals, model.row_lower, model.row_upper) + _least(
        reduced, model.column_lower, model.column_upper
    )


def _least(weights: Reals, lower: Reals, upper: Reals) -> float:
    kept = np.abs(weights) > 1e-7
    bounds = np.where(weights > 0.0, lower, upper)
    return float((weights[kept] * bounds[kept]).sum())


def break_of(model: LinearModel, values: Reals) -> float:
    """Return by how much at most values break a row or a bound."""
    columns = np.repeat(np.arange(len(model.costs)), np.diff(model.starts))
    rows = np.zeros(len(model.row_lower))
    np.add.at(rows, model.rows, model.values * values[columns])
    gaps = [
        model.row_lower - rows,
        rows - model.row_upper,
        model.column_lower - values,
        values - model.column_upper,
    ]
    return max(float(gap.max(initial=0.0)) for gap in gaps)
