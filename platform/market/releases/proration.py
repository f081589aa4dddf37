"""Pro-rata sharing: tied bids share what is left in proportion to their quantities.

Bids may ask for different gas days, so the common proportion rises until the scarcest days are full; the bids
on those days keep their share and the proportion goes on rising for the others. Shares are exact fractions,
floored to whole units; units left by flooring go to the largest remainders, ties to the earlier bid. A bid
whose floored share is below its minimum is killed, the one furthest short first, and the shares are drawn
again without it.

Gas days that no period boundary parts are one *stretch*; everything is counted per stretch. A draw is worked
out no further than the next kill needs, because there may be a kill for every bid.

In a draw the claims on a full stretch are settled at the proportion reached there, its *level*, and what they
take is subtracted; the claims that go on rising fall into groups that share no stretch, and each group goes
on by itself. The level at which a group goes on is a lower bound of every share in it. So the claim that is
furthest below its minimum is found without working out the groups that cannot hold it.

A claim that is killed changes nothing of the steps before the one that settled it, because it only made other
stretches scarcer: that step and what followed from it are worked out again, and the rest stays.

Everything is exact: what is left of a stretch is a fraction of integers. Levels are compared as floats first;
rounding keeps the order, so that only equal floats need their fractions.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from heapq import heappop, heappush
from itertools import accumulate, count
from math import gcd

import numpy as np
import numpy.typing as npt

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


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What one bid claims: `quantity`, `minimum` or more, on the stretches from `first` up to `after`."""

    bid_id: str
    quantity: int
    minimum: int
    sequence: int
    first: int
    after: int


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


@dataclass(slots=True, eq=False)
class _Step:
    """A group of claims whose scarcest stretch is full at the level `numerator / denominator`.

    The claims are in the order of their first stretches. `beside` are the groups that came of the same step,
    this one among them. `before` keeps what was left, as numerators and denominators, from the group's first
    stretch on, before the settled claims took their shares.
    """

    claims: list[Claim]
    numerator: int
    denominator: int
    settled: list[Claim]
    rising: list[Claim]
    beside: list["_Step"]
    following: list["_Step"] = field(default_factory=list)
    before: tuple[list[int], list[int]] | None = None
    is_void: bool = False

    @property
    def first(self) -> int:
        return self.claims[0].first

    def floor(self, claim: Claim) -> int:
        return claim.quantity * self.numerator // self.denominator


_Short = tuple[float, Fraction, int, int, int, Claim, _Step]
"""The part of its minimum a claim gets, as float and exactly, what breaks ties, its share, and where."""


class Draw:
    """The shares of claims in what is `left` per stretch, while claims are killed one by one."""

    def __init__(self, left: Sequence[int], claims: Iterable[Claim]) -> None:
        ordered = sorted(claims, key=lambda claim: claim.first)
        self._numerators = list(left)
        self._denominators = [1] * len(self._numerators)
        self._killed: set[Claim] = set()
        self._short: list[_Short] = []
        self._waiting: list[tuple[float, int, _Step]] = []
        self._numbers = count()
        self._steps: list[_Step] = []
        self._go_on(ordered, self._steps)

    def kill_furthest_short(self) -> tuple[Claim, int] | None:
        """Kill the claim whose floored share is the least part of its minimum; return it and that share.

        None when no floored share is below its minimum. Of equals the latest is killed.
        """
        while self._is_undecided():
            self._open(heappop(self._waiting)[2])
        if not self._short:
            return None
        *_, share, claim, step = heappop(self._short)
        self._killed.add(claim)
        for void in _all([step]):
            void.is_void = True
        step.beside.remove(step)
        if step.before is not None:
            after = step.first + len(step.before[0])
            self._numerators[step.first : after], self._denominators[step.first : after] = step.before
        self._go_on([one for one in step.claims if one not in self._killed], step.beside)
        return claim, share

    def shares(self) -> list[tuple[Claim, Fraction]]:
        """Return every claim's exact share."""
        while self._waiting:
            step = heappop(self._waiting)[2]
            if not step.is_void:
                self._open(step)
        return [
            (claim, Fraction(claim.quantity * step.numerator, step.denominator))
            for step in _all(self._steps)
            for claim in step.settled
        ]

    def _is_undecided(self) -> bool:
        """Return whether a group that still waits may hold the claim that is furthest short."""
        while self._short and self._short[0][-1].is_void:
            heappop(self._short)
        while self._waiting and self._waiting[0][2].is_void:
            heappop(self._waiting)
        if not self._waiting or self._waiting[0][0] >= 1:
            return False
        return not self._short or self._waiting[0][0] <= self._short[0][0]

    def _open(self, step: _Step) -> None:
        """Subtract what the settled claims of a step take, and find the steps of those that go on."""
        first, after = step.first, max(claim.after for claim in step.claims)
        step.before = self._numerators[first:after], self._denominators[first:after]
        settled, rising = _load(step.settled, first, after), _load(step.rising, first, after)
        for at, (taken, wanted) in enumerate(zip(settled, rising, strict=True), first):
            if taken and wanted:
                self._take(at, taken, step)
        self._go_on(step.rising, step.following)

    def _take(self, at: int, taken: int, step: _Step) -> None:
        numerator, denominator = self._numerators[at], self._denominators[at]
        scale, rest = divmod(step.denominator, denominator)
        if rest:
            self._numerators[at] = numerator * step.denominator - taken * step.numerator * denominator
            self._denominators[at] = denominator * step.denominator
        else:
            self._numerators[at] = numerator * scale - taken * step.numerator
            self._denominators[at] = step.denominator

    def _go_on(self, claims: Sequence[Claim], steps: list[_Step]) -> None:
        """Add the next step of each group of claims to `steps`, and note what it decides."""
        for group in _groups(claims):
            step = self._step(group, steps)
            steps.append(step)
            self._note(step)

    def _step(self, claims: list[Claim], beside: list[_Step]) -> _Step:
        """Let the proportion rise for a group of claims until its scarcest stretch is full."""
        first, after = claims[0].first, max(claim.after for claim in claims)
        demand = _load(claims, first, after)
        levels = [
            left / (scale * wanted)
            for left, scale, wanted in zip(
                self._numerators[first:after], self._denominators[first:after], demand, strict=True
            )
        ]
        least = min(levels)
        if least > 1:
            return _Step(claims, 1, 1, claims, [], beside)
        full: list[int] = []
        numerator, denominator = 1, 0
        for at, level in enumerate(levels, first):
            if level == least:
                above, below = self._numerators[at], self._denominators[at] * demand[at - first]
                order = above * denominator - numerator * below
                if not full or order < 0:
                    full, numerator, denominator = [at], above, below
                elif order == 0:
                    full.append(at)
        if numerator >= denominator:
            return _Step(claims, 1, 1, claims, [], beside)
        settled: list[Claim] = []
        rising: list[Claim] = []
        for claim in claims:
            place = bisect_left(full, claim.first)
            (settled if place < len(full) and full[place] < claim.after else rising).append(claim)
        divisor = gcd(numerator, denominator)
        return _Step(claims, numerator // divisor, denominator // divisor, settled, rising, beside)

    def _note(self, step: _Step) -> None:
        """Note the settled claim that is furthest short, and the least part that a rising one may have."""
        short = [
            (share / claim.minimum, share, claim)
            for claim in step.settled
            if (share := step.floor(claim)) < claim.minimum
        ]
        if short:
            least = min(part for part, _, _ in short)
            exact = [
                (
                    least,
                    Fraction(share, claim.minimum),
                    -claim.sequence,
                    next(self._numbers),
                    share,
                    claim,
                    step,
                )
                for part, share, claim in short
                if part == least
            ]
            heappush(self._short, min(exact, key=lambda one: one[:3]))
        if step.rising:
            bound = min(step.floor(claim) / claim.minimum for claim in step.rising)
            heappush(self._waiting, (bound, next(self._numbers), step))


def _all(steps: Iterable[_Step]) -> Iterator[_Step]:
    """Return the steps and all that followed from them."""
    stack = list(steps)
    while stack:
        step = stack.pop()
        stack += step.following
        yield step


def _groups(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return the claims, given in the order of their first stretches, in groups that share no stretch."""
    groups: list[list[Claim]] = []
    end = -1
    for claim in claims:
        if not groups or claim.first >= end:
            groups.append([])
        groups[-1].append(claim)
        end = max(end, claim.after)
    return groups


def _load(claims: Iterable[Claim], first: int, after: int) -> list[int]:
    """Return the sum of the claims' quantities on each stretch from `first` up to `after`."""
    changes = [0] * (after - first + 1)
    for claim in claims:
        changes[claim.first - first] += claim.quantity
        changes[claim.after - first] -= claim.quantity
    return list(accumulate(changes[:-1]))
