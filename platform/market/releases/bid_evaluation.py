"""Bid evaluation in a capacity release: which bids win, how much of each, and why.

Methods (NAESB WGQ 5.3.3): highest rate; net revenue = rate × quantity × gas days; present value = the
reservation revenue of each gas month, discounted at the posted annual rate. With i the annual rate divided by
twelve and gas month k = 1, 2, … of the offer's term, paid at the end of the month:

    present value = Σ_k rate × quantity × days_k / (1 + i)^k

Bids are filled best value first. A bid is worth what it would pay for the quantity it can still be awarded,
so a large bid gains nothing from quantity that is no longer there. Equal values are settled by the tie-break;
a pro-rata share below a bid's minimum kills the bid, the shares are drawn again without it, and a killed bid
is tried once more on what the others leave over. Nothing here needs judgement, so that any award can be
evaluated again (`linepack audit`).

Units: quantities are whole commercial units on every gas day of a period; rates are money per unit and gas
day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from linepack.gasday import Period
from market.releases.proration import Candidate, Kill, Remaining, minimum_fill, pro_rata

VALUE_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)
"""Values are figured to 50 significant digits and then rounded, half to even, to `VALUE_QUANTUM`."""
VALUE_QUANTUM = Decimal("1e-10")
MONTHS_PER_YEAR = 12


class BidEvalMethod(StrEnum):
    """How bids are valued."""

    HIGHEST_RATE = "HIGHEST_RATE"
    NET_REVENUE = "NET_REVENUE"
    PRESENT_VALUE = "PRESENT_VALUE"


class TieBreak(StrEnum):
    """How bids of equal value are settled."""

    EARLIEST = "EARLIEST"
    PRO_RATA = "PRO_RATA"
    LOTTERY = "LOTTERY"


class Reason(StrEnum):
    """Why a bid was awarded what it was awarded."""

    FILLED = "FILLED"
    PARTLY_FILLED = "PARTLY_FILLED"
    PRO_RATA = "PRO_RATA"
    KILLED = "KILLED"
    EXHAUSTED = "EXHAUSTED"
    BELOW_MINIMUM_RATE = "BELOW_MINIMUM_RATE"
    BELOW_MINIMUM_QUANTITY = "BELOW_MINIMUM_QUANTITY"
    BELOW_MINIMUM_TERM = "BELOW_MINIMUM_TERM"
    BEGUN = "BEGUN"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered and how bids on it are judged.

    `term` is the offer's period and `capacity` what may be awarded in it: consecutive sub-periods with their
    quantity. `discount_rate` is the posted annual rate (0.085 for 8.5 %).
    """

    term: Period
    capacity: tuple[tuple[Period, int], ...]
    method: BidEvalMethod
    tie_break: TieBreak
    minimum_rate: Decimal = Decimal(0)
    minimum_quantity: int = 1
    minimum_term_days: int = 1
    discount_rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Fill:
    """What one bid was awarded: `quantity` (0: nothing) and the value of that, with the reason in words."""

    bid_id: str
    quantity: int
    value: Decimal
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every bid's fill, awarded ones first in the order of award, and the kills on the way."""

    fills: tuple[Fill, ...]
    kills: tuple[Kill, ...]

    @property
    def awarded(self) -> int:
        """The number of bids that won something."""
        return sum(fill.quantity > 0 for fill in self.fills)


def discounted_days(period: Period, term: Period, annual_rate: Decimal) -> Decimal:
    """Return the gas days of `period`, each discounted to the start of `term` by whole gas months.

    The factor for gas month k of the term is (1 + annual_rate / 12)^-k.
    """
    total = Decimal(0)
    for month, divisor in _discounts(term, annual_rate):
        if shared := month.overlap(period):
            total = VALUE_CONTEXT.add(total, VALUE_CONTEXT.divide(shared.days, divisor))
    return total


@lru_cache(maxsize=8)
def _discounts(term: Period, annual_rate: Decimal) -> tuple[tuple[Period, Decimal], ...]:
    growth = VALUE_CONTEXT.add(1, VALUE_CONTEXT.divide(annual_rate, MONTHS_PER_YEAR))
    months, divisor = [], Decimal(1)
    for month in term.gas_months():
        divisor = VALUE_CONTEXT.multiply(divisor, growth)
        months.append((month, divisor))
    return tuple(months)


def value_of(terms: Terms, rate: Decimal, quantity: int, period: Period) -> Decimal:
    """Return what `quantity` at `rate` over `period` is worth by the offer's method.

    A rate for HIGHEST_RATE; money for the other methods. Rounded to `VALUE_QUANTUM`.
    """
    return _value(rate, quantity, _days_valued(terms, period))


def _days_valued(terms: Terms, period: Period) -> Decimal | None:
    """Return the gas days that a bid's money is counted for; None when its rate alone counts."""
    match terms.method:
        case BidEvalMethod.HIGHEST_RATE:
            return None
        case BidEvalMethod.NET_REVENUE:
            return Decimal(period.days)
        case BidEvalMethod.PRESENT_VALUE:
            return discounted_days(period, terms.term, terms.discount_rate)


def _value(rate: Decimal, quantity: int, days: Decimal | None) -> Decimal:
    if days is None:
        return rate.quantize(VALUE_QUANTUM, context=VALUE_CONTEXT)
    revenue = VALUE_CONTEXT.multiply(VALUE_CONTEXT.multiply(rate, quantity), days)
    return revenue.quantize(VALUE_QUANTUM, context=VALUE_CONTEXT)


def below_minimum(terms: Terms, *, rate: Decimal, quantity: int, period: Period) -> tuple[Reason, str] | None:
    """Return which of the offer's minimums a bid does not meet, in words, or None."""
    if rate < terms.minimum_rate:
        return Reason.BELOW_MINIMUM_RATE, f"rate {rate} is below the minimum rate {terms.minimum_rate}"
    if quantity < terms.minimum_quantity:
        text = f"quantity {quantity:,} is below the minimum quantity {terms.minimum_quantity:,}"
        return Reason.BELOW_MINIMUM_QUANTITY, text
    if period.days < terms.minimum_term_days:
        text = f"a term of {period.days} gas days is below the minimum term of {terms.minimum_term_days}"
        return Reason.BELOW_MINIMUM_TERM, text
    return None


def evaluate(terms: Terms, bids: Sequence[Candidate], seed: str) -> Evaluation:
    """Award the offered capacity to the bids of best value; see the module for the rules.

    `seed` decides a LOTTERY and nothing else. The result depends on the arguments alone, not on the order
    in which bids are given. Raises ValueError when a bid's period is not within the offer's term.
    """
    return _Award(terms, bids, seed).run()


class _Award:
    """One run of the evaluation: what remains of the capacity, and what is decided so far."""

    def __init__(self, terms: Terms, bids: Sequence[Candidate], seed: str) -> None:
        outside = [bid.bid_id for bid in bids if not terms.term.covers(bid.period)]
        if outside:
            raise ValueError(f"bids outside the offer's term: {', '.join(outside)}")
        self._terms = terms
        self._bids = sorted(bids, key=lambda bid: (bid.sequence, bid.bid_id))
        self._remaining = Remaining(terms.term, terms.capacity, self._bids)
        self._lots = {bid.bid_id: sha256(f"{seed}:{bid.bid_id}".encode()).digest() for bid in bids}
        self._days = {bid.bid_id: _days_valued(terms, bid.period) for bid in bids}
        self._worth: dict[str, tuple[int, Decimal]] = {}
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
            fitting: list[tuple[Candidate, int]] = []
            for bid, fits in zip(open_bids, self._remaining.fits_each(open_bids), strict=True):
                if fits < self._need(bid):
                    losers.append(self._lost(bid, fits))
                else:
                    fitting.append((bid, fits))
            winners = self._award_best(fitting) if fitting else frozenset()
            open_bids = [bid for bid, _ in fitting if bid.bid_id not in winners]
        return Evaluation((*self._fills, *losers), tuple(self._kills))

    def _award_best(self, open_bids: Sequence[tuple[Candidate, int]]) -> frozenset[str]:
        """Award the bid, or the tied bids, of the highest value; return the ids of those that won.

        Each open bid comes with the most that it can be awarded.
        """
        worth = [self._value(bid, fits) for bid, fits in open_bids]
        best = max(worth)
        tied = [one for one, value in zip(open_bids, worth, strict=True) if value == best]
        if self._terms.tie_break is TieBreak.PRO_RATA and len(tied) > 1:
            return self._award_pro_rata([bid for bid, _ in tied])
        if self._terms.tie_break is TieBreak.LOTTERY:
            tied.sort(key=lambda one: self._lots[one[0].bid_id])
        winner, quantity = tied[0]
        if quantity == winner.quantity:
            self._won(winner, quantity, Reason.FILLED, "filled in full")
        else:
            text = f"{quantity:,} of {winner.quantity:,}: no more was left for this period"
            self._won(winner, quantity, Reason.PARTLY_FILLED, text)
        return frozenset({winner.bid_id})

    def _award_pro_rata(self, tied: Sequence[Candidate]) -> frozenset[str]:
        shares, kills = pro_rata(tied, self._remaining, self._terms.minimum_quantity)
        self._kills += kills
        for bid in tied:
            quantity = shares.get(bid.bid_id)
            if quantity == bid.quantity:
                self._won(bid, quantity, Reason.FILLED, "filled in full")
            elif quantity is not None:
                text = f"{quantity:,} of {bid.quantity:,}: its pro-rata share among bids of equal value"
                self._won(bid, quantity, Reason.PRO_RATA, text)
        return frozenset(shares)

    def _won(self, bid: Candidate, quantity: int, reason: Reason, text: str) -> None:
        self._remaining.take(bid, quantity)
        self._fills.append(Fill(bid.bid_id, quantity, self._value(bid, quantity), reason, text))

    def _lost(self, bid: Candidate, left: int) -> Fill:
        need = self._need(bid)
        killed = next((kill for kill in reversed(self._kills) if kill.bid_id == bid.bid_id), None)
        if killed is not None:
            text = f"its pro-rata share of {killed.share:,} was below its minimum of {need:,}"
            return Fill(bid.bid_id, 0, Decimal(0), Reason.KILLED, text)
        if left == 0:
            text = "nothing is left to award for this period"
        else:
            text = f"better bids left {left:,}, below its minimum of {need:,}"
        return Fill(bid.bid_id, 0, Decimal(0), Reason.EXHAUSTED, text)

    def _need(self, bid: Candidate) -> int:
        return minimum_fill(bid, self._terms.minimum_quantity)

    def _value(self, bid: Candidate, quantity: int) -> Decimal:
        """Return what `quantity` of the bid is worth; the last answer is kept, since most do not change."""
        kept = self._worth.get(bid.bid_id)
        if kept is None or kept[0] != quantity:
            kept = self._worth[bid.bid_id] = quantity, _value(bid.rate, quantity, self._days[bid.bid_id])
        return kept[1]
