"""Reading one JSON object: its members, each checked, each fault noted at the object's place."""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from capacity.networks.faults import FaultList, Place
from linepack.canonical_json import JsonValue

Record = Mapping[str, JsonValue]
S = TypeVar("S", bound=StrEnum)

_SHOWN_LENGTH_MAX = 50


class RecordReader:
    """Reads the members of one JSON object, noting what is wrong with them at its place."""

    def __init__(self, record: Record, place: Place, faults: FaultList) -> None:
        self.record = record
        self.place = place
        self.faults = faults

    def refuse_unknown(self, known: tuple[str, ...]) -> None:
        """Note every member that no one reads."""
        for member in self.record:
            if member not in known:
                self.faults.add(self.place, f"has the unknown member {member[:_SHOWN_LENGTH_MAX]!r}")

    def text(self, member: str, *, required: bool = False) -> str:
        """Return a string, empty when absent."""
        value = self.record.get(member)
        if value is None and not required:
            return ""
        if not isinstance(value, str):
            self._wrong(member, "a string")
            return ""
        return value

    def number(self, member: str) -> float | None:
        """Return a number, None when absent."""
        return self._as_number(member, self.record.get(member))

    def positive(self, member: str) -> float:
        """Return a required positive number; 1, with a fault, when it cannot be had."""
        number = self.number(member)
        if number is None or not number > 0:
            self._wrong(member, "a positive number")
            return 1.0
        return number

    def whole(self, member: str) -> int | None:
        """Return a whole number, None when absent."""
        value = self.record.get(member)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self._wrong(member, "a whole number")
        return None

    def choice(self, member: str, kind: type[S], default: S | None = None) -> S | None:
        """Return a member of an enumeration; `default` when absent."""
        value = self.record.get(member)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in set(kind):
            self._wrong(member, f"one of {', '.join(kind)}")
            return default
        return kind(value)

    def child(self, member: str) -> "RecordReader":
        """Return the reader of a required object."""
        value = self.record.get(member)
        if not isinstance(value, Mapping):
            self._wrong(member, "an object")
            value = {}
        return RecordReader(value, self.place, self.faults)

    def children(self, member: str) -> list["RecordReader"]:
        """Return the readers of a list of objects, none when absent; their faults name the member."""
        value = self.record.get(member, [])
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self._wrong(member, "a list of objects")
            return []
        return [RecordReader(item, self.place, self.faults) for item in value if isinstance(item, Mapping)]

    def numbers(self, member: str) -> tuple[float, ...]:
        """Return a required list of numbers."""
        value = self.record.get(member)
        if not isinstance(value, list):
            self._wrong(member, "a list of numbers")
            return ()
        found = [self._as_number(member, item) for item in value]
        if any(item is None for item in value):
            self._wrong(member, "a list of numbers")
        return tuple(number for number in found if number is not None)

    def rows(self, member: str) -> tuple[tuple[str, ...], ...]:
        """Return a required list of lists of strings."""
        value = self.record.get(member)
        rows = [row for row in value if isinstance(row, list)] if isinstance(value, list) else []
        texts = tuple(tuple(text for text in row if isinstance(text, str)) for row in rows)
        if not isinstance(value, list) or [list(row) for row in texts] != value:
            self._wrong(member, "a list of lists of strings")
            return ()
        return texts

    def attributes(self) -> dict[str, float | str]:
        """Return numbers and strings by name."""
        value = self.record.get("attributes")
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._wrong("attributes", "an object")
            return {}
        found: dict[str, float | str] = {}
        for name, item in value.items():
            read = item if isinstance(item, str) else self._as_number(f"attributes.{name}", item)
            if read is not None:
                found[name] = read
        return found

    def positions(self, member: str) -> tuple[tuple[float, float], ...]:
        """Return a list of longitude and latitude; a height after them is left out."""
        value = self.record.get(member)
        if value is None:
            return ()
        if not isinstance(value, list):
            self._wrong(member, "a list of positions")
            return ()
        found = [self.position(item, member) for item in value]
        return tuple(position for position in found if position is not None)

    def position(self, value: JsonValue, member: str) -> tuple[float, float] | None:
        """Return longitude and latitude; None, with a fault, for what is no position."""
        if not isinstance(value, list) or len(value) not in (2, 3):
            self._wrong(member, "made of [longitude, latitude]", value)
            return None
        longitude, latitude = (self._as_number(member, item) for item in value[:2])
        return None if longitude is None or latitude is None else (longitude, latitude)

    def _as_number(self, member: str, value: JsonValue) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._wrong(member, "a finite number", value)
            return None
        return float(value)

    def _wrong(self, member: str, expected: str, value: JsonValue = None) -> None:
        value = self.record.get(member) if value is None else value
        said = "is missing" if value is None else f"is {str(value)[:_SHOWN_LENGTH_MAX]!r}"
        self.faults.add(self.place, f"{member} {said}; it must be {expected}")
