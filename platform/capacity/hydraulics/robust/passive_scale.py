"""The robust scale of a passive network: how far a booking can be raised, from below and above.

From above: a nomination of the booking that drives two potentials apart (`worst_nominations`), re-solved and
re-checked, is a witness. From below: bounds on what any nomination can do to each pair of nodes that matters
(`pairs`, `gaps`; on a tree the closed form, which is exact). Work goes to the pair that
binds. Whenever time ends, the bounds so far stand.

A flow limit of an element without resistance is no pair of potentials. Over a bridge the flow follows from
the balance, and the largest is min(entries behind, exits ahead); elsewhere it is at most all that enters.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import ElementKind, Flags, HydraulicNetwork, Reals
from capacity.hydraulics.robust.potential_gaps.closed_form import tree_gaps
from capacity.hydraulics.robust.potential_gaps.gaps import Gaps
from capacity.hydraulics.robust.potential_gaps.pairs import deciding_pairs
from capacity.hydraulics.robust.potential_gaps.worst_nominations import climb_pairs, handed_over, matched
from capacity.hydraulics.robust.witness import Witness, behind, is_open_point, witness_faults
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.jobs.parts import HERE, Parts

GAP: Final = 1e-4
"""The relative gap between certified and witnessed scale at which the work is done."""
DIFFERENCE_MIN_BAR2: Final = 1e-9
"""Potentials closer than this are equal where nothing at all is allowed between them."""
SCALE_MAX: Final = 1e6
"""The scale said of pairs whose potentials are as good as equal whatever is nominated, at most."""
ROUNDING: Final = 1e-12
"""Injections smaller than this part of the largest are none."""
MORE_STARTS: Final = 64
"""Starts of the search on a pair that is known to reach more than was found."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class PassiveReading:
    """A network of pipes alone: what has one law whatever happens; `closed` elements carry nothing."""

    network: HydraulicNetwork
    closed: Flags

    @classmethod
    def of(cls, network: HydraulicNetwork) -> "PassiveReading | None":
        """Return the network with stations in bypass, or closed where they have none, and valves open.

        What it carries, the network carries. None where an element obeys another law than a pipe's even so,
        or must carry gas and cannot.
        """
        if (network.kind == ElementKind.RESISTOR).any():
            return None
        is_station = (network.kind == ElementKind.CONTROL_VALVE) | (network.kind == ElementKind.COMPRESSOR)
        closed = is_station & ~network.has_bypass
        if ((network.flow_min > 0) | (network.flow_max < 0))[closed].any():
            return None
        return cls(replace(network, kind=np.full_like(network.kind, ElementKind.PIPE)), closed)

    @classmethod
    def contracted(cls, network: HydraulicNetwork) -> "PassiveReading":
        """Return the network with all but pipes as points without limits, as the literature studies it."""
        is_pipe = network.kind == ElementKind.PIPE
        points = replace(
            network,
            kind=np.full_like(network.kind, ElementKind.PIPE),
            resistance=np.where(is_pipe, network.resistance, 0.0),
            flow_min=np.where(is_pipe, network.flow_min, -np.inf),
            flow_max=np.where(is_pipe, network.flow_max, np.inf),
        )
        return cls(points, np.zeros(len(is_pipe), dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class PassiveScale:
    """What is known of the largest uniform scale at which every nomination of a booking can be transported.

    certified : every nomination can be, up to this scale
    witnessed : above it `witness`, a nomination of the booking at this scale, cannot be; None: nothing known
    pairs_total, pairs_proved : pairs of nodes that matter, and those proved to allow the witnessed scale
    boxes : boxes examined by branch and bound
    """

    certified: float
    witnessed: float | None
    witness: Witness | None
    pairs_total: int
    pairs_proved: int
    boxes: int
    method: str


def passive_scale(
    reading: PassiveReading,
    booking_min: Reals,
    booking_max: Reals,
    deadline: Deadline,
    progress: Progress,
    *,
    parts: Parts = HERE,
) -> PassiveScale:
    """Return the scale of a booking on a passive network; see the module docstring.

    booking_min, booking_max : float64 (nodes,), kg/s: what may leave (≤ 0) and enter (≥ 0)
    parts : where branch and bound works; the scale does not depend on it, unless time ends
    """
    if not min(booking_max.sum(), -booking_min.sum()) > 0:
        return PassiveScale(np.inf, None, None, 0, 0, 0, "nothing can be nominated")
    return _Scaling(reading, booking_min, booking_max, parts).run(deadline, progress)


class _Scaling:
    """One run."""

    def __init__(self, reading: PassiveReading, booking_min: Reals, booking_max: Reals, parts: Parts) -> None:
        self._reading, self._booking, self._parts = reading, (booking_min, booking_max), parts
        is_booked = (booking_min < 0) | (booking_max > 0)
        self._reduced = passive_network(reading.network, injecting=is_booked, closed=reading.closed)
        self._entries = self._reduced.reduced(booking_max)
        self._exits = self._reduced.reduced(-booking_min)
        self._supply = float(min(self._entries.sum(), self._exits.sum()))
        self._solver = LoopSolver.of(self._reduced)
        self._pairs = deciding_pairs(self._reduced, self._entries, self._exits)
        self._bounds = np.full(len(self._pairs.high), np.inf)
        self._boxes = 0

    def run(self, deadline: Deadline, progress: Progress) -> PassiveScale:
        """Return the bounds reached when they meet or time ends."""
        reduced = self._reduced
        if len(np.unique(self._solver.component[(self._entries > 0) | (self._exits > 0)])) > 1:
            return PassiveScale(
                0.0, None, None, 0, 0, 0, "what is booked is not connected: nothing is proved"
            )
        for component in range(int(self._solver.component.max()) + 1):
            nodes = np.flatnonzero(self._solver.component == component)
            high = int(nodes[np.argmin(reduced.potential_max[nodes])])
            low = int(nodes[np.argmax(reduced.potential_min[nodes])])
            if reduced.potential_max[high] < reduced.potential_min[low]:
                return self._at_rest(high, low)
        if not len(self._pairs.high):
            return PassiveScale(np.inf, None, None, 0, 0, 0, "no pipe carries anything")
        self._differences, self._nominations = climb_pairs(
            self._solver, self._entries, self._exits, (self._pairs.high, self._pairs.low)
        )
        with suppress(LimitReached):
            if self._solver.cycles:
                self._close(deadline, progress)
            else:
                self._bounds = self._closed_form()
        return self._result()

    def _at_rest(self, high: int, low: int) -> PassiveScale:
        """Return that not even nothing can be transported: the limits of two nodes exclude each other."""
        nothing = np.zeros(len(self._booking[0]))
        witness, scale = self._checked(self._evidence(nothing, *self._ends(high, low), -1), 0.0)
        return PassiveScale(
            0.0, scale, witness, 1, 0, 0, "limits of pressure that exclude each other at rest"
        )

    def _closed_form(self) -> Reals:
        reduced, pairs = self._reduced, self._pairs
        gaps = tree_gaps(reduced.tail, reduced.head, reduced.resistance, self._entries, self._exits)
        return np.asarray(gaps[pairs.high, pairs.low])

    def _close(self, deadline: Deadline, progress: Progress) -> None:
        """Lower bounds, those of the binding pairs first, until they meet the differences reached."""
        pairs = self._pairs
        gaps = Gaps(self._reduced, self._entries, self._exits, pairs.high, pairs.low)
        spent: set[int] = set()
        while True:
            self._read(gaps)
            goal = float(self._scales(self._differences).min()) * (1 - GAP)
            scales = self._scales(self._bounds)
            if not goal:
                return
            progress(min(1.0, float(scales.min() / goal)), f"{self._boxes} boxes examined")
            is_short = scales < np.where(pairs.pipe >= 0, goal * (1 - GAP), goal)
            binding = np.argsort(np.where(is_short, scales, np.inf), kind="stable")
            short = binding[: is_short.sum()].tolist()
            if not short or short[0] in spent:
                return
            targets = {pair: float(pairs.allowed[pair] / goal**2) for pair in short if pair not in spent}
            try:
                spent |= gaps.improve(targets, deadline, self._parts)
            finally:
                self._read(gaps)
            for pair in targets:
                if gaps.reached(pair) > self._differences[pair] * (1 + GAP / 10):
                    self._climb_again(pair)

    def _read(self, gaps: Gaps) -> None:
        bounds, self._boxes = gaps.all(), gaps.boxes
        spread = bounds[self._pairs.is_handover].max(initial=0.0)
        self._bounds = np.where(self._pairs.pipe >= 0, np.minimum(bounds, spread), bounds)

    def _climb_again(self, pair: int) -> None:
        differences, nominations = climb_pairs(
            self._solver,
            self._entries,
            self._exits,
            (self._pairs.high[[pair]], self._pairs.low[[pair]]),
            MORE_STARTS,
        )
        if differences[0] > self._differences[pair]:
            self._differences[pair] = differences[0]
            self._nominations[pair] = nominations[0]

    def _scales(self, differences: Reals) -> Reals:
        """Return the scale that each pair allows if these are its largest differences."""
        allowed = np.maximum(self._pairs.allowed, 0.0)
        scales = np.sqrt(allowed / np.maximum(differences, 1e-300))
        at_rest = np.where(allowed > 0, np.minimum(scales, SCALE_MAX), SCALE_MAX)
        return np.asarray(np.where(differences > DIFFERENCE_MIN_BAR2, scales, at_rest))

    def _result(self) -> PassiveScale:
        scales = self._scales(self._bounds)
        pair = int(np.argmin(self._scales(self._differences)))
        witness, witnessed = None, None
        if self._differences[pair] > DIFFERENCE_MIN_BAR2:
            witness, witnessed = self._checked(*self._apart(pair))
        certified, bridge = self._limited_by_points(float(scales.min()))
        if bridge is not None:
            witness, witnessed = self._checked(*self._over(*bridge, certified))
        at_most = np.inf if witnessed is None else witnessed
        proved = int((scales >= at_most * (1 - 2 * GAP)).sum())
        kind = "branch and bound by blocks" if self._solver.cycles else "closed form on a tree"
        return PassiveScale(certified, witnessed, witness, len(scales), proved, self._boxes, kind)

    def _limited_by_points(self, certified: float) -> tuple[float, tuple[int, Flags] | None]:
        """Return the scale that flow limits of elements without resistance leave, and the bridge that binds.

        A bridge is given by its element and the side of the network that gas leaves over it.
        """
        network, closed, bridge = self._reading.network, self._reading.closed, None
        for element in np.flatnonzero(is_open_point(network, closed)).tolist():
            for is_forward, limit in ((True, network.flow_max[element]), (False, -network.flow_min[element])):
                if limit >= certified * self._supply:
                    continue
                side = behind(network, element, closed)
                if side is not None and not is_forward:
                    side = ~side
                most = self._supply if side is None else self._most_out_of(side)
                if limit < certified * most:
                    certified = max(0.0, float(limit)) / most
                    bridge = None if side is None else (element, side)
        return certified, bridge

    def _most_out_of(self, side: Flags) -> float:
        least, most = self._booking
        return float(min(most[side].sum(), -least[~side].sum()))

    def _apart(self, pair: int) -> tuple[Witness, float]:
        """Return the nomination that drives a pair furthest apart, with its steady state, and its scale."""
        reduced, pairs, network = self._reduced, self._pairs, self._reading.network
        high, low = self._ends(int(pairs.high[pair]), int(pairs.low[pair]))
        scale = float(self._scales(self._differences)[pair])
        injection = scale * handed_over(reduced, *self._booking, self._nominations[pair])
        element = -1
        if pairs.pipe[pair] >= 0:
            parts = np.flatnonzero(reduced.pipe_of == pairs.pipe[pair])
            flows = self._state(injection)[0][parts]
            limits = np.where(flows > 0, network.flow_max[parts], network.flow_min[parts])
            element = int(parts[np.argmin(np.abs(limits) / np.maximum(np.abs(flows), 1e-300))])
        return self._evidence(injection, high, low, element), scale

    def _ends(self, high: int, low: int) -> tuple[int, int]:
        """Return the nodes whose limits are those of two reduced nodes."""
        reduced, network = self._reduced, self._reading.network
        is_here = reduced.weight == 0
        above = np.flatnonzero(is_here & (reduced.ends[:, 0] == high))
        below = np.flatnonzero(is_here & (reduced.ends[:, 0] == low))
        return (
            int(above[np.argmin(network.potential_max[above])]),
            int(below[np.argmax(network.potential_min[below])]),
        )

    def _over(self, element: int, side: Flags, scale: float) -> tuple[Witness, float]:
        """Return the nomination that sends most over a bridge, likewise."""
        least, most = self._booking
        injection = np.zeros(len(least))
        matched(side.astype(np.float64), most, -least, injection)
        ends = int(self._reading.network.tail[element]), int(self._reading.network.head[element])
        return self._evidence(scale * injection, *ends, element), scale

    def _state(self, injection: Reals) -> tuple[Reals, Reals]:
        at_nodes = self._reduced.reduced(injection)
        # What enters and leaves at one potential leaves a rounding error, which must not pass for gas.
        at_nodes[np.abs(at_nodes) < ROUNDING * np.abs(injection).max(initial=0.0)] = 0.0
        state = self._solver.solve(at_nodes)
        return self._reduced.expand(state.flows, state.potentials, injection)

    def _evidence(self, injection: Reals, high: int, low: int, element: int) -> Witness:
        network = self._reading.network
        flows, potentials = self._state(injection)
        potentials = potentials + (network.potential_min[low] - potentials[low])
        return Witness(
            tuple(injection.tolist()),
            tuple(flows.tolist()),
            tuple(potentials.tolist()),
            network.node_ids[high],
            network.node_ids[low],
            network.element_ids[element] if element >= 0 else "",
        )

    def _checked(self, witness: Witness, scale: float) -> tuple[Witness | None, float | None]:
        """Return the witness and its scale if it passes its check."""
        least, most = self._booking
        reading = self._reading
        if witness_faults(reading.network, scale * least, scale * most, witness, reading.closed):
            return None, None
        return witness, scale
