"""Recalculation of transport costs on random regions, against a mixed-integer programme and by hand."""

import numpy as np
import pytest
from benchmarks.regional_cases import random_region

from capacity.solvers.highs import Highs
from planning.regional_supply.bounds import lower_bound
from planning.regional_supply.model import Line, Node, RegionalSupply, Tariff, TariffForm
from planning.regional_supply.network import RegionalNetwork
from planning.regional_supply.recalculation import (
    ITERATIONS_MAX,
    Ending,
    Infeasible,
    Recalculated,
    Recalculation,
    Start,
)
from planning.regional_supply.tariffs import Tariffs

REGION_BOUND = 45_105.3
"""What a mixed-integer programme of the region of 200 nodes, on HiGHS, left as its bound after a minute."""
REGION_BEST = 45_673.1
"""The best solution of that programme."""


def recalculated(plan: RegionalSupply) -> tuple[Recalculation, Recalculated]:
    asked = Recalculation(RegionalNetwork(plan), Highs(), 60.0)
    return asked, asked.best()


def two_lines(demand: float = 100.0) -> RegionalSupply:
    """Two lines from 1 to 2: one there, at 5 a unit; one to be built, 10 a unit up to 50 and 4 above."""
    tariff = Tariff(TariffForm.STEP, (50.0, 400.0), (10.0, 4.0))
    nodes = [Node("1", (100.0,), (0.0,)), Node("2", (0.0,), (demand,))]
    lines = [Line("there", "1", "2", cost=5.0), Line("new", "1", "2", tariff=tariff)]
    return RegionalSupply("units", "EUR", ("",), nodes, lines)


def test_the_smallest_class_stays_on_the_line_that_is_there_and_the_largest_finds_the_optimum() -> None:
    _, found = recalculated(two_lines())

    ends = {run.costs[-1] for run in found.runs if run.variant.start is Start.SMALLEST}
    assert ends == {500.0}
    assert {run.costs[-1] for run in found.runs if run.variant.start is Start.LARGEST} == {400.0}
    assert found.cost == 400.0


def test_a_small_region_is_within_two_percent_of_what_no_plan_costs_less_than() -> None:
    plan = random_region(200, 1000)
    asked, found = recalculated(plan)

    assert found.cost == pytest.approx(45_685.66, abs=0.01)  # by OR-Tools in place of HiGHS: 45 685.7
    assert (found.cost - REGION_BOUND) / found.cost < 0.02
    assert (found.cost - REGION_BEST) / REGION_BEST < 0.0005
    assert len(found.runs) == 8
    assert max(len(run.costs) for run in found.runs) <= ITERATIONS_MAX
    assert {run.ending for run in found.runs} == {Ending.AGREED}
    assert found.cost == pytest.approx(_cost_counted_again(plan, found, asked))
    assert lower_bound(asked, found.cost, Highs(), 30.0) <= REGION_BEST


def _cost_counted_again(plan: RegionalSupply, found: Recalculated, asked: Recalculation) -> float:
    """Return the cost of the flows by numpy's interpolation, having checked balances and capacities."""
    flows = found.values[: len(plan.lines)]
    balance = {node.id: node.supply[0] - node.demand[0] for node in plan.nodes}
    cost = 0.0
    for line, flow in zip(plan.lines, flows.tolist(), strict=True):
        assert -1e-6 <= flow <= line.capacity + 1e-6
        balance[line.tail] -= flow
        balance[line.head] += flow
        if line.tariff is None:
            cost += line.cost * flow
        else:
            points = [0.0, *line.tariff.limits], [0.0, *line.tariff.figures]
            cost += line.length_km * float(np.interp(flow, *points))
    assert max(map(abs, balance.values())) < 1e-6
    assert asked.true_cost(found.values) == found.cost
    return cost


def test_lines_that_take_a_part_each_are_priced_by_their_parts() -> None:
    """Demand 60 over a line at 4 a unit up to 50, and one at 5 up to 49 and 3 at 50; each carries at most 50.

    The largest class first: 50 on the second at 3 and 10 on the first at 4, 190, which is the best.
    """
    first = Tariff(TariffForm.STEP, (50.0, 60.0), (4.0, 3.5))
    second = Tariff(TariffForm.STEP, (49.0, 50.0), (5.0, 3.0))
    nodes = [Node("1", (60.0,), (0.0,)), Node("2", (0.0,), (60.0,))]
    lines = [Line(name, "1", "2", 50.0, tariff=one) for name, one in (("a", first), ("b", second))]

    _, found = recalculated(RegionalSupply("units", "EUR", ("",), nodes, lines))

    assert found.cost == 190.0
    assert {run.costs[0] for run in found.runs if run.variant.start is Start.LARGEST} == {190.0}


def test_demand_beyond_supply_has_no_plan() -> None:
    with pytest.raises(Infeasible):
        recalculated(two_lines(demand=101.0))


@pytest.mark.parametrize("more", [1.0, 40.0])
def test_more_capacity_never_costs_more(more: float) -> None:
    plan = two_lines()
    wider = [plan.lines[0], Line("new", "1", "2", capacity=50.0 + more, tariff=plan.lines[1].tariff)]
    narrow = [plan.lines[0], Line("new", "1", "2", capacity=50.0, tariff=plan.lines[1].tariff)]
    costs = [
        recalculated(RegionalSupply("units", "EUR", ("",), plan.nodes, lines))[1].cost
        for lines in (narrow, wider)
    ]
    assert costs[1] <= costs[0]


def test_what_flows_cost_by_both_forms_of_tariff() -> None:
    """A curve 0-10-14 at 0-5-10: 3 costs 6, 8 costs 12.4; steps of 2 and 1.5: 5 costs 10, 8 costs 12."""
    curve = Tariff(TariffForm.CURVE, (5.0, 10.0), (10.0, 14.0))
    steps = Tariff(TariffForm.STEP, (5.0, 10.0), (2.0, 1.5))
    lines = [Line(str(n), "1", "2", length_km=2.0, tariff=one) for n, one in enumerate((curve, curve, steps))]
    tariffs = Tariffs(lines)

    assert tariffs.costs(np.array([3.0, 8.0, 8.0])).tolist() == pytest.approx([12.0, 24.8, 24.0])
    assert tariffs.costs(np.array([0.0, 10.0, 5.0])).tolist() == pytest.approx([0.0, 28.0, 20.0])
    assert tariffs.class_rates(np.array([3.0, 8.0, 5.0])).tolist() == pytest.approx([4.0, 2.8, 4.0])
    assert tariffs.secants(np.array([3.0, 8.0, 8.0])).tolist() == pytest.approx([4.0, 3.1, 3.0])
    assert tariffs.chosen(np.array([3.0, 8.0, 0.0])) == [1, 2, None]
