"""Programmes and what proves their optimum: against linopy, and by duals counted again."""

import warnings
from typing import Any

import numpy as np
import pytest

from capacity.solvers.highs import Highs
from planning.programme.certificate import proved_bound
from planning.programme.programme import Programme


@pytest.mark.parametrize("seed", range(3))
def test_the_optimum_is_that_of_linopy_and_its_duals_prove_it(seed: int) -> None:
    chance = np.random.default_rng(seed)
    matrix, costs = chance.random((4, 6)), chance.random(6)
    programme = Programme()
    for cost in costs:
        programme.column(0.0, 5.0, float(cost))
    for row in matrix:
        programme.row(enumerate(row.tolist()), 2.0)

    found = programme.solved(Highs(), 10.0)

    assert found is not None
    assert found.cost == pytest.approx(_by_linopy(matrix, costs))
    assert proved_bound(programme.model(), found.duals) == pytest.approx(found.cost)
    assert found.bound == pytest.approx(found.cost)


def _by_linopy(matrix: Any, costs: Any) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import linopy  # noqa: PLC0415
        import xarray as xr  # noqa: PLC0415

        model = linopy.Model()
        x = model.add_variables(lower=0, upper=5, coords=[range(6)], dims=["x"])
        model.add_constraints((xr.DataArray(matrix, dims=["r", "x"]) * x).sum("x") >= 2)
        model.add_objective((xr.DataArray(costs, dims=["x"]) * x).sum())
        model.solve(solver_name="highs", output_flag=False)
        return float(model.objective.value or 0.0)


def test_duals_that_prove_nothing_give_no_bound() -> None:
    programme = Programme()
    programme.row([(programme.column(cost=1.0), 1.0)], 3.0)

    assert proved_bound(programme.model(), np.array([2.0])) == -np.inf
    assert proved_bound(programme.model(), np.array([0.5])) == 1.5


def test_whole_columns_take_whole_values() -> None:
    programme = Programme()
    whole = programme.column(cost=2.0, is_integer=True)
    programme.row([(whole, 2.0)], 5.0)

    found = programme.solved(Highs(), 10.0)

    assert found is not None
    assert (found.values.tolist(), found.cost, found.bound) == ([3.0], 6.0, 6.0)
    relaxed = programme.relaxed().solved(Highs(), 10.0)
    assert relaxed is not None
    assert relaxed.cost == 5.0
