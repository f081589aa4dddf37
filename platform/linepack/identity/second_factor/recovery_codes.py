"""Recovery codes: each takes the place of a one-time password once, for a person who has lost the device.

A code has 80 random bits, so that a plain SHA-256 of it, bound to the account, is all that needs to be kept.
"""

import base64
import hashlib
import secrets
from typing import Final

from linepack.ids import UserId

CODES: Final = 10
CODE_BYTES: Final = 10
GROUP: Final = 4


def new_codes() -> list[str]:
    """Return fresh codes, in groups of letters and digits."""
    return [
        _grouped(base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()) for _ in range(CODES)
    ]


def hash_code(user_id: UserId, code: str) -> bytes:
    """Return what is stored of a code of an account; capitals, dashes and spaces make no difference."""
    written = "".join(character for character in code.casefold() if character.isalnum())
    return hashlib.sha256(user_id.bytes + written.encode()).digest()


def _grouped(text: str) -> str:
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))
