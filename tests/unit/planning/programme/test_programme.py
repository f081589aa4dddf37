"""Programmes and what proves their optimum: against scipy, and by duals counted again."""

import numpy as np
import pytest
from scipy.optimize import linprog

from capacity.solvers.highs import Highs
from planning.programme.certificate import proved_bound
from planning.programme.programme import Programme


@pytest.mark.parametrize("seed", range(3))
def test_the_optimum_is_that_of_scipy_and_its_duals_prove_it(seed: int) -> None:
    chance = np.random.default_rng(seed)
    matrix, costs = chance.random((4, 6)), chance.random(6)
    programme = Programme()
    for cost in costs:
        programme.column(0.0, 5.0, float(cost))
    for row in matrix:
        programme.row(enumerate(row.tolist()), 2.0)

    found = programme.solved(Highs(), 10.0)

    assert found is not None
    assert found.cost == pytest.approx(linprog(costs, A_ub=-matrix, b_ub=[-2.0] * 4, bounds=(0, 5)).fun)
    assert proved_bound(programme.model(), found.duals) == pytest.approx(found.cost)
    assert found.bound == pytest.approx(found.cost)


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
