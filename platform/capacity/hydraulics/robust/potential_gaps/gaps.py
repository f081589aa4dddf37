"""Bounds on the potential differences of many pairs, improved where it is asked.

The largest difference of a pair is at most the sum, over the blocks on the way, of the largest differences
across each. A bridge's is β min(entries behind, exits ahead)², exactly; another block's starts crude and
comes from branch and bound, shared by all pairs that cross it alike. Once the blocks of a pair are exact and
their sum is still not enough, all blocks on the way are bounded as one zone.
"""

from collections.abc import Mapping
from contextlib import closing
from typing import Final, NamedTuple

import numpy as np

from capacity.hydraulics.passive.blocks import Passage
from capacity.hydraulics.passive.reduction import PassiveNetwork
from capacity.hydraulics.physics.network import Integers, Reals
from capacity.hydraulics.robust.potential_gaps.branch_and_bound import (
    GapBound,
    Improvement,
    crude_gaps,
    improved,
)
from capacity.hydraulics.robust.potential_gaps.zones import Zones
from capacity.solvers.deadline import Deadline
from linepack.jobs.parts import Parts

BOXES: Final = 512
"""Boxes examined of one bound before it is asked anew which pairs and which blocks matter most."""
WORKS: Final = 16
"""Bounds that are worked on between two such questions, at most, by however many workers there are."""


class _Place(NamedTuple):
    """Where a bound is kept: by the number of a passage, or of a pair whose way is one zone."""

    number: int
    is_chain: bool


class Gaps:
    """Bounds on φ_high − φ_low over all nominations of a booking; see the module docstring.

    high, low : int64 (pairs,), reduced nodes; entries, exits : float64 (reduced nodes,), kg/s
    """

    def __init__(
        self, network: PassiveNetwork, entries: Reals, exits: Reals, high: Integers, low: Integers
    ) -> None:
        self._zones = Zones(network, entries, exits)
        self._paths = [
            self._zones.blocks.path(u, w) for u, w in zip(high.tolist(), low.tolist(), strict=True)
        ]
        passages = sorted(
            {passage for path in self._paths for passage in path},
            key=lambda passage: (passage.block, passage.entered, passage.left),
        )
        self._passages = passages
        number_of = {passage: number for number, passage in enumerate(passages)}
        self._places = np.array(
            [number_of[passage] for path in self._paths for passage in path], dtype=np.int64
        )
        self._starts = np.cumsum([0, *(len(path) for path in self._paths)])[:-1]
        self._crude: dict[int, Reals] = {}
        self._of_passage = np.array([self._first(passage) for passage in passages])
        self._bounds: dict[int, GapBound] = {}
        self._chains: dict[int, GapBound] = {}

    @property
    def boxes(self) -> int:
        """How many boxes were examined."""
        return sum(bound.boxes for bound in (*self._bounds.values(), *self._chains.values()))

    def all(self) -> Reals:
        """Return the bounds as they are, float64 (pairs,), bar²."""
        sums = np.add.reduceat(self._of_passage[self._places], self._starts)
        for pair, chain in self._chains.items():
            sums[pair] = min(sums[pair], chain.bound)
        return np.asarray(sums)

    def improve(self, targets: Mapping[int, float], deadline: Deadline, parts: Parts) -> set[int]:
        """Lower the bounds of pairs towards their targets, those of the first pairs first, in one round.

        Returns the pairs that were asked for and for which nothing more can be done. A round is so many works
        with any number of workers, and what is found is stored in their order, so that the bounds depend on
        nothing else. Raises LimitReached when time is over.
        """
        works: dict[_Place, Improvement] = {}
        asked = []
        seconds = deadline.left()
        for pair, target in targets.items():
            place, bound, goal = self._next(pair, target)
            if place not in works:
                works[place] = Improvement(bound, goal, BOXES, seconds)
                asked.append(pair)
            if len(works) == WORKS:
                break
        with closing(parts.computed(improved, works.values())) as found:
            for place, bound in zip(works, found, strict=True):
                self._store(place, bound)
                deadline.left()
        return {pair for pair in asked if pair in self._chains and self._chains[pair].is_closed}

    def reached(self, pair: int) -> float:
        """Return what a nomination is known to reach on the way of a pair taken as one zone, else 0."""
        return self._chains[pair].witnessed if pair in self._chains else 0.0

    def _is_exact(self, number: int) -> bool:
        block = self._passages[number].block
        if len(self._zones.blocks.pipes[block]) == 1:
            return True
        return number in self._bounds and self._bounds[number].is_closed

    def _spare(self, number: int) -> float:
        """Return by how much the bound of a passage may still come down."""
        if self._is_exact(number):
            return 0.0
        known = self._bounds[number].witnessed if number in self._bounds else 0.0
        return float(self._of_passage[number]) - known

    def _next(self, pair: int, target: float) -> tuple[_Place, GapBound, float]:
        """Return which bound of a pair to improve, where it is kept, and towards what."""
        if pair in self._chains:
            return _Place(pair, is_chain=True), self._chains[pair], target
        path = self._paths[pair]
        numbers = self._places[self._starts[pair] : self._starts[pair] + len(path)].tolist()
        spare = {number: self._spare(number) for number in numbers}
        widest = max(spare, key=lambda number: spare[number])
        if spare[widest] > 0:
            excess = float(self._of_passage[numbers].sum()) - target
            return _Place(widest, is_chain=False), self._bound_of(widest), self._of_passage[widest] - excess
        zone, number_of = self._zones.of_chain(path)
        chain = GapBound(zone, number_of[path[0].entered], number_of[path[-1].left])
        return _Place(pair, is_chain=True), chain, target

    def _bound_of(self, number: int) -> GapBound:
        """Return the bound of a passage, a new one unless it was worked on."""
        if number in self._bounds:
            return self._bounds[number]
        passage = self._passages[number]
        zone, number_of = self._zones.of_block(passage.block)
        known = float(self._of_passage[number])
        return GapBound(zone, number_of[passage.entered], number_of[passage.left], known)

    def _store(self, place: _Place, bound: GapBound) -> None:
        if place.is_chain:
            self._chains[place.number] = bound
        else:
            self._bounds[place.number] = bound
            self._of_passage[place.number] = bound.bound

    def _first(self, passage: Passage) -> float:
        zone, number_of = self._zones.of_block(passage.block)
        entered, left = number_of[passage.entered], number_of[passage.left]
        if len(zone.tail) == 1:
            flow = min(float(zone.entries[entered]), float(zone.exits[left]))
            return float(zone.resistance[0]) * flow**2
        if passage.block not in self._crude:
            self._crude[passage.block] = crude_gaps(zone)
        return float(self._crude[passage.block][entered, left])
