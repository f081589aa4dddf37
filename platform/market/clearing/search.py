"""The search for the best award: solve, prove, take up the limit that is exceeded, solve again.

At first a linear programme over all bids, as if each could be awarded any quantity. Where its award is whole
and respects minimums and links it is the best. Otherwise the same in whole numbers, from the limits found so
far. Then everybody who is in stays in: that is a linear programme again, which gives prices, and chooses
among equally good awards the one that serves earlier bids first.
"""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from capacity.feasibility.flow.flow_network import Integers
from capacity.networks.policy import Level
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Reals, Solver
from market.clearing.columns import Market
from market.clearing.limits import Limit, Limits, limits_known_at_first
from market.clearing.model import Draft
from market.clearing.pressures import PressureLimits
from market.clearing.pricing import Prices, priced, surplus_of
from market.clearing.programme import Programme, Values
from market.clearing.progress import Progress, of_search
from market.clearing.proving import Provers, with_rights

WHOLE: Final = 1e-4
"""How far from a whole number of units a solver's award counts as one."""
TOLERANCE: Final = 1e-3
"""How many units beyond its room a solver may leave a limit; what is whole is counted exactly."""


@dataclass(frozen=True, eq=False)
class Found:
    """The best award found, its prices, and what no award is worth more than.

    award, least, most : int64 (columns,); the last two are what was left open when prices were found
    """

    award: Integers
    least: Integers
    most: Integers
    surplus: Fraction
    bound: Fraction
    prices: Prices
    programme: Programme


class Search:
    """The search for the best award of one draft; raises LimitReached where time ends it."""

    def __init__(
        self,
        draft: Draft,
        market: Market,
        provers: Provers,
        solver: Solver,
        deadline: Deadline,
        *,
        progress: Progress,
    ) -> None:
        self._progress, self._rounds = progress, 0
        self._draft, self._market, self._provers, self._solver = draft, market, provers, solver
        self._deadline = deadline
        self._reserve = Fraction(draft.reserve_price)
        self._values = Values.of(market, self._reserve)
        paths = [bid.route for bid in draft.bids]
        levels = provers.levels
        self._limits = Limits(market, limits_known_at_first(market, levels.limits, draft.level, paths))
        self._pressures: PressureLimits | None = None
        if draft.level is Level.HYDRAULIC:
            self._pressures = PressureLimits(draft.network, levels.pressures, market, deadline.left())
        self._pressure_limits = 0

    def run(self) -> Found:
        """Return the best award."""
        linear = self._programme()
        award, most_by_capacities = self._best(linear)
        if self._pressures is not None:
            award = self._with_pressures(self._pressures, linear, award)
        least, most = kept_in(self._market, award)
        linear.bound(np.arange(len(most)), least, most)
        prices = priced(self._market, self._values, linear, self._reserve, self._deadline)
        surplus = surplus_of(self._market, self._values, award)
        bound = prices.bound(np.zeros_like(most), self._market.quantities)
        if self._pressure_limits or bound != surplus:
            bound = max(_cents_up(most_by_capacities), surplus)
        if prices.bound(least, most) == surplus:
            award = self._earliest_first(linear, prices, award, (least, most))
        return Found(award, least, most, surplus, bound, prices, linear)

    def _best(self, linear: Programme) -> tuple[Integers, float]:
        """Return the best award within the limits taken up, and what none is worth more than."""
        award = _whole(self._settled(linear))
        if award is not None and _respects_statuses(self._market, award):
            return award, linear.worth_at_most
        has_statuses = not all(column.is_divisible for column in self._market.columns)
        for whole in (False, True) if has_statuses else (True,):
            programme = self._programme(statuses=has_statuses, whole=whole)
            programme.add(linear.limits)
            award = _whole(self._settled(programme))
            linear.add(programme.limits[len(linear.limits) :])
            if award is not None:
                return award, programme.worth_at_most
        raise LimitReached(f"{self._solver.name} found no award in whole units")

    def _programme(self, *, statuses: bool = False, whole: bool = False) -> Programme:
        return Programme(self._market, self._values, self._solver, statuses=statuses, whole=whole)

    def _settled(self, programme: Programme) -> Reals:
        """Return the best award, float64 (columns,), that exceeds no limit; what it would is taken up."""
        while True:
            self._progress(of_search(self._rounds), f"{len(programme.limits):,} limits taken up")
            self._rounds += 1
            award = programme.solve(self._deadline)
            added = self._market.by_route(np.trunc(award + WHOLE).astype(np.int64))
            exceeded = self._limits.exceeded(self._market.by_route(award), TOLERANCE)
            fresh = programme.unknown([(self._limits.known[limit], kind) for limit, kind in exceeded])
            if not fresh:
                fresh = programme.unknown(list(self._refused(added)))
            if not fresh:
                return award
            programme.add(fresh)

    def _refused(self, added: Integers) -> Iterator[tuple[Limit, int]]:
        """Yield the limits that the provers find exceeded by rights `added`, int64 (kinds, routes)."""
        for kind, own in enumerate(added):
            if own.any():
                day = with_rights(self._market.cases[kind], own)
                limit = self._provers.limit(self._market, day, self._deadline)
                if limit is not None and self._limits.add(limit):
                    yield limit, kind

    def _with_pressures(self, pressures: PressureLimits, linear: Programme, award: Integers) -> Integers:
        """Return the best award found that keeps its pressures."""
        while True:
            exceeded = [
                (limit, kind)
                for kind, own in enumerate(self._market.by_route(award))
                if own.any()
                for limit in pressures.exceeded(kind, own, self._deadline)
            ]
            if not exceeded:
                return award
            fresh = linear.unknown(exceeded)
            if not fresh:
                raise LimitReached("no award was found that keeps its pressures")
            self._pressure_limits += len(fresh)
            linear.add(fresh)
            award, _ = self._best(linear)

    def _earliest_first(
        self, linear: Programme, prices: Prices, award: Integers, left_open: tuple[Integers, Integers]
    ) -> Integers:
        """Return the award of the same surplus that serves earlier bids first.

        What gains or loses by the prices stays, and so do limits with a price; the rest is free.
        """
        free = np.array([gain == 0 for gain in prices.gains])
        if not free.any():
            return award
        everything = np.arange(len(award))
        least, most = (np.where(free, ends, award) for ends in left_open)
        dear = {(id(one.limit), one.kind) for one in prices.limits}
        linear.bound(everything, least, most)
        linear.exhaust(np.array([(id(limit), kind) in dear for limit, kind in linear.limits], dtype=np.bool_))
        ranks = np.argsort([column.bids[0] for column in self._market.columns])
        linear.weigh({int(column): float(len(ranks) - rank) for rank, column in enumerate(ranks)})
        with suppress(LimitReached):
            other = _whole(self._settled(linear))
            surplus = surplus_of(self._market, self._values, award)
            if other is not None and surplus_of(self._market, self._values, other) == surplus:
                award = other
        linear.weigh()
        linear.widen(0.0)
        linear.bound(everything, *left_open)
        return award


def kept_in(market: Market, award: Integers) -> tuple[Integers, Integers]:
    """Return the least and the most, int64 (columns,), that columns have when who is in stays in."""
    least, most = np.zeros_like(award), market.quantities.copy()
    for place, column in enumerate(market.columns):
        if award[place]:
            least[place] = max(least[place], column.minimum)
        elif column.minimum or (column.only_if is not None and not award[column.only_if]):
            most[place] = 0
        if award[place] and column.only_if is not None:
            least[column.only_if] = max(least[column.only_if], 1)
    return least, most


def _whole(award: Reals) -> Integers | None:
    """Return an award in whole units, None where it is not."""
    units = np.rint(award)
    return units.astype(np.int64) if (np.abs(award - units) <= WHOLE).all() else None


def _respects_statuses(market: Market, award: Integers) -> bool:
    return all(
        not award[place]
        or (award[place] >= column.minimum and (column.only_if is None or award[column.only_if] > 0))
        for place, column in enumerate(market.columns)
    )


def _cents_up(worth: float) -> Fraction:
    return Fraction(math.ceil(worth * 100), 100)
