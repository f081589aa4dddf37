"""Drawings for networks whose source places few or none of its nodes.

Stress majorisation (Gansner, Koren and North 2004): nodes stand as far apart as the pipes between them are
long, as nearly as a plane allows. Nodes that have coordinates stand where they are, so that the drawing has
the map's shape and north; the places are given as `x` and `y`, in kilometres east and north, because they are
no coordinates. Deterministic: it starts from the mean of neighbours, and nothing is drawn at random.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.linalg import spsolve

from capacity.networks.model import Network

KM_PER_DEGREE = 111.2
KM_OF_NO_PIPE = 4.0
"""How far apart the ends of a valve or station are drawn, which have no length."""
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
ROUNDS = 200
DECIMALS = 1

Points = NDArray[np.float64]


def with_drawing(network: Network) -> Network:
    """Return the network with `x` and `y` on every node; the source's coordinates stay as they are."""
    fixed = _fixed(network)
    distances = _distances(network)
    crow = np.linalg.norm(fixed[:, None] - fixed[None, :], axis=2)
    known = np.isfinite(crow) & (distances > 0)
    if crow[known].any():
        distances *= float((crow[known] @ distances[known]) / (distances[known] @ distances[known]))
    places = _majorised(_started(network, fixed), fixed, distances)
    nodes = tuple(
        replace(node, x=round(float(x), DECIMALS), y=round(float(y), DECIMALS))
        for node, (x, y) in zip(network.nodes, places, strict=True)
    )
    return replace(network, nodes=nodes)


def _fixed(network: Network) -> Points:
    """Return the places of nodes with coordinates, in km; NaN for the others."""
    located = [node.latitude for node in network.nodes if node.latitude is not None]
    shrink = math.cos(math.radians(sum(located) / len(located))) if located else 1.0
    return np.array(
        [
            (math.nan, math.nan)
            if node.longitude is None or node.latitude is None
            else (node.longitude * shrink * KM_PER_DEGREE, node.latitude * KM_PER_DEGREE)
            for node in network.nodes
        ]
    )


def _graph(network: Network) -> tuple[NDArray[np.int64], NDArray[np.int64], Points]:
    number = {node.id: i for i, node in enumerate(network.nodes)}
    tails = np.array([number[edge.tail] for edge in network.edges])
    heads = np.array([number[edge.head] for edge in network.edges])
    lengths = np.array([max(KM_OF_NO_PIPE, (edge.length_m or 0.0) / 1000) for edge in network.edges])
    return tails, heads, lengths


def _distances(network: Network) -> Points:
    tails, heads, lengths = _graph(network)
    size = len(network.nodes)
    shortest: dict[tuple[int, int], float] = {}
    for tail, head, length in zip(tails.tolist(), heads.tolist(), lengths.tolist(), strict=True):
        ends = (min(tail, head), max(tail, head))
        shortest[ends] = min(length, shortest.get(ends, math.inf))
    rows, columns = zip(*shortest, strict=True)
    graph = sparse.csr_matrix((list(shortest.values()), (rows, columns)), (size, size))
    found: Points = dijkstra(graph, directed=False)
    return found


def _started(network: Network, fixed: Points) -> Points:
    """Return first places: those known, and the weighted mean of neighbours for the others."""
    tails, heads, lengths = _graph(network)
    size = len(network.nodes)
    is_fixed = np.isfinite(fixed[:, 0])
    if not is_fixed.any():
        turn = np.linspace(0, 2 * math.pi, size, endpoint=False)
        circle: Points = np.column_stack([np.cos(turn), np.sin(turn)]) * (lengths.sum() / (2 * math.pi))
        return circle
    weights = sparse.csr_matrix((1 / lengths, (tails, heads)), (size, size))
    weights = weights + weights.T
    laplacian = sparse.diags(np.asarray(weights.sum(axis=1)).ravel()) - weights
    free = ~is_fixed
    places: Points = fixed.copy()
    known = -laplacian[free][:, is_fixed] @ fixed[is_fixed]
    places[free] = spsolve(laplacian[free][:, free].tocsc(), known)
    # Nodes that hang on one neighbour all start on top of it: a spiral tells them apart.
    spiral = np.arange(size, dtype=np.float64) * GOLDEN_ANGLE
    places[free] += (np.column_stack([np.cos(spiral), np.sin(spiral)]) * KM_OF_NO_PIPE)[free]
    return places


def _majorised(places: Points, fixed: Points, distances: Points) -> Points:
    """Lower the stress Σ (|p_i − p_j| − d_ij)² / d_ij² round by round, moving every free node at once."""
    free = ~np.isfinite(fixed[:, 0])
    with np.errstate(divide="ignore"):
        weights = np.where(distances > 0, distances**-2.0, 0.0)
    totals = weights.sum(axis=1, keepdims=True)
    for _ in range(ROUNDS):
        apart = places[:, None] - places[None, :]
        length = np.maximum(np.linalg.norm(apart, axis=2), 1e-9)
        wanted = (weights * distances / length)[:, :, None] * apart
        moved = (weights @ places + wanted.sum(axis=1)) / totals
        places = np.where(free[:, None], moved, places)
    return places
