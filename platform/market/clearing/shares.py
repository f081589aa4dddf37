"""Awards by bid: what a column of bids alike was awarded, shared out among them.

In proportion to the quantities bid, in whole units; units left by rounding down go to the largest remainders,
ties to the earlier bid.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from capacity.feasibility.flow.flow_network import Integers
from market.clearing.columns import Market
from market.clearing.model import Bid


def by_bid(market: Market, bids: Sequence[Bid], award: Integers) -> Integers:
    """Return what each bid is awarded, int64 (bids,), of an award by column, int64 (columns,)."""
    quantities = np.zeros(len(bids), dtype=np.int64)
    for column, units in zip(market.columns, award.tolist(), strict=True):
        places = list(column.bids)
        quantities[places] = _shared(units, [bids[place].quantity for place in places])
    return quantities


def _shared(units: int, weights: Sequence[int]) -> list[int]:
    total = sum(weights)
    exact = [Fraction(units * weight, total) for weight in weights]
    shares = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: units - sum(shares)]:
        shares[place] += 1
    return shares
