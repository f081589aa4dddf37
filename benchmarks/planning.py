"""Benchmark of planning from files: recalculation of transport costs, and single-source assignment.

Recalculation on regions of 2,000 nodes and 10,000 arcs; the peer is a plain linopy model of one of the linear
programmes that it solves some fifty of. The bound of the region with small classes is what a mixed-integer
programme of it, on HiGHS, left after three minutes. Assignment of 10,000 consumers to 100 sources, held
against the bound that prices prove.

`python -m benchmarks planning` prints it; `run` returns it.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Final

import linopy
import numpy as np
import xarray as xr
from benchmarks.feasibility_peers import without_output
from benchmarks.regional_cases import LARGE_CLASSES, SMALL_CLASSES, random_region
from benchmarks.report import Row, compared, within
from benchmarks.single_source_cases import random_assignment

from capacity.solvers.highs import Highs
from planning.regional_supply.model import RegionalSupply
from planning.regional_supply.network import RegionalNetwork
from planning.regional_supply.recalculation import Recalculation
from planning.single_source.plan import assignment
from planning.single_source.relaxation import relaxed

NODES: Final = 2000
ARCS: Final = 10_000
AIM_S: Final = 5.0
SMALL_CLASSES_BOUND: Final = 155_418.6
GAP_MAX: Final = 0.025
SOURCES: Final = 100
CONSUMERS: Final = 10_000
SEED: Final = 2
LOAD: Final = 0.95
ASSIGNMENT_AIM_S: Final = 30.0
ASSIGNMENT_GAP_MAX: Final = 0.001
SECONDS: Final = 120.0


def run() -> list[Row]:
    """Return the rows; takes a minute."""
    return [*recalculations(), assigned()]


def recalculations() -> Iterator[Row]:
    """The plans of two regions, and one linear programme of theirs by linopy."""
    cases: list[tuple[str, Sequence[float], float | None]] = [
        ("small", SMALL_CLASSES, SMALL_CLASSES_BOUND),
        ("large", LARGE_CLASSES, None),
    ]
    for name, classes, bound in cases:
        region = random_region(NODES, ARCS, classes)
        started = time.perf_counter()
        found = Recalculation(RegionalNetwork(region), Highs(), SECONDS).best()
        seconds = time.perf_counter() - started
        gap = 0.0 if bound is None else (found.cost - bound) / found.cost
        title = f"recalculation of transport costs, {NODES:,} nodes, {ARCS:,} arcs, {name} classes"
        proved = "" if bound is None else f", gap {gap:.2%} (at most {GAP_MAX:.1%})"
        yield within(f"{title}: {found.cost:,.0f}{proved}", seconds, AIM_S, is_missed=gap > GAP_MAX)
        if bound is None:
            rounds = sum(len(one.costs) for one in found.runs)
            yield compared(f"a round of it, in {rounds}", seconds / rounds, _by_linopy(region), aim=2.0)


def _by_linopy(region: RegionalSupply) -> float:
    """Return the seconds that linopy takes to build and solve one linear programme of a region."""
    number = {node.id: place for place, node in enumerate(region.nodes)}
    tail = np.array([number[line.tail] for line in region.lines])
    head = np.array([number[line.head] for line in region.lines])
    capacity = np.array([line.capacity for line in region.lines])
    cost = np.array([line.cost or line.length_km * 0.01 for line in region.lines])
    balance = np.array([node.supply[0] - node.demand[0] for node in region.nodes])
    started = time.perf_counter()
    with without_output():
        model = linopy.Model()
        flow = model.add_variables(
            lower=0, upper=xr.DataArray(capacity, dims=["arc"]), coords=[("arc", np.arange(len(capacity)))]
        )
        leaving = flow.groupby(xr.DataArray(tail, dims=["arc"], name="node")).sum()
        arriving = flow.groupby(xr.DataArray(head, dims=["arc"], name="node")).sum()
        nodes = xr.DataArray(balance, dims=["node"], coords={"node": np.arange(len(balance))})
        model.add_constraints(leaving - arriving == nodes)
        model.add_objective((flow * xr.DataArray(cost, dims=["arc"])).sum())
        model.solve(solver_name="highs", output_flag=False)
    return time.perf_counter() - started


def assigned() -> Row:
    """Every consumer at one source, with the bound."""
    asked = random_assignment(SOURCES, CONSUMERS, SEED, LOAD)
    started = time.perf_counter()
    relaxation = relaxed(asked, Highs(), SECONDS)
    found = None if relaxation is None else assignment(asked, relaxation, SECONDS)
    seconds = time.perf_counter() - started
    gap = np.inf
    if relaxation is not None and found is not None:
        gap = (asked.cost(found) - relaxation.bound) / relaxation.bound
    name = f"single source, {SOURCES} × {CONSUMERS:,}: gap {gap:.3%} (at most {ASSIGNMENT_GAP_MAX:.1%})"
    return within(name, seconds, ASSIGNMENT_AIM_S, is_missed=gap > ASSIGNMENT_GAP_MAX)
