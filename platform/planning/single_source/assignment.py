"""Every consumer at one source: whole numbers made of the relaxation, then improved move by move.

Consumers that are whole in the relaxation stay where they are; the split ones, the largest first, go to the
cheapest source that has enough left, or take the place of another that has to go elsewhere. Then consumers
are moved to cheaper sources, exchanged between two (cycles of four nodes), or moved while another one makes
way and goes to a third, as long as that lowers the cost.
"""

from time import monotonic
from typing import Final

import numpy as np

from capacity.solvers.port import Reals
from planning.single_source.model import Places, SingleSource
from planning.single_source.relaxation import Relaxed

NEAR: Final = 8
"""Sources tried for a consumer: those cheapest at the prices of the relaxation."""
HELPS: Final = 1e-9
"""A move that saves less, relative to the cost of everything, is none."""


def assigned(asked: SingleSource, relaxed: Relaxed, seconds: float) -> Places | None:
    """Return the source of each consumer, int64 (consumers,); None where some found none with enough left."""
    search = _Search(asked, relaxed, monotonic() + seconds)
    if not search.complete():
        return None
    search.improve()
    return search.sources


class _Search:
    """An assignment under way: `sources` of consumers, −1 where it has none, and what is left at each."""

    def __init__(self, asked: SingleSource, relaxed: Relaxed, ends_at: float) -> None:
        self._costs, self._demands = asked.costs, asked.demands
        self._ends_at = ends_at
        self._least = HELPS * max(1.0, abs(relaxed.bound))
        self.sources = relaxed.sources.copy()
        self._left = asked.supplies - asked.loads(np.maximum(self.sources, 0))
        unplaced = self.sources < 0
        self._left[0] += asked.demands[unplaced].sum()
        self._by_size = np.argsort(-asked.demands, kind="stable")
        count = min(NEAR, len(asked.supplies))
        priced = asked.costs + relaxed.prices[:, None]
        self._near = np.argsort(priced, axis=0, kind="stable")[:count]

    def complete(self) -> bool:
        """Give every consumer without one a source; False where one finds none with enough left."""
        return all(self._place(int(consumer)) for consumer in self._by_size if self.sources[consumer] < 0)

    def improve(self) -> None:
        """Make moves that lower the cost, until none of any consumer does or time ends."""
        has_moved = True
        while has_moved:
            has_moved = False
            for consumer in self._by_size.tolist():
                if self._moved(consumer):
                    has_moved = True
                if monotonic() > self._ends_at:
                    return

    def _place(self, consumer: int) -> bool:
        demand, costs = self._demands[consumer], self._costs[:, consumer]
        with_room = np.flatnonzero((self._left >= demand) & np.isfinite(costs))
        if len(with_room):
            self._put(consumer, int(with_room[costs[with_room].argmin()]))
            return True
        best = (np.inf, -1, -1, -1)
        for source in np.flatnonzero(np.isfinite(costs)).tolist():
            cost, member, other = self._making_room(consumer, source, home=-1)
            if cost + costs[source] * demand < best[0]:
                best = (cost + costs[source] * demand, source, member, other)
        if not np.isfinite(best[0]):
            return False
        _, source, member, other = best
        self._put(member, other)
        self._put(consumer, source)
        return True

    def _moved(self, consumer: int) -> bool:
        """Make the best move of a consumer to a cheaper source, if any saves something."""
        home, demand = int(self.sources[consumer]), float(self._demands[consumer])
        costs = self._costs[:, consumer]
        cheaper = self._near[:, consumer]
        cheaper = cheaper[costs[cheaper] < costs[home]]
        best = (self._least, -1, -1, -1)
        for source in cheaper.tolist():
            saved = float(costs[home] - costs[source]) * demand
            member, other, cost = -1, -1, 0.0
            if self._left[source] < demand:
                cost, member, other = self._making_room(consumer, source, home=home)
            if saved - cost > best[0]:
                best = (saved - cost, source, member, other)
        _, source, member, other = best
        if source < 0:
            return False
        self._put(consumer, -1)
        if member >= 0:
            self._put(member, other)
        self._put(consumer, source)
        return True

    def _making_room(self, consumer: int, source: int, *, home: int) -> tuple[float, int, int]:
        """Return the least cost of moving one consumer away from a source so that another fits, and where to.

        It may go where there is room, or to the `home` that the other leaves.
        """
        demand = self._demands[consumer]
        members = np.flatnonzero(self.sources == source)
        members = members[self._demands[members] >= demand - self._left[source]]
        if not len(members):
            return np.inf, -1, -1
        room = self._left.copy()
        if home >= 0:
            room[home] += demand
        others = self._near[:, members]
        if home >= 0:
            others = np.vstack([others, np.full(len(members), home)])
        sizes = self._demands[members]
        fits = (room[others] >= sizes) & (others != source)
        costs: Reals = np.where(fits, self._costs[others, members], np.inf)
        best = costs.argmin(axis=0)
        at = np.arange(len(members))
        more = (costs[best, at] - self._costs[source, members]) * sizes
        chosen = int(more.argmin())
        return float(more[chosen]), int(members[chosen]), int(others[best[chosen], chosen])

    def _put(self, consumer: int, source: int) -> None:
        before, demand = int(self.sources[consumer]), self._demands[consumer]
        if before >= 0:
            self._left[before] += demand
        if source >= 0:
            self._left[source] -= demand
        self.sources[consumer] = source
