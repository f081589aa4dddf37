"""Canonical JSON: one byte sequence per value, so that its hash identifies it.

Keys are sorted, there is no white space, Decimals and identifiers are strings, days and instants ISO 8601.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"


def canonical_json(value: object) -> bytes:
    """Return `value` as canonical JSON, UTF-8; raises TypeError for what has no canonical form."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
    )
    return text.encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _plain(value: object) -> str | list[object] | dict[str, object]:
    match value:
        case Decimal() | UUID():
            return str(value)
        case date():
            return value.isoformat()
        case frozenset() | set():
            return sorted(value, key=canonical_json)
        case Mapping():
            return dict(value)
        case Sequence():
            return list(value)
    raise TypeError(f"{type(value).__name__} has no canonical JSON")
