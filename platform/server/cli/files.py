"""Files that commands read and write; what cannot be done with one is a fault of the input."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from linepack.problems import Fault, InvalidInput


def read_text(path: Path) -> str:
    """Return the text of a file, without a byte order mark; raises InvalidInput."""
    with faults_of(path, "read"):
        return path.read_text(encoding="utf-8-sig")


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file; raises InvalidInput."""
    with faults_of(path, "read"):
        return path.read_bytes()


def read_json(path: Path) -> object:
    """Return the value of a file of JSON; raises InvalidInput."""
    try:
        value: object = json.loads(read_text(path))
    except (ValueError, RecursionError) as fault:
        raise InvalidInput([Fault(str(path), f"is not JSON: {fault}")]) from None
    return value


def write(path: Path, content: str | bytes) -> None:
    """Write a file; raises InvalidInput."""
    with faults_of(path, "written"):
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def replace(path: Path, content: str) -> None:
    """Write a file in place of the one that is there, which stays if that fails; raises InvalidInput.

    Killed at any moment, or on a disk that is full, it leaves the one or the other, never a part.
    """
    target = path.resolve()
    draft = target.with_name(f".{target.name}-{uuid4().hex}")
    with faults_of(path, "written"):
        try:
            with draft.open("w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder, unless it is there; raises InvalidInput."""
    with faults_of(path, "made"):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def faults_of(path: Path, what: str) -> Iterator[None]:
    """Raise InvalidInput when a file cannot be `what` (read, written), and say why."""
    try:
        yield
    except UnicodeDecodeError as fault:
        message = f"is not UTF-8 text: {fault.reason} at byte {fault.start}"
        raise InvalidInput([Fault(str(path), message)]) from None
    except OSError as fault:
        raise InvalidInput([Fault(str(path), f"cannot be {what}: {fault.strerror}")]) from None
