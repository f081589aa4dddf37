"""Checkpoints (C2SP tlog-checkpoint) and proofs of inclusion as files (C2SP tlog-proof).

A checkpoint is a signed note of three lines: the log's origin, the number of its leaves, the root over them.
The key that signs it has the origin as its name.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linepack.transparency.errors import CheckpointInvalid, ProofInvalid
from linepack.transparency.merkle import HASH_BYTES, proves_inclusion
from linepack.transparency.notes import Signer, Verifier, decode_base64, open_note

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
PROOF_HASHES_MAX = 63
_NUMBER = re.compile(r"0|[1-9]\d{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says at one size: the root over all of its leaves."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def signed(self, signer: Signer) -> str:
        """Return the checkpoint as a signed note."""
        return signer.sign(self.text)

    @classmethod
    def of(cls, note: str, verifiers: Iterable[Verifier]) -> "Checkpoint":
        """Return the checkpoint of a note that one of the verifiers has signed under the log's own name.

        Raises NoteInvalid and CheckpointInvalid.
        """
        origin, _, _ = note.partition("\n")
        own = [verifier for verifier in verifiers if verifier.name == origin]
        if not own:
            raise CheckpointInvalid(f"the checkpoint is of the log {origin!r}, whose key is not known")
        return cls._of_text(open_note(note, own))

    @classmethod
    def unverified(cls, note: str) -> "Checkpoint":
        """Return the checkpoint of a note, whether signed or not; raises CheckpointInvalid."""
        return cls._of_text(note.partition("\n\n")[0] + "\n")

    @classmethod
    def _of_text(cls, text: str) -> "Checkpoint":
        lines = text.split("\n")[:-1]
        if len(lines) != 3:
            raise CheckpointInvalid("the checkpoint is not origin, size and root")
        origin, size, root = lines
        if not _NUMBER.fullmatch(size):
            raise CheckpointInvalid(f"{size!r} is not the size of a tree")
        try:
            digest = decode_base64(root)
        except ValueError:
            digest = b""
        if len(digest) != HASH_BYTES:
            raise CheckpointInvalid(f"{root!r} is not the root of a tree")
        return cls(origin, int(size), digest)


def notes_in(file: str) -> list[str]:
    """Return the signed notes that a file holds one after the other, empty lines between them."""
    notes: list[str] = []
    lines: list[str] = []
    for line in file.splitlines():
        is_signature = line.startswith("\u2014 ")
        if lines and lines[-1].startswith("\u2014 ") and not is_signature:
            notes.append("\n".join(lines) + "\n")
            lines = []
        if lines or line:
            lines.append(line)
    return [*notes, "\n".join(lines) + "\n"] if lines else notes


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf is at `index` of the tree of a signed checkpoint; complete without any server."""

    index: int
    hashes: tuple[bytes, ...]
    note: str

    def to_file(self) -> str:
        """Return the proof as a `.tlog-proof` file."""
        lines = [PROOF_HEADER, f"index {self.index}", *(b64encode(one).decode() for one in self.hashes)]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def of_file(cls, file: str) -> "InclusionProof":
        """Read a `.tlog-proof` file; raises ProofInvalid."""
        head, separator, note = file.partition("\n\n")
        header, *lines = head.split("\n")
        if lines and lines[0].startswith("extra "):
            lines = lines[1:]
        if header != PROOF_HEADER or not separator or not lines:
            raise ProofInvalid("the file is not a proof of a transparency log")
        index = lines[0].removeprefix("index ")
        if index == lines[0] or not _NUMBER.fullmatch(index) or len(lines) > 1 + PROOF_HASHES_MAX:
            raise ProofInvalid("the proof names no index, or has too many hashes")
        try:
            hashes = tuple(decode_base64(line) for line in lines[1:])
        except ValueError:
            raise ProofInvalid("a hash of the proof is not Base64") from None
        if any(len(one) != HASH_BYTES for one in hashes):
            raise ProofInvalid("a hash of the proof has not 32 bytes")
        return cls(int(index), hashes, note)

    def verify(self, leaf: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
        """Return the checkpoint under which the leaf hash is proved; raises LogFault when it is not."""
        checkpoint = Checkpoint.of(self.note, verifiers)
        if not proves_inclusion(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root):
            raise ProofInvalid(
                f"the leaf is not at {self.index} of the tree of {checkpoint.size} of {checkpoint.origin}"
            )
        return checkpoint
