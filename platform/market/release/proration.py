"""The home of pro-rata sharing: tied bids share what is left in proportion to their quantities.

Bids may ask for different gas days, so the common proportion rises until the scarcest days are full; the bids
on those days keep their share and the proportion goes on rising for the others. Shares are exact fractions,
floored to whole units; units left by flooring go to the largest remainders, ties to the earlier bid. A bid
whose floored share is below its minimum is killed, the one furthest short first, and the shares are drawn
again without it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from linepack.gasday import Period


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


class Room:
    """What is left of the offered capacity, per stretch of gas days that no period boundary cuts."""

    def __init__(
        self, term: Period, capacity: Iterable[tuple[Period, int]], bids: Iterable[Candidate]
    ) -> None:
        offered = list(capacity)
        bids = list(bids)
        cuts = {term.start, term.end}
        for period in (*(period for period, _ in offered), *(bid.period for bid in bids)):
            cuts |= {period.start, period.end}
        stretches = [Period(a, b) for a, b in pairwise(sorted(cuts))]
        self.left = [
            sum(quantity for period, quantity in offered if period.covers(stretch)) for stretch in stretches
        ]
        self._spans = {
            bid.bid_id: [i for i, stretch in enumerate(stretches) if bid.period.covers(stretch)]
            for bid in bids
        }

    def span(self, bid: Candidate) -> list[int]:
        """Return the indices into `left` of the stretches that make up the bid's period."""
        return self._spans[bid.bid_id]

    def fits(self, bid: Candidate) -> int:
        """Return the most the bid can be awarded now."""
        return min(bid.quantity, *(self.left[i] for i in self.span(bid)))

    def take(self, bid: Candidate, quantity: int) -> None:
        """Take `quantity` out of every stretch of the bid's period."""
        for i in self.span(bid):
            self.left[i] -= quantity


def pro_rata(
    bids: Sequence[Candidate], room: Room, offer_minimum: int
) -> tuple[dict[str, int], tuple[Kill, ...]]:
    """Share the room among `bids`; return the winners' quantities by bid id, and the kills in order.

    Every share is at least the bid's minimum, and at least one bid wins if each of them fits on its own.
    """
    contenders = list(bids)
    kills: list[Kill] = []
    while True:
        exact = _proportional(contenders, room)
        floors = {bid.bid_id: int(exact[bid.bid_id]) for bid in contenders}
        short = [bid for bid in contenders if floors[bid.bid_id] < minimum_fill(bid, offer_minimum)]
        if not short:
            break
        killed = min(
            short,
            key=lambda bid: (
                Fraction(floors[bid.bid_id], minimum_fill(bid, offer_minimum)),
                -bid.sequence,
            ),
        )
        kills.append(Kill(killed.bid_id, floors[killed.bid_id], minimum_fill(killed, offer_minimum)))
        contenders.remove(killed)
    return _hand_out_remainders(contenders, exact, floors, room), tuple(kills)


def _proportional(bids: Sequence[Candidate], room: Room) -> dict[str, Fraction]:
    """Return exact shares: one proportion for all, frozen for a bid when one of its days is full."""
    left = [Fraction(quantity) for quantity in room.left]
    shares: dict[str, Fraction] = {}
    rising = list(bids)
    while rising:
        demand = [0] * len(left)
        for bid in rising:
            for i in room.span(bid):
                demand[i] += bid.quantity
        level = min(Fraction(1), *(left[i] / demand[i] for i in range(len(left)) if demand[i]))
        full = {i for i in range(len(left)) if demand[i] and left[i] / demand[i] == level}
        settled = [bid for bid in rising if level == 1 or full.intersection(room.span(bid))]
        for bid in settled:
            shares[bid.bid_id] = level * bid.quantity
            for i in room.span(bid):
                left[i] -= shares[bid.bid_id]
        rising = [bid for bid in rising if bid.bid_id not in shares]
    return shares


def _hand_out_remainders(
    bids: Sequence[Candidate], exact: dict[str, Fraction], floors: dict[str, int], room: Room
) -> dict[str, int]:
    """Return `floors` raised one unit at a time, largest remainder first, while the room allows."""
    shares = dict(floors)
    left = list(room.left)
    for bid in bids:
        for i in room.span(bid):
            left[i] -= shares[bid.bid_id]
    queue = sorted(bids, key=lambda bid: (shares[bid.bid_id] - exact[bid.bid_id], bid.sequence))
    while queue:
        queue = [
            bid
            for bid in queue
            if shares[bid.bid_id] < bid.quantity and all(left[i] > 0 for i in room.span(bid))
        ]
        for bid in queue:
            if all(left[i] > 0 for i in room.span(bid)):
                shares[bid.bid_id] += 1
                for i in room.span(bid):
                    left[i] -= 1
    return shares
