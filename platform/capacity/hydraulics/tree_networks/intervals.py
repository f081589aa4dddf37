"""The compiled interval propagation: which pressures a tree of elements allows at each node.

Where every flow is known, an element maps what one end's pressure may be to what the other end's may be. A
set of pressures is a union of intervals (several where a station can be bypassed or run, but nothing
between), kept as potentials φ = σ p² in bar². From the leaves to the root, a node's set is its limits cut
with the image of every child's set: the pressures at which all that hangs there works. Images are exact, so
the root's set is empty exactly if no state exists, up to `SLACK_BAR2` and `SLACK_BAR`.

A *tree* is (order, parent, branch, toward): int64 (nodes,), parents before children, −1 at roots; float64
`toward` is 1 where the branch to the parent is directed to the parent, else −1. *Branches* are the tuple made
by `capacity.hydraulics.tree_networks.branches`: (kind, resistance, loss, flow_min, flow_max, outlet_max,
has_bypass, pieces, facet_pointer, facets). What an active branch can do at q ≥ 0 is a union of *pieces*,
convex sets of the pressures (p, r) before and behind the machines: a facet (a, b, c, d) demands a p + b r + c
q ≤ d. *Nodes* are (elevation, potential_min, potential_max); *sets* are (low, high, count): float64
(intervals, nodes), ascending, of which the first `count`, int64 (nodes,), count.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

from typing import Final

import numpy as np
from numba import njit

from capacity.hydraulics.physics.network import ElementKind

SLACK_BAR: Final = 1e-9
"""Relative rounding of a facet's terms."""
SLACK_BAR2: Final = 1e-8
"""By how much limits may be missed: far below what `capacity.hydraulics.physics.residuals` tolerates."""
FLOW_SLACK: Final = 1e-9
"""The flow taken for none, relative to the largest injection."""
INTERVALS_MAX: Final = 32
"""Intervals of one set; a tree that needs more is not decided here."""
PRESSURE_BEYOND_ALL_BAR: Final = 1e4
POTENTIAL_BEYOND_ALL: Final = 1e9

FEASIBLE: Final = 0
PRESSURES_CLASH: Final = 1
NO_IMAGE: Final = 2
FLOW_BEYOND_LIMIT: Final = 3
UNBALANCED: Final = 4
TOO_MANY_INTERVALS: Final = 5

_PIPE: Final = int(ElementKind.PIPE)
_RESISTOR: Final = int(ElementKind.RESISTOR)
_VALVE: Final = int(ElementKind.VALVE)


@njit(cache=True, nogil=True)
def across_piece(facets, flow, low, high, is_forward):  # type: ignore[no-untyped-def]
    """Return (lowest, highest) pressure beyond a piece whose other side is in [low, high]; NaN where none.

    Sutherland and Hodgman's clipping of the strip by each facet; forward is from before the machines.
    """
    size = len(facets) + 5
    x, y = np.empty(size), np.empty(size)
    next_x, next_y = np.empty(size), np.empty(size)
    x[0], x[1], x[2], x[3] = low, high, high, low
    y[0], y[1], y[2], y[3] = 0.0, 0.0, PRESSURE_BEYOND_ALL_BAR, PRESSURE_BEYOND_ALL_BAR
    count = 4
    for k in range(len(facets)):
        a, b = (facets[k, 0], facets[k, 1]) if is_forward else (facets[k, 1], facets[k, 0])
        slack = SLACK_BAR * (abs(a) + abs(b) + abs(facets[k, 2]))
        bound = facets[k, 3] - facets[k, 2] * flow + slack
        kept = 0
        for corner in range(count):
            other = corner + 1 if corner + 1 < count else 0
            here = a * x[corner] + b * y[corner] - bound
            there = a * x[other] + b * y[other] - bound
            if here <= 0:
                next_x[kept], next_y[kept] = x[corner], y[corner]
                kept += 1
            if (here <= 0) != (there <= 0):
                part = here / (here - there)
                next_x[kept] = x[corner] + part * (x[other] - x[corner])
                next_y[kept] = y[corner] + part * (y[other] - y[corner])
                kept += 1
        x, next_x = next_x, x
        y, next_y = next_y, y
        count = kept
        if count == 0:
            return np.nan, np.nan
    lowest, highest = y[0], y[0]
    for corner in range(1, count):
        lowest, highest = min(lowest, y[corner]), max(highest, y[corner])
    return lowest, highest


@njit(cache=True, nogil=True)
def across_machines(branches, branch, piece, flow, low, high, sigma_from, sigma_to, is_forward):  # type: ignore[no-untyped-def]
    """Return the potentials, (lowest, highest), at the far end of an active branch running one piece.

    low, high : potentials at the near end, its tail if `is_forward`; NaN where the piece cannot run.
    """
    loss = branches[1][branch] * flow * flow
    outlet_max = branches[5][branch]
    facets = branches[9][branches[8][piece] : branches[8][piece + 1]]
    if is_forward:
        before = (np.sqrt(max(low, 0.0) / sigma_from), np.sqrt(max(high, 0.0) / sigma_from))
        lowest, highest = across_piece(facets, flow, before[0], before[1], True)
        lowest = sigma_to * lowest * lowest - loss
        highest = min(sigma_to * highest * highest - loss, sigma_to * outlet_max * outlet_max)
    else:
        high = min(high, sigma_from * outlet_max * outlet_max)
        if low > high + SLACK_BAR2:
            return np.nan, np.nan
        high = max(low, high)
        behind = (np.sqrt(max(low + loss, 0.0) / sigma_from), np.sqrt(max(high + loss, 0.0) / sigma_from))
        lowest, highest = across_piece(facets, flow, behind[0], behind[1], False)
        lowest, highest = sigma_to * lowest * lowest, sigma_to * highest * highest
    if not lowest <= highest + SLACK_BAR2:
        return np.nan, np.nan
    return lowest, max(lowest, highest)


@njit(cache=True, nogil=True)
def _image(branches, branch, flow, is_none, near, sigma, is_forward, far):  # type: ignore[no-untyped-def]
    """Set `far`, (low, high), to the intervals at a branch's far end; returns how many, −1 if too many.

    near : (low, high) at the near end, its tail if `is_forward`; sigma : elevation at (near, far) end
    """
    kind = branches[0][branch]
    if kind == _RESISTOR:
        return _across_resistor(branches[2][branch], flow, is_none, near, sigma, is_forward, far)
    is_plain = kind in (_PIPE, _VALVE)
    if is_none and kind != _PIPE:
        far[0][0], far[1][0] = 0.0, POTENTIAL_BEYOND_ALL
        return 1
    made = 0
    if is_plain or branches[6][branch]:
        drop = branches[1][branch] * flow * abs(flow)
        for place in range(len(near[0])):
            far[0][made] = near[0][place] - drop if is_forward else near[0][place] + drop
            far[1][made] = near[1][place] - drop if is_forward else near[1][place] + drop
            made += 1
    if is_plain or flow < 0:
        return made
    for piece in range(branches[7][branch], branches[7][branch + 1]):
        for place in range(len(near[0])):
            lowest, highest = across_machines(
                branches, branch, piece, flow, near[0][place], near[1][place], sigma[0], sigma[1], is_forward
            )
            if lowest <= highest:
                if made == len(far[0]):
                    return -1
                far[0][made], far[1][made] = lowest, highest
                made += 1
    return _united(far[0], far[1], made)


@njit(cache=True, nogil=True)
def _across_resistor(loss, flow, is_none, near, sigma, is_forward, far):  # type: ignore[no-untyped-def]
    """As `_image`, of a resistor with a constant loss."""
    made = 0
    for place in range(len(near[0])):
        lowest = np.sqrt(max(near[0][place], 0.0) / sigma[0])
        highest = np.sqrt(max(near[1][place], 0.0) / sigma[0])
        if is_none:
            lowest, highest = lowest - loss, highest + loss
        elif (flow > 0) == is_forward:
            lowest, highest = lowest - loss, highest - loss
        else:
            lowest, highest = lowest + loss, highest + loss
        if highest >= 0:
            lowest = max(lowest, 0.0)
            far[0][made], far[1][made] = sigma[1] * lowest * lowest, sigma[1] * highest * highest
            made += 1
    return _united(far[0], far[1], made)


@njit(cache=True, nogil=True)
def _united(low, high, count):  # type: ignore[no-untyped-def]
    """Sort intervals in place and join those that meet; returns how many are left."""
    for place in range(1, count):
        first, last = low[place], high[place]
        before = place - 1
        while before >= 0 and low[before] > first:
            low[before + 1], high[before + 1] = low[before], high[before]
            before -= 1
        low[before + 1], high[before + 1] = first, last
    made = 0
    for place in range(count):
        if made and low[place] <= high[made - 1]:
            high[made - 1] = max(high[made - 1], high[place])
        else:
            low[made], high[made] = low[place], high[place]
            made += 1
    return made


@njit(cache=True, nogil=True)
def _common(low, high, other_low, other_high):  # type: ignore[no-untyped-def]
    """Return what two intervals share: a point if they miss by no more than the slack, else NaN."""
    lowest, highest = max(low, other_low), min(high, other_high)
    if lowest <= highest:
        return lowest, highest
    if lowest <= highest + SLACK_BAR2:
        return 0.5 * (lowest + highest), 0.5 * (lowest + highest)
    return np.nan, np.nan


@njit(cache=True, nogil=True)
def _cut(sets, node, far, count, work):  # type: ignore[no-untyped-def]
    """Cut a node's set with the first intervals of `far` and return how many are left, −1 if too many.

    A set that would become empty is left as it is.
    """
    low, high = sets[0][:, node], sets[1][:, node]
    made, i, j = 0, 0, 0
    while i < sets[2][node] and j < count:
        lowest, highest = _common(low[i], high[i], far[0][j], far[1][j])
        if lowest <= highest:
            if made == len(low):
                return -1
            work[0][made], work[1][made] = lowest, highest
            made += 1
        if high[i] < far[1][j]:
            i += 1
        else:
            j += 1
    low[:made] = work[0][:made]
    high[:made] = work[1][:made]
    if made:
        sets[2][node] = made
    return made


@njit(cache=True, nogil=True)
def _cut_image(tree, branches, elevation, node, q, is_none, sets, arriving, work):  # type: ignore[no-untyped-def]
    """Cut the set of a node's parent with the image of its own; returns what came of it."""
    above, branch = tree[1][node], tree[2][node]
    near = (sets[0][: sets[2][node], node], sets[1][: sets[2][node], node])
    far = (work[0], work[1])
    sigma = (elevation[node], elevation[above])
    made = _image(branches, branch, q, is_none, near, sigma, tree[3][node] > 0, far)
    if made == 0:
        return NO_IMAGE
    left = made
    if made > 0:
        arriving[node, 0], arriving[node, 1] = far[0][0], far[1][made - 1]
        left = _cut(sets, above, far, made, (work[2], work[3]))
    if left < 0:
        return TOO_MANY_INTERVALS
    return FEASIBLE if left else PRESSURES_CLASH


@njit(cache=True, nogil=True)
def propagate(tree, branches, nodes, injection, flow, sets, arriving, work):  # type: ignore[no-untyped-def]
    """Set the flows of all branches and the sets of all nodes, from the leaves up; returns (what, node).

    flow : float64 (branches,), kg/s; work : float64 (4, intervals), working space
    arriving : float64 (nodes, 2), the lowest and highest potential of each node's image at its parent

    What: FEASIBLE; PRESSURES_CLASH, node's image misses its parent's set (or its limits each other, and its
    set is empty); NO_IMAGE, the branch above node cannot carry its flow at any of its pressures;
    FLOW_BEYOND_LIMIT on that branch; UNBALANCED at a root; TOO_MANY_INTERVALS.
    """
    order, parent, branch_above, toward = tree
    low, high, count = sets
    kind, resistance, flow_min, flow_max = branches[0], branches[1], branches[3], branches[4]
    sent = injection.copy()
    slack = 0.0
    for node in range(len(order)):
        low[0, node], high[0, node] = nodes[1][node], nodes[2][node]
        count[node] = 1 if nodes[1][node] <= nodes[2][node] else 0
        if count[node] == 0:
            return PRESSURES_CLASH, node
        slack = max(slack, FLOW_SLACK * abs(injection[node]))
    for place in range(len(order) - 1, -1, -1):
        node, above = order[place], parent[order[place]]
        found = FEASIBLE
        if above < 0:
            found = FEASIBLE if abs(sent[node]) <= slack else UNBALANCED
        else:
            branch, q = branch_above[node], toward[node] * sent[node]
            flow[branch] = q
            sent[above] += sent[node]
            is_none = abs(q) <= slack
            is_open = kind[branch] == _PIPE or (kind[branch] == _VALVE and not is_none)
            if not flow_min[branch] - slack <= q <= flow_max[branch] + slack:
                found = FLOW_BEYOND_LIMIT
            elif is_open and count[node] == 1 and count[above] == 1:
                rise = -toward[node] * resistance[branch] * q * abs(q)
                arriving[node, 0], arriving[node, 1] = low[0, node] + rise, high[0, node] + rise
                lowest, highest = _common(low[0, above], high[0, above], arriving[node, 0], arriving[node, 1])
                if lowest <= highest:
                    low[0, above], high[0, above] = lowest, highest
                else:
                    found = PRESSURES_CLASH
            else:
                found = _cut_image(tree, branches, nodes[0], node, q, is_none, sets, arriving, work)
        if found != FEASIBLE:
            return found, node
    return FEASIBLE, -1


@njit(cache=True, nogil=True)
def propagate_all(tree, branches, nodes, injections, found):  # type: ignore[no-untyped-def]
    """Set `found`, int64 (rows,), to what `propagate` finds for each row of `injections`."""
    size = injections.shape[1]
    flow = np.empty(len(branches[0]))
    sets = (
        np.empty((INTERVALS_MAX, size)),
        np.empty((INTERVALS_MAX, size)),
        np.empty(size, np.int64),
    )
    arriving, work = np.empty((size, 2)), np.empty((4, INTERVALS_MAX))
    for row in range(len(injections)):
        found[row], _ = propagate(tree, branches, nodes, injections[row], flow, sets, arriving, work)
