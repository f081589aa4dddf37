"""Ratchets: the less is in a field, the less it can produce.

A rate has to be allowed at every volume met in an interval, and so by the volume at its end: otherwise a
field that is left a little above a step would produce a whole interval more at the rate above it.
"""

from itertools import pairwise
from typing import Final

import numpy as np

from planning.gas_fields.properties.contradictions import is_concave
from planning.gas_fields.schedule.window import FieldColumns, Window

STEP: Final = 0
Points = list[tuple[float, float]]


def add_ratchets(window: Window, columns: FieldColumns) -> None:
    """Add the ratchet of a field to each interval."""
    data = columns.data
    if not data.ratchet_points:
        return
    points = list(data.ratchet_points)
    is_step = data.values.value("Ratchet Type") == STEP
    if data.volume_max > points[-1][0]:
        points.append((data.volume_max, points[-1][1]))
    for interval in window.intervals:
        most = float(data.ratchet[interval] * window.frame.fine[interval])
        if not np.isfinite(most):
            continue
        scaled = [(volume, rate * most) for volume, rate in points]
        if is_step:
            _step(window, columns, interval, scaled)
        elif is_concave(scaled):
            _cuts(window, columns, interval, scaled)
        else:
            _segments(window, columns, interval, scaled)


def _words(window: Window, columns: FieldColumns, interval: int) -> str:
    return f"{columns.id}: Withdrawal Ratchet in {window.frame.when(interval)}"


def _step(window: Window, columns: FieldColumns, interval: int, points: Points) -> None:
    """Allow the rate of the band that the volume ends in."""
    volume, produced = columns.volume(interval), window.at(columns, interval)
    bands = [
        (low, high, rate, window.programme.column(0.0, 1.0, is_integer=True))
        for (low, _), (high, rate) in pairwise(points)
    ]
    words = _words(window, columns, interval)
    window.programme.row([(band, 1.0) for *_, band in bands], 1.0, 1.0)
    window.programme.row([(volume, 1.0), *((band, -low) for low, _, _, band in bands)], lower=0.0)
    window.programme.row(
        [(produced, 1.0), *((band, -rate) for _, _, rate, band in bands)], upper=0.0, words=words
    )
    if any(after[2] < before[2] for before, after in pairwise(bands)):
        window.programme.row([(volume, 1.0), *((band, -high) for _, high, _, band in bands)], upper=0.0)


def _cuts(window: Window, columns: FieldColumns, interval: int, points: Points) -> None:
    """Allow no more than any line between two points does."""
    words = _words(window, columns, interval)
    for (low, rate), (high, above) in pairwise(points):
        slope = (above - rate) / (high - low) if high > low else 0.0
        terms = [(window.at(columns, interval), 1.0), (columns.volume(interval), -slope)]
        window.programme.row(terms, upper=rate - slope * low, words=words)


def _segments(window: Window, columns: FieldColumns, interval: int, points: Points) -> None:
    """Allow the rate of the point between two neighbouring points that the volume is at."""
    programme = window.programme
    weights = [programme.column(0.0, 1.0) for _ in points]
    chosen = [programme.column(0.0, 1.0, is_integer=True) for _ in points[1:]]
    programme.row([(one, 1.0) for one in weights], 1.0, 1.0)
    programme.row([(one, 1.0) for one in chosen], 1.0, 1.0)
    for place, weight in enumerate(weights):
        neighbours = [(one, -1.0) for one in chosen[max(place - 1, 0) : place + 1]]
        programme.row([(weight, 1.0), *neighbours], upper=0.0)
    volumes = [(weight, -volume) for weight, (volume, _) in zip(weights, points, strict=True)]
    rates = [(weight, -rate) for weight, (_, rate) in zip(weights, points, strict=True)]
    programme.row([(columns.volume(interval), 1.0), *volumes], 0.0, 0.0)
    words = _words(window, columns, interval)
    programme.row([(window.at(columns, interval), 1.0), *rates], upper=0.0, words=words)
