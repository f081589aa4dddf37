"""Random regional networks: places on a square, joined to near ones, a quarter of the lines to be built.

The instances of the reference figures that the benchmark and the tests hold against: a minimum spanning tree
and random near neighbours, both ways; forty sources, six hundred consumers; project lines at 0.16 x^0.6 per
kilometre, straight between the classes.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import cKDTree

from planning.regional_supply.model import Line, Node, RegionalSupply, Tariff, TariffForm

SMALL_CLASSES: Final = (250.0, 1000.0, 2000.0, 4000.0)
LARGE_CLASSES: Final = (250.0, 1000.0, 4000.0, 12000.0, 40000.0)
SEED: Final = 1
BACKBONE_CAPACITY: Final = 60_000.0


def random_region(nodes: int, arcs: int, classes: Sequence[float] = LARGE_CLASSES) -> RegionalSupply:
    """Return a region with that many nodes and arcs; of small classes the spanning tree is all there."""
    chance = np.random.default_rng(SEED)
    places = chance.random((nodes, 2)) * 1000
    distance, near = cKDTree(places).query(places, k=9)
    tails, heads = np.repeat(np.arange(nodes), 8), near[:, 1:].ravel()
    graph = coo_array((distance[:, 1:].ravel(), (tails, heads)), shape=(nodes, nodes)).tocsr()
    spanning = minimum_spanning_tree(graph.maximum(graph.T)).tocoo()
    backbone = {_pair(a, b) for a, b in zip(spanning.row.tolist(), spanning.col.tolist(), strict=True)}
    others = list({_pair(a, b) for a, b in zip(tails.tolist(), heads.tolist(), strict=True)} - backbone)
    chance.shuffle(others)
    joined = set(backbone)
    for one in others:
        if len(joined) >= arcs // 2:
            break
        joined.add(_pair(*map(int, one)))
    pairs = np.array(sorted(joined))
    length = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    is_project = np.tile(chance.random(len(pairs)) < 0.25, 2)
    balance = _balances(chance, nodes)
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    capacity = chance.integers(1500, 6000, size=len(ends)).astype(float)
    is_backbone = np.array([_pair(a, b) in backbone for a, b in ends])
    capacity = np.where(is_project, classes[-1], capacity)
    capacity = np.where(is_backbone, BACKBONE_CAPACITY, capacity)
    if classes[-1] < 5000:
        is_project &= ~is_backbone
    lengths = np.tile(length, 2)
    cost = lengths * 0.010 * (1 + chance.random(len(ends)))
    tariff = Tariff(TariffForm.CURVE, tuple(classes), tuple(0.16 * np.array(classes) ** 0.6))
    lines = [
        Line(str(number), str(a), str(b), limit, 0.0, long, tariff)
        if is_new
        else Line(str(number), str(a), str(b), limit, price)
        for number, ((a, b), limit, price, long, is_new) in enumerate(
            zip(ends.tolist(), capacity.tolist(), cost.tolist(), lengths.tolist(), is_project, strict=True)
        )
    ]
    found = [Node(str(n), (max(b, 0.0),), (max(-b, 0.0),)) for n, b in enumerate(balance.tolist())]
    return RegionalSupply("units", "EUR", ("",), found, lines)


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _balances(chance: np.random.Generator, nodes: int) -> np.ndarray:
    balance = np.zeros(nodes)
    shuffled = chance.permutation(nodes)
    sources, consumers = shuffled[:40], shuffled[40:640]
    wanted = chance.integers(20, 200, size=len(consumers))
    balance[consumers] = -wanted
    share = chance.random(len(sources))
    supply = np.floor(wanted.sum() * share / share.sum())
    supply[0] += wanted.sum() - supply.sum()
    balance[sources] = supply
    return balance
