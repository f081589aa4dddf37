"""The consumers of two sources divided between the two anew, for pair after pair of sources.

Which of the consumers go to the first of two sources is a knapsack problem: what each saves there against
what the two have room for. It is solved by dynamic programming over the load of the first, on those consumers
for whom it matters least; a load is counted in whole steps, rounded up, so that with demands that are whole
multiples of a step the division is the best there is.
"""

from time import monotonic
from typing import Final

import numpy as np

from capacity.solvers.port import Reals
from planning.single_source.model import Places, SingleSource

CORE: Final = 60
"""Consumers of two sources that are divided anew: those for whom the two differ least."""
STEPS_MAX: Final = 6000
NEIGHBOURS: Final = 12
"""Pairs that are tried for each source: with those that most of its consumers could as well have."""
RANKS: Final = 4
SWEEPS_MAX: Final = 6
HELPS: Final = 1e-9


def divided_anew(asked: SingleSource, sources: Places, prices: Reals, seconds: float) -> Places:
    """Return an assignment that costs no more, with the consumers of pairs of sources divided anew."""
    ends_at = monotonic() + seconds
    found = sources.copy()
    rest = asked.supplies - asked.loads(found)
    pairs = _pairs(asked, prices)
    changed = np.ones(len(asked.supplies), dtype=np.bool_)
    for _ in range(SWEEPS_MAX):
        before, changed = changed, np.zeros(len(asked.supplies), dtype=np.bool_)
        for one, other in pairs:
            if not (before[one] or before[other] or changed[one] or changed[other]):
                continue
            if _divided(asked, found, rest, prices, (one, other)):
                changed[one] = changed[other] = True
            if monotonic() > ends_at:
                return found
        if not changed.any():
            break
    return found


def _pairs(asked: SingleSource, prices: Reals) -> list[tuple[int, int]]:
    """Return the pairs of sources that many consumers have among their cheapest."""
    priced = asked.costs + prices[:, None]
    count = min(RANKS, len(prices))
    ranked = np.argpartition(priced, count - 1, axis=0)[:count]
    common = np.zeros((len(prices), len(prices)))
    for one in range(count):
        for other in range(one + 1, count):
            np.add.at(common, (ranked[one], ranked[other]), 1.0)
    common += common.T
    chosen = set()
    for source in range(len(prices)):
        near = np.argsort(-common[source], kind="stable")[:NEIGHBOURS]
        chosen |= {(min(source, n), max(source, n)) for n in near.tolist() if common[source, n] > 0}
    return sorted(chosen)


def _divided(asked: SingleSource, found: Places, rest: Reals, prices: Reals, pair: tuple[int, int]) -> bool:
    """Divide the consumers of two sources anew where that costs less; `rest` is what sources have left."""
    one, other = pair
    members = np.flatnonzero((found == one) | (found == other))
    costs = asked.costs
    members = members[np.isfinite(costs[one, members]) & np.isfinite(costs[other, members])]
    differs = np.abs(costs[one, members] + prices[one] - costs[other, members] - prices[other])
    members = members[np.argsort(differs, kind="stable")[:CORE]]
    if not len(members):
        return False
    demands = asked.demands[members]
    is_there = found[members] == one
    room = rest[one] + demands[is_there].sum(), rest[other] + demands[~is_there].sum()
    more = (costs[one, members] - costs[other, members]) * demands
    goes = _knapsack(demands, more, most=float(room[0]), least=float(demands.sum() - room[1]))
    if goes is None:
        return False
    given, taken = float(demands[goes].sum()), float(demands[~goes].sum())
    saved = float(more[is_there].sum() - more[goes].sum())
    slack = HELPS * float(demands.sum())
    if saved <= HELPS * float(np.abs(more).sum()) or given > room[0] + slack or taken > room[1] + slack:
        return False
    found[members] = np.where(goes, one, other)
    rest[one], rest[other] = room[0] - given, room[1] - taken
    return True


def _knapsack(weights: Reals, more: Reals, *, most: float, least: float) -> np.ndarray | None:
    """Return which items to take so that `more` adds up to least and weights to `least` to `most`."""
    step = 1.0 if np.array_equal(weights, np.round(weights)) else 0.0
    if most <= 0:
        return None
    if step == 0.0 or most > STEPS_MAX:
        step = most / STEPS_MAX
    sizes = np.ceil(weights / step - HELPS).astype(int)
    width = min(int(most / step + HELPS), int(sizes.sum())) + 1
    best = np.full(width, np.inf)
    best[0] = 0.0
    takes = np.zeros((len(weights), width), dtype=np.bool_)
    for item, (size, cost) in enumerate(zip(sizes.tolist(), more.tolist(), strict=True)):
        if size >= width:
            continue
        taken = best[: width - size] + cost
        helps = taken < best[size:]
        takes[item, size:] = helps
        best[size:] = np.where(helps, taken, best[size:])
    start = max(0, int(np.ceil(least / step - HELPS)))
    if start >= width or not np.isfinite(best[start:]).any():
        return None
    at = start + int(best[start:].argmin())
    goes = np.zeros(len(weights), dtype=np.bool_)
    for item in range(len(weights) - 1, -1, -1):
        if takes[item, at]:
            goes[item] = True
            at -= int(sizes[item])
    return goes
