"""What is left in a field: balance, targets, the volume at the end, and what a longer phase hands down."""

from math import exp
from typing import Final

import numpy as np

from planning.gas_fields.schedule.window import FieldColumns, Link, Window, sums

TARGETS: Final = 1
PRICES: Final = 2
"""What Decomposition Method says: nothing (0), targets or prices are handed down."""
EXPONENT_MAX: Final = 50.0
"""Wider bands than with this exponent are all without limit."""
SHORTFALL_BANDS: Final = 10
"""With the defaults of a and b, ten bands of a shortfall cover the whole target."""


def add_volumes(window: Window, columns: FieldColumns) -> None:
    """Add the volume at each end that has one: the one before, plus injections, less production."""
    data, before, begin = columns.data, -1, window.first
    scalar = data.values.value("Internal Volume Scalar")
    least = 0.0 if data.values.flag("Enforce Bounds") else -np.inf
    for end in np.flatnonzero(columns.ends):
        interval = window.first + int(end)
        span = range(begin, interval + 1)
        volume = window.programme.column(least)
        known, words = sums(data.injections, span), ""
        terms = [(volume, 1.0), *window.production(columns, span)]
        if before < 0:
            known += columns.state.volume
            words = _held(window, columns) if scalar == 1.0 else ""
        else:
            terms.append((before, -1.0))
        scaled = [(column, share / scalar) for column, share in terms]
        columns.volumes[interval] = volume
        columns.balance_rows[interval] = window.programme.row(scaled, known / scalar, known / scalar, words)
        days = window.frame.hours[begin : interval + 1] @ data.inventory_charges[begin : interval + 1] / 24.0
        window.price(volume, float(days))
        before, begin = volume, interval + 1


def _held(window: Window, columns: FieldColumns) -> str:
    """Return what is in a field when a window begins, in words."""
    if window.first == 0:
        return f"{columns.id}: Initial Volume is {columns.state.volume:,.6g}"
    return f"{columns.id}: {columns.state.volume:,.6g} is left before {window.frame.when(window.first)}"


def ends_of(window: Window, columns: FieldColumns) -> None:
    """Mark the intervals after which the volume counts: balances, targets, the step's end, the window's."""
    data = columns.data
    columns.ends = data.balances[window.first : window.last].copy()
    columns.ends[[window.kept - window.first - 1, -1]] = True
    for one in data.targets:
        held = one.periods.ends & (one.volumes > 0.0)
        columns.ends |= held[window.first : window.last]
    if data.ratchet_points:
        columns.ends[:] = True


def add_targets(window: Window, columns: FieldColumns) -> None:
    """Add the volume to be held at the end of each period, at a penalty or (below 0) in any case."""
    data = columns.data
    for targets in data.targets:
        for interval in window.intervals:
            target = float(targets.volumes[interval])
            if target <= 0.0 or not targets.periods.ends[interval]:
                continue
            words = f"{columns.id}: Target{targets.name} is {target:,.6g} after {window.frame.when(interval)}"
            terms = [(columns.volume(interval), 1.0)]
            penalty = float(data.target_penalties[interval])
            if penalty >= 0.0:
                missing = window.programme.column(cost=penalty)
                columns.penalties.append((interval, missing))
                terms.append((missing, 1.0))
                words = ""
            window.programme.row(terms, lower=target, words=words)
            _add_percent(window, columns, target, targets.periods.of(interval), targets.name)


def _add_percent(
    window: Window, columns: FieldColumns, target: float, span: tuple[int, int], name: str
) -> None:
    """Limit what is produced in a period to a share of its target, where such a limit is given."""
    least, most = (float(one[span[1] - 1]) for one in (columns.data.target_least, columns.data.target_most))
    if least <= 0.0 and most >= 100.0:
        return
    before, inside = window.within(*span)
    produced = sums(columns.state.produced, before)
    upper = target * most / 100.0 - produced if most < 100.0 else np.inf
    kind, when = "Min" if least > 0.0 else "Max", window.frame.when(span[1] - 1)
    words = f"{columns.id}: {kind} Production Target Percent of Target{name} in {when}"
    window.programme.row(window.production(columns, inside), target * least / 100.0 - produced, upper, words)


def add_end(window: Window, columns: FieldColumns, link: Link) -> None:
    """Add what a step has to end with."""
    values, trajectory = columns.data.values, link.trajectory.get(columns.id)
    if link.is_recycling.get(columns.id) and window.last == window.frame.count:
        _recycle(window, columns)
    method = values.value("Decomposition Method")
    hour = float(window.frame.edges[window.kept])
    if trajectory is None or hour > trajectory.hours[-1] + 1e-9:
        return
    if method == TARGETS:
        _follow(window, columns, trajectory.volume(hour), trajectory.price(hour))
    elif method == PRICES:
        end = min(float(window.frame.edges[window.last]), float(trajectory.hours[-1]))
        window.price(columns.volume(window.last - 1), -trajectory.price(end))


def _recycle(window: Window, columns: FieldColumns) -> None:
    initial, penalty = (columns.data.values.value(name) for name in ("Initial Volume", "Recycle Penalty"))
    terms = [(columns.volume(window.last - 1), 1.0)]
    words = f"{columns.id}: the volume ends at the Initial Volume of {initial:,.6g}"
    if penalty >= 0.0:
        missing = [(window.programme.column(cost=penalty), sign) for sign in (1.0, -1.0)]
        columns.penalties += [(window.last - 1, column) for column, _ in missing]
        terms += missing
        words = ""
    window.programme.row(terms, initial, initial, words)


def _follow(window: Window, columns: FieldColumns, target: float, price: float) -> None:
    """Let the step end at the target less shortfalls: bands of growing width at growing prices.

    Band i is a·exp(b·i) % of the target wide and costs (price + c)·x^i; beyond them all the bound penalty
    holds.
    """
    values = columns.data.values
    if target <= 0.0 and values.flag("Enforce Bounds"):
        return
    a, b, c, x = (values.value(f"Decomposition Penalty {name}") for name in "abcx")
    terms = [(columns.volume(window.kept - 1), 1.0)]
    for band in range(1, SHORTFALL_BANDS + 1):
        width = max(target, 0.0) / 100.0 * a * exp(min(b * band, EXPONENT_MAX))
        cost = max(price + c, 0.0) * x**band
        terms.append((window.programme.column(0.0, max(width, 0.0), cost), 1.0))
    terms.append((window.programme.column(cost=values.value("Decomposition Bound Penalty")), 1.0))
    window.programme.row(terms, lower=target)
