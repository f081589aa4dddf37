"""The home of operations on ordered bands: cutting, stacking, and what two bands both allow.

A band's price is asked of the units inside the band. Cutting a band where its price is not proportional
therefore needs the price of the pieces; block tiers have one, take-or-pay and the larger of two tiered prices
do not, and are refused (NotReducible).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from capacity.contracts.errors import NotReducible
from capacity.contracts.model import ZERO, Band, Interval
from capacity.contracts.price import is_proportional, steps, within


def proportional_bands(bands: Iterable[Band]) -> Iterator[Band]:
    """Yield the same bands, cut so that each has a proportional price."""
    for band in bands:
        if is_proportional(band.price):
            yield band
            continue
        inner = sorted(step for step in steps(band.price) if 0 < step < band.width)
        for start, end in pairwise([ZERO, *inner, band.width]):
            price = within(band.price, start, end)
            yield replace(band, low=band.low + start, high=band.low + end, price=price)


def stacked(bands: Iterable[Band]) -> tuple[Band, ...]:
    """Return bands one upon the other, in the order given, from 0."""
    result, low = [], ZERO
    for band in bands:
        result.append(replace(band, low=low, high=low + band.width))
        low += band.width
    return tuple(result)


def sliced(bands: Iterable[Band], low: Decimal, high: Decimal) -> tuple[Band, ...]:
    """Return the units from `low` up to `high`, counted from 0; their price together is what it was."""
    return stacked(_cut(bands, low, high))


def common(one: Interval | None, two: Interval | None, edges: tuple[str, str], what: str) -> Interval | None:
    """Return what two intervals share, None being without bound; raises NotReducible when nothing."""
    if one is None or two is None:
        return one or two
    if (shared := one.overlap(two)) is None:
        raise NotReducible(edges, f"{what} {one} and {two} have nothing in common")
    return shared


def _cut(bands: Iterable[Band], low: Decimal, high: Decimal) -> Iterator[Band]:
    for band in bands:
        start, end = max(low, band.low), min(high, band.high)
        if start >= end:
            continue
        if start == band.low:
            yield replace(band, high=end)
            continue
        for piece in proportional_bands([band]):
            if max(start, piece.low) < min(end, piece.high):
                yield replace(piece, low=max(start, piece.low), high=min(end, piece.high))
