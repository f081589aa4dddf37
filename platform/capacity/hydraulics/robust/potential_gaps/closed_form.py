"""The closed form: the largest potential difference of every two nodes of a tree of pipes.

On the path from one node to another, pipe e carries at most F_e = min(entries behind it, exits ahead of it).
One nomination reaches every F_e at once: entries are matched with exits as far down the path as possible. So
the largest difference is Σ β_e F_e² along the path, for all ordered pairs in time quadratic in the nodes.
"""

# Compiled functions are called by position.
# ruff: noqa: PLR0917

import numpy as np
from numba import njit

from capacity.hydraulics.physics.network import Integers, Reals


@njit(cache=True, nogil=True)
def _all_gaps(pointer, neighbour, pipe, resistance, entries, exits, gaps):  # type: ignore[no-untyped-def]
    size = len(entries)
    all_entries = entries.sum()
    order = np.empty(size, dtype=np.int64)
    parent, parent_pipe = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    behind, ahead = np.empty(size), np.empty(size)
    for root in range(size):
        parent[:] = -1
        parent[root] = root
        order[0] = root
        count, done = 1, 0
        while done < count:
            node = order[done]
            done += 1
            for place in range(pointer[node], pointer[node + 1]):
                other = neighbour[place]
                if parent[other] < 0:
                    parent[other], parent_pipe[other] = node, pipe[place]
                    order[count] = other
                    count += 1
        behind[:] = entries
        ahead[:] = exits
        for place in range(size - 1, 0, -1):
            node = order[place]
            behind[parent[node]] += behind[node]
            ahead[parent[node]] += ahead[node]
        gaps[root, root] = 0.0
        for place in range(1, size):
            node = order[place]
            flow = max(min(all_entries - behind[node], ahead[node]), 0.0)
            gaps[root, node] = gaps[root, parent[node]] + resistance[parent_pipe[node]] * flow * flow


def tree_gaps(tail: Integers, head: Integers, resistance: Reals, entries: Reals, exits: Reals) -> Reals:
    """Return the largest φ_u − φ_w of every ordered pair (u, w), float64 (nodes, nodes), bar².

    tail, head : int64 (pipes,), of a tree; entries, exits : float64 (nodes,), kg/s, ≥ 0
    Raises ValueError if the pipes are not a tree.
    """
    size = len(entries)
    starts, ends = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(starts, kind="stable")
    pointer = np.concatenate([[0], np.cumsum(np.bincount(starts, minlength=size))])
    pipe = np.concatenate([np.arange(len(tail)), np.arange(len(tail))])[order]
    if len(tail) != size - 1 or not _is_connected(size, pointer, ends[order]):
        raise ValueError("the pipes are not a tree")
    gaps = np.empty((size, size))
    _all_gaps(pointer, ends[order], pipe, resistance, entries, exits, gaps)
    return gaps


def _is_connected(size: int, pointer: Integers, neighbour: Integers) -> bool:
    seen, stack = {0}, [0]
    while stack:
        node = stack.pop()
        for other in neighbour[pointer[node] : pointer[node + 1]].tolist():
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return len(seen) == size
