"""A witness: it has seen checkpoints of a log, and says whether the next one extends them.

It needs nothing of the log but its verifier key and the public tiles. One honest witness is
enough: a log that shows it a changed past cannot prove the new tree to extend the one it showed before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from linepack.transparency.checkpoint import Checkpoint, notes_in
from linepack.transparency.errors import Replayed, SplitView, Truncated
from linepack.transparency.merkle import consistency_spans, proves_consistency
from linepack.transparency.notes import Verifier
from linepack.transparency.tiles import HEIGHT, WIDTH, Place, Tile, places_of, span_hashes


@dataclass(frozen=True, slots=True)
class Witness:
    """What a witness knows: the keys of the log, and the notes it has accepted, the newest last."""

    verifiers: tuple[Verifier, ...]
    seen: tuple[str, ...] = ()

    @classmethod
    def of_file(cls, file: str, verifiers: Sequence[Verifier]) -> "Witness":
        """Return the witness that accepted the notes of a file, one after the other."""
        return cls(tuple(verifiers), tuple(notes_in(file)))

    def to_file(self) -> str:
        """Return the notes accepted so far, as a file."""
        return "\n".join(self.seen)

    @property
    def last(self) -> Checkpoint | None:
        """The newest checkpoint accepted; raises LogFault when the file was changed."""
        return Checkpoint.of(self.seen[-1], self.verifiers) if self.seen else None

    def tiles_for(self, note: str) -> list[Tile]:
        """Return the tiles that prove that the checkpoint of a note extends the last; raises LogFault."""
        old, new = self._sizes(note)
        spans = consistency_spans(old, new)
        return [_tile_at(place, new) for place in sorted(places_of(spans))]

    def accept(self, note: str, tiles: Mapping[Place, bytes]) -> "Witness":
        """Return the witness that has seen this checkpoint too; `tiles` are those of `tiles_for`.

        Raises LogFault: NoteInvalid, CheckpointInvalid, Replayed, Truncated, SplitView.
        """
        old, new = self._sizes(note)
        last, shown = self.last, Checkpoint.of(note, self.verifiers)
        if last is None:
            return replace(self, seen=(note,))
        try:
            proof = span_hashes(consistency_spans(old, new), tiles)
        except LookupError as fault:
            raise SplitView(f"the log does not prove that {new} leaves extend {old}: {fault}") from None
        if not proves_consistency(old, new, proof, old_root=last.root, new_root=shown.root):
            raise SplitView(f"the tree of {new} leaves does not extend that of {old} which was seen before")
        return self if new == old else replace(self, seen=(*self.seen, note))

    def _sizes(self, note: str) -> tuple[int, int]:
        shown, last = Checkpoint.of(note, self.verifiers), self.last
        if last is None:
            return 0, shown.size
        if shown.size < last.size and note in self.seen:
            raise Replayed(f"the log shows its checkpoint of {shown.size} leaves again, after {last.size}")
        if shown.size < last.size:
            raise Truncated(f"the log shows {shown.size} leaves, after {last.size}")
        if shown.size == last.size and shown.root != last.root:
            raise SplitView(f"two trees of {shown.size} leaves have different roots")
        return last.size, shown.size


def _tile_at(place: Place, size: int) -> Tile:
    """Return the tile at a place as a tree of `size` leaves has it."""
    level, number = place
    return Tile(level, number, min((size >> (HEIGHT * level)) - number * WIDTH, WIDTH))
