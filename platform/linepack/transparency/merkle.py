"""Merkle trees as RFC 6962, section 2.1, and RFC 9162, section 2.1, define them, with SHA-256.

A tree of `size` leaves is a list of leaf hashes. *Node (height, number)* is the root of the perfect subtree
over the leaves from `number · 2^height` up to, not including, `(number + 1) · 2^height`. Proofs are made from
such nodes, and verified by the algorithms of RFC 9162, which know nothing of how they were made.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = tuple[int, int]
"""Height and number of a perfect subtree."""

Span = tuple[int, int]
"""The leaves from the first number up to, not including, the second."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees that a growing tree consists of, the largest first."""

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self._roots = list(roots)

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        self._roots.append(leaf)
        self.size += 1
        for _ in range(_trailing_zeros(self.size)):
            right = self._roots.pop()
            self._roots[-1] = node_hash(self._roots[-1], right)

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        return fold(self._roots)


def fold(roots: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring perfect subtrees, each smaller than the one before."""
    if not roots:
        return EMPTY_ROOT
    *others, root = roots
    for left in reversed(others):
        root = node_hash(left, root)
    return root


def nodes_of(span: Span) -> list[Node]:
    """Return the perfect subtrees that the span of a proof consists of, from left to right."""
    start, end = span
    nodes = []
    for height in reversed(range((end - start).bit_length())):
        if (end - start) >> height:
            nodes.append((height, start >> height))
            start += 1 << height
    return nodes


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the spans whose roots prove that leaf `index` is in the tree of `size` (RFC 6962, 2.1.1).

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return the spans whose roots prove the tree of `old` leaves to begin that of `new` (RFC 6962, 2.1.2).

    None are needed to prove it of an empty tree or of a tree and itself. Raises ValueError when `old` is
    larger than `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves is not the beginning of one of {new}")
    if old in (0, new):
        return []
    spans, start, end = [], 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return spans[::-1]


def hashes_of(spans: Iterable[Span], node: Callable[[Node], bytes]) -> list[bytes]:
    """Return the roots of spans, each from the perfect subtrees it consists of."""
    return [fold([node(one) for one in nodes_of(span)]) for span in spans]


def proves_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether `proof` has the leaf at `index` in the tree of `size` and `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _up_to_right_child(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(
    old: int, new: int, proof: Sequence[bytes], *, old_root: bytes, new_root: bytes
) -> bool:
    """Return whether `proof` shows that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old < new or not proof:
        return False
    first, *others = proof if old & (old - 1) else [old_root, *proof]
    shift = _trailing_zeros(old)
    place, last = (old - 1) >> shift, (new - 1) >> shift
    found_old = found_new = first
    for sibling in others:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            place, last = _up_to_right_child(place, last)
        else:
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and (found_old, found_new) == (old_root, new_root)


def _up_to_right_child(place: int, last: int) -> tuple[int, int]:
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(size: int) -> int:
    """Return the largest power of two that is less than `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1
