"""The right edge of a growing tree: what is needed to add leaves to it, and the tiles that this changes."""

from collections.abc import Iterable, Mapping

from linepack.transparency.merkle import HASH_BYTES, Frontier, nodes_of
from linepack.transparency.tiles import WIDTH, Place, perfect_root, span_hashes, split, widths_at


class Edge:
    """A tree of `size` leaves, of which only the last tile of each level is held."""

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
