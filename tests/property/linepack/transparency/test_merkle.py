"""Roots, proofs and tiles against the recursive definitions of RFC 6962, section 2.1, naively written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.merkle_trees import root_of

from linepack.transparency.merkle import (
    HASH_BYTES,
    Frontier,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
)
from linepack.transparency.tiles import WIDTH, Place, places_of, span_hashes

Leaves = list[bytes]

SIZES = st.integers(1, 300) | st.sampled_from([255, 256, 257, 511, 512, 513, 800])
ALL_LEAVES = [leaf_hash(number.to_bytes(8, "big")) for number in range(70_000)]


def split(size: int) -> int:
    k = 1
    while 2 * k < size:
        k *= 2
    return k


def mth(leaves: Leaves) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def path(m: int, leaves: Leaves) -> Leaves:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Leaves, *, is_whole: bool) -> Leaves:
    if m == len(leaves):
        return [] if is_whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], is_whole=is_whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], is_whole=False), mth(leaves[:k])]


def tiles_of(leaves: Leaves) -> dict[Place, bytes]:
    tiles: dict[Place, bytes] = {}
    level, hashes = 0, leaves
    while hashes:
        for number in range(0, len(hashes), WIDTH):
            tiles[level, number // WIDTH] = b"".join(hashes[number : number + WIDTH])
        full = len(hashes) // WIDTH
        hashes = [mth(hashes[i * WIDTH : (i + 1) * WIDTH]) for i in range(full)]
        level += 1
    return tiles


@given(SIZES)
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert root_of(ALL_LEAVES[:size]) == mth(ALL_LEAVES[:size])


@given(SIZES, st.data())
def test_a_frontier_goes_on_where_another_stopped(size: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, size))
    first = Frontier()
    for leaf in ALL_LEAVES[:part]:
        first.append(leaf)
    second = Frontier(part, span_roots(part))
    for leaf in ALL_LEAVES[part:size]:
        second.append(leaf)
    assert first.root() == (root_of([]) if part == 0 else mth(ALL_LEAVES[:part]))
    assert second.root() == mth(ALL_LEAVES[:size])


def span_roots(size: int) -> Leaves:
    roots, start = [], 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            roots.append(mth(ALL_LEAVES[start : start + (1 << height)]))
            start += 1 << height
    return roots


@given(SIZES, st.data())
def test_inclusion_proofs_out_of_tiles(size: int, data: st.DataObject) -> None:
    leaves = ALL_LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    spans, tiles = inclusion_spans(index, size), tiles_of(leaves)
    proof = span_hashes(spans, {place: tiles[place] for place in places_of(spans)})

    assert proof == path(index, leaves)
    assert proves_inclusion(leaves[index], index, size, proof, mth(leaves))
    for damaged in damages(proof, data):
        assert not proves_inclusion(leaves[index], index, size, damaged, mth(leaves))
    assert not proves_inclusion(leaves[index], index ^ 1, size, proof, mth(leaves)) or size == 1


@given(SIZES, st.data())
def test_consistency_proofs_out_of_tiles(size: int, data: st.DataObject) -> None:
    leaves = ALL_LEAVES[:size]
    old = data.draw(st.integers(1, size))
    spans, tiles = consistency_spans(old, size), tiles_of(leaves)
    proof = span_hashes(spans, {place: tiles[place] for place in places_of(spans)})
    roots = {"old_root": mth(leaves[:old]), "new_root": mth(leaves)}

    assert proof == subproof(old, leaves, is_whole=True)
    assert proves_consistency(old, size, proof, **roots)
    for damaged in damages(proof, data):
        assert not proves_consistency(old, size, damaged, **roots)
    if old < size:
        forked = mth([*leaves[: old - 1], leaf_hash(b"forged"), *leaves[old:]])
        assert not proves_consistency(old, size, proof, old_root=roots["old_root"], new_root=forked)


@given(SIZES, SIZES)
def test_every_tree_extends_the_empty_one(old: int, new: int) -> None:
    root = mth(ALL_LEAVES[:new])
    assert proves_consistency(0, new, [], old_root=root_of([]), new_root=root)
    assert not proves_consistency(0, new, [], old_root=root, new_root=root)
    if old > new:
        assert not proves_consistency(old, new, [root], old_root=root, new_root=root)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 70_000])
def test_proofs_out_of_three_levels_of_tiles(size: int) -> None:
    leaves = ALL_LEAVES[:size]
    tiles, root = tiles_of(leaves), mth(leaves)
    for index in (0, 255, 256, 40_000, size - 1):
        proof = span_hashes(inclusion_spans(index, size), tiles)
        assert proves_inclusion(leaves[index], index, size, proof, root)
    for old in (1, 256, 1_000, 65_535):
        proof = span_hashes(consistency_spans(old, size), tiles)
        old_root = mth(ALL_LEAVES[:old])
        assert proves_consistency(old, size, proof, old_root=old_root, new_root=root)


def damages(proof: Leaves, data: st.DataObject) -> list[Leaves]:
    """Return the proof with a hash too many, too few, exchanged, and with one bit flipped."""
    damaged = [[*proof, bytes(HASH_BYTES)]]
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, HASH_BYTES * 8 - 1))
        flipped = bytearray(proof[place])
        flipped[bit // 8] ^= 1 << bit % 8
        damaged += [proof[:-1], [*proof[:place], bytes(flipped), *proof[place + 1 :]]]
    if len(proof) > 1:
        damaged.append([proof[1], proof[0], *proof[2:]])
    return damaged
