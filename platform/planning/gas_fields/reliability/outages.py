"""When a field cannot produce: forced outages, drawn or on average, and maintenance.

Times to failure are exponential with a mean of MTTR · (1 − FOR) / FOR; repair times have the distribution
that the field states. Every draw follows from the field's seed, its id, the band and the sample's number.
"""

from math import ceil, gamma
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals
from planning.gas_fields.properties.values import Values
from planning.gas_fields.schedule.field_data import Outage
from planning.gas_fields.schedule.frame import Frame
from planning.gas_fields.study.calendar import Calendar
from planning.gas_fields.study.model import Field, OutageMethod, Outages

AUTO, CONSTANT, UNIFORM, TRIANGULAR, EXPONENTIAL, WEIBULL, LOGNORMAL, SMALLEST, LARGEST = range(-1, 8)
"""Repair Time Distribution; the last two are the distributions of extreme values."""
EULER: Final = 0.5772156649015329
HOURS_OF_YEAR: Final = 8_760
Flags = NDArray[np.bool_]


def mean_up_time(values: Values, band: int) -> float:
    """Return the mean hours between a repair and the next failure; infinity where nothing fails."""
    rate = values.value("Forced Outage Rate", band) / 100.0
    return np.inf if rate == 0.0 else values.value("Mean Time to Repair", band) * (1.0 - rate) / rate


def repair_times(values: Values, band: int, random: np.random.Generator, count: int) -> Reals:
    """Return so many repair times in hours, float64 (count,).

    With scale 0 the scale follows from the mean. Auto is triangular where a longest time is given, otherwise
    the mean itself.
    """
    mean, least, most, shape, scale = (
        values.value(name, band)
        for name in (
            "Mean Time to Repair",
            "Min Time To Repair",
            "Max Time To Repair",
            "Repair Time Shape",
            "Repair Time Scale",
        )
    )
    kind = int(values.value("Repair Time Distribution", band))
    if kind == AUTO:
        kind = TRIANGULAR if most > least and least <= mean <= most else CONSTANT
    if kind == UNIFORM:
        times = random.uniform(least, most if most > least else 2.0 * mean - least, count)
    elif kind == TRIANGULAR:
        times = _triangular(random, (least, mean, most), count)
    elif kind == EXPONENTIAL:
        times = random.exponential(scale or mean, count)
    elif kind == WEIBULL:
        times = (scale or mean / gamma(1.0 + 1.0 / shape)) * random.weibull(shape, count)
    elif kind == LOGNORMAL:
        centre = np.log(scale) if scale > 0.0 else np.log(mean) - shape**2 / 2.0
        times = random.lognormal(centre, shape, count)
    elif kind in {SMALLEST, LARGEST}:
        sign, width = (-1.0 if kind == SMALLEST else 1.0), scale or mean / 4.0
        times = mean + sign * (random.gumbel(0.0, width, count) - EULER * width)
    else:
        times = np.full(count, mean)
    longest = most if most > 0.0 else np.inf
    return np.clip(times, least, longest)


def _triangular(random: np.random.Generator, of: tuple[float, float, float], count: int) -> Reals:
    """Return triangular times, whose peak is as near to 3 · mean − least − most as it can be."""
    least, mean, most = of
    if most <= least:
        return np.full(count, mean)
    peak = min(max(3.0 * mean - least - most, least), most)
    return random.triangular(least, peak, most, count)


def drawn(field: Field, band: int, hours: int, sample: int, *, is_convergent: bool) -> Flags:
    """Return in which hours one kind of outage is under way, bool (hours,).

    A convergent draw shortens or lengthens its outages to the hours that the rate stands for.
    """
    values = field.values
    rate = values.value("Forced Outage Rate", band) / 100.0
    if rate in {0.0, 1.0}:
        return np.full(hours, rate == 1.0)
    seed = int(values.value("Random Number Seed"))
    random = np.random.default_rng([seed, crc32(field.id.encode()), band, sample])
    up = mean_up_time(values, band)
    count = ceil(hours / (up + values.value("Mean Time to Repair", band)) * 2.0) + 20
    ups, repairs = random.exponential(up, count), repair_times(values, band, random, count)
    while ups.sum() + repairs.sum() < hours:
        ups = np.append(ups, random.exponential(up, count))
        repairs = np.append(repairs, repair_times(values, band, random, count))
    is_under_repair = random.random() < rate
    first = np.array([random.random() * repairs[0] if is_under_repair else 0.0])
    begins = np.concatenate(
        [[0.0], first[0] + np.cumsum(ups) + np.concatenate([[0.0], np.cumsum(repairs[:-1])])]
    )
    lengths = np.concatenate([first, repairs])
    if is_convergent:
        lengths = _scaled(begins, lengths, hours, rate)
    marks = np.zeros(hours + 1, dtype=np.int64)
    starts = np.minimum(np.round(begins), hours).astype(np.int64)
    ends = np.minimum(np.round(begins + lengths), hours).astype(np.int64)
    np.add.at(marks, starts, 1)
    np.add.at(marks, ends, -1)
    under_way: Flags = np.cumsum(marks[:-1]) > 0
    return under_way


def _scaled(begins: Reals, lengths: Reals, hours: int, rate: float) -> Reals:
    """Return the lengths times the factor with which as many hours are out as the rate says."""
    within = begins < hours
    low, high = 0.0, 1.0
    room = np.append(np.diff(begins), np.inf)

    def out(factor: float) -> float:
        ends = np.minimum(begins + np.minimum(lengths * factor, room), hours)
        return float((ends - begins)[within].sum())

    while out(high) < rate * hours and high < 1e6:
        high *= 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if out(middle) < rate * hours else (low, middle)
    return lengths * high


def maintenance_windows(values: Values, band: int, demand: Reals) -> Flags:
    """Return in which hours maintenance is under way, placed where demand is low; bool (hours,).

    Maintenance Rate is the share of time, Maintenance Frequency how many times a year (once, if 0).
    """
    hours = len(demand)
    under_way = np.zeros(hours, dtype=np.bool_)
    total = round(values.value("Maintenance Rate", band) / 100.0 * hours)
    if total == 0:
        return under_way
    events = max(round(max(values.value("Maintenance Frequency", band), 1.0) * hours / HOURS_OF_YEAR), 1)
    events = min(events, total)
    lengths = [total // events + (place < total % events) for place in range(events)]
    for length in lengths:
        taken = np.where(under_way, np.inf, demand)
        sums = np.convolve(taken, np.ones(length), "valid") if length < 200 else _moving_sums(taken, length)
        under_way[(begin := int(np.argmin(sums))) : begin + length] = True
    return under_way


def _moving_sums(values: Reals, length: int) -> Reals:
    is_taken = np.isinf(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(is_taken, 0.0, values))])
    taken = np.concatenate([[0], np.cumsum(is_taken)])
    sums: Reals = total[length:] - total[:-length]
    sums[taken[length:] > taken[:-length]] = np.inf
    return sums


def outage_of(field: Field, frame: Frame, demand: Reals, outages: Outages, sample: int) -> Outage:
    """Return what a field cannot produce in a phase.

    demand : of the nodes that it feeds, by hour, over the longest phase
    """
    values, hours = field.values, len(demand)
    forced, allowed = np.zeros(hours), np.full(hours, np.inf)
    for band in range(1, values.bands("Forced Outage Rate") + 1):
        rate = values.value("Forced Outage Rate", band) / 100.0
        if outages.method is OutageMethod.DERATED:
            own = np.full(hours, rate)
        else:
            own = drawn(field, band, hours, sample, is_convergent=outages.is_convergent).astype(np.float64)
        most = values.value("Outage Max Production", band)
        allowed = np.where(own > 0.0, np.minimum(allowed, most), allowed)
        forced = 1.0 - (1.0 - forced) * (1.0 - own)
    planned, most_planned = _maintenance(field, frame.calendar, demand)
    forced = np.where(planned > 0.0, 0.0, forced)
    allowed = np.where(planned > 0.0, most_planned, allowed)
    out = forced + planned
    return _by_interval(frame, out, np.where(np.isinf(allowed), 0.0, allowed), forced, planned)


def _maintenance(field: Field, calendar: Calendar, demand: Reals) -> tuple[Reals, Reals]:
    """Return the hours of maintenance, as stated or as placed, and what may be produced in them."""
    hours = len(demand)
    planned, allowed = np.zeros(hours), np.full(hours, np.inf)
    for event in field.maintenances:
        span = slice(max(int(calendar.hour(event.start)), 0), max(int(calendar.hour(event.end)), 0))
        planned[span] = 1.0
        allowed[span] = np.minimum(allowed[span], event.values.value("Outage Max Production"))
    if field.maintenances:
        return planned, allowed
    values = field.values
    for band in range(1, values.bands("Maintenance Rate") + 1):
        under_way = maintenance_windows(values, band, demand)
        planned[under_way] = 1.0
        most = values.value("Outage Max Production", band)
        allowed[under_way] = np.minimum(allowed[under_way], most)
    return planned, allowed


def _by_interval(frame: Frame, out: Reals, allowed: Reals, forced: Reals, planned: Reals) -> Outage:
    """Return hourly figures as those of a phase's intervals."""
    edges = frame.edges.astype(np.int64)

    def total(values: Reals) -> Reals:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        found: Reals = sums[edges[1:]] - sums[edges[:-1]]
        return found

    hours_out = total(out)
    mean_allowed = np.divide(
        total(allowed * out), hours_out, out=np.zeros(frame.count), where=hours_out > 0.0
    )
    return Outage(hours_out / frame.hours, mean_allowed * frame.fine, total(forced), total(planned))
