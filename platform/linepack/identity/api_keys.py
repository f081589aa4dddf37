"""The text of an API key: `lp_<prefix>_<secret>`.

The prefix finds the key and may be shown; the secret has 256 random bits, so a plain SHA-256 of it is all
that needs to be kept, and no list of guesses helps against it. The text is made once, at creation, and
cannot be had again. The fixed `lp_` lets secret scanners recognise a leaked key.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

KEY_MARK = "lp_"
PREFIX_LENGTH = 12
SECRET_BYTES = 32

_PREFIX_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_KEY = re.compile(rf"lp_([{_PREFIX_ALPHABET}]{{{PREFIX_LENGTH}}})_([A-Za-z0-9_-]{{43}})")
_NO_HASH = bytes(hashlib.sha256().digest_size)


@dataclass(frozen=True, slots=True)
class KeySecret:
    """A new key's text, to be shown once, and what is stored of it."""

    prefix: str
    secret_hash: bytes
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A key as a caller presented it, split in its parts."""

    prefix: str
    secret: str = field(repr=False)


def new_secret() -> KeySecret:
    """Return a fresh random key."""
    prefix = "".join(secrets.choice(_PREFIX_ALPHABET) for _ in range(PREFIX_LENGTH))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return KeySecret(prefix, hash_secret(secret), f"{KEY_MARK}{prefix}_{secret}")


def hash_secret(secret: str) -> bytes:
    """Return the SHA-256 of the secret part, as it is stored."""
    return hashlib.sha256(secret.encode()).digest()


def read_key(text: str) -> PresentedKey | None:
    """Split the text of a key; None when it does not have the form of one."""
    found = _KEY.fullmatch(text)
    return PresentedKey(found[1], found[2]) if found else None


def secret_matches(presented: PresentedKey, stored: bytes | None) -> bool:
    """Return, in constant time, whether the secret hashes to `stored`; None (no such key) never matches."""
    return hmac.compare_digest(hash_secret(presented.secret), stored or _NO_HASH) and stored is not None
