"""Notes, checkpoints and proof files: the examples of their specifications, and every way to be wrong."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linepack.transparency.checkpoint import Checkpoint, InclusionProof, notes_in
from linepack.transparency.errors import CheckpointInvalid, LogFault, NoteInvalid, ProofInvalid
from linepack.transparency.merkle import EMPTY_ROOT, leaf_hash, node_hash
from linepack.transparency.notes import Signer, Verifier, open_note

ORIGIN = "linepack.example/log/ledger"
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
A, B = leaf_hash(b"a"), leaf_hash(b"b")
TWO = Checkpoint(ORIGIN, 2, node_hash(A, B))

EXAMPLE_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n"
    "\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm"
    "RKuwHjG1Yu72IneyaQM=\n"
)


def test_the_example_of_the_signed_note_specification() -> None:
    verifier = Verifier.of(EXAMPLE_VKEY)

    assert verifier.vkey == EXAMPLE_VKEY
    assert open_note(EXAMPLE_NOTE, [verifier]) == "This is an example message.\n"


def test_a_signature_of_an_unknown_key_beside_ours_is_ignored() -> None:
    note = TWO.signed(SIGNER) + OTHER.sign(TWO.text).split("\n\n")[1]

    assert Checkpoint.of(note, [SIGNER.verifier]) == TWO
    assert Checkpoint.of(note, [OTHER.verifier]) == TWO


def test_a_wrong_signature_of_a_known_key_beside_a_right_one_is_not() -> None:
    wrong = OTHER.sign(Checkpoint(ORIGIN, 3, EMPTY_ROOT).text).split("\n\n")[1]

    with pytest.raises(NoteInvalid, match="the signature of linepack"):
        Checkpoint.of(TWO.signed(SIGNER) + wrong, [SIGNER.verifier, OTHER.verifier])


def test_every_flipped_bit_of_a_checkpoint_is_refused() -> None:
    note = TWO.signed(SIGNER).encode()
    for place in range(len(note) * 8):
        changed = bytearray(note)
        changed[place // 8] ^= 1 << place % 8
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(LogFault):
            Checkpoint.of(text, [SIGNER.verifier])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{ORIGIN}\n2\n", "is not origin, size and root"),
        (f"{ORIGIN}\n02\n{b64encode(A).decode()}\n", "'02' is not the size of a tree"),
        (f"{ORIGIN}\n-1\n{b64encode(A).decode()}\n", "'-1' is not the size"),
        (f"{ORIGIN}\n٢\n{b64encode(A).decode()}\n", "is not the size of a tree"),
        (f"{ORIGIN}\n2\n{b64encode(A[:31]).decode()}\n", "is not the root of a tree"),
        (f"{ORIGIN}\n2\n{b64encode(A).decode()[:-1]}\n", "is not the root of a tree"),
        (f"{ORIGIN}\n2\n{b64encode(A).decode()}\nmore\n", "is not origin, size and root"),
        ("other.example/log\n2\n" + b64encode(A).decode() + "\n", "whose key is not known"),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_of_the_log(text: str, reason: str) -> None:
    with pytest.raises(CheckpointInvalid, match=reason):
        Checkpoint.of(SIGNER.sign(text), [SIGNER.verifier])


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("", "no known key|no text|whose key"),
        (TWO.text, "no text, empty line and signatures"),
        (TWO.signed(SIGNER)[:-1], "no text, empty line and signatures"),
        (TWO.text + "\n" + "- name abcd\n", "is not `— name signature`"),
        (TWO.text + "\n" + f"— {ORIGIN} ab=\n", "is not Base64"),
        (TWO.text + "\n" + f"— {ORIGIN} AAAA\n", "is too short"),
        (TWO.signed(SIGNER).replace("\n2\n", "\n\t2\n"), "control characters"),
        (OTHER.sign(TWO.text), "no known key has signed"),
        (TWO.text + "\n" + TWO.signed(SIGNER).split("\n\n")[1] * 101, "too many signatures"),
        (TWO.text + "x" * 100_001, "too long"),
    ],
)
def test_a_malformed_or_foreign_note(note: str, reason: str) -> None:
    with pytest.raises(LogFault, match=reason):
        Checkpoint.of(note, [SIGNER.verifier])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000+AQ==",
        "name+00000000+" + b64encode(b"\x01" + bytes(32)).decode(),
        "a b+1+AQ==",
        EXAMPLE_VKEY.replace("+Aekye", "+Bekye"),
    ],
)
def test_a_verifier_key_that_is_none(vkey: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Verifier.of(vkey)


def test_a_file_of_checkpoints_is_read_one_by_one() -> None:
    first, second = Checkpoint(ORIGIN, 1, A).signed(SIGNER), TWO.signed(SIGNER)

    assert notes_in(first + "\n" + second) == [first, second]
    assert notes_in("\n" + first + second + "\n\n") == [first, second]
    assert notes_in("") == []


def test_a_proof_file_proves_its_leaf_and_no_other() -> None:
    file = InclusionProof(1, (A,), TWO.signed(SIGNER)).to_file()

    assert file.startswith(f"c2sp.org/tlog-proof@v1\nindex 1\n{b64encode(A).decode()}\n\n{ORIGIN}\n2\n")
    proof = InclusionProof.of_file(file)
    assert proof.verify(B, [SIGNER.verifier]) == TWO
    with pytest.raises(ProofInvalid, match="the leaf is not at 1 of the tree of 2"):
        proof.verify(A, [SIGNER.verifier])


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("", "not a proof"),
        ("c2sp.org/tlog-proof@v2\nindex 0\n\n", "not a proof"),
        ("c2sp.org/tlog-proof@v1\n\n", "not a proof"),
        ("c2sp.org/tlog-proof@v1\nindex 01\n\n", "names no index"),
        ("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", "has not 32 bytes"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n*\n\n", "is not Base64"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n" + "A\n" * 64 + "\n", "too many hashes"),
    ],
)
def test_a_file_that_is_no_proof(file: str, reason: str) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        InclusionProof.of_file(file)


def test_a_proof_file_may_bring_data_that_nobody_trusts() -> None:
    plain = InclusionProof(1, (A,), TWO.signed(SIGNER))
    header, _, rest = plain.to_file().partition("\n")

    assert InclusionProof.of_file(f"{header}\nextra YWJj\n{rest}") == plain
