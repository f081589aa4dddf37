"""A study's phases, from the longest to the shortest, each handing down to the next; and samples of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.solvers.deadline import Deadline
from capacity.solvers.port import Reals, Solver
from planning.gas_fields.reliability.outages import outage_of
from planning.gas_fields.results.accounting import cost_of
from planning.gas_fields.schedule.field_data import Outage
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.schedule.phase import PhasePlan, plan_phase
from planning.gas_fields.schedule.state import Built, Trajectory
from planning.gas_fields.study.model import Phase, PhaseName, Study, demand_by_fine_interval

CONFIDENCE = 1.96
"""Standard errors on either side of a mean that hold 95 % of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean of samples, and how far it may be off with 95 % confidence."""

    mean: float
    margin: float
    values: Sequence[float]


def plan_phases(study: Study, solver: Solver, deadline: Deadline, sample: int = 0) -> list[PhasePlan]:
    """Return the phases of a study with one sample of its outages; raises NoPlan."""
    handed = {
        one.id: Trajectory(
            *(np.array([value]) for value in (np.inf, one.inherited.volume, one.inherited.shadow_price))
        )
        for one in study.fields
        if one.inherited is not None
    }
    built, plans = Built(), []
    demand = hourly_demand(study)
    for phase in study.phases:
        outages = _outages(study, phase, demand, sample)
        plan = plan_phase(study, phase, solver, deadline, outages=outages, handed=handed, built=built)
        plans.append(plan)
        handed = plan.trajectory()
        if phase.name is PhaseName.LONG_TERM:
            built = plan.built()
    return plans


def estimated_cost(study: Study, first: Sequence[PhasePlan], solver: Solver, deadline: Deadline) -> Estimate:
    """Return what the last phase costs on average over the samples, of which the first is known."""
    costs = alternative_costs(study)
    values = [cost_of(first[-1], costs)]
    values += [
        cost_of(plan_phases(study, solver, deadline, sample)[-1], costs)
        for sample in range(1, study.outages.samples)
    ]
    margin = CONFIDENCE * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return Estimate(float(np.mean(values)), margin, values)


def alternative_costs(study: Study) -> dict[str, float]:
    """Return the price of other gas at each node that has it."""
    return {one.id: one.alternative_cost for one in study.nodes if one.alternative_cost is not None}


def hourly_demand(study: Study) -> dict[str, Reals]:
    """Return the demand of each node in each hour of the longest phase, even within an interval."""
    edges, calendar = study.fine_edges(), study.calendar
    hours = np.diff(edges).astype(np.int64)
    return {
        one.id: np.repeat(demand_by_fine_interval(one, edges, calendar) / hours, hours) for one in study.nodes
    }


def _outages(study: Study, phase: Phase, demand: dict[str, Reals], sample: int) -> dict[str, Outage]:
    frame = Frame.of(study, phase)
    hours = int(study.fine_edges()[-1])
    found = {}
    for one in study.fields:
        served = sum((demand[node] for node in one.nodes), np.zeros(hours))
        found[one.id] = outage_of(one, frame, served, study.outages, sample)
    return found
