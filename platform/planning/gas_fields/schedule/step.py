"""One step of a phase: its programme made, solved, and read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from capacity.solvers.port import Reals, Solver
from planning.gas_fields.schedule.errors import NoPlan
from planning.gas_fields.schedule.expansion import add_builds, add_fixed_charges
from planning.gas_fields.schedule.field_data import FieldData
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.schedule.nodes import add_generic_rows, add_node
from planning.gas_fields.schedule.production import add_bands, add_limits, add_ramps
from planning.gas_fields.schedule.ratchets import add_ratchets
from planning.gas_fields.schedule.state import FieldState
from planning.gas_fields.schedule.volumes import add_end, add_targets, add_volumes, ends_of
from planning.gas_fields.schedule.window import FieldColumns, Link, Window
from planning.gas_fields.study.model import PhaseName, Study
from planning.programme.programme import Programme, Solution


def window_of(
    study: Study,
    frame: Frame,
    fields: Sequence[tuple[FieldData, FieldState]],
    *,
    demands: Mapping[str, Reals],
    link: Link,
    span: tuple[int, int, int],
) -> Window:
    """Return the programme of a step.

    span : its first interval, the one after the last that it decides, and the one after the last that it sees
    """
    window = Window(frame, *span)
    for data, state in fields:
        production = [window.programme.column() for _ in window.intervals]
        ends = np.zeros(len(window.intervals), dtype=np.bool_)
        columns = FieldColumns(data, state, production, ends)
        window.fields.append(columns)
        if frame.phase.name is PhaseName.LONG_TERM:
            add_builds(window, columns)
        add_fixed_charges(window, columns)
        add_limits(window, columns)
        add_ramps(window, columns)
        add_bands(window, columns)
        ends_of(window, columns)
        if _needs_every_volume(study, columns.id):
            columns.ends[:] = True
        add_volumes(window, columns)
        add_targets(window, columns)
        add_end(window, columns, link)
        add_ratchets(window, columns)
    for node in study.nodes:
        add_node(window, node, demands[node.id])
    add_generic_rows(window, study.constraints, study.objectives, study.units.scale)
    return window


def _needs_every_volume(study: Study, field: str) -> bool:
    names = ("End Volume Coefficient", "Ramp Coefficient")
    rows = [*study.constraints, *study.objectives]
    return any(one.fields[field].has(name) for one in rows if field in one.fields for name in names)


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A step's programme with its optimum.

    duals : of the programme, with whole numbers held at their values; float64 (rows,)
    bound : no solution costs less
    """

    window: Window
    values: Reals
    duals: Reals
    cost: float
    bound: float

    def of(self, columns: Sequence[int]) -> Reals:
        """Return the values of columns, float64 (columns,)."""
        return self.values[np.array(columns, dtype=np.int64)] if len(columns) else np.zeros(0)


def solve(window: Window, solver: Solver, seconds: float) -> Solved:
    """Return a step's optimum; raises NoPlan where there is none."""
    programme = window.programme
    solution = programme.solved(solver, seconds)
    if solution is None:
        raise NoPlan(programme, window.frame.phase.name, window.frame.when(window.first))
    duals = solution.duals
    if any(one.is_integer for one in programme.columns):
        priced = _held(programme, solution).solved(solver, seconds)
        duals = np.zeros(len(programme.rows)) if priced is None else priced.duals
    return Solved(window, solution.values, duals, solution.cost, solution.bound)


def _held(programme: Programme, solution: Solution) -> Programme:
    """Return the programme with its whole numbers held at their values."""
    columns = []
    for one, value in zip(programme.columns, solution.values, strict=True):
        whole = float(round(value))
        columns.append(replace(one, lower=whole, upper=whole, is_integer=False) if one.is_integer else one)
    return Programme(columns, programme.rows)
