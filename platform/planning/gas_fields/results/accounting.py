"""What a phase comes to: the outputs of each field and company, interval by interval.

Figures are in thousands (of gas, of money), prices per native unit.
"""

from collections.abc import Mapping

import numpy as np

from capacity.solvers.port import Reals
from planning.gas_fields.properties.definitions import UNBOUNDED
from planning.gas_fields.properties.values import Values
from planning.gas_fields.results.bands import marginal_costs, production_by_band
from planning.gas_fields.schedule.expansion import annuity, build_cost, horizon_years
from planning.gas_fields.schedule.field_data import FieldData
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.schedule.phase import FieldPlan, PhasePlan
from planning.gas_fields.study.calendar import Length
from planning.gas_fields.study.model import PhaseName

Figures = dict[str, Reals]
"""By the name of the output, float64 (intervals,)."""
DAYS_OF_YEAR = 365.0


def field_outputs(plan: FieldPlan, frame: Frame) -> Figures:
    """Return the outputs of a field."""
    data, production = plan.data, plan.production
    values, outage = data.values, data.outage
    held = np.concatenate([[plan.initial], plan.volumes])
    production_cost = (data.production_costs * production_by_band(data, production)).sum(axis=0)
    fixed_charges = data.fixed_charges * frame.periods(Length.YEAR).measures * plan.units
    amortised = _amortised(plan, frame)
    days = frame.hours / 24.0
    carrying = values.value("Carrying Rate") / 100.0 * values.value("Initial Inventory Price")
    recovery = _recovery_price(plan, amortised)
    figures = {
        "Carrying Cost": carrying * held[1:] * days / DAYS_OF_YEAR,
        "Dispatch Price": marginal_costs(data, production),
        "End Volume": plan.volumes,
        "Fixed Costs": fixed_charges + amortised,
        "FO&M Cost": fixed_charges,
        "Forced Outage": _lost(data, frame, outage.forced),
        "Forced Outage Hours": outage.forced,
        "Initial Volume": held[:-1],
        "Inventory Cost": data.inventory_charges * held[1:] * days,
        "Maintenance": _lost(data, frame, outage.maintenance),
        "Maintenance Hours": outage.maintenance,
        "Price": _ratio(production_cost + fixed_charges, production),
        "Production": production,
        "Production Cost": production_cost,
        "Recovered Capital Cost": recovery * production,
        "Recovery Price": recovery,
        "Service Factor": 100.0 * (1.0 - outage.out),
        "Shadow Price": plan.prices,
        "Units Out": outage.out * plan.units,
        **{name: values.over(name, frame.days) for name in "xyz"},
    }
    if frame.phase.name is PhaseName.LONG_TERM:
        figures |= _expansion(plan, frame)
    return figures


def company_outputs(plan: PhasePlan, field: FieldPlan, figures: Figures, share: float) -> Figures:
    """Return what a company has of a field: its share of all but the shadow price.

    Net revenue is what the nodes' prices make of the production, less its cost.
    """
    revenue = sum(
        (
            field.data.field.contribution(node) * plan.nodes[node].prices * field.production
            for node in field.data.field.nodes
        ),
        np.zeros(plan.frame.count),
    )
    net_revenue = share * (revenue - figures["Production Cost"])
    fixed = share * figures["Fixed Costs"]
    return {
        "Fixed Costs": fixed,
        "FO&M Cost": share * figures["FO&M Cost"],
        "Net Profit": net_revenue - fixed,
        "Net Revenue": net_revenue,
        "Production": share * figures["Production"],
        "Production Cost": share * figures["Production Cost"],
        "Shadow Price": figures["Shadow Price"],
    }


def cost_of(plan: PhasePlan, alternative_costs: Mapping[str, float]) -> float:
    """Return what a phase costs, counted from its decisions: gas, inventory, targets missed, and builds."""
    total = sum(
        alternative_costs.get(name, 0.0) * float(one.alternative.sum()) for name, one in plan.nodes.items()
    )
    for one in plan.fields.values():
        data, frame = one.data, plan.frame
        total += float((data.costs * production_by_band(data, one.production)).sum())
        total += float((data.inventory_charges * one.volumes * frame.hours / 24.0).sum()) + float(
            one.penalties.sum()
        )
        length = horizon_years(frame)
        total += sum(share * build_cost(data.values, length - year) for year, share in enumerate(one.built))
        if data.is_candidate and len(one.built):
            added = one.units - data.units
            total += float((data.fixed_charges * frame.periods(Length.YEAR).measures * added).sum())
    return total


def _amortised(plan: FieldPlan, frame: Frame) -> Reals:
    """Return the annuity of what was built, in each interval of its economic life."""
    values = plan.data.values
    yearly = annuity(values)
    found = np.zeros(frame.count)
    if yearly is None:
        return found
    for year, share in enumerate(plan.built):
        runs = (frame.years >= year) & (frame.years < year + values.value("Economic Life"))
        found += share * yearly * runs * frame.periods(Length.YEAR).measures
    return found


def _recovery_price(plan: FieldPlan, amortised: Reals) -> Reals:
    """Return the price at which what is produced in the phase pays for what building costs in it."""
    produced = float(plan.production.sum())
    if not plan.data.values.flag("Model Capital Cost Recovery") or produced <= 0.0:
        return np.zeros(len(amortised))
    return np.full(len(amortised), float(amortised.sum()) / produced)


def _expansion(plan: FieldPlan, frame: Frame) -> Figures:
    values = plan.data.values
    built = np.zeros(frame.count)
    for year, share in enumerate(plan.built):
        built[int(np.searchsorted(frame.years, year))] = share
    return {
        "Build Cost": built * values.value("Build Cost"),
        "Capacity Built": built * _capacity(values),
        "Units": plan.units,
        "Units Built": built,
    }


def _capacity(values: Values) -> float:
    """Return what a unit can produce in a year if that is limited, otherwise what is in the field."""
    yearly = values.value("Max Production Year")
    return yearly if yearly < UNBOUNDED else values.value("Initial Volume")


def _lost(data: FieldData, frame: Frame, hours: Reals) -> Reals:
    """Return what could not be produced in hours out, 0 where production has no limit of its own."""
    most = data.limits[0].most
    possible = np.where(np.isfinite(most), most * frame.fine - data.outage.allowed, 0.0)
    return possible * hours / frame.hours


def _ratio(values: Reals, of: Reals) -> Reals:
    ratio: Reals = np.divide(values, of, out=np.zeros(len(of)), where=of > 0.0)
    return ratio
