"""Tree conflicts: where no pressure is left for a nomination, and which element limits it."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from capacity.hydraulics.physics.network import Reals
from capacity.hydraulics.tree_networks import intervals
from capacity.hydraulics.tree_networks.branches import ACTIVE
from capacity.hydraulics.tree_networks.pressure_sets import PressureSets, propagated


class ConflictReason(StrEnum):
    """Why a tree cannot carry its flows."""

    PRESSURE = "pressure"
    ELEMENT = "element"
    FLOW = "flow"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class TreeConflict:
    """Where no pressure is left; pressures in bar.

    PRESSURE: what reaches `node_id` through `element_id` lies within `arriving_bar`, what it may have within
    `allowed_bar`, and `missing_bar` is the gap. The bound on what arrives is that of node `origin_id`; on the
    way from there `limiting_id` is most in the way: a station at its limit, else what loses most.
    ELEMENT: `element_id` cannot carry its flow with any pressure of `allowed_bar` at `node_id`.
    FLOW: its flow is beyond its limits.
    BALANCE: the nodes connected to `node_id` inject more or less than nothing in all.
    """

    reason: ConflictReason
    node_id: str
    allowed_bar: tuple[float, float]
    arriving_bar: tuple[float, float]
    missing_bar: float = 0.0
    element_id: str = ""
    flow_kg_per_s: float = 0.0
    origin_id: str = ""
    limiting_id: str = ""


def conflict_of(sets: PressureSets, injection: Reals) -> TreeConflict:
    """Return the conflict that emptied a set, seen from the node whose lowest pressure takes part in it."""
    lacking = _lacking_node(sets)
    if lacking is not None:
        from_there = propagated(sets.of, sets.of.rooted(lacking), injection)
        if from_there.found == intervals.PRESSURES_CLASH and _is_clash(from_there):
            return _clash(from_there)
    return _clash(sets) if _is_clash(sets) else _one_sided(sets)


def _is_clash(sets: PressureSets) -> bool:
    """Whether two sets missed each other, not a node's own limits."""
    return sets.found == intervals.PRESSURES_CLASH and bool(sets.count[sets.node])


def _lacking_node(sets: PressureSets) -> int | None:
    """Return the node whose lowest pressure is above what can reach it, if that is the conflict."""
    if not _is_clash(sets):
        return None
    above = int(sets.tree[1][sets.node])
    if sets.arriving[sets.node, 0] > sets.highest(above):
        return _origins(sets, sets.node, is_low=True)[-1]
    if sets.arriving[sets.node, 1] < sets.lowest(above):
        return _origins(sets, above, is_low=True)[-1]
    return None


def _origins(sets: PressureSets, node: int, *, is_low: bool) -> list[int]:
    """Return the nodes, from `node` towards the leaves, that a bound of its set is passed on from."""
    network = sets.of.network
    own = network.potential_min if is_low else network.potential_max
    column = sets.arriving[:, 0 if is_low else 1]
    passed = [node]
    while True:
        last = passed[-1]
        bound = sets.lowest(last) if is_low else sets.highest(last)
        below = np.flatnonzero((sets.tree[1] == last) & (column == bound))
        if bound == own[last] or not len(below):
            return passed
        passed.append(int(below[0]))


def _clash(sets: PressureSets) -> TreeConflict:
    network = sets.of.network
    above = int(sets.tree[1][sets.node])
    allowed = _bar(sets, above, sets.lowest(above), sets.highest(above))
    arriving = _bar(sets, above, *sets.arriving[sets.node].tolist())
    origins = _origins(sets, sets.node, is_low=arriving[0] > allowed[1])
    branch = int(sets.tree[2][sets.node])
    return TreeConflict(
        ConflictReason.PRESSURE,
        network.node_ids[above],
        allowed,
        arriving,
        max(allowed[0] - arriving[1], arriving[0] - allowed[1], 0.0),
        _element_id(sets, branch),
        _flow(sets, branch),
        network.node_ids[origins[-1]],
        _element_id(sets, _limiting(sets, [int(sets.tree[2][node]) for node in origins])),
    )


def _limiting(sets: PressureSets, path: list[int]) -> int:
    """Return the branch on a path that is most in the way."""
    kind, resistance, flow = sets.of.arrays[0], sets.of.arrays[1], sets.flow
    for branch in path:
        if kind[branch] in ACTIVE and abs(flow[branch]) > sets.slack:
            return branch
    return max(path, key=lambda branch: float(resistance[branch] * flow[branch] ** 2))


def _one_sided(sets: PressureSets) -> TreeConflict:
    network, node = sets.of.network, sets.node
    if sets.count[node]:
        hull = _bar(sets, node, sets.lowest(node), sets.highest(node))
    else:
        hull = float(network.pressure_min_bar[node]), float(network.pressure_max_bar[node])
    if sets.found in (intervals.PRESSURES_CLASH, intervals.UNBALANCED):
        is_own = sets.found == intervals.PRESSURES_CLASH
        reason = ConflictReason.PRESSURE if is_own else ConflictReason.BALANCE
        return TreeConflict(reason, network.node_ids[node], hull, hull, max(hull[0] - hull[1], 0.0))
    is_flow = sets.found == intervals.FLOW_BEYOND_LIMIT
    reason = ConflictReason.FLOW if is_flow else ConflictReason.ELEMENT
    branch = int(sets.tree[2][node])
    element_id, flow = _element_id(sets, branch), _flow(sets, branch)
    return TreeConflict(reason, network.node_ids[node], hull, hull, 0.0, element_id, flow)


def _bar(sets: PressureSets, node: int, low: float, high: float) -> tuple[float, float]:
    elevation = float(sets.of.network.elevation[node])
    return math.sqrt(max(low, 0.0) / elevation), math.sqrt(max(high, 0.0) / elevation)


def _element_id(sets: PressureSets, branch: int) -> str:
    return sets.of.network.element_ids[int(sets.of.first[branch])]


def _flow(sets: PressureSets, branch: int) -> float:
    return float(sets.flow[branch] * sets.of.share[sets.of.first[branch]])
