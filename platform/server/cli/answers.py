"""What a command answers: values for programs, and the same values as lines and tables for people.

A command returns an `Answer` and prints nothing itself; `server.cli.output` prints it, as text or as JSON.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Self, TypeAlias
from uuid import UUID

from linepack.canonical_json import JsonValue
from linepack.gasday import Period

UNKNOWN: Final = "–"
INSTANT: Final = "%Y-%m-%d %H:%M"
"""How instants are shown in tables; they are UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the name of its values in JSON, its heading, and how a value is shown.

    `form` is the format of numbers, or what returns the text of a value; `missing` is shown for None.
    """

    name: str
    heading: str
    form: str | Callable[[Any], str] = ","
    missing: str = ""

    def cell(self, record: Mapping[str, object]) -> str:
        """Return the text of this column in a row."""
        value = record[self.name]
        if value is None:
            return self.missing
        return self.form(value) if callable(self.form) else text_of(value, self.form)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: a record for each row, by the columns' names; what has no column is in JSON only."""

    columns: Sequence[Column]
    records: Sequence[Mapping[str, object]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line in a colour."""

    text: str
    style: str


Shown: TypeAlias = str | Line | Rows


@dataclass(frozen=True, slots=True)
class Answer:
    """The values of an answer, the lines and tables that show them, and the status the command ends with.

    `is_canonical` values are printed as canonical JSON, whose bytes are the same for the same values.
    """

    values: object
    shown: Sequence[Shown]
    status: int = 0
    is_canonical: bool = False

    @classmethod
    def of(cls, values: object, *shown: Shown, status: int = 0) -> Self:
        """Return an answer that shows these lines and tables."""
        return cls(values, shown, status)

    @classmethod
    def listing(cls, rows: Rows, empty: str) -> Self:
        """Return a list as an answer: its records, or a line that says that there are none."""
        return cls(rows.records, [rows] if rows.records else [empty])


def plain(value: object) -> JsonValue:
    """Return a value as JSON has it: amounts and ids as strings, days and instants in ISO 8601.

    A number that JSON does not have is null.
    """
    plainly: JsonValue
    match value:
        case Enum():
            plainly = plain(value.value)
        case None | bool() | int() | str():
            plainly = value
        case float():
            plainly = value if math.isfinite(value) else None
        case Decimal():
            plainly = f"{value:f}"
        case date():
            plainly = value.isoformat()
        case Mapping():
            plainly = {str(plain(name)): plain(item) for name, item in value.items()}
        case Period():
            plainly = {"start": plain(value.start), "end": plain(value.end)}
        case set() | frozenset():
            plainly = sorted(str(plain(item)) for item in value)
        case Iterable():
            plainly = [plain(item) for item in value]
        case _ if is_dataclass(value):
            plainly = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            plainly = str(value)
    return plainly


def text_of(value: object, form: str) -> str:
    """Return a value as text, a number in a format."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Enum() | str() | UUID() | Period():
            return str(value)
        case int() | float() | Decimal():
            return f"{value:{form}}"
        case datetime():
            return f"{value:{INSTANT}}"
        case set() | frozenset():
            return ", ".join(sorted(map(str, value)))
    return str(value)


def is_number(value: object) -> bool:
    """Return whether a value is shown to the right of its column."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool | Enum)
