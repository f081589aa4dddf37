"""The Belgian network of De Wolf and Smeers: 89.0858 is its least cost of supply, by two solvers."""

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest
from benchmarks.least_cost import least_cost
from tools.shipped_networks.belgian import SM3_PER_H_PER_MSM3_PER_D

from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.residuals import residual_faults
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline

LEAST_COST = 89.0858
"""In the paper's unit: USD per MBTU times million Sm³ a day."""
UNBOUNDED_MSM3_PER_D = 100.0


@pytest.fixture(scope="module")
def supplies(published_data: Path) -> tuple[HydraulicNetwork, HydraulicProblem, Reals]:
    compiled = compile_hydraulics(catalogue.load("belgian"))
    kg_per_s = float(SM3_PER_H_PER_MSM3_PER_D) * compiled.kg_per_s_per_unit
    least, most, cost = (np.zeros(compiled.size) for _ in range(3))
    for row in csv.DictReader((published_data / "belgian/nodes.csv").read_text().splitlines()):
        number = compiled.node_index[row["node"]]
        least[number] = max(float(row["supply_min_MSm3_d"]), -UNBOUNDED_MSM3_PER_D) * kg_per_s
        most[number] = float(row["supply_max_MSm3_d"]) * kg_per_s
        cost[number] = float(row["cost_usd_per_MBTU"]) / kg_per_s
    return compiled, HydraulicProblem.of_booking(compiled, least, most), cost


def test_the_programme_finds_the_least_cost_and_a_state_for_it(
    supplies: tuple[HydraulicNetwork, HydraulicProblem, Reals],
) -> None:
    compiled, problem, cost = supplies
    found = least_cost(problem, cost, Deadline(10.0))
    assert found is not None
    assert found.cost == pytest.approx(LEAST_COST, abs=1e-4)
    assert residual_faults(compiled.network, found.state) == []
    injections = np.array(found.state.injections_kg_per_s)
    assert float(cost @ injections) == pytest.approx(found.cost, abs=1e-6)
    assert (injections >= problem.injection_min - 1e-6).all()
    assert (injections <= problem.injection_max + 1e-6).all()


def test_scip_finds_the_same_least_cost_to_global_optimality(
    supplies: tuple[HydraulicNetwork, HydraulicProblem, Reals],
) -> None:
    compiled, problem, cost = supplies
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyscipopt import Model, quicksum  # noqa: PLC0415  (a noisy import)

        model = Model()
        model.hideOutput()
        model.setParam("numerics/feastol", 1e-9)
        potential = [
            model.addVar(lb=low / 1e3, ub=high / 1e3)
            for low, high in zip(compiled.potential_min, compiled.potential_max, strict=True)
        ]
        injection = [
            model.addVar(lb=low, ub=high)
            for low, high in zip(problem.injection_min, problem.injection_max, strict=True)
        ]
        most = problem.supply_max
        flow = [
            model.addVar(lb=max(low, -most), ub=min(high, most))
            for low, high in zip(compiled.flow_min, compiled.flow_max, strict=True)
        ]
        for node in range(compiled.size):
            out = quicksum(flow[element] for element in np.flatnonzero(compiled.tail == node))
            into = quicksum(flow[element] for element in np.flatnonzero(compiled.head == node))
            model.addCons(out - into == injection[node])
        for element, beta in enumerate(compiled.resistance):
            drop = potential[compiled.tail[element]] - potential[compiled.head[element]]
            lost = beta / 1e3 * flow[element] * abs(flow[element])
            if compiled.kind[element] == ElementKind.COMPRESSOR:
                model.addCons(drop <= lost)
            else:
                model.addCons(drop == lost)
        model.setObjective(quicksum(share * into for share, into in zip(cost, injection, strict=True)))
        model.optimize()
        assert model.getStatus() == "optimal"
        assert model.getObjVal() == pytest.approx(LEAST_COST, abs=1e-4)
