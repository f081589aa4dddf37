"""Columns of bulk answers, read as a client reads them."""

from array import array
from base64 import b64decode


def numbers(text: str, kind: str = "q") -> list[float]:
    """The numbers of a column: "q" of Int64Column, "i" of Int32Column, "f" of Float32Column."""
    return array(kind, b64decode(text)).tolist()


def rows(text: str, columns: int, kind: str = "q") -> list[list[float]]:
    """The rows of a table."""
    found = numbers(text, kind)
    return [found[start : start + columns] for start in range(0, len(found), columns)]
