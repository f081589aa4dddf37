"""Every kind of plan: its example has the same figures on HiGHS and on Gurobi, whose wheel it fits."""

from typing import Any

import pytest

from capacity.solvers.choice import solver_named
from planning.kinds import KINDS
from planning.plans.document import read


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_example_of_every_kind_has_the_same_figures_on_both_solvers(kind: Any) -> None:
    document = read(kind.example())
    by_highs = kind.plan(document, solver_named("highs"), 30.0).result

    by_gurobi = kind.plan(document, solver_named("gurobi", allows_size_limited=True), 30.0).result

    assert [by_gurobi.get(name) for name in ("cost", "bound")] == [
        by_highs.get(name) for name in ("cost", "bound")
    ]
    assert means(by_gurobi) == means(by_highs)


def means(result: Any) -> list[float]:
    return [one["mean_throughput"] for one in result.get("scenarios", [])]
