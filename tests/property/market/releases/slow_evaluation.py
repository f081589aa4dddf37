"""Evaluation of release bids as it was first written: short, exact in fractions, and slow.

The oracle of `market.releases.bid_evaluation` and `market.releases.proration`, which must give the same
outcomes.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise

from linepack.gasday import Period
from market.releases.bid_evaluation import Evaluation, Fill, Reason, Terms, TieBreak, below_minimum, value_of
from market.releases.proration import Candidate, Kill


def evaluate_slowly(terms: Terms, bids: Sequence[Candidate], seed: str) -> Evaluation:
    return _Award(terms, bids, seed).run()


def minimum_fill(bid: Candidate, offer_minimum: int) -> int:
    """Return the least quantity worth awarding: the bid's minimum or the offer's, whichever is larger."""
    return max(bid.minimum_quantity, offer_minimum, 1)


class Remaining:
    """What remains of the offered capacity, per stretch of gas days that no period boundary parts."""

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
    bids: Sequence[Candidate], remaining: Remaining, offer_minimum: int
) -> tuple[dict[str, int], tuple[Kill, ...]]:
    """Share what remains among `bids`; return the winners' quantities by bid id, and the kills in order.

    Every share is at least the bid's minimum, and at least one bid wins if each of them fits on its own.
    """
    contenders = list(bids)
    kills: list[Kill] = []
    while True:
        exact = _proportional(contenders, remaining)
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
    return _hand_out_remainders(contenders, exact, floors, remaining), tuple(kills)


def _proportional(bids: Sequence[Candidate], remaining: Remaining) -> dict[str, Fraction]:
    """Return exact shares: one proportion for all, frozen for a bid when one of its days is full."""
    left = [Fraction(quantity) for quantity in remaining.left]
    shares: dict[str, Fraction] = {}
    rising = list(bids)
    while rising:
        demand = [0] * len(left)
        for bid in rising:
            for i in remaining.span(bid):
                demand[i] += bid.quantity
        level = min(Fraction(1), *(left[i] / demand[i] for i in range(len(left)) if demand[i]))
        full = {i for i in range(len(left)) if demand[i] and left[i] / demand[i] == level}
        settled = [bid for bid in rising if level == 1 or full.intersection(remaining.span(bid))]
        for bid in settled:
            shares[bid.bid_id] = level * bid.quantity
            for i in remaining.span(bid):
                left[i] -= shares[bid.bid_id]
        rising = [bid for bid in rising if bid.bid_id not in shares]
    return shares


def _hand_out_remainders(
    bids: Sequence[Candidate], exact: dict[str, Fraction], floors: dict[str, int], remaining: Remaining
) -> dict[str, int]:
    """Return `floors` raised one unit at a time, largest remainder first, while any remains."""
    shares = dict(floors)
    left = list(remaining.left)
    for bid in bids:
        for i in remaining.span(bid):
            left[i] -= shares[bid.bid_id]
    queue = sorted(bids, key=lambda bid: (shares[bid.bid_id] - exact[bid.bid_id], bid.sequence))
    while queue:
        queue = [
            bid
            for bid in queue
            if shares[bid.bid_id] < bid.quantity and all(left[i] > 0 for i in remaining.span(bid))
        ]
        for bid in queue:
            if all(left[i] > 0 for i in remaining.span(bid)):
                shares[bid.bid_id] += 1
                for i in remaining.span(bid):
                    left[i] -= 1
    return shares


class _Award:
    """One run of the evaluation: what is left of the capacity, and what is decided so far."""

    def __init__(self, terms: Terms, bids: Sequence[Candidate], seed: str) -> None:
        outside = [bid.bid_id for bid in bids if not terms.term.covers(bid.period)]
        if outside:
            raise ValueError(f"bids outside the offer's term: {', '.join(outside)}")
        self._terms = terms
        self._seed = seed
        self._bids = sorted(bids, key=lambda bid: (bid.sequence, bid.bid_id))
        self._remaining = Remaining(terms.term, terms.capacity, self._bids)
        self._fills: list[Fill] = []
        self._kills: list[Kill] = []

    def run(self) -> Evaluation:
        open_bids: list[Candidate] = []
        losers: list[Fill] = []
        for bid in self._bids:
            fault = below_minimum(self._terms, rate=bid.rate, quantity=bid.quantity, period=bid.period)
            if fault is None:
                open_bids.append(bid)
            else:
                losers.append(Fill(bid.bid_id, 0, Decimal(0), *fault))
        while open_bids:
            for bid in [bid for bid in open_bids if self._remaining.fits(bid) < self._need(bid)]:
                losers.append(self._lost(bid))
                open_bids.remove(bid)
            for bid in self._award_best(open_bids) if open_bids else ():
                open_bids.remove(bid)
        return Evaluation((*self._fills, *losers), tuple(self._kills))

    def _award_best(self, open_bids: Sequence[Candidate]) -> list[Candidate]:
        """Award the bid, or the tied bids, of the highest value; return those that won."""
        worth = {bid.bid_id: self._value(bid, self._remaining.fits(bid)) for bid in open_bids}
        best = max(worth.values())
        tied = [bid for bid in open_bids if worth[bid.bid_id] == best]
        if self._terms.tie_break is TieBreak.PRO_RATA and len(tied) > 1:
            return self._award_pro_rata(tied)
        if self._terms.tie_break is TieBreak.LOTTERY:
            tied.sort(key=lambda bid: sha256(f"{self._seed}:{bid.bid_id}".encode()).digest())
        winner = tied[0]
        quantity = self._remaining.fits(winner)
        if quantity == winner.quantity:
            self._won(winner, quantity, Reason.FILLED, "filled in full")
        else:
            text = f"{quantity:,} of {winner.quantity:,}: no more was left for this period"
            self._won(winner, quantity, Reason.PARTLY_FILLED, text)
        return [winner]

    def _award_pro_rata(self, tied: Sequence[Candidate]) -> list[Candidate]:
        shares, kills = pro_rata(tied, self._remaining, self._terms.minimum_quantity)
        self._kills += kills
        winners = [bid for bid in tied if bid.bid_id in shares]
        for bid in winners:
            quantity = shares[bid.bid_id]
            if quantity == bid.quantity:
                self._won(bid, quantity, Reason.FILLED, "filled in full")
            else:
                text = f"{quantity:,} of {bid.quantity:,}: its pro-rata share among bids of equal value"
                self._won(bid, quantity, Reason.PRO_RATA, text)
        return winners

    def _won(self, bid: Candidate, quantity: int, reason: Reason, text: str) -> None:
        self._remaining.take(bid, quantity)
        self._fills.append(Fill(bid.bid_id, quantity, self._value(bid, quantity), reason, text))

    def _lost(self, bid: Candidate) -> Fill:
        left, need = self._remaining.fits(bid), self._need(bid)
        killed = [kill for kill in self._kills if kill.bid_id == bid.bid_id]
        if killed:
            text = f"its pro-rata share of {killed[-1].share:,} was below its minimum of {need:,}"
            return Fill(bid.bid_id, 0, Decimal(0), Reason.KILLED, text)
        if left == 0:
            text = "nothing is left to award for this period"
        else:
            text = f"better bids left {left:,}, below its minimum of {need:,}"
        return Fill(bid.bid_id, 0, Decimal(0), Reason.EXHAUSTED, text)

    def _need(self, bid: Candidate) -> int:
        return minimum_fill(bid, self._terms.minimum_quantity)

    def _value(self, bid: Candidate, quantity: int) -> Decimal:
        return value_of(self._terms, bid.rate, quantity, bid.period)
