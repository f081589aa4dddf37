"""The dual simplex method against SciPy's HiGHS on random boxed programs, from any basis."""

import numpy as np
import pytest
from scipy.optimize import linprog

from capacity.hydraulics.physics.network import Integers, Reals
from capacity.hydraulics.robust.potential_gaps.dual_simplex import (
    INFEASIBLE,
    OPTIMAL,
    UNFINISHED,
    dual_simplex,
)

ROWS, FREE = 6, 12
MANY = 1000


def program(seed: int) -> tuple[Reals, Reals, Reals, Reals, Reals]:
    """Return (A with artificial columns, right, costs, lower, upper); about half of them are feasible."""
    random = np.random.default_rng(seed)
    table = np.hstack(
        [np.round(random.normal(size=(ROWS, FREE)) * (random.random((ROWS, FREE)) < 0.6), 1), np.eye(ROWS)]
    )
    lower = np.concatenate([random.uniform(-2, 0, FREE), np.zeros(ROWS)])
    upper = np.concatenate([lower[:FREE] + random.uniform(0, 3, FREE), np.zeros(ROWS)])
    costs = np.concatenate([random.normal(size=FREE), np.zeros(ROWS)])
    point = random.uniform(lower, upper)
    right = table @ point + (random.normal(size=ROWS) if seed % 2 else 0.0)
    return table, right, costs, lower, upper


def artificial() -> Integers:
    return FREE + np.arange(ROWS)


@pytest.mark.parametrize("seed", range(40))
def test_optimum_multipliers_and_infeasibility_are_those_of_another_solver(seed: int) -> None:
    table, right, costs, lower, upper = program(seed)
    reference = linprog(-costs, A_eq=table, b_eq=right, bounds=np.column_stack([lower, upper]))
    values = np.empty(len(costs))
    status, reduced = dual_simplex(
        table.copy(), right, costs, lower, upper, artificial(), -np.inf, MANY, values
    )
    multipliers = -reduced[FREE:]

    if reference.status == 2:
        assert status == INFEASIBLE
        slope = -multipliers @ table
        assert np.maximum(slope * lower, slope * upper).sum() + multipliers @ right < 0
        return
    assert status == OPTIMAL
    assert costs @ values == pytest.approx(-reference.fun, abs=1e-7)
    np.testing.assert_allclose(table @ values, right, atol=1e-8)
    slope = costs - multipliers @ table
    bound = np.maximum(slope * lower, slope * upper).sum() + multipliers @ right
    assert bound == pytest.approx(-reference.fun, abs=1e-7)


@pytest.mark.parametrize("seed", range(0, 20, 2))
def test_the_basis_of_one_programme_starts_a_changed_one(seed: int) -> None:
    table, right, costs, lower, upper = program(seed)
    values, basis = np.empty(len(costs)), artificial()
    dual_simplex(table.copy(), right, costs, lower, upper, basis, -np.inf, MANY, values)
    table[:, :FREE] *= 1.05
    right = table @ values
    status, _ = dual_simplex(table.copy(), right, -costs, lower, upper, basis, -np.inf, MANY, values)
    reference = linprog(costs, A_eq=table, b_eq=right, bounds=np.column_stack([lower, upper]))

    assert status == OPTIMAL
    assert costs @ values == pytest.approx(reference.fun, abs=1e-7)


def test_it_stops_once_the_bound_is_below_the_floor() -> None:
    table, right, costs, lower, upper = program(0)
    values = np.empty(len(costs))
    status, _ = dual_simplex(table, right, costs, lower, upper, artificial(), 1e6, MANY, values)

    assert status == UNFINISHED
