"""Tiles: a Merkle tree as files of 256 hashes, as C2SP tlog-tiles lays them out.

Tile `number` of `level` holds the nodes of height `8 · level` from `256 · number` on; it is full with 256 of
them, and only full tiles are hashed into the level above. A tile only ever grows, so that the tile of a
smaller tree is its beginning.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from linepack.transparency.merkle import HASH_BYTES, Frontier, Node, Span, hashes_of, node_hash, nodes_of

HEIGHT = 8
WIDTH = 1 << HEIGHT

_PATH = re.compile(r"(?P<level>0|[1-9]\d?)/(?P<number>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?")

Place = tuple[int, int]
"""Level and number of a tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Which hashes a request for a tile means: the first `width` of those at its place."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path of the tile below `tile/`."""
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        path = "/".join([str(self.level), *(f"x{group}" for group in groups[:-1]), groups[-1]])
        return path if self.width == WIDTH else f"{path}.p/{self.width}"

    @classmethod
    def at(cls, path: str) -> "Tile":
        """Return the tile at a path below `tile/`; raises ValueError when no tile has this path."""
        match = _PATH.fullmatch(path)
        if match is not None:
            number = int(match["number"].replace("x", "").replace("/", ""))
            tile = cls(int(match["level"]), number, int(match["width"] or WIDTH))
            if tile.path == path and (match["width"] is None) == (tile.width == WIDTH):
                return tile
        raise ValueError(f"no tile has the path {path}")


def places_of(spans: Iterable[Span]) -> set[Place]:
    """Return the tiles from which the roots of these spans can be computed."""
    return {(node[0] // HEIGHT, _first(node) // WIDTH) for span in spans for node in nodes_of(span)}


def tiles_at(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of `size` leaves."""
    for (level, last), width in widths_at(size).items():
        yield from (Tile(level, number) for number in range(last))
        yield Tile(level, last, width)


def widths_at(size: int) -> dict[Place, int]:
    """Return the last tile of each level of a tree of `size` leaves, and how many hashes it holds."""
    widths, level = {}, 0
    while count := size >> (HEIGHT * level):
        widths[level, (count - 1) // WIDTH] = (count - 1) % WIDTH + 1
        level += 1
    return widths


def span_hashes(spans: Iterable[Span], tiles: Mapping[Place, bytes]) -> list[bytes]:
    """Return the roots of spans from the tiles of `places_of`; raises LookupError when they do not do."""

    def node(one: Node) -> bytes:
        height, _ = one
        first, count = _first(one), 1 << (height % HEIGHT)
        tile = tiles[height // HEIGHT, first // WIDTH]
        offset = first % WIDTH
        if len(tile) < (offset + count) * HASH_BYTES:
            raise LookupError(f"the tile {height // HEIGHT}/{first // WIDTH} holds too few hashes")
        return perfect_root(split(tile)[offset : offset + count])

    return hashes_of(spans, node)


def perfect_root(hashes: list[bytes]) -> bytes:
    """Return the root over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def split(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [tile[i : i + HASH_BYTES] for i in range(0, len(tile), HASH_BYTES)]


class Edge:
    """The right edge of a growing tree, to which leaves are added: the last tile of each level."""

    def __init__(self) -> None:
        self._frontier = Frontier()
        self._tiles: list[tuple[int, bytearray]] = []
        """Per level, the number of the tile that grows, and what it holds by now."""

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._frontier.size

    def root(self) -> bytes:
        """Return the root of the tree."""
        return self._frontier.root()

    @classmethod
    def of(cls, size: int, tiles: Mapping[Place, bytes]) -> "Edge":
        """Return the edge of a tree from its tiles at `widths_at(size)`; raises LookupError without them."""
        edge = cls()
        spans = [(number << height, (number + 1) << height) for height, number in nodes_of((0, size))]
        edge._frontier = Frontier(size, span_hashes(spans, tiles))
        for (level, number), width in widths_at(size).items():
            held = bytearray(tiles[level, number][: width * HASH_BYTES])
            edge._tiles.append((number, held) if width < WIDTH else (number + 1, bytearray()))
        return edge

    def append(self, leaves: Iterable[bytes]) -> dict[Place, bytes]:
        """Add leaf hashes; return the tiles that are new or longer, as they are now."""
        changed: dict[Place, bytearray] = {}
        for leaf in leaves:
            self._frontier.append(leaf)
            self._add(0, leaf, changed)
        return {place: bytes(hashes) for place, hashes in changed.items()}

    def _add(self, level: int, hash_: bytes, changed: dict[Place, bytearray]) -> None:
        if level == len(self._tiles):
            self._tiles.append((0, bytearray()))
        number, held = self._tiles[level]
        held += hash_
        changed[level, number] = held
        if len(held) == WIDTH * HASH_BYTES:
            self._tiles[level] = (number + 1, bytearray())
            self._add(level + 1, perfect_root(split(bytes(held))), changed)


def _first(node: Node) -> int:
    """Return which of the hashes of its level of tiles is the first of a node."""
    height, number = node
    return number << (height % HEIGHT)
