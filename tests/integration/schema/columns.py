"""Columns of bulk answers, read as a client reads them."""

from array import array
from base64 import b64decode
from typing import Any


def numbers(text: str, kind: str = "q") -> list[Any]:
    """The numbers of a column: "q" of Int64Column, "i" of Int32Column, "f" of Float32Column."""
    found: list[Any] = array(kind, b64decode(text)).tolist()
    return found


def rows(text: str, columns: int, kind: str = "q") -> list[list[Any]]:
    """The rows of a table."""
    found = numbers(text, kind)
    return [found[start : start + columns] for start in range(0, len(found), columns)]
