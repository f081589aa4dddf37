"""What is wrong between the properties of a field, each of which may be right by itself."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np

from planning.gas_fields.properties.definitions import UNBOUNDED
from planning.gas_fields.properties.values import Values

PERIODS: Final = ("", " Hour", " Day", " Week", " Month", " Year")
"""How the names of limits end that hold for an interval, an hour, and so on."""

Contradiction = tuple[str, str]
"""A property and what is wrong with it."""

OF_REPAIRS: Final = (
    "Forced Outage Rate",
    "Repair Time Distribution",
    "Min Time To Repair",
    "Mean Time to Repair",
    "Max Time To Repair",
)
TRIANGULAR: Final = 2
NEEDS_SHAPE: Final = (4, 5)
"""Codes of Repair Time Distribution: triangular, Weibull's and lognormal."""


def contradictions(values: Values) -> Iterator[Contradiction]:
    """Yield what is wrong between the properties of a field."""
    for period in PERIODS:
        yield from _in_order(values, f"Min Production{period}", f"Max Production{period}")
    yield from _in_order(values, "Min Production Target Percent", "Max Production Target Percent")
    yield from _bands(values)
    yield from _outages(values)
    yield from _repairs(values)
    yield from _tranches(values)
    yield from _ratchets(values)


def blend_contradictions(values: Values) -> Iterator[Contradiction]:
    """Yield what is wrong between the properties of a field at a node."""
    if values.has("Max Blend Percent"):
        yield from _in_order(values, "Min Blend Percent", "Max Blend Percent")


def _in_order(values: Values, low: str, high: str) -> Iterator[Contradiction]:
    if not values.has(low) and not values.has(high):
        return
    days = values.changes(low, high)
    least, most = values.over(low, days), values.over(high, days)
    for day in np.flatnonzero(least > most)[:1]:
        when = "" if days[day] == 1 else f" from {date.fromordinal(int(days[day]))} on"
        yield low, f"{least[day]:g} is more than the {high} of {most[day]:g}{when}"


def _bands(values: Values) -> Iterator[Contradiction]:
    for name, given in values.given.items():
        found = {one.band for one in given}
        missing = sorted(set(range(1, max(found) + 1)) - found)
        if missing:
            yield name, f"has a band {max(found)} and no band {missing[0]}; bands are counted from 1"
        spans = sorted((one.band, one.first, one.last) for one in given)
        for before, after in pairwise(spans):
            if before[:2] == after[:2]:
                yield name, f"has two values for band {after[0]} from the same gas day on"
                break
    volumes = [
        values.value("Production Volume", band + 1) for band in range(values.bands("Production Volume"))
    ]
    for band, (before_, after_) in enumerate(pairwise(volumes), start=2):
        if after_ <= before_:
            text = f"band {band} must end later than at {after_:g}: band {band - 1} ends at {before_:g}"
            yield "Production Volume", text


def _outages(values: Values) -> Iterator[Contradiction]:
    for band in range(1, values.bands("Outage Max Production") + 1):
        days = values.changes("Outage Max Production", "Max Production")
        allowed, most = values.over("Outage Max Production", days, band), values.over("Max Production", days)
        for day in np.flatnonzero(allowed > most)[:1]:
            yield (
                "Outage Max Production",
                f"{allowed[day]:g} is more than the Max Production of {most[day]:g}",
            )


def _repairs(values: Values) -> Iterator[Contradiction]:
    for band in range(1, max(values.bands(name) for name in OF_REPAIRS) + 1):
        kind = values.value("Repair Time Distribution", band)
        least, mean, most = (
            values.value(name, band)
            for name in ("Min Time To Repair", "Mean Time to Repair", "Max Time To Repair")
        )
        if kind == TRIANGULAR and not least <= mean <= most:
            text = f"{mean:g} h must lie between {least:g} and {most:g}, as repair times are triangular"
            yield "Mean Time to Repair", text
        elif most > 0 and least > most:
            yield "Min Time To Repair", f"{least:g} h is more than the Max Time To Repair of {most:g} h"
        if kind in NEEDS_SHAPE and values.value("Repair Time Shape", band) <= 0:
            yield "Repair Time Shape", "must be above 0 for repair times of Weibull's or the lognormal kind"
        if values.value("Forced Outage Rate", band) > 0 and mean == 0:
            yield "Mean Time to Repair", "must be above 0 where there are forced outages"


def _tranches(values: Values) -> Iterator[Contradiction]:
    if values.value("Production Tranches") > 1:
        if values.has("Production Volume"):
            yield "Production Tranches", "cannot be above 1 where bands of Production Volume are given"
        if values.bands("Production Cost") > 2:
            yield "Production Tranches", "takes one Production Cost or two, of the first tranche and the last"


def _ratchets(values: Values) -> Iterator[Contradiction]:
    if not values.has("Withdrawal Ratchet"):
        return
    count = values.bands("Withdrawal Volume Factor")
    if count != values.bands("Withdrawal Rate Scalar") or count == 0:
        yield "Withdrawal Rate Scalar", "needs as many bands as Withdrawal Volume Factor, at least one"
        return
    factors = [values.value("Withdrawal Volume Factor", band + 1) for band in range(count)]
    if abs(sum(factors) - 100.0) > 1e-6:
        yield "Withdrawal Volume Factor", f"the bands must add up to 100 %, not {sum(factors):g} %"
    elif values.value("Ratchet Type") == 2 and not is_concave(ratchet_points(values)):
        text = "2 needs rates that rise ever more slowly with the volume; 1 takes any"
        yield "Ratchet Type", text
    if not 0 < values.value("Initial Volume") < UNBOUNDED:
        yield "Initial Volume", "must be above 0 for a Withdrawal Ratchet, whose bands are shares of it"


def ratchet_points(values: Values) -> list[tuple[float, float]]:
    """Return volumes, from 0 up, each with the share of the Withdrawal Ratchet that it allows.

    Band 1 is the first to be emptied. Scalars add up from the last band to the first, unless the field says
    that they do not. An empty field allows nothing where rates change evenly between the volumes.
    """
    count = values.bands("Withdrawal Volume Factor")
    scalars = [values.value("Withdrawal Rate Scalar", band + 1) / 100.0 for band in range(count)]
    rates = [sum(scalars[band:]) for band in range(count)] if values.flag("Use Additive Ratchet") else scalars
    points, volume = [(0.0, 0.0)], 0.0
    for band in reversed(range(count)):
        volume += values.value("Withdrawal Volume Factor", band + 1) / 100.0 * values.value("Initial Volume")
        points.append((volume, rates[band]))
    return points


def is_concave(points: list[tuple[float, float]]) -> bool:
    """Return whether the slope between the points never rises."""
    slopes = [
        (after[1] - before[1]) / (after[0] - before[0])
        for before, after in pairwise(points)
        if after[0] > before[0]
    ]
    return all(later <= earlier + 1e-12 for earlier, later in pairwise(slopes))
