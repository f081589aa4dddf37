"""Pro-rata sharing: tied bids share what is left in proportion to their quantities.

Bids may ask for different gas days, so the common proportion rises until the scarcest days are full; the bids
on those days keep their share and the proportion goes on rising for the others. Shares are exact fractions,
floored to whole units; units left by flooring go to the largest remainders, ties to the earlier bid. A bid
whose floored share is below its minimum is killed, the one furthest short first, and the shares are drawn
again without it.

Gas days that no period boundary parts are one *stretch*; everything is counted per stretch. A draw is worked
out no further than the next kill needs (`market.releases.draw`), because there may be a kill for every bid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from linepack.gasday import Period
from market.releases.draw import Claim, Draw


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bid as evaluation sees it; `sequence` orders bids by arrival, earliest first."""

    bid_id: str
    quantity: int
    minimum_quantity: int
    rate: Decimal
    period: Period
    sequence: int


@dataclass(frozen=True, slots=True)
class Kill:
    """A pro-rata share that stayed below the bid's minimum and took the bid out of that draw."""

    bid_id: str
    share: int
    minimum: int


def minimum_fill(bid: Candidate, offer_minimum: int) -> int:
    """Return the least quantity worth awarding: the bid's minimum or the offer's, whichever is larger."""
    return max(bid.minimum_quantity, offer_minimum, 1)


class Remaining:
    """What is left of the offered capacity, per stretch.

    left : array, dims (stretch), int64, whole commercial units
    """

    def __init__(
        self, term: Period, capacity: Iterable[tuple[Period, int]], bids: Iterable[Candidate]
    ) -> None:
        offered = list(capacity)
        bids = list(bids)
        cuts = {term.start, term.end}
        for period in (*(period for period, _ in offered), *(bid.period for bid in bids)):
            cuts |= {period.start, period.end}
        place = {day: index for index, day in enumerate(sorted(cuts))}
        self.left: npt.NDArray[np.int64] = np.zeros(len(place) - 1, dtype=np.int64)
        for period, quantity in offered:
            self.left[place[period.start] : place[period.end]] += quantity
        self._spans = {bid.bid_id: (place[bid.period.start], place[bid.period.end]) for bid in bids}

    def span(self, bid: Candidate) -> tuple[int, int]:
        """Return the first stretch of the bid's period and the one after its last."""
        return self._spans[bid.bid_id]

    def fits_each(self, bids: Sequence[Candidate]) -> list[int]:
        """Return the most that each bid could be awarded now, if it were the only one.

        The least of every run of 1, 2, 4, … stretches is worked out once; a bid's period is covered by two.
        """
        if not bids:
            return []
        spans = np.array([self._spans[bid.bid_id] for bid in bids])
        first, after = spans[:, 0], spans[:, 1]
        powers = np.frexp(after - first)[1] - 1
        least = [self.left]
        for power in range(int(powers.max())):
            half = 1 << power
            least.append(np.minimum(least[-1][:-half], least[-1][half:]))
        found = np.empty(len(bids), dtype=np.int64)
        for power in np.unique(powers):
            at = powers == power
            runs = least[power]
            found[at] = np.minimum(runs[first[at]], runs[after[at] - (1 << int(power))])
        return [min(bid.quantity, int(left)) for bid, left in zip(bids, found, strict=True)]

    def take(self, bid: Candidate, quantity: int) -> None:
        """Take `quantity` out of every stretch of the bid's period."""
        first, after = self.span(bid)
        self.left[first:after] -= quantity


def pro_rata(
    bids: Sequence[Candidate], remaining: Remaining, offer_minimum: int
) -> tuple[dict[str, int], tuple[Kill, ...]]:
    """Share what remains among `bids`; return the winners' quantities by bid id, and the kills in order.

    Every share is at least the bid's minimum, and at least one bid wins if each of them fits on its own.
    """
    claims = [
        Claim(bid.bid_id, bid.quantity, minimum_fill(bid, offer_minimum), bid.sequence, *remaining.span(bid))
        for bid in bids
    ]
    draw = Draw(remaining.left.tolist(), claims)
    kills: list[Kill] = []
    while (killed := draw.kill_furthest_short()) is not None:
        claim, share = killed
        kills.append(Kill(claim.bid_id, share, claim.minimum))
    return _hand_out_remainders(draw.shares(), remaining.left), tuple(kills)


def _hand_out_remainders(
    exact: Sequence[tuple[Claim, Fraction]], left: npt.NDArray[np.int64]
) -> dict[str, int]:
    """Return the exact shares rounded down, then raised one unit at a time, largest remainder first."""
    left = left.copy()
    shares = {claim.bid_id: int(share) for claim, share in exact}
    for claim, _ in exact:
        left[claim.first : claim.after] -= shares[claim.bid_id]
    ordered = sorted(exact, key=lambda one: (int(one[1]) - one[1], one[0].sequence))
    queue = [claim for claim, _ in ordered]
    while queue:
        queue = [
            claim
            for claim in queue
            if shares[claim.bid_id] < claim.quantity and left[claim.first : claim.after].min() > 0
        ]
        for claim in queue:
            if left[claim.first : claim.after].min() > 0:
                shares[claim.bid_id] += 1
                left[claim.first : claim.after] -= 1
    return shares
