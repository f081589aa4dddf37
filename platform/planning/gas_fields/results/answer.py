"""A plan of gas fields as its result and its working out."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from capacity.solvers.port import Reals
from linepack.canonical_json import JsonValue
from planning.gas_fields.results.accounting import Figures, company_outputs, cost_of, field_outputs
from planning.gas_fields.results.chain import Estimate, alternative_costs
from planning.gas_fields.results.outputs import (
    COMPANY_OUTPUTS,
    FIELD_OUTPUTS,
    Output,
    Summary,
)
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.schedule.phase import PhasePlan
from planning.gas_fields.study.calendar import Length
from planning.gas_fields.study.model import Study
from planning.plans.plan import Cell, Plan, Table, rounded

SERIES_MAX: Final = 400
"""A phase of more intervals is reported by gas day."""
ROWS_MAX: Final = 40
"""Intervals shown in a table of the working out."""


def answer(study: Study, plans: Sequence[PhasePlan], estimate: Estimate | None) -> Plan:
    """Return the plan as figures and as tables."""
    phases = [_phase(study, plan) for plan in plans]
    result: dict[str, JsonValue] = {
        "name": study.name,
        "currency": study.currency,
        "units": study.units,
        "cost": phases[-1]["cost"],
        "phases": [*phases],
    }
    working: list[str | Table] = []
    if estimate is not None:
        result["samples"] = {
            "mean_cost": rounded(estimate.mean),
            "margin_95_percent": rounded(estimate.margin),
            "costs": [rounded(one) for one in estimate.values],
        }
    for plan in plans:
        working += _working(study, plan)
    if estimate is not None:
        working.append(
            f"Over {len(estimate.values)} samples of outages the {plans[-1].frame.phase.name} costs "
            f"{estimate.mean:,.6g} ± {estimate.margin:,.3g} thousand {study.currency} (95 % confidence)."
        )
    return Plan(result, working)


def _phase(study: Study, plan: PhasePlan) -> dict[str, JsonValue]:
    frame = plan.frame
    grouping = _Grouping(frame)
    fields: dict[str, JsonValue] = {}
    basins: dict[str, float] = {}
    companies: dict[str, Figures] = {}
    for name, one in plan.fields.items():
        figures = field_outputs(one, frame)
        fields[name] = {
            "totals": _totals(FIELD_OUTPUTS, figures, frame),
            "intervals": grouping.series(FIELD_OUTPUTS, figures),
        }
        for basin, values in one.data.field.basins.items():
            share = values.value("Participation Factor")
            basins[basin] = basins.get(basin, 0.0) + share * float(one.production.sum())
        for company, values in one.data.field.companies.items():
            own = company_outputs(plan, one, figures, values.value("Share") / 100.0)
            companies[f"{name}.{company}"] = own
    result: dict[str, JsonValue] = {
        "phase": frame.phase.name,
        "cost": rounded(cost_of(plan, alternative_costs(study))),
        "starts": grouping.starts(),
        "fields": fields,
        "nodes": {name: _node(plan, name, grouping) for name in plan.nodes},
        "companies": {name: _totals(COMPANY_OUTPUTS, figures, frame) for name, figures in companies.items()},
        "basins": {name: rounded(produced) for name, produced in basins.items()},
    }
    if plan.objective is not None and plan.bound is not None:
        result |= {"objective": rounded(plan.objective), "bound": rounded(plan.bound)}
    return result


def _node(plan: PhasePlan, name: str, grouping: "_Grouping") -> JsonValue:
    node = plan.nodes[name]
    return {
        "demand": rounded(float(node.demand.sum())),
        "alternative": rounded(float(node.alternative.sum())),
        "price": grouping.of(node.prices, Summary.AVERAGE),
        "alternative_by_interval": grouping.of(node.alternative, Summary.SUM),
    }


def _totals(outputs: Sequence[Output], figures: Figures, frame: Frame) -> dict[str, JsonValue]:
    """Return the figures of a phase, in thousands of gas and of money."""
    weights = figures["Production"]
    return {
        one.name: rounded(_summed(figures[one.name], one.summary, frame.hours, weights))
        for one in outputs
        if frame.phase.name in one.phases
    }


def _summed(values: Reals, summary: Summary, hours: Reals, weights: Reals) -> float:
    match summary:
        case Summary.SUM:
            return float(values.sum())
        case Summary.FIRST:
            return float(values[0])
        case Summary.LAST:
            return float(values[-1])
        case Summary.WEIGHTED if weights.sum() > 0.0:
            return float(values @ weights / weights.sum())
    return float(values @ hours / hours.sum())


class _Grouping:
    """The intervals of a phase, or its gas days where there are too many of them."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._is_by_day = frame.count > SERIES_MAX and frame.hours.max() < 24.0
        ids = np.floor(frame.calendar.position(Length.DAY, frame.edges[:-1])) if self._is_by_day else None
        self._starts = np.arange(frame.count) if ids is None else np.unique(ids, return_index=True)[1]

    def starts(self) -> list[JsonValue]:
        """Return when each interval reported begins."""
        if self._is_by_day:
            return [str(self._frame.calendar.day(self._frame.edges[one])) for one in self._starts]
        return [self._frame.when(int(one)) for one in self._starts]

    def series(self, outputs: Sequence[Output], figures: Figures) -> dict[str, JsonValue]:
        """Return outputs interval by interval, in the native unit of gas and the currency."""
        weights = figures["Production"]
        return {
            one.name: self.of(figures[one.name] * one.interval_factor, one.summary, weights)
            for one in outputs
            if self._frame.phase.name in one.phases
        }

    def of(self, values: Reals, summary: Summary, weights: Reals | None = None) -> list[JsonValue]:
        """Return figures interval by interval."""
        if not self._is_by_day:
            return [rounded(float(one)) for one in values]
        ends = [*self._starts[1:], len(values)]
        own = values if weights is None else weights
        return [
            rounded(_summed(values[start:end], summary, self._frame.hours[start:end], own[start:end]))
            for start, end in zip(self._starts, ends, strict=True)
        ]


def _working(study: Study, plan: PhasePlan) -> list[str | Table]:
    frame = plan.frame
    cost = cost_of(plan, alternative_costs(study))
    proof = "" if plan.bound is None or plan.objective is None else _proof(plan.objective, plan.bound)
    told = (
        f"{frame.count:,} intervals of one {frame.phase.interval}, cost {cost:,.6g} thousand {study.currency}"
    )
    lines: list[str | Table] = [f"{frame.phase.name}: {told}{proof}.", _fields(study, plan)]
    if frame.count <= ROWS_MAX:
        lines.append(_intervals(study, plan))
    return lines


def _fields(study: Study, plan: PhasePlan) -> Table:
    """Return what each field comes to; with the shadow price where one step makes up the phase."""
    gas, thousand = study.units.gas
    shown = {
        "Production": f"produced, {thousand}",
        "End Volume": f"left, {thousand}",
        "Production Cost": f"cost, thousand {study.currency}",
        "Service Factor": "available, %",
    }
    if plan.objective is not None:
        shown["Shadow Price"] = f"shadow price, {study.currency}/{gas}"
    has_builds = any(len(one.built) for one in plan.fields.values())
    rows: list[Sequence[Cell]] = []
    for name, one in plan.fields.items():
        totals = _totals(FIELD_OUTPUTS, field_outputs(one, plan.frame), plan.frame)
        built = ", ".join(f"year {year + 1}" for year, share in enumerate(one.built) if share > 1e-6)
        rows.append((name, *(_cell(totals[of]) for of in shown), *([built] if has_builds else [])))
    headings = ["field", *shown.values(), *(["built in"] if has_builds else [])]
    return Table(f"Fields of the {plan.frame.phase.name}", headings, rows)


def _intervals(study: Study, plan: PhasePlan) -> Table:
    """Return production, other gas and prices interval by interval."""
    thousand = study.units.gas[1]
    headings = ["from"]
    headings += [f"{name}, {thousand}" for name in plan.fields]
    headings += [f"{name} left, {thousand}" for name in plan.fields]
    for name in plan.nodes:
        headings += [f"other gas at {name}, {thousand}", f"price at {name}"]
    columns: list[Reals] = [one.production for one in plan.fields.values()]
    columns += [one.volumes for one in plan.fields.values()]
    for node in plan.nodes.values():
        columns += [node.alternative, node.prices]
    rows: list[Sequence[Cell]] = [
        (plan.frame.when(interval), *(rounded(float(one[interval])) for one in columns))
        for interval in range(plan.frame.count)
    ]
    return Table(f"The {plan.frame.phase.name} interval by interval", headings, rows)


def _proof(objective: float, bound: float) -> str:
    gap = abs(objective - bound)
    if gap <= 1e-6 * max(abs(objective), 1.0):
        return "; none is cheaper"
    return f"; none costs less than {bound:,.6g}"


def _cell(value: JsonValue) -> Cell:
    return value if isinstance(value, str | float) else None
