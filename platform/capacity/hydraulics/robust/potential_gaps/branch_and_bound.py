"""Branch and bound on one potential difference over all nominations of a booking.

Boxes of flows and injections wait in order of their bounds; the one with the highest is examined
(`capacity.hydraulics.robust.potential_gaps.lp_relaxation`) and split at the pipe whose law its relaxation
misses most: at zero while the direction is open, else near the relaxation's flow. Whenever it stops, the
highest bound that waits is a bound on the difference, and `witnessed` one that a nomination reaches.

The work on one difference is a part of a job (`improved`), which another process may do.
"""

import heapq
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.physics.network import Integers, Reals
from capacity.hydraulics.robust.potential_gaps.lagrangian_bound import GapProblem, propagate
from capacity.hydraulics.robust.potential_gaps.lp_relaxation import examine
from capacity.hydraulics.robust.potential_gaps.worst_nominations import climb_from, climb_pairs
from capacity.hydraulics.robust.potential_gaps.zones import Zone
from capacity.solvers.deadline import Deadline, LimitReached

RESOLUTION: Final = 1e-7
"""Differences closer than this, relative to the largest, count as equal."""
EDGE_SHARE: Final = 0.1
"""A box is not split nearer to its ends than this share of its width, so that both parts shrink."""
CLIMB_EVERY: Final = 25
"""Boxes between two searches for a worse nomination."""
CHUNK: Final = 32
"""Boxes examined between two looks at the clock."""
BALANCE: Final = 0.7
"""How far from the relaxation's flow towards the middle an interval is split."""


@dataclass(slots=True, eq=False)
class _Box:
    low: Reals
    high: Reals
    inject_low: Reals
    inject_high: Reals
    basis: Integers


_Waiting = tuple[float, int, int, float, _Box]
"""The bound's negative, the number of the box, the pipe to split it at and the relaxation's flow there."""


_Packed = tuple[Reals, Reals, Integers]
"""Numbers, limits and bases of boxes that wait, a row for each: three arrays travel faster than many."""


def _packed(waiting: list[_Waiting]) -> _Packed:
    boxes = [box for *_, box in waiting]
    limits = [np.concatenate([box.low, box.high, box.inject_low, box.inject_high]) for box in boxes]
    return (
        np.array([numbers for *numbers, _ in waiting], dtype=np.float64),
        np.array(limits, dtype=np.float64),
        np.array([box.basis for box in boxes], dtype=np.int64),
    )


def _unpacked(packed: _Packed, pipes: int, nodes: int) -> list[_Waiting]:
    numbers, limits, bases = packed
    low, high, inject_low, inject_high = np.split(limits, np.cumsum([pipes, pipes, nodes]), axis=1)
    return [
        (negated, int(number), int(pipe), flow, _Box(*box))
        for (negated, number, pipe, flow), *box in zip(
            numbers.tolist(), low, high, inject_low, inject_high, bases, strict=True
        )
    ]


def crude_gaps(zone: Zone) -> Reals:
    """Return a bound on every φ_u − φ_w in a zone, float64 (nodes, nodes), bar², from intervals alone."""
    size, supply = len(zone.entries), zone.supply or 1.0
    solver = LoopSolver(size, zone.tail, zone.head, zone.resistance)
    none = np.zeros(len(zone.tail))
    unit = float(zone.resistance.max()) * supply**2
    problem = zone.tail, zone.head, zone.resistance * (supply**2 / unit), none, _cycles(solver)
    low, high = none - 1.0, none + 1.0
    exits, entries = np.minimum(zone.exits / supply, 1.0), np.minimum(zone.entries / supply, 1.0)
    propagate(problem, low, high, -exits, entries, -np.inf)
    gaps = np.where(np.eye(size, dtype=np.bool_), 0.0, np.inf)
    np.minimum.at(gaps, (zone.tail, zone.head), problem[2] * high * np.abs(high))
    np.minimum.at(gaps, (zone.head, zone.tail), -problem[2] * low * np.abs(low))
    for middle in range(size):
        gaps = np.minimum(gaps, gaps[:, middle, None] + gaps[None, middle, :])
    return np.asarray(gaps * unit * (1 + RESOLUTION))


def _cycles(solver: LoopSolver) -> Reals:
    """Return the fundamental cycles as rows of signs, float64 (cycles, pipes)."""
    cycles = np.zeros((solver.cycles, len(solver.tail)))
    pipes, pointer, cycle, sign = solver.graph[4:]
    for place, pipe in enumerate(pipes):
        for entry in range(pointer[place], pointer[place + 1]):
            cycles[cycle[entry], pipe] = sign[entry]
    return cycles


class GapBound:
    """The largest potential difference φ_high − φ_low in a zone, between a bound and a witness.

    witnessed, bound : bar²; nomination : float64 (nodes,), kg/s, reaches `witnessed`; boxes : how many were
    examined. Nothing is witnessed before the first call of `improve`.
    """

    def __init__(self, zone: Zone, high: int, low: int, bound: float = np.inf) -> None:
        self._zone, self._high, self._low = zone.merged(high, low)
        self.witnessed, self.bound, self.boxes = 0.0, bound, 0
        self._waiting: list[_Waiting] = []
        self._travelled: _Packed | None = None
        self._is_begun = False

    def __getstate__(self) -> dict[str, Any]:
        """Return what travels. Boxes that nobody works on in between stay packed."""
        packed = _packed(self._waiting) if self._travelled is None else self._travelled
        return {**self.__dict__, "_waiting": [], "_travelled": packed}

    @property
    def is_closed(self) -> bool:
        """Whether bound and witness agree to the resolution."""
        waiting = self._waiting if self._travelled is None else self._travelled[0]
        return self._is_begun and not len(waiting)

    def _begin(self) -> None:
        zone, high, low = self._zone, self._high, self._low
        self._is_begun = True
        self._solver = LoopSolver(len(zone.entries), zone.tail, zone.head, zone.resistance, low)
        differences, nominations = climb_pairs(
            self._solver, zone.entries, zone.exits, (np.array([high]), np.array([low]))
        )
        self.witnessed = float(differences[0])
        self.nomination: Reals = nominations[0]
        supply = zone.supply
        self._flow_unit = supply or 1.0
        self._unit = max(self.witnessed, float(zone.resistance.sum()) * supply**2 * 1e-6) or 1.0
        self._problem = self._scaled()
        if supply:
            self._examine(self._root(), np.inf)
            self._settle()
        else:
            self.bound = self.witnessed

    def improve(self, target: float, deadline: Deadline, boxes_max: int) -> None:
        """Examine up to `boxes_max` boxes more, until the bound is at most `target`; raises LimitReached."""
        if self._travelled is not None and len(self._travelled[0]):
            self._waiting = _unpacked(self._travelled, len(self._zone.tail), len(self._zone.entries))
        self._travelled = None
        if not self._is_begun:
            self._begin()
        until = self.boxes + boxes_max
        while self.boxes < until and self.bound > target and not self.is_closed:
            deadline.left()
            for _ in range(CHUNK):
                if not self._waiting:
                    break
                negated, _, pipe, flow, box = heapq.heappop(self._waiting)
                self._split(box, pipe, flow, -negated)
            self._settle()

    def _settle(self) -> None:
        threshold = self._threshold()
        while self._waiting and -self._waiting[0][0] <= threshold:
            heapq.heappop(self._waiting)
        highest = -self._waiting[0][0] if self._waiting else threshold
        self.bound = min(self.bound, max(highest, threshold) * self._unit)

    def _threshold(self) -> float:
        return self.witnessed / self._unit + RESOLUTION

    def _scaled(self) -> GapProblem:
        beta = self._zone.resistance * (self._flow_unit**2 / self._unit)
        return self._zone.tail, self._zone.head, beta, self._path(), _cycles(self._solver)

    def _path(self) -> Reals:
        """Return the unit current from the high node along the spanning tree to the low one, its root."""
        _, parent, parent_pipe, parent_sign = self._solver.graph[:4]
        current = np.zeros(len(self._zone.tail))
        node = self._high
        while node != self._low:
            current[parent_pipe[node]] = -parent_sign[node]
            node = int(parent[node])
        return current

    def _root(self) -> _Box:
        pipes, nodes = len(self._zone.tail), len(self._zone.entries)
        rows = nodes + self._solver.cycles
        basis = 2 * pipes + nodes + np.arange(rows, dtype=np.int64)
        entries = np.minimum(self._zone.entries / self._flow_unit, 1.0)
        exits = np.minimum(self._zone.exits / self._flow_unit, 1.0)
        return _Box(np.full(pipes, -1.0), np.ones(pipes), -exits, entries, basis)

    def _examine(self, box: _Box, at_most: float) -> None:
        """Bound a box that a larger one bounds by `at_most`; let it wait if it may matter."""
        nodes = len(self._zone.entries)
        point = np.zeros(nodes + len(self._zone.tail))
        bound, pipe = examine(
            self._problem,
            box.low,
            box.high,
            box.inject_low,
            box.inject_high,
            box.basis,
            self._threshold(),
            point,
        )
        self.boxes += 1
        if bound <= self._threshold():
            return
        if self.boxes % CLIMB_EVERY == 1:
            self._climb(point[:nodes])
        if pipe < 0:
            self._climb(point[:nodes])
            pipe = int(np.argmax(box.high - box.low))
        flow = float(point[nodes + pipe])
        heapq.heappush(self._waiting, (-min(bound, at_most), self.boxes, pipe, flow, box))

    def _climb(self, injection: Reals) -> None:
        zone = self._zone
        found, nomination = climb_from(
            self._solver, zone.entries, zone.exits, self._high, self._low, injection
        )
        if found > self.witnessed:
            self.witnessed, self.nomination = found, nomination

    def _split(self, box: _Box, pipe: int, flow: float, bound: float) -> None:
        low, high = float(box.low[pipe]), float(box.high[pipe])
        if low < 0 < high:
            at = 0.0
        else:
            at = (1 - BALANCE) * flow + BALANCE * (low + high) / 2
            edge = EDGE_SHARE * (high - low)
            at = min(max(at, low + edge), high - edge)
        for is_below in (True, False):
            part = _Box(
                box.low.copy(),
                box.high.copy(),
                box.inject_low.copy(),
                box.inject_high.copy(),
                box.basis.copy(),
            )
            if is_below:
                part.high[pipe] = at
            else:
                part.low[pipe] = at
            self._examine(part, bound)


@dataclass(frozen=True, slots=True, eq=False)
class Improvement:
    """Work on one difference: towards `target` (bar²), in at most `boxes_max` boxes and so many seconds."""

    bound: GapBound
    target: float
    boxes_max: int
    seconds: float


def improved(asked: Improvement) -> GapBound:
    """Return the bound after the work, or after what of it time allowed; the one given may have changed."""
    with suppress(LimitReached):
        asked.bound.improve(asked.target, Deadline(asked.seconds), asked.boxes_max)
    return asked.bound
