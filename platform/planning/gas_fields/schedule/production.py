"""How much a field may produce: limits by period, outages, bands of cost, and how fast it may change."""

from itertools import pairwise
from typing import Final

import numpy as np

from planning.gas_fields.schedule.field_data import FieldData, PeriodLimits
from planning.gas_fields.schedule.window import FieldColumns, Window, sums

PRODUCTION_MAX: Final = 1e7
"""No field produces more in an interval."""


def add_limits(window: Window, columns: FieldColumns) -> None:
    """Add Min and Max Production of every period, less outages; 0 where the field is not in service."""
    for limits in columns.data.limits:
        if limits.periods.is_own:
            for interval in window.intervals:
                _limit(window, columns, limits, (interval, interval + 1))
        else:
            for first in dict.fromkeys(limits.periods.of(interval)[0] for interval in window.intervals):
                _limit(window, columns, limits, limits.periods.of(first))


def _limit(window: Window, columns: FieldColumns, limits: PeriodLimits, span: tuple[int, int]) -> None:
    """Limit production in one period: what was produced of it before the window counts.

    A period that the phase begins or ends within bears its share. The least of a period that the window ends
    within is its share up to there; the most is that of the whole.
    """
    before, inside = window.within(*span)
    until = inside.stop
    least, most = _allowed(columns.data, limits, span[0], until)[0], _allowed(columns.data, limits, *span)[1]
    if limits.name == "" and not np.isfinite(most):
        most = _reach(window, columns, inside.start)
    produced = sums(columns.state.produced, before)
    when = window.frame.when(inside.start)
    when = when if len(inside) == 1 else f"the{limits.name.lower()} of {when}"
    terms = window.production(columns, inside)
    is_closed = columns.data.units[inside.start] == 0.0 and columns.builds is None
    for kind, limit in (("Min", least), ("Max", most)):
        window.limited(
            columns,
            terms,
            of_a_unit=limit,
            known=produced,
            is_most=kind == "Max",
            interval=inside.start,
            words=f"Units is 0 in {when}"
            if is_closed
            else f"{kind} Production{limits.name} is {limit:,.6g} in {when}",
        )


def _allowed(data: FieldData, limits: PeriodLimits, first: int, last: int) -> tuple[float, float]:
    """Return the least and the most that a unit produces in a span, in which it is out for a while."""
    measures, working = limits.periods.measures[first:last], 1.0 - data.outage.out[first:last]
    least = float((limits.least[first:last] * measures * working).sum())
    most = limits.most[first:last]
    if not np.isfinite(most).all():
        return least, np.inf
    return least, float((most * measures * working).sum() + _out(data, first, last))


def _out(data: FieldData, first: int, last: int) -> float:
    return float((data.outage.allowed * data.outage.out)[first:last].sum())


def _reach(window: Window, columns: FieldColumns, interval: int) -> float:
    """Return the most that a unit without limit can produce in an interval; infinity if nothing bounds it.

    It needs no bound where it is in service throughout and never out.
    """
    data = columns.data
    out = float(data.outage.out[interval])
    if out == 0.0 and data.units[interval] == 1.0 and columns.builds is None:
        return np.inf
    most = data.volume_max if data.values.flag("Enforce Bounds") else PRODUCTION_MAX
    return (1.0 - out) * most + _out(data, interval, interval + 1)


def add_ramps(window: Window, columns: FieldColumns) -> None:
    """Add Max Ramp of every period: how much what is produced may differ from the period before.

    Where an interval is longer than a period, the period's ramp does not bind it. Production may fall as far
    as it has to when a field goes out.
    """
    for limits in columns.data.limits:
        if not np.isfinite(limits.ramp).any():
            continue
        if limits.periods.is_own and limits.periods.measures[0] > 1.0 + 1e-9:
            continue
        spans = _spans(window, columns, limits)
        for earlier, later in pairwise(spans):
            _ramp(window, columns, limits, earlier, later)


def _spans(window: Window, columns: FieldColumns, limits: PeriodLimits) -> list[tuple[int, int]]:
    """Return the whole periods that end in the window, and the one before; (-1, 0) is before the phase."""
    first = window.first
    begin = limits.periods.of(first - 1)[0] if first else 0
    spans = []
    if limits.periods.is_own and first == 0 and columns.data.field.production_before is not None:
        spans.append((-1, 0))
    while begin < window.last:
        span = limits.periods.of(begin)
        if limits.periods.measures[span[0] : span[1]].sum() > 1.0 - 1e-9 and span[1] <= window.last:
            spans.append(span)
        begin = span[1]
    return spans


def _ramp(
    window: Window,
    columns: FieldColumns,
    limits: PeriodLimits,
    earlier: tuple[int, int],
    later: tuple[int, int],
) -> None:
    ramp = float(limits.ramp[later[0]])
    if not np.isfinite(ramp) or later[1] <= window.first:
        return
    terms, known = [], 0.0
    for span, sign in ((earlier, -1.0), (later, 1.0)):
        if span == (-1, 0):
            known += sign * (columns.data.field.production_before or 0.0)
            continue
        before, inside = window.within(*span)
        known += sign * sums(columns.state.produced, before)
        terms += [(column, sign) for column, _ in window.production(columns, inside)]
    outage = columns.data.outage.out
    falls = later[0] > 0 and outage[later[0]] > outage[later[0] - 1]
    words = f"{columns.id}: Max Ramp{limits.name} is {ramp:,.6g} at {window.frame.when(later[0])}"
    window.programme.row(terms, -np.inf if falls else -ramp - known, ramp - known, words)


def add_bands(window: Window, columns: FieldColumns) -> None:
    """Add the cost of production, band by band in their order.

    Where costs do not change with time, what is produced between two resets tells what it costs, and one
    column a band is enough; a later band that is cheaper waits for the earlier ones by a whole number.
    """
    data = columns.data
    if len(data.thresholds) == 1 and not np.isfinite(data.thresholds[0]):
        for interval in window.intervals:
            window.price(window.at(columns, interval), float(data.costs[0, interval]))
        return
    starts = [window.first]
    starts += [one for one in window.intervals if data.resets[one] and one > window.first]
    for start, end in pairwise([*starts, window.last]):
        known = columns.state.since_reset if start == window.first and not data.resets[start] else 0.0
        if data.are_costs_constant:
            _span_of_bands(window, columns, (start, end), known)
        else:
            _bands_in_time(window, columns, (start, end), known)


def _span_of_bands(window: Window, columns: FieldColumns, span: tuple[int, int], known: float) -> None:
    data = columns.data
    widths, costs = _widths_left(data, known), data.costs[:, span[0]]
    bands = [window.programme.column(0.0, width, cost) for width, cost in zip(widths, costs, strict=True)]
    total = [(band, -1.0) for band in bands]
    window.programme.row([*window.production(columns, range(*span)), *total], 0.0, 0.0, _words(columns))
    if np.any(np.diff(costs) < 0):
        for band, after in pairwise(range(len(bands))):
            _in_order(window, [bands[band]], [bands[after]], (widths[band], widths[after]), data.volume_max)


def _bands_in_time(window: Window, columns: FieldColumns, span: tuple[int, int], known: float) -> None:
    data = columns.data
    widths = _widths_left(data, known)
    so_far: list[list[int]] = [[] for _ in widths]
    for interval in range(*span):
        bands = [
            window.programme.column(0.0, width, cost)
            for width, cost in zip(widths, data.costs[:, interval], strict=True)
        ]
        for own, band in zip(so_far, bands, strict=True):
            own.append(band)
        total = [(band, -1.0) for band in bands]
        window.programme.row([(window.at(columns, interval), 1.0), *total], 0.0, 0.0)
        for band, after in pairwise(range(len(bands))):
            _in_order(window, so_far[band], so_far[after], (widths[band], widths[after]), data.volume_max)
    for own, width in zip(so_far, widths, strict=True):
        if np.isfinite(width):
            window.programme.row([(band, 1.0) for band in own], upper=width, words=_words(columns))


def _widths_left(data: FieldData, known: float) -> list[float]:
    """Return what is left of each band once `known` was produced."""
    begins = np.concatenate([[0.0], data.thresholds[:-1]])
    left = data.thresholds - np.maximum(begins, known)
    return [float(width) for width in np.maximum(left, 0.0)]


def _in_order(
    window: Window, earlier: list[int], later: list[int], widths: tuple[float, float], most: float
) -> None:
    """Let the later band begin only where the earlier is used up."""
    width, after = widths[0], min(widths[1], most)
    is_used_up = window.programme.column(0.0, 1.0, is_integer=True)
    window.programme.row([*((band, 1.0) for band in earlier), (is_used_up, -width)], lower=0.0)
    window.programme.row([*((band, 1.0) for band in later), (is_used_up, -after)], upper=0.0)


def _words(columns: FieldColumns) -> str:
    if not np.isfinite(columns.data.thresholds[-1]):
        return ""
    return f"{columns.id}: Production Volume of all bands is {columns.data.thresholds[-1]:,.6g}"
