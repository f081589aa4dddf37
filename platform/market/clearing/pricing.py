"""The prices of an award: what one unit more of each limit is worth, exactly, and what each path pays.

Prices are the duals of the linear programme in which everybody who is in stays in. Where several would do
they are the least: what one unit *more* would add. They are found beside rooms that are a little wider, taken
as the fractions that they are, and then counted again in exact numbers: a bid between nothing and its
quantity pays its own limit, one with all it asked for pays no more than that, and one without anything would
have had to pay at least that. What does not fit so is named: uplift, and a gap between surplus and bound.

A price is money for one unit over all gas days of a kind; over one gas day it is divided by their number.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from capacity.feasibility.flow.flow_network import Integers
from capacity.solvers.deadline import Deadline
from market.clearing.columns import Market
from market.clearing.limits import Limit
from market.clearing.programme import Programme, Values

WIDER: Final = 2.0**-10
"""How much wider rooms are while prices are found: less than changes what is best."""
DENOMINATORS: Final = (1, 10**2, 10**4, 10**6, 10**9)
"""A price is a fraction with the smallest denominator that gives what the solver found."""
PRECISION: Final = 1e-11
"""How exactly, beside its size, a solver knows a price."""
ZERO: Final = Fraction(0)

Exact = NDArray[Any]
"""Fractions in an array."""


@dataclass(frozen=True, slots=True, eq=False)
class PricedLimit:
    """A limit that is worth something on a kind of day; `price` is that of a unit over all its gas days."""

    limit: Limit
    kind: int
    price: Fraction


@dataclass(frozen=True, eq=False)
class Prices:
    """What limits are worth, and the operator's part on paths.

    reserves : Fraction (kinds, routes), the operator's part of the price of a path
    """

    market: Market
    values: Values
    limits: tuple[PricedLimit, ...]
    reserves: Exact

    @cached_property
    def of_routes(self) -> Exact:
        """Fraction (kinds, routes): what a unit on each path pays on all gas days of each kind."""
        prices = self.reserves.copy()
        for one in self.limits:
            for row in np.flatnonzero(one.limit.coefficients).tolist():
                prices[one.kind, row] += one.price * int(one.limit.coefficients[row])
        return prices

    @cached_property
    def of_columns(self) -> tuple[Fraction, ...]:
        """What a unit of each column pays over its whole period."""
        prices = self.of_routes
        return tuple(
            sum((prices[kind, column.row] for kind in np.flatnonzero(active).tolist()), ZERO)
            for column, active in zip(self.market.columns, self.market.active.T, strict=True)
        )

    @cached_property
    def gains(self) -> tuple[Fraction, ...]:
        """What a unit of each column gains: limit less price for a buyer, price less limit for a seller."""
        return tuple(
            column.sign * (column.value - price)
            for column, price in zip(self.market.columns, self.of_columns, strict=True)
        )

    def bound(self, least: Integers, most: Integers) -> Fraction:
        """Return what no award between `least` and `most`, int64 (columns,), is worth more than.

        By weak duality: all rooms at their prices, and each column at the end that gains more.
        """
        rooms = sum((one.price * int(one.limit.rooms[one.kind]) for one in self.limits), ZERO)
        ends = zip(self.gains, least.tolist(), most.tolist(), strict=True)
        return rooms + sum((gain * (high if gain > 0 else low) for gain, low, high in ends), ZERO)


def priced(
    market: Market, values: Values, programme: Programme, reserve_price: Fraction, deadline: Deadline
) -> Prices:
    """Return the prices of what `programme`, bounded to those who are in, finds best; raises LimitReached."""
    programme.widen(WIDER)
    programme.solve(deadline)
    of_limits, of_resales = programme.prices()
    programme.widen(0.0)
    limits = tuple(
        PricedLimit(limit, kind, price)
        for (limit, kind), found in zip(programme.limits, of_limits.tolist(), strict=True)
        if (price := max(_exact(found), ZERO))
    )
    reserves = np.empty((len(market.cases), len(market.table.routes)), dtype=object)
    reserves[:] = np.array([reserve_price * length for length in market.lengths.tolist()])[:, np.newaxis]
    reserves[:, market.rows[market.signs < 0]] = ZERO
    for resale, found, most in zip(values.resales, of_resales.tolist(), values.reserves, strict=True):
        reserves[resale.kind, resale.row] = min(max(_exact(found), ZERO), most)
    return Prices(market, values, limits, reserves)


def surplus_of(market: Market, values: Values, award: Integers) -> Fraction:
    """Return what an award, int64 (columns,), is worth: exact money."""
    quantities = award.tolist()
    worth = sum((gain * units for gain, units in zip(values.gains, quantities, strict=True)), ZERO)
    added = market.by_route(award)
    resold = zip(values.resales, values.reserves, strict=True)
    return worth - sum((price * max(int(added[one.kind, one.row]), 0) for one, price in resold), ZERO)


def _exact(found: float) -> Fraction:
    """Return the simplest fraction that a float stands for."""
    tolerance = PRECISION * max(1.0, abs(found))
    for most in DENOMINATORS:
        fraction = Fraction(found).limit_denominator(most)
        if abs(float(fraction) - found) <= tolerance:
            return fraction
    return fraction
