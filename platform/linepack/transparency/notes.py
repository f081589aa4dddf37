"""Signed notes and verifier keys as C2SP signed-note defines them, with Ed25519.

A note is a text that ends in a newline, an empty line, and signature lines. A verifier key (*vkey*) is
`name+key id+key`; the id is derived from name and key, so that one key under two names is two keys.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linepack.transparency.errors import NoteInvalid

ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
NOTE_LENGTH_MAX = 100_000
SIGNATURES_MAX = 100
_MARK = "\u2014 "


@dataclass(frozen=True, slots=True)
class Verifier:
    """The name and the public key of a signer."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text, for others to verify with."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public_key).decode()}"

    @classmethod
    def of(cls, vkey: str) -> "Verifier":
        """Read a verifier key; raises ValueError."""
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = decode_base64(encoded)
        require_name(name)
        if key[:1] != ED25519 or len(key) != 1 + PUBLIC_KEY_BYTES:
            raise ValueError("the verifier key is not an Ed25519 key")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != key_id:
            raise ValueError(f"the verifier key of {name} has the id {verifier.key_id.hex()}, not {key_id}")
        return verifier

    def accepts(self, text: str, signature: bytes) -> bool:
        """Return whether the signature is this key's signature of the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private key under a name."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        require_name(name)
        self._key = key
        self.verifier = Verifier(name, key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the note of a text that ends in a newline."""
        signature = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n{_MARK}{self.verifier.name} {signature}\n"


def open_note(note: str, verifiers: Iterable[Verifier]) -> str:
    """Return the text of a note that one of the verifiers has signed.

    Signatures of other keys are ignored, a wrong signature of a known key is not. Raises NoteInvalid.
    """
    if len(note) > NOTE_LENGTH_MAX:
        raise NoteInvalid("the note is too long")
    if any(character < " " and character != "\n" for character in note):
        raise NoteInvalid("the note holds control characters")
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not text or not lines.endswith("\n"):
        raise NoteInvalid("the note has no text, empty line and signatures")
    text, signatures = text + "\n", lines[:-1].split("\n")
    if len(signatures) > SIGNATURES_MAX:
        raise NoteInvalid("the note has too many signatures")
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    is_signed = False
    for line in signatures:
        name, key_id, signature = _signature(line)
        verifier = known.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.accepts(text, signature):
            raise NoteInvalid(f"the signature of {name} is wrong")
        is_signed = True
    if not is_signed:
        raise NoteInvalid("no known key has signed the note")
    return text


def require_name(name: str) -> None:
    """Raise ValueError unless a key may have this name."""
    if not name or "+" in name or any(character.isspace() for character in name):
        raise ValueError(f"a key's name has no space and no plus, not {name!r}")


def decode_base64(encoded: str) -> bytes:
    """Return what canonical Base64 stands for; raises ValueError."""
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error as fault:
        raise ValueError(f"not Base64: {fault}") from None
    if base64.b64encode(decoded).decode() != encoded:
        raise ValueError("not Base64 as it is written")
    return decoded


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not name or not encoded:
        raise NoteInvalid("a signature line is not `— name signature`")
    try:
        decoded = decode_base64(encoded)
    except ValueError:
        raise NoteInvalid(f"the signature of {name} is not Base64") from None
    if len(decoded) <= KEY_ID_BYTES:
        raise NoteInvalid(f"the signature of {name} is too short")
    return name, decoded[:KEY_ID_BYTES], decoded[KEY_ID_BYTES:]
