"""The secrets of second factors as they are stored: encrypted, with a key that is not in the database.

AES-256-GCM under a random nonce. Each is bound to its account: who can write to the database cannot give
one account the secret of another.
"""

import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linepack.ids import UserId
from linepack.kept_secrets import key_bytes, local_secret, new_key

NONCE_BYTES: Final = 12
_KEY_TEXT: Final = "the key of second factors"


class Sealing:
    """Encrypts and decrypts with the key of one installation."""

    def __init__(self, key: str) -> None:
        """Read the key; raises ValueError unless it is 32 bytes in Base64."""
        self._cipher = AESGCM(key_bytes(key, _KEY_TEXT))

    def seal(self, secret: bytes, user_id: UserId) -> bytes:
        """Return the secret of an account, encrypted."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, user_id.bytes)

    def open(self, sealed: bytes, user_id: UserId) -> bytes | None:
        """Return the secret of an account; None when it was sealed with another key or for another one."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], user_id.bytes)
        except (InvalidTag, ValueError):
            return None


def sealing_key(data_dir: Path) -> str:
    """Return the key kept under `data_dir`, made at first use, readable by this user only."""
    return local_secret(data_dir / "second-factor-key", new_key)
