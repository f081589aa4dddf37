"""A phase from its first interval to its last, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from capacity.solvers.deadline import Deadline
from capacity.solvers.port import Reals, Solver
from planning.gas_fields.properties.values import Values
from planning.gas_fields.schedule.field_data import FieldData, Outage, field_data
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.schedule.state import Built, FieldState, Trajectory
from planning.gas_fields.schedule.step import Solved, solve, window_of
from planning.gas_fields.schedule.window import FieldColumns, Link
from planning.gas_fields.study.model import Field, Phase, Study

RECYCLE: Final = 2
"""End Effects Method: the volume ends where it began."""

NOTHING: Final = 1e-7
"""Less than this is a solver's rounding."""


@dataclass(slots=True)
class FieldPlan:
    """What a phase decides about a field; arrays are float64 (intervals,).

    initial : the volume before the first interval
    prices : what a unit more in the field would save at the end of each interval
    penalties : what missing targets and the final volume costs
    units : in service; built : the share of one built in each year of the plan
    """

    data: FieldData
    initial: float
    production: Reals
    volumes: Reals
    prices: Reals
    penalties: Reals
    units: Reals
    built: Sequence[float] = ()


@dataclass(slots=True)
class NodePlan:
    """What a phase finds at a node; arrays are float64 (intervals,)."""

    demand: Reals
    alternative: Reals
    prices: Reals


@dataclass(slots=True)
class PhasePlan:
    """A phase as it was decided.

    objective, bound : of the programme, where one step makes up the phase
    """

    frame: Frame
    fields: dict[str, FieldPlan]
    nodes: dict[str, NodePlan]
    objective: float | None = None
    bound: float | None = None

    def trajectory(self) -> dict[str, Trajectory]:
        """Return what the phase hands down."""
        hours = self.frame.edges
        return {
            name: Trajectory(
                hours, np.append(one.initial, one.volumes), np.append(one.prices[:1], one.prices)
            )
            for name, one in self.fields.items()
        }

    def built(self) -> Built:
        """Return what the phase builds."""
        return Built({name: one.built for name, one in self.fields.items() if len(one.built)})


def plan_phase(
    study: Study,
    phase: Phase,
    solver: Solver,
    deadline: Deadline,
    *,
    outages: Mapping[str, Outage],
    handed: Mapping[str, Trajectory],
    built: Built,
) -> PhasePlan:
    """Return a phase as it is best decided, given what a longer one hands down; raises NoPlan."""
    frame = Frame.of(study, phase)
    demands = frame.demands(study)
    plan = PhasePlan(frame, {one.id: _open(one, frame, outages[one.id], built) for one in study.fields}, {})
    for name, demand in demands.items():
        plan.nodes[name] = NodePlan(demand, np.zeros(frame.count), np.zeros(frame.count))
    states = {name: FieldState(one.initial, one.production) for name, one in plan.fields.items()}
    is_first = phase is study.phases[0]
    link = Link(handed, {one.id: _is_recycling(one.values, is_first=is_first) for one in study.fields})
    for first in range(0, frame.count, phase.step):
        kept = min(first + phase.step, frame.count)
        span = first, kept, min(kept + phase.look_ahead, frame.count)
        fields = [(one.data, states[name]) for name, one in plan.fields.items()]
        window = window_of(study, frame, fields, demands=demands, link=link, span=span)
        solved = solve(window, solver, deadline.left())
        for columns in solved.window.fields:
            _keep_field(plan.fields[columns.id], columns, solved)
        for name in demands:
            _keep_node(plan.nodes[name], name, solved)
        if kept - first == frame.count:
            plan.objective, plan.bound = solved.cost, solved.bound
    return plan


def _is_recycling(values: Values, *, is_first: bool) -> bool:
    """Return whether the volume has to return: in the first phase, in all where nothing is handed down."""
    is_linked = values.value("Decomposition Method") != 0
    return values.value("End Effects Method") == RECYCLE and (is_first or not is_linked)


def _open(one: Field, frame: Frame, outage: Outage, built: Built) -> FieldPlan:
    data = field_data(one, frame, outage)
    data.units[:] += built.units(one.id, frame.years, one.values.value("Technical Life"))
    production, volumes, prices, penalties = np.zeros((4, frame.count))
    initial = one.values.value("Initial Volume")
    return FieldPlan(data, initial, production, volumes, prices, penalties, data.units.copy())


def _keep_field(plan: FieldPlan, columns: FieldColumns, solved: Solved) -> None:
    """Note what a step decides about a field, and carry on to the next."""
    window, data, state = solved.window, plan.data, columns.state
    first, kept = window.first, window.kept
    decided = solved.of(columns.production[: kept - first])
    decided[decided < NOTHING] = 0.0
    plan.production[first:kept] = decided
    plan.volumes[first:kept] = state.volume + np.cumsum(data.injections[first:kept] - decided)
    scalar = data.values.value("Internal Volume Scalar")
    for interval in range(first, kept):
        row = columns.balance_rows[columns.end(interval)]
        plan.prices[interval] = -solved.duals[row] / scalar
        state.since_reset = decided[interval - first] + (0.0 if data.resets[interval] else state.since_reset)
    for interval, column in columns.penalties:
        if interval < kept:
            plan.penalties[interval] += solved.values[column] * window.programme.columns[column].cost
    state.volume = float(plan.volumes[kept - 1])
    if columns.builds is not None:
        plan.built = [float(share) for share in solved.of(columns.builds.columns)]
        years = window.frame.years
        plan.units += Built({columns.id: plan.built}).units(columns.id, years, columns.builds.life)


def _keep_node(plan: NodePlan, name: str, solved: Solved) -> None:
    window = solved.window
    kept = slice(window.first, window.kept)
    count = window.kept - window.first
    plan.prices[kept] = solved.duals[np.array(window.demand_rows[name][:count], dtype=np.int64)]
    if window.alternatives[name]:
        plan.alternative[kept] = solved.of(window.alternatives[name][:count])
