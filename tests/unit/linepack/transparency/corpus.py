"""Checkpoints and proofs of a log, true ones and attacks, for every verifier to judge."""

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.merkle_trees import root_of

from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.merkle import Span, consistency_spans, inclusion_spans, leaf_hash
from linepack.transparency.notes import Signer
from linepack.transparency.tiles import Edge, places_of, span_hashes

ORIGIN = "linepack.example/log/ledger"
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
IMPOSTOR = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
LEAVES = [leaf_hash(number.to_bytes(32, "big")) for number in range(700)]
TAIL_REWRITTEN = [*LEAVES[:398], *(leaf_hash(b"forged %d" % number) for number in range(302))]
REORDERED = [*LEAVES[:5], LEAVES[6], LEAVES[5], *LEAVES[7:]]
OLD, NEW = 400, 700


@dataclass(frozen=True)
class Case:
    """What a verifier is shown: a note; with a leaf, its inclusion; with an older note, consistency."""

    name: str
    is_true: bool
    note: str
    vkey: str = SIGNER.verifier.vkey
    leaf: bytes | None = None
    index: int = 0
    old_note: str | None = None
    proof: Sequence[bytes] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name

    def to_json(self) -> dict[str, Any]:
        """The case for a verifier in another language: hashes in Base64, Go's names."""
        plain = asdict(self)
        plain["leaf"] = None if self.leaf is None else base64.b64encode(self.leaf).decode()
        plain["proof"] = [base64.b64encode(one).decode() for one in self.proof]
        return plain


def note_of(leaves: Sequence[bytes], signer: Signer = SIGNER) -> str:
    return Checkpoint(ORIGIN, len(leaves), root_of(leaves)).signed(signer)


def proof_of(leaves: Sequence[bytes], spans: list[Span]) -> list[bytes]:
    tiles = Edge().append(leaves)
    return span_hashes(spans, {place: tiles[place] for place in places_of(spans)})


def included(name: str, index: int, size: int) -> Case:
    proof = proof_of(LEAVES[:size], inclusion_spans(index, size))
    return Case(name, True, note_of(LEAVES[:size]), leaf=LEAVES[index], index=index, proof=proof)


def consistent(name: str, old: int, new: int, leaves: Sequence[bytes] = LEAVES) -> Case:
    proof = proof_of(leaves[:new], consistency_spans(old, new))
    return Case(name, True, note_of(leaves[:new]), old_note=note_of(LEAVES[:old]), proof=proof)


def flipped(digest: bytes, bit: int = 7) -> bytes:
    changed = bytearray(digest)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


INCLUDED = included("a leaf in the middle", 256, NEW)
EXTENDED = consistent("a tree that has grown", OLD, NEW)
TRUE = [
    Case("a checkpoint", True, note_of(LEAVES)),
    Case("the checkpoint of one leaf", True, note_of(LEAVES[:1])),
    included("the first leaf", 0, NEW),
    INCLUDED,
    included("the last leaf", NEW - 1, NEW),
    included("a leaf alone", 0, 1),
    EXTENDED,
    consistent("a tree that has grown from a power of two", 256, 513),
    consistent("a tree that has grown by a leaf", NEW - 1, NEW),
    consistent("a tree that has not grown", NEW, NEW),
]
ATTACKS = [
    Case("the signature of another key", False, note_of(LEAVES, IMPOSTOR)),
    Case("a byte of the text flipped", False, note_of(LEAVES).replace("\n700\n", "\n701\n")),
    Case(
        "the root swapped under an old signature",
        False,
        note_of(LEAVES).replace(note_of(LEAVES).split("\n")[2], note_of(TAIL_REWRITTEN).split("\n")[2]),
    ),
    Case("no signature", False, note_of(LEAVES).partition("\n\n")[0] + "\n\n"),
    replace(INCLUDED, name="the root swapped and signed", is_true=False, note=note_of(TAIL_REWRITTEN)),
    Case(
        "a leaf reordered",
        False,
        note_of(REORDERED),
        leaf=LEAVES[5],
        index=5,
        proof=proof_of(REORDERED, inclusion_spans(5, NEW)),
    ),
    replace(INCLUDED, name="a leaf that was never logged", is_true=False, leaf=leaf_hash(b"never")),
    replace(INCLUDED, name="a leaf at another place", is_true=False, index=257),
    replace(INCLUDED, name="a leaf beyond the tree", is_true=False, index=NEW),
    replace(
        INCLUDED,
        name="a bit of a proof flipped",
        is_true=False,
        proof=[flipped(INCLUDED.proof[0]), *INCLUDED.proof[1:]],
    ),
    replace(INCLUDED, name="a proof cut short", is_true=False, proof=INCLUDED.proof[:-1]),
    replace(INCLUDED, name="a proof too long", is_true=False, proof=[*INCLUDED.proof, bytes(32)]),
    replace(consistent("a tail rewritten with the key", OLD, NEW, TAIL_REWRITTEN), is_true=False),
    replace(consistent("a leaf exchanged with the key", OLD, NEW, REORDERED), is_true=False),
    replace(
        EXTENDED,
        name="a split view: one size, two roots",
        is_true=False,
        old_note=note_of(LEAVES),
        note=note_of(TAIL_REWRITTEN),
        proof=[],
    ),
    replace(
        EXTENDED, name="a log cut short", is_true=False, old_note=note_of(LEAVES), note=note_of(LEAVES[:OLD])
    ),
    replace(
        EXTENDED,
        name="an old checkpoint replayed",
        is_true=False,
        old_note=note_of(LEAVES[: NEW - 1]),
        note=note_of(LEAVES[:OLD]),
        proof=[],
    ),
    replace(EXTENDED, name="growth without a proof", is_true=False, proof=[]),
    replace(
        EXTENDED,
        name="growth with a bit of the proof flipped",
        is_true=False,
        proof=[flipped(EXTENDED.proof[0]), *EXTENDED.proof[1:]],
    ),
    replace(EXTENDED, name="growth signed by another key", is_true=False, note=note_of(LEAVES, IMPOSTOR)),
]
CASES = [*TRUE, *ATTACKS]
