"""Single-source assignments: against proven optima, by bounds counted again, and pairs divided anew."""

import numpy as np
import pytest
from benchmarks.single_source_cases import random_assignment
from scipy.optimize import linprog

from capacity.solvers.highs import Highs
from planning.single_source.blocks import divided_anew
from planning.single_source.model import SingleSource
from planning.single_source.plan import assignment
from planning.single_source.relaxation import proved_bound, relaxed

BARRED_COST = 10_000.0


def made(asked: SingleSource) -> tuple[float, float, int]:
    """Return the cost of the assignment found, the bound and how many consumers the relaxation splits."""
    relaxation = relaxed(asked, Highs(), 30.0)
    assert relaxation is not None
    found = assignment(asked, relaxation, 30.0)
    assert found is not None
    assert (asked.loads(found) <= asked.supplies).all()
    assert np.isfinite(asked.costs[found, np.arange(len(found))]).all()
    assert relaxation.bound == proved_bound(asked, relaxation.prices)
    return asked.cost(found), relaxation.bound, int((relaxation.sources < 0).sum())


@pytest.mark.parametrize(
    ("sources", "consumers", "best", "gap"),
    [(5, 60, 135_576.92, 1e-7), (10, 200, 246_893.87, 0.001), (20, 1000, None, 0.001)],
)
def test_assignments_are_close_to_proven_optima(
    sources: int, consumers: int, best: float | None, gap: float
) -> None:
    """The optima are those that HiGHS proves of the whole programme; of the largest, the bound counts."""
    cost, bound, split = made(random_assignment(sources, consumers, 7, 0.9))

    assert bound <= cost <= (bound if best is None else best) * (1 + gap)
    assert split <= sources - 1


def test_the_bound_is_that_of_the_linear_programme() -> None:
    """The whole programme, every consumer and pair in it, solved by scipy's HiGHS."""
    asked = random_assignment(4, 25, 3, 0.9)
    costs = np.where(np.isfinite(asked.costs), asked.costs, BARRED_COST)
    shares = np.kron(np.ones((1, 4)), np.eye(25))
    loads = np.kron(np.eye(4), asked.demands)
    peer = linprog(
        (costs * asked.demands).ravel(), A_ub=loads, b_ub=asked.supplies, A_eq=shares, b_eq=np.ones(25)
    )

    found = relaxed(asked, Highs(), 10.0)

    assert found is not None
    assert found.bound == pytest.approx(peer.fun, rel=1e-9)


def test_with_supply_to_spare_everybody_has_the_cheapest_source() -> None:
    asked = random_assignment(5, 40, 2, 0.05)

    cost, bound, split = made(asked)

    assert cost == pytest.approx(float(asked.costs.min(axis=0) @ asked.demands))
    assert (bound, split) == (pytest.approx(cost), 0)


def test_supplies_that_cannot_serve_all_have_no_relaxation() -> None:
    asked = random_assignment(3, 20, 1, 1.1)

    assert relaxed(asked, Highs(), 10.0) is None


@pytest.mark.parametrize("step", [1.0, 0.25])
def test_two_sources_are_divided_as_trying_all_divisions_does(step: float) -> None:
    """Ten consumers, whole demands and demands in quarters: 1,024 divisions are tried."""
    chance = np.random.default_rng(4)
    demands = np.asarray(chance.integers(1, 20, 10) * step, dtype=np.float64)
    supplies = np.full(2, 0.55 * float(demands.sum()))
    costs = np.asarray(chance.random((2, 10)) * 10, dtype=np.float64)
    names = ("a", "b"), tuple(map(str, range(10)))
    asked = SingleSource("units", "EUR", *names, costs, demands, supplies)
    trials = [np.array([number >> bit & 1 for bit in range(10)]) for number in range(1024)]
    possible = [one for one in trials if (asked.loads(one) <= supplies).all()]

    found = divided_anew(asked, possible[0], np.zeros(2), 10.0)

    best = min(map(asked.cost, possible))
    assert asked.cost(found) == pytest.approx(best, rel=0.0 if step == 1.0 else 1e-9)
