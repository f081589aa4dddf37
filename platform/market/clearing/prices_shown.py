"""The prices of a clearing as they are published: of limits, and of edges in each direction."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from capacity.feasibility.flow.cuts import cut_edges
from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.flow.load_cases import merged
from capacity.feasibility.verdicts.descriptions import limit_in_words
from capacity.feasibility.verdicts.explanation import CutEdge
from linepack.gasday import Period
from linepack.units import CommercialUnit
from market.clearing.columns import Market
from market.clearing.pricing import PricedLimit, Prices
from market.clearing.result import PriceOfEdge, PriceOfLimit

PLACES: Final = Decimal("0.000001")
"""How exactly prices are shown; payments follow from the fractions that they are."""
_WIDE: Final = Context(prec=60)


def as_decimal(amount: Fraction) -> Decimal:
    """Return an amount with more digits than any sum of money has: exact where a decimal can be."""
    return _WIDE.divide(Decimal(amount.numerator), Decimal(amount.denominator))


def decimal(price: Fraction) -> Decimal:
    """Return a price rounded to `PLACES`."""
    return as_decimal(price).quantize(PLACES, context=_WIDE)


def shown(price: Fraction) -> str:
    """Return a price as text, without zeros at its end."""
    return f"{decimal(price).normalize():,f}"


def in_words(market: Market, one: PricedLimit, unit: CommercialUnit) -> str:
    """Return what is used up."""
    cut, day = one.limit.cut, market.cases[one.kind]
    if cut is None:
        return "pressure is at its limit"
    if cut.limit is not None:
        capacity = cut.capacity(day)
        return limit_in_words(edges=(), nodes=(), limited=(str(cut.limit), capacity), unit=unit)
    nodes = [day.table.network.node_ids[node] for node in np.flatnonzero(cut.inside)]
    return limit_in_words(edges=_edges(market, one), nodes=nodes, limited=None, unit=unit)


def limit_prices(prices: Prices, added: Integers, unit: CommercialUnit) -> Iterator[PriceOfLimit]:
    """Yield the limits with a price, by day; `added`, int64 (kinds, routes), is what was awarded."""
    market = prices.market
    for one in sorted(prices.limits, key=lambda one: (market.cases[one.kind].periods[0], -one.price)):
        day, length = market.cases[one.kind], int(market.lengths[one.kind])
        used = int(one.limit.coefficients @ added[one.kind])
        room = int(one.limit.rooms[one.kind])
        capacity = room if one.limit.cut is None else one.limit.cut.capacity(day)
        edges = () if one.limit.cut is None or one.limit.cut.limit is not None else _edges(market, one)
        text = in_words(market, one, unit)
        load = capacity - room + used
        yield PriceOfLimit(text, day.periods, length, edges, one.price / length, capacity, load)


def edge_prices(prices: Prices) -> Iterator[PriceOfEdge]:
    """Yield the price of each edge and direction that has one, by edge, in stretches of the same price."""
    market = prices.market
    network = market.table.network
    by_day: defaultdict[tuple[int, bool, int], Fraction] = defaultdict(Fraction)
    for one in prices.limits:
        daily = one.price / int(market.lengths[one.kind])
        for counts, is_forward in ((one.limit.forward, True), (one.limit.backward, False)):
            for edge in np.flatnonzero(counts).tolist():
                by_day[edge, not is_forward, one.kind] += daily * int(counts[edge])
    alike: defaultdict[tuple[int, bool, Fraction], list[Period]] = defaultdict(list)
    for (edge, is_backward, kind), price in sorted(by_day.items()):
        alike[edge, is_backward, price] += market.cases[kind].periods
    for (edge, is_backward, price), periods in alike.items():
        ends = network.node_ids[network.tail[edge]], network.node_ids[network.head[edge]]
        tail, head = ends[::-1] if is_backward else ends
        yield PriceOfEdge(network.edge_ids[edge], tail, head, merged(periods), price)


def _edges(market: Market, one: PricedLimit) -> tuple[CutEdge, ...]:
    day, cut = market.cases[one.kind], one.limit.cut
    return () if cut is None else cut_edges(market.table.network, day.capacities, cut.inside)
