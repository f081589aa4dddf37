"""Roots of Merkle trees, for tests of logs."""

from collections.abc import Iterable

from linepack.transparency.merkle import Frontier


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()
