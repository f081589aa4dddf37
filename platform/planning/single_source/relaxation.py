"""The assignment in which consumers may be split, and the bound that its prices prove.

At prices μ ≥ 0 of a unit at each source, no assignment costs less than

    Σ_j s_j min_i (c_ij + μ_i) − Σ_i μ_i d_i,

which is counted from the prices alone. Good prices come from subgradient steps, the best from the linear
programme. Consumers for which one source is by far the cheapest at the prices known are left there; the
programme has the others, each with its cheapest few pairs. Consumers that would rather leave at its own
prices, and pairs that would be cheaper, are added until there are none.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from capacity.solvers.port import LinearModel, Reals, Solver, SolverRefused, Status
from planning.single_source.model import Places, SingleSource

STEPS: Final = 600
STALLED: Final = 15
"""After so many steps without a better bound they are made smaller, from the best prices."""
KEPT: Final = 0.75
"""The share of each source's supply, and of what would go there, that is left there when it begins."""
PAIRS: Final = 6
"""Pairs of each of the others that it begins with."""
ROUNDS_MAX: Final = 20
CHEAPER: Final = 1e-7
WHOLE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best assignment with split consumers.

    prices : of a unit at each source, float64 (sources,); bound : what they prove
    sources : of each consumer, int64 (consumers,), −1 where it is split
    """

    prices: Reals
    bound: float
    sources: Places


def proved_bound(asked: SingleSource, prices: Reals) -> float:
    """Return what no assignment costs less than, by prices of the sources."""
    cheapest = (asked.costs + prices[:, None]).min(axis=0)
    return float(cheapest @ asked.demands - prices @ asked.supplies)


def relaxed(asked: SingleSource, solver: Solver, seconds: float) -> Relaxed | None:
    """Return the best assignment with split consumers, None where there is none."""
    ends_at = monotonic() + seconds
    programme = _Programme(asked, _subgradient(asked, ends_at))
    for _ in range(ROUNDS_MAX):
        live = solver.load(programme.model())
        status = live.run(max(ends_at - monotonic(), 0.1))
        if status is Status.UNFINISHED:
            raise SolverRefused("the linear programme was not solved in time")
        if status is Status.INFEASIBLE:
            if programme.is_whole:
                return None
            programme.widen()
        elif not programme.take_more(live.row_duals()):
            prices = programme.prices
            return Relaxed(prices, proved_bound(asked, prices), programme.whole(live.values()))
    raise SolverRefused("the linear programme did not settle")


class _Programme:
    """The linear programme of some consumers and some of their pairs; the others are where it is cheapest.

    prices : of a unit at each source; is_free : the consumers in the programme; is_pair : the pairs
    """

    def __init__(self, asked: SingleSource, prices: Reals) -> None:
        self._asked = asked
        self.prices = prices
        self._is_possible = np.isfinite(asked.costs)
        self._pairs, self._kept = PAIRS, KEPT
        self._begin()

    @property
    def is_whole(self) -> bool:
        """Whether it has every consumer with every pair."""
        return bool(self._is_free.all() and (self._is_pair == self._is_possible).all())

    def widen(self) -> None:
        """Begin with more consumers and more pairs, where what there was had no solution."""
        self._pairs, self._kept = self._pairs * 4, self._kept / 2
        if self._pairs >= len(self.prices):
            self._kept = 0.0
        self._begin()

    def _begin(self) -> None:
        """Leave consumers where one source is by far the cheapest, up to a share of what that has."""
        asked, wanted = self._asked, self._asked.demands
        priced = asked.costs + self.prices[:, None]
        count = min(self._pairs, len(self.prices))
        ranked = np.argpartition(priced, count - 1, axis=0)[:count]
        self._is_pair = np.zeros(asked.costs.shape, dtype=np.bool_)
        np.put_along_axis(self._is_pair, ranked, values=True, axis=0)
        self._is_pair &= self._is_possible
        self._homes = priced.argmin(axis=0)
        values = np.sort(np.take_along_axis(priced, ranked, axis=0), axis=0)
        regret = values[min(1, count - 1)] - values[0]
        self._is_free = np.ones(len(wanted), dtype=np.bool_)
        for source, supply in enumerate(asked.supplies.tolist()):
            members = np.flatnonzero(self._homes == source)
            members = members[np.argsort(-regret[members], kind="stable")]
            most = self._kept * min(supply, float(wanted[members].sum()))
            self._is_free[members[np.cumsum(wanted[members]) <= most]] = False

    def model(self) -> LinearModel:
        """Return it: the shares of pairs; rows of the free consumers, then of the sources."""
        asked, free = self._asked, np.flatnonzero(self._is_free)
        self._sources, at = np.nonzero(self._is_pair[:, free])
        self._consumers = free[at]
        count, demands = len(at), asked.demands[self._consumers]
        columns = np.arange(count)
        matrix = csc_array(
            (
                np.concatenate([np.ones(count), demands]),
                (np.concatenate([at, len(free) + self._sources]), np.concatenate([columns, columns])),
            ),
            shape=(len(free) + len(asked.supplies), count),
        )
        left = asked.demands * ~self._is_free
        room = asked.supplies - np.bincount(self._homes, weights=left, minlength=len(asked.supplies))
        return LinearModel(
            costs=asked.costs[self._sources, self._consumers] * demands,
            column_lower=np.zeros(count),
            column_upper=np.full(count, np.inf),
            row_lower=np.concatenate([np.ones(len(free)), np.full(len(room), -np.inf)]),
            row_upper=np.concatenate([np.ones(len(free)), room]),
            starts=matrix.indptr.astype(np.int32),
            rows=matrix.indices.astype(np.int32),
            values=matrix.data,
        )

    def take_more(self, duals: Reals) -> bool:
        """Take the prices of a solution, and what would be cheaper at them; False where nothing would."""
        asked, free = self._asked, np.flatnonzero(self._is_free)
        self.prices = np.maximum(-duals[len(free) :], 0.0)
        priced = (asked.costs + self.prices[:, None]) * asked.demands
        least = CHEAPER * max(1.0, float(np.abs(duals[: len(free)]).max(initial=0.0)))
        kept = priced[self._homes, np.arange(len(asked.demands))]
        kept[free] = duals[: len(free)]
        cheaper = priced < kept - least
        cheaper[:, free] &= ~self._is_pair[:, free]
        self._is_pair |= cheaper
        self._is_free |= cheaper.any(axis=0)
        return bool(cheaper.any())

    def whole(self, shares: Reals) -> Places:
        """Return the source of each consumer, −1 where it is split."""
        found = np.where(self._is_free, -1, self._homes)
        whole = shares > 1 - WHOLE
        found[self._consumers[whole]] = self._sources[whole]
        return found


def _subgradient(asked: SingleSource, ends_at: float) -> Reals:
    """Return prices whose bound is good, by steps along the excess of what is asked of each source."""
    prices = best_prices = np.zeros(len(asked.supplies))
    best, scale, stalled = -np.inf, 1.0, 0
    at = np.arange(len(asked.demands))
    for _ in range(STEPS):
        priced = asked.costs + prices[:, None]
        chosen = priced.argmin(axis=0)
        bound = float(priced[chosen, at] @ asked.demands - prices @ asked.supplies)
        stalled += 1
        if bound > best:
            best, best_prices, stalled = bound, prices, 0
        if stalled > STALLED:
            scale, stalled, prices = scale * 0.6, 0, best_prices
        excess = asked.loads(chosen) - asked.supplies
        step = scale * max(0.01 * abs(best), 1e-9) / max(float(excess @ excess), 1e-9)
        prices = np.maximum(0.0, prices + step * excess)
        if monotonic() > ends_at:
            break
    return best_prices
