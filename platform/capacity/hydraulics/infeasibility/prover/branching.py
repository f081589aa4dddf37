"""Branching: which law a point of the relaxation violates most, and which division of the case repairs that.

Units as in `capacity.hydraulics.physics.network`; columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`. Violations are in bar²; a flow that a mode forbids
counts as much as the potentials that a pipe of a hundredth of the network's scale would lose.
"""

import math
from dataclasses import dataclass
from typing import Final

from capacity.hydraulics.infeasibility.certificate import ACTIVE, CLOSED, OPEN
from capacity.hydraulics.infeasibility.prover.box import Box
from capacity.hydraulics.infeasibility.prover.rows import Rows
from capacity.hydraulics.physics.network import ElementKind, Reals
from capacity.hydraulics.physics.state import Mode

MISS_BAR2: Final = 1e-3
"""Below this a point of the relaxation obeys the laws, and dividing its case further proves nothing."""
NARROW_BAR: Final = 1e-4
"""A pressure known this well is not divided further: its square is known to a hundredth of a bar²."""
_FLOW_MISS_BAR2: Final = 5000.0
"""What a forbidden flow as large as the largest injection counts."""
_FIRST: Final = 4.0
"""How much more a division of modes or directions is worth than one of an interval."""
_IDLE: Final = 1e-9
"""The weight of an element that the relaxation does not lean on."""
_EDGE: Final = 0.15
"""A division leaves each part at least this share of the interval."""


@dataclass(frozen=True, slots=True)
class Division:
    """Where to divide a case: the column at `value`, or the modes of element `place` into `sets`."""

    place: int
    value: float = 0.0
    sets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a point says; `division` is None when nothing is left to divide."""

    modes: tuple[Mode, ...]
    configurations: tuple[int | None, ...]
    miss_bar2: float
    division: Division | None


class Branching:
    """Inspects points of the relaxation of one problem."""

    def __init__(self, rows: Rows, pressed: set[int]) -> None:
        self._rows = rows
        self._pressed = sorted(pressed)
        self._per_kg_per_s = _FLOW_MISS_BAR2 / rows.flow_scale

    def inspect(self, box: Box, values: Reals, weight: Reals) -> Inspection:
        """Return what a point, float64 (columns,), breaks and how to go on.

        weight : float64 (elements,), how much it matters that an element's law is broken
        """
        modes: list[Mode] = []
        configurations: list[int | None] = []
        worst, best_score, division = 0.0, 0.0, None
        for element, kind in enumerate(self._rows.kind):
            mode, miss = self._nearest(element, box, values)
            modes.append(_name(mode, kind))
            has_ranges = mode >= ACTIVE and bool(self._rows.network.ranges.get(element))
            configurations.append((mode // ACTIVE).bit_length() - 1 if has_ranges else None)
            worst = max(worst, miss)
            score = miss * (float(weight[element]) + _IDLE)
            if miss > MISS_BAR2 and score * _FIRST > best_score:
                candidate, factor = self._divide(element, box, values)
                if candidate is not None and score * factor > best_score:
                    best_score, division = score * factor, candidate
        for node in self._pressed:
            miss, candidate = self._square(node, box, values)
            worst = max(worst, miss)
            if miss > MISS_BAR2 and miss * _IDLE > best_score and candidate is not None:
                best_score, division = miss * _IDLE, candidate
        return Inspection(tuple(modes), tuple(configurations), worst, division)

    def _nearest(self, element: int, box: Box, values: Reals) -> tuple[int, float]:
        """Return the mode that the point breaks least, and by how much."""
        left, mode = int(box.modes[element]), 1
        best, least = OPEN, math.inf
        while mode <= left:
            if left & mode:
                miss = self._miss(element, mode, box, values)
                if miss < least:
                    best, least = mode, miss
            mode <<= 1
        return best, least

    def _miss(self, element: int, mode: int, box: Box, values: Reals) -> float:
        rows = self._rows
        flow = float(values[element])
        if mode == CLOSED:
            return abs(flow) * self._per_kg_per_s
        if mode == OPEN:
            if rows.kind[element] == ElementKind.RESISTOR:
                return 0.0
            drop = float(values[rows.columns.drop(element)] * rows.columns.sign[element])
            return abs(drop - rows.loss(element, flow))
        return max(max(-flow, 0.0) * self._per_kg_per_s, self._active_miss(element, mode, values))

    def _active_miss(self, element: int, mode: int, values: Reals) -> float:
        rows, network, columns = self._rows, self._rows.network, self._rows.columns
        i, j = rows.tail[element], rows.head[element]
        inlet = max(float(values[columns.potential(i)]), 0.0) / rows.sigma[i]
        flow = float(values[element])
        behind = max(float(values[columns.potential(j)]), 0.0)
        machine = (behind + rows.resistance[element] * flow * flow) / rows.sigma[j]
        miss = max(
            float(network.inlet_min_bar[element]) ** 2 - inlet,
            behind / rows.sigma[j] - float(network.outlet_max_bar[element]) ** 2,
            0.0,
        )
        ranges = network.ranges.get(element, ())
        if not ranges:
            highest, lowest = float(network.ratio_max[element]), float(network.ratio_min[element])
            miss = max(miss, machine - highest**2 * inlet, lowest**2 * inlet - machine)
        else:
            found = ranges[(mode // ACTIVE).bit_length() - 1]
            point = (flow, math.sqrt(inlet), math.sqrt(machine))
            excess = max(
                sum(a * x for a, x in zip(normal, point, strict=True)) - offset
                for normal, offset in zip(found.normals.tolist(), found.offsets.tolist(), strict=True)
            )
            miss = max(miss, excess * 2 * math.sqrt(machine))
        if rows.has_difference(element):
            difference = math.sqrt(inlet) - math.sqrt(behind / rows.sigma[j])
            excess = max(
                difference - float(network.difference_max_bar[element]),
                float(network.difference_min_bar[element]) - difference,
            )
            miss = max(miss, excess * 2 * math.sqrt(inlet))
        return miss

    def _divide(self, element: int, box: Box, values: Reals) -> tuple[Division | None, float]:
        """Return how to divide the case at an element, and what that is worth."""
        rows, slack = self._rows, self._rows.flow_slack
        modes = int(box.modes[element])
        low, high = float(box.lower[element]), float(box.upper[element])
        if modes.bit_count() > 1:
            if not modes & CLOSED and modes & OPEN and low < -10 * slack and high > 10 * slack:
                return Division(element, 0.0), _FIRST
            part = next((mode for mode in (CLOSED, OPEN) if modes & mode), modes & -modes)
            return Division(element, sets=(modes & ~part, part)), _FIRST
        if high - low <= 100 * slack or not rows.resistance[element]:
            return None, 0.0
        if low < -100 * slack and high > 100 * slack:
            return Division(element, 0.0), _FIRST
        return Division(element, _inside(float(values[element]), low, high)), 1.0

    def _square(self, node: int, box: Box, values: Reals) -> tuple[float, Division | None]:
        columns = self._rows.columns
        pressure = columns.pressure(node)
        p = float(values[pressure])
        miss = abs(float(values[columns.potential(node)]) - self._rows.sigma[node] * p * p)
        low, high = float(box.lower[pressure]), float(box.upper[pressure])
        if high - low < NARROW_BAR:
            return miss, None
        return miss, Division(pressure, _inside(p, low, high))


def _inside(value: float, low: float, high: float) -> float:
    """Return the value, moved away from the interval's ends."""
    width = high - low
    return min(max(value, low + _EDGE * width), high - _EDGE * width)


def _name(mode: int, kind: int) -> Mode:
    if mode == CLOSED:
        return Mode.CLOSED
    if mode == OPEN:
        return Mode.BYPASS if kind >= ElementKind.CONTROL_VALVE else Mode.OPEN
    return Mode.ACTIVE
