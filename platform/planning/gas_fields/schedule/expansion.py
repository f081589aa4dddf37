"""Building fields: when one may be built, what it costs, and what that is a year."""

from datetime import timedelta
from typing import Final

import numpy as np

from planning.gas_fields.properties.definitions import SERIAL_ZERO, UNBOUNDED
from planning.gas_fields.properties.values import Values
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.schedule.window import Builds, FieldColumns, Window
from planning.gas_fields.study.calendar import Length

WHOLE: Final = 2
"""Expansion Optimality: a field is built as a whole or not at all."""


def annuity(values: Values) -> float | None:
    """Return what building costs in each year of the economic life; None where it is paid at once.

    annuity = cost · r / (1 − (1 + r)^−life) at the weighted average cost of capital r
    """
    rate, life = values.value("WACC") / 100.0, values.value("Economic Life")
    if rate <= 0.0 or not 0.0 < life < UNBOUNDED:
        return None
    return values.value("Build Cost") * rate / (1.0 - float((1.0 + rate) ** -life))


def build_cost(values: Values, years: float) -> float:
    """Return what building costs up to the end of the horizon, `years` after it.

    It is an annuity each year, or all at once where the economic life ends within the horizon.
    """
    yearly = annuity(values)
    if yearly is None or values.value("Economic Life") <= years:
        return values.value("Build Cost")
    return yearly * years


def add_builds(window: Window, columns: FieldColumns) -> None:
    """Add the decisions to build a field, a year of the plan each."""
    data, frame, programme = columns.data, window.frame, window.programme
    if not data.is_candidate:
        return
    values, years = data.values, int(frame.years[-1]) + 1
    length = horizon_years(frame)
    starts = np.searchsorted(frame.years, np.arange(years))
    allowed = values.over("Max Units Built in Year", frame.days[starts])
    earliest = earliest_year(values, frame)
    whole = values.value("Integerization Horizon")
    found = []
    for year in range(years):
        is_integer = values.value("Expansion Optimality") == WHOLE and (whole < 0 or year < whole)
        upper = float(allowed[year]) if year >= earliest else 0.0
        cost = build_cost(values, length - year)
        found.append(programme.column(0.0, upper, cost, is_integer=is_integer))
    words = f"{columns.id}: Max Units Built is {values.value('Max Units Built'):g}"
    programme.row([(one, 1.0) for one in found], upper=values.value("Max Units Built"), words=words)
    columns.builds = Builds(found, values.value("Technical Life"))


def add_fixed_charges(window: Window, columns: FieldColumns) -> None:
    """Add the yearly charge of operation and maintenance of what may be built."""
    if columns.builds is None:
        return
    shares = window.frame.periods(Length.YEAR).measures
    for interval in window.intervals:
        charge = float(columns.data.fixed_charges[interval] * shares[interval])
        for column, _ in columns.builds.terms(int(window.frame.years[interval])):
            window.price(column, charge)


def earliest_year(values: Values, frame: Frame) -> float:
    """Return the first year of the plan in which a project may be built."""
    opens = SERIAL_ZERO + timedelta(days=min(values.value("Project Start Date"), 2e6))
    start = float(frame.calendar.position(Length.YEAR, np.array([max(frame.calendar.hour(opens), 0.0)]))[0])
    return float(np.ceil(max(start, values.value("Lead Time")) - 1e-9))


def horizon_years(frame: Frame) -> float:
    """Return how long the phase is in years."""
    return float(frame.periods(Length.YEAR).measures.sum())
