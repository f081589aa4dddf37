"""Operations on ordered bands: cutting, stacking, sharing, and what two bands both allow.

A band's price is asked of the units inside the band. Merging bands where a price is not proportional needs
the price of the pieces between its steps; block tiers have one, take-or-pay and the larger of two tiered
prices do not, and are refused (NotReducible). A part of bands needs none: it bears its share of the whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, pairwise

from capacity.contracts.errors import NotReducible
from capacity.contracts.model import ZERO, Band, Interval
from capacity.contracts.pricing.price import Block, PriceProcedure, Share, is_proportional, steps, within


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


def part(bands: tuple[Band, ...], low: Decimal, high: Decimal) -> tuple[Band, ...]:
    """Return the units from `low` up to `high`, counted from 0, at their share of what all units cost.

    Which units they are decides on pressure and calorific value, not on the price. Raises NotReducible where
    bands are shares of different costs already.
    """
    if low == 0 and bands and high == bands[-1].high:
        return bands
    price = _share_of(bands)
    pieces = []
    for _, alike in groupby(bands, key=lambda band: (band.pressure_bar, band.calorific_value_kwh_per_nm3)):
        group = list(alike)
        start, end = max(low, group[0].low), min(high, group[-1].high)
        if start < end:
            pieces.append(replace(group[0], low=start, high=end, price=price))
    return stacked(pieces)


def common(one: Interval | None, two: Interval | None, edges: tuple[str, str], what: str) -> Interval | None:
    """Return what two intervals share, None being without bound; raises NotReducible when nothing."""
    if one is None or two is None:
        return one or two
    if (shared := one.overlap(two)) is None:
        raise NotReducible(edges, f"{what} {one} and {two} have nothing in common")
    return shared


def _share_of(bands: tuple[Band, ...]) -> PriceProcedure:
    prices = {band.price for band in bands}
    if len(prices) == 1 and is_proportional(bands[0].price):
        return bands[0].price
    if any(isinstance(price, Share) for price in prices):
        raise NotReducible(["its bands"], "they are shares of different costs")
    return Share(tuple(Block(band.width, band.price) for band in bands))
