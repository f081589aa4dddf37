"""Columns: many numbers as one scalar, so that an answer of a hundred thousand costs what one string does.

The bytes are the numbers one after another, little-endian, without header, in base64 with padding (RFC 4648).
A table has the numbers of its first row first: that of row r and column c is at place r × columns + c.
"""

import base64
from collections.abc import Mapping
from typing import Final, NewType

import numpy as np
import strawberry
from numpy.typing import NDArray
from strawberry.types.scalar import ScalarDefinition

Int64Column = NewType("Int64Column", NDArray[np.signedinteger])
Int32Column = NewType("Int32Column", NDArray[np.signedinteger])
Float32Column = NewType("Float32Column", NDArray[np.floating])

BASE64: Final = "https://www.rfc-editor.org/rfc/rfc4648#section-4"
_LAYOUT: Final = (
    "one after another, little-endian, in base64; "
    "of a table the first row first (docs/guide/bulk-answers.md)."
)


def encoded(numbers: NDArray[np.generic], kind: str) -> str:
    """Return `numbers`, in the order of their rows, as bytes of numpy's type `kind` in base64."""
    return base64.b64encode(np.ascontiguousarray(numbers, dtype=kind).tobytes()).decode("ascii")


COLUMNS: Mapping[object, ScalarDefinition] = {
    Int64Column: strawberry.scalar(
        name="Int64Column",
        description=f"Whole numbers of 64 bits, two's complement, {_LAYOUT}",
        specified_by_url=BASE64,
        serialize=lambda numbers: encoded(numbers, "<i8"),
    ),
    Int32Column: strawberry.scalar(
        name="Int32Column",
        description=f"Whole numbers of 32 bits, two's complement, {_LAYOUT}",
        specified_by_url=BASE64,
        serialize=lambda numbers: encoded(numbers, "<i4"),
    ),
    Float32Column: strawberry.scalar(
        name="Float32Column",
        description=f"Floating-point numbers of 32 bits (IEEE 754), {_LAYOUT}",
        specified_by_url=BASE64,
        serialize=lambda numbers: encoded(numbers, "<f4"),
    ),
}
"""For `StrawberryConfig.scalar_map`, beside those that are read as well."""
