"""What nodes need: demand, the shares of fields in what they receive, and sums with coefficients."""

from collections.abc import Mapping, Sequence

import numpy as np

from capacity.solvers.port import Reals
from planning.gas_fields.properties.values import Values
from planning.gas_fields.schedule.window import FieldColumns, Window
from planning.gas_fields.study.model import GenericRow, Node, Sense

Terms = list[tuple[int, float]]


def add_node(window: Window, node: Node, demand: Reals) -> None:
    """Add a node's demand in each interval, and the limits of the shares of its fields."""
    rows, alternatives = [], []
    feeding = [one for one in window.fields if node.id in one.data.field.nodes]
    for interval in window.intervals:
        when, needed = window.frame.when(interval), float(demand[interval])
        terms = [(window.at(one, interval), one.data.field.contribution(node.id)) for one in feeding]
        inflow = [(column, share) for column, share in terms if share > 0.0]
        if node.alternative_cost is not None:
            most = node.alternative_max * float(window.frame.fine[interval])
            words = (
                f"{node.id}: its alternative is at most {most:,.6g} in {when}" if np.isfinite(most) else ""
            )
            other = window.programme.column(0.0, most, node.alternative_cost, words=words)
            terms.append((other, 1.0))
            inflow.append((other, 1.0))
            alternatives.append(other)
        rows.append(
            window.programme.row(terms, needed, needed, f"{node.id}: its demand is {needed:,.6g} in {when}")
        )
        for one in feeding:
            _blend(window, one, node, inflow, interval)
    window.demand_rows[node.id], window.alternatives[node.id] = rows, alternatives


def _blend(window: Window, columns: FieldColumns, node: Node, inflow: Terms, interval: int) -> None:
    values = columns.data.field.nodes[node.id]
    own = (window.at(columns, interval), columns.data.field.contribution(node.id))
    for kind, sign in (("Min", 1.0), ("Max", -1.0)):
        percent = values.value(f"{kind} Blend Percent")
        if percent > 0.0:
            terms = [
                (own[0], sign * own[1]),
                *((column, -sign * percent / 100.0 * share) for column, share in inflow),
            ]
            when = window.frame.when(interval)
            words = f"{columns.id}: {kind} Blend Percent at {node.id} is {percent:g} in {when}"
            window.programme.row(terms, lower=0.0, words=words)


def add_generic_rows(
    window: Window, constraints: Sequence[GenericRow], objectives: Sequence[GenericRow], scale: float
) -> None:
    """Add sums of coefficients times volumes, production, their changes and builds: limited, or priced."""
    for one in constraints:
        for interval in window.intervals:
            terms, known = _sum(window, one.fields, interval)
            limit = one.limit * scale - known
            lower = -np.inf if one.sense is Sense.AT_MOST else limit
            upper = np.inf if one.sense is Sense.AT_LEAST else limit
            words = f"constraint {one.id}: {one.sense} {one.limit:,.6g} in {window.frame.when(interval)}"
            window.programme.row(terms, lower, upper, words)
    for one in objectives:
        for interval in window.intervals:
            for column, cost in _sum(window, one.fields, interval)[0]:
                window.price(column, cost)


def _sum(window: Window, fields: Mapping[str, Values], interval: int) -> tuple[Terms, float]:
    """Return a sum in an interval as terms, and what of it is known."""
    terms: Terms = []
    known = 0.0
    for columns in window.fields:
        values = fields.get(columns.id)
        if values is None:
            continue
        produced, volume, change = (
            values.value(f"{name} Coefficient") for name in ("Production", "End Volume", "Ramp")
        )
        terms.append((window.at(columns, interval), produced))
        if volume + change or change:
            terms.append((columns.volume(interval), volume + change))
        if change and interval > window.first:
            terms.append((columns.volume(interval - 1), -change))
        elif change:
            known -= change * columns.state.volume
        if columns.builds is not None:
            year = int(window.frame.years[interval])
            is_first = interval == 0 or window.frame.years[interval - 1] != year
            built = values.value("Units Built Coefficient")
            terms += [(column, built) for column in columns.builds.columns[: year + 1]]
            in_year = values.value("Units Built in Year Coefficient") * is_first
            terms.append((columns.builds.columns[year], in_year))
    return [one for one in terms if one[1]], known
