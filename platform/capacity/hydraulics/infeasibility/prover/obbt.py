"""Optimality-based bound tightening (OBBT): bounds on flows by the linear relaxation of a case.

Only flows of undecided direction are bounded: once gas can pass an element one way only, its law is convex
there and the relaxation follows it closely. Columns as in
`capacity.hydraulics.infeasibility.certificate.Columns`.
"""

import math
from collections.abc import Callable, Generator
from typing import Final, TypeVar

import numpy as np

from capacity.hydraulics.infeasibility.certificate import Weights
from capacity.hydraulics.infeasibility.prover.bound_tightening import BoundTightening, Trail, rounded
from capacity.hydraulics.infeasibility.prover.box import Box
from capacity.hydraulics.infeasibility.prover.dual_bounds import proved_value
from capacity.hydraulics.infeasibility.prover.lp_relaxation import Point, Relaxation
from capacity.hydraulics.infeasibility.prover.rows import Rows
from capacity.hydraulics.physics.network import ElementKind
from capacity.solvers.deadline import Deadline, LimitReached

SOLVES_MAX: Final = 400
"""Linear programs solved in one pass, two for each element: a bound on the time where hundreds of directions
are undecided."""
REACH_WORTH_A_SOLVE: Final = 0.1
"""A bound is not examined if a point of the relaxation comes nearer to it than this share of the width: it
could not move further than that."""
GAIN_MIN: Final = 0.05
"""A bound that moves by less than this share of the width is left: each one moved is a step of the proof."""
FLOW_SLACKS: Final = 10
"""Within so many times the slack of flows around zero the direction counts as decided."""

T = TypeVar("T")


def tightened(
    rows: Rows,
    relaxation: Relaxation,
    trail: Trail,
    tightening: BoundTightening,
    deadline: Callable[[], Deadline],
) -> Generator[LimitReached, None, Weights | None]:
    """Bound the flows of undecided direction; return weights that close the case, if some do.

    A pause for a new deadline is yielded, `deadline` returns the one that holds.
    """
    box = trail.box
    found = yield from resumed(lambda: relaxation.solve(box, deadline()))
    if isinstance(found, tuple):
        return found if proved_value(rows, found, None, 1.0, box) > 0 else None
    if not isinstance(found, Point):
        return None
    seen = found.values.copy(), found.values.copy()
    budget = SOLVES_MAX
    for element in _undecided(rows, box):
        for side, sign in ((0, 1.0), (1, -1.0)):
            low, high = float(box.lower[element]), float(box.upper[element])
            reach = (seen[0][element] - low) if side == 0 else (high - seen[1][element])
            if budget <= 0 or not low < 0 < high or reach < REACH_WORTH_A_SOLVE * (high - low):
                continue
            budget -= 1
            result = yield from resumed(_extreme(relaxation, element, sign, deadline))
            if result is None:
                continue
            weights, closes = result
            if closes:
                if proved_value(rows, weights, None, 1.0, box) > 0:
                    return weights
                continue
            values = relaxation.reached()
            np.minimum(seen[0], values, out=seen[0])
            np.maximum(seen[1], values, out=seen[1])
            if _narrow(rows, trail, tightening, (element, side, sign), weights):
                if tightening.propagate(trail):
                    return ()
                relaxation.enter(box)
    return None


def resumed(work: Callable[[], T]) -> Generator[LimitReached, None, T]:
    """Do a piece of work, again from its start after each pause for a new deadline."""
    while True:
        try:
            return work()
        except LimitReached as pause:
            yield pause


def _extreme(
    relaxation: Relaxation, element: int, sign: float, deadline: Callable[[], Deadline]
) -> Callable[[], tuple[Weights, bool] | None]:
    return lambda: relaxation.extreme(element, sign, deadline())


def _narrow(
    rows: Rows, trail: Trail, tightening: BoundTightening, place: tuple[int, int, float], weights: Weights
) -> bool:
    """Move a bound (column, side and its sign) to what the weights prove, if that is worth while."""
    box, (column, side, sign) = trail.box, place
    proved = sign * proved_value(rows, weights, column, sign, box)
    bound = rounded(proved, is_upper=bool(side)) if math.isfinite(proved) else proved
    gain = float(box.upper[column]) - bound if side else bound - float(box.lower[column])
    if not gain > GAIN_MIN * float(box.upper[column] - box.lower[column]):
        return False
    trail.move(tightening.number(), column, side, bound, weights)
    return True


def _undecided(rows: Rows, box: Box) -> list[int]:
    """Return the elements that gas might flow through either way, active ones first."""
    slack = FLOW_SLACKS * rows.flow_slack
    count = rows.columns.elements
    found = np.flatnonzero((box.lower[:count] < -slack) & (box.upper[:count] > slack))
    law = [e for e in found.tolist() if rows.resistance[e] > 0 or rows.kind[e] != ElementKind.PIPE]
    return sorted(law, key=lambda e: rows.kind[e] < ElementKind.CONTROL_VALVE)
