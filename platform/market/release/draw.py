"""One draw of pro-rata shares: the common proportion rises until a stretch of gas days is full.

The claims on a full stretch are settled at the proportion reached there, its *level*, and what they take is
subtracted; the claims that go on rising fall into groups that share no stretch, and each group goes on by
itself. The level at which a group goes on is a lower bound of every share in it. So the claim that is
furthest below its minimum is found without working out the groups that cannot hold it.

Everything is exact: what is left of a stretch is a fraction of integers. Levels are compared as floats first;
rounding keeps the order, so that only equal floats need their fractions.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import accumulate
from math import gcd, inf


@dataclass(frozen=True, slots=True)
class Claim:
    """What one bid claims: `quantity`, `minimum` or more, on the stretches from `first` up to `after`."""

    bid_id: str
    quantity: int
    minimum: int
    sequence: int
    first: int
    after: int


class Contest:
    """The claims that share what is `left` per stretch, and what they ask of each."""

    def __init__(self, left: Sequence[int], claims: Iterable[Claim]) -> None:
        self.left = list(left)
        self.claims = sorted(claims, key=lambda claim: claim.first)
        self.demand = _load(self.claims, 0, len(self.left))
        self.levels = [_level(left, 1, demand) for left, demand in zip(self.left, self.demand, strict=True)]

    def remove(self, claim: Claim) -> None:
        """Take a claim out."""
        self.claims.remove(claim)
        for at in range(claim.first, claim.after):
            self.demand[at] -= claim.quantity
            self.levels[at] = _level(self.left[at], 1, self.demand[at])


@dataclass(frozen=True, slots=True)
class _Step:
    """A group whose scarcest stretch is full at the level `numerator / denominator`."""

    numerator: int
    denominator: int
    settled: list[Claim]
    rising: list[Claim]

    def floor(self, claim: Claim) -> int:
        return claim.quantity * self.numerator // self.denominator


class Draw:
    """One draw among the claims of a contest, which must not change meanwhile."""

    def __init__(self, contest: Contest) -> None:
        self._numerators = contest.left
        self._denominators: list[int] = []
        self._demand = contest.demand
        self._levels = contest.levels
        self._done = [self._step(group) for group in _groups(contest.claims)]
        self._steps = [step for step in self._done if step.rising]

    def furthest_short(self) -> tuple[Claim, int] | None:
        """Return the claim whose floored share is the least part of its minimum, and that share.

        None when no floored share is below its minimum. Of equals the latest is returned.
        """
        short: list[tuple[float, int, Claim]] = []
        waiting: list[tuple[float, str, _Step]] = []
        for step in self._done:
            _sort_in(step, short, waiting)
        least = min((part for part, _, _ in short), default=inf)
        while waiting and waiting[0][0] < 1 and waiting[0][0] <= least:
            for step in self._open(heappop(waiting)[2]):
                _sort_in(step, short, waiting)
            least = min((part for part, _, _ in short), default=inf)
        self._steps = [step for _, _, step in waiting]
        furthest = [(share, claim) for part, share, claim in short if part == least]
        if not furthest:
            return None
        share, claim = min(furthest, key=lambda one: (Fraction(one[0], one[1].minimum), -one[1].sequence))
        return claim, share

    def shares(self) -> list[tuple[Claim, Fraction]]:
        """Return every claim's exact share."""
        while self._steps:
            self._steps += [step for step in self._open(self._steps.pop()) if step.rising]
        return [
            (claim, Fraction(claim.quantity * step.numerator, step.denominator))
            for step in self._done
            for claim in step.settled
        ]

    def _open(self, step: _Step) -> list[_Step]:
        """Subtract what the settled claims of a step take, and return the steps of those that go on."""
        if not self._denominators:
            self._numerators, self._denominators = list(self._numerators), [1] * len(self._numerators)
            self._demand, self._levels = list(self._demand), list(self._levels)
        first = min(claim.first for claim in step.settled)
        load = _load(step.settled, first, max(claim.after for claim in step.settled))
        for at, taken in enumerate(load, first):
            if taken:
                self._take(at, taken, step)
        opened = [self._step(group) for group in _groups(step.rising)]
        self._done += opened
        return opened

    def _take(self, at: int, taken: int, step: _Step) -> None:
        denominator, level_denominator = self._denominators[at], step.denominator
        if level_denominator % denominator == 0:
            scale = level_denominator // denominator
            numerator = self._numerators[at] * scale - taken * step.numerator
            denominator = level_denominator
        else:
            numerator = self._numerators[at] * level_denominator - taken * step.numerator * denominator
            denominator *= level_denominator
        self._numerators[at], self._denominators[at] = numerator, denominator
        self._demand[at] -= taken
        self._levels[at] = _level(numerator, denominator, self._demand[at])

    def _step(self, claims: list[Claim]) -> _Step:
        """Let the proportion rise for a group of claims until its scarcest stretch is full."""
        first, after = claims[0].first, max(claim.after for claim in claims)
        least = min(self._levels[first:after])
        if least > 1:
            return _Step(1, 1, claims, [])
        full: list[int] = []
        numerator, denominator = 1, 0
        for at in range(first, after):
            if self._levels[at] == least:
                above, below = self._numerators[at], self._demand[at]
                below *= self._denominators[at] if self._denominators else 1
                order = above * denominator - numerator * below
                if not full or order < 0:
                    full, numerator, denominator = [at], above, below
                elif order == 0:
                    full.append(at)
        if numerator >= denominator:
            return _Step(1, 1, claims, [])
        settled: list[Claim] = []
        rising: list[Claim] = []
        for claim in claims:
            place = bisect_left(full, claim.first)
            (settled if place < len(full) and full[place] < claim.after else rising).append(claim)
        divisor = gcd(numerator, denominator)
        return _Step(numerator // divisor, denominator // divisor, settled, rising)


def _sort_in(
    step: _Step, short: list[tuple[float, int, Claim]], waiting: list[tuple[float, str, _Step]]
) -> None:
    """Note the step's settled claims that are short, and the least part that a rising one may have."""
    for claim in step.settled:
        share = step.floor(claim)
        if share < claim.minimum:
            short.append((share / claim.minimum, share, claim))
    if step.rising:
        bound = min(step.floor(claim) / claim.minimum for claim in step.rising)
        heappush(waiting, (bound, step.rising[0].bid_id, step))


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


def _level(numerator: int, denominator: int, demand: int) -> float:
    return numerator / (denominator * demand) if demand else inf
