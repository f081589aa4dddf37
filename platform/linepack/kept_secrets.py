"""Secrets that an installation makes for itself, kept in files that only its own user can read."""

import base64
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from linepack.ids import new_id

KEY_BYTES = 32


def new_key() -> str:
    """Return a fresh random key, in Base64."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def key_bytes(text: str, what: str) -> bytes:
    """Return a key that is written in Base64; raises ValueError, which says what it is, for another text."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{what} is {KEY_BYTES} bytes in Base64")
    return key


def local_secret(path: Path, make: Callable[[], str]) -> str:
    """Return the secret kept at `path`, made at first use.

    Several processes may ask at once: the one that creates the file wins, and all read the same secret. It is
    on disk before it is used: what it has sealed or signed, the database keeps through a loss of power.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}-{new_id().hex}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        _flush_folder(path.parent)
    return path.read_text()


def _flush_folder(folder: Path) -> None:
    """Write the names of a folder's files to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
