"""Why a bid was awarded what it was: what is full on its path, and at which price it would have had more.

At which price is found by the programme of the award, everybody else's bids alike and who is in staying in:
what the surplus loses if one unit more has to be awarded says how much more the bid would have to be worth.
It rests on the limits that the clearing has taken up.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from capacity.feasibility.flow.flow_network import Flags
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.units import CommercialUnit
from market.clearing.columns import Column, Market
from market.clearing.model import Bid
from market.clearing.prices_shown import in_words, shown
from market.clearing.pricing import Prices
from market.clearing.result import MoreAt
from market.clearing.search import Found

SOUGHT_MAX: Final = 100
"""Bids, the earliest that lack something, for which it is sought at what price they would have had more."""
NAMED_MAX: Final = 3
"""Limits named for one bid, the dearest."""
STEP: Final = Decimal("0.01")
"""Prices are told in this step, or in the finest that a bid uses."""


class Explanations:
    """The explanations of one clearing."""

    def __init__(
        self, market: Market, bids: Sequence[Bid], found: Found, unit: CommercialUnit, deadline: Deadline
    ) -> None:
        self._market, self._bids, self._found = market, bids, found
        self._paid, self._deadline = _Paid(found.prices, unit), deadline
        self._step = min([STEP, *(Decimal(1).scaleb(_exponent(bid.price)) for bid in bids)])
        self._sought: dict[int, MoreAt | None] = {}

    def text(self, place: int, column: int, quantity: int) -> str:
        """Return, in a sentence, why the bid at `place` in a column was awarded `quantity`."""
        bid, one = self._bids[place], self._market.columns[column]
        full = self._paid.by(one, self._market.active[:, column])
        because = " and ".join(full) if full else "nothing on the path is full"
        price = self._found.prices.of_columns[column] / one.days
        if quantity == 0 and one.only_if is not None and not self._found.award[one.only_if]:
            return f"nothing, because {bid.only_if} was awarded nothing"
        if quantity == 0 and self._found.prices.gains[column] > 0:
            return f"nothing, because less than its minimum was left: {because}"
        return f"{quantity:,} of {bid.quantity:,} at {shown(price)}: {because}"

    def more_at(self, place: int, column: int, quantity: int) -> MoreAt | None:
        """Return at which limit price the bid at `place` would have had more, None where none is known."""
        bid = self._bids[place]
        missing = bid.quantity - quantity
        if not missing:
            return None
        of_column = min(int(self._found.award[column]), bid.quantity) - quantity
        if of_column > 0:
            return MoreAt(bid.price + bid.side.sign * self._step, of_column)
        if column not in self._sought:
            if len(self._sought) == SOUGHT_MAX:
                return None
            try:
                self._sought[column] = self._seek(column, bid)
            except LimitReached:
                self._sought[column] = None
        more = self._sought[column]
        return None if more is None else MoreAt(more.price, min(more.units, missing))

    def _seek(self, column: int, bid: Bid) -> MoreAt | None:
        """Return at which price a column would have been awarded more; raises LimitReached where at none."""
        one, found = self._market.columns[column], self._found
        if one.only_if is not None and not found.award[one.only_if]:
            return None
        programme, places = found.programme, np.array([column])
        held = int(found.award[column])
        least = max(held + 1, one.minimum)
        programme.bound(places, np.array([least]), np.array([one.quantity]))
        try:
            programme.solve(self._deadline)
            loss = max(Fraction(float(found.surplus) - programme.worth).limit_denominator(10**6), Fraction(0))
            needed = Fraction(bid.price) + one.sign * loss / ((least - held) * one.days)
            price = _beyond(needed, one.sign, self._step)
            if price < 0:
                return None
            programme.revalue(column, one.sign * (Fraction(price) - Fraction(bid.price)) * one.days)
            units = round(float(programme.solve(self._deadline)[column])) - held
        finally:
            programme.revalue(column, Fraction(0))
            programme.bound(places, found.least[places], found.most[places])
        return MoreAt(price, units) if units > 0 else None


class _Paid:
    """The limits that have a price, and which of them a column pays for.

    kinds : int64 (limits,); costs : float64 (limits, routes), price times count; names : int64 (limits,)
    """

    def __init__(self, prices: Prices, unit: CommercialUnit) -> None:
        listed = prices.limits
        texts = [in_words(prices.market, one, unit) for one in listed]
        self._texts = sorted(set(texts))
        self._names = np.array([self._texts.index(text) for text in texts], dtype=np.int64)
        self._kinds = np.array([one.kind for one in listed], dtype=np.int64)
        self._costs = np.array(
            [float(one.price) * one.limit.coefficients for one in listed], dtype=np.float64
        ).reshape(len(listed), len(prices.market.table.routes))

    def by(self, column: Column, active: Flags) -> list[str]:
        """Return the limits in words that a column pays for, the dearest first."""
        costs = np.where(active[self._kinds], self._costs[:, column.row], 0.0)
        sums = np.bincount(self._names, np.maximum(costs, 0.0), len(self._texts))
        dearest = np.argsort(-sums, kind="stable")[:NAMED_MAX]
        return [self._texts[name] for name in dearest.tolist() if sums[name] > 0]


def _beyond(price: Fraction, sign: int, step: Decimal) -> Decimal:
    """Return the first price in steps above a buyer's, or below a seller's."""
    steps = price / Fraction(step)
    return step * (math.floor(steps) + 1 if sign > 0 else math.ceil(steps) - 1)


def _exponent(price: Decimal) -> int:
    exponent = price.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
