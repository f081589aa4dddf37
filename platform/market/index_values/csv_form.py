"""Index values as a table of comma-separated values with the columns index, day and value, in any order.

The first row names the columns. Days are ISO 8601, values decimal numbers with a point. A table is taken as a
whole or refused with all of its faults, each with its line.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO

from linepack.gasday import GasDay
from linepack.problems import Fault, InvalidInput
from market.index_values.model import VALUES_MAX, StatedValue

COLUMNS = frozenset({"index", "day", "value"})
TEXT_LENGTH_MAX = 1_000_000
SHOWN_MAX = 40
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")


def read_values(text: str) -> list[StatedValue]:
    """Return the values of a table; raises InvalidInput with every fault that only its text shows."""
    if len(text) > TEXT_LENGTH_MAX:
        raise InvalidInput([Fault("", f"at most {TEXT_LENGTH_MAX:,} characters, not {len(text):,}")])
    faults: list[Fault] = []
    try:
        values = [value for value in _values(text, faults) if value is not None]
    except csv.Error as fault:
        raise InvalidInput([*faults, Fault("", str(fault))]) from fault
    if faults:
        raise InvalidInput(faults)
    return values


def _values(text: str, faults: list[Fault]) -> Iterator[StatedValue | None]:
    rows = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header = [name.strip().lower() for name in next(rows, [])]
    if len(header) != len(COLUMNS) or set(header) != COLUMNS:
        faults.append(Fault("line 1", "the first row names the columns: index,day,value"))
        return
    for count, row in enumerate(rows, start=1):
        place = f"line {rows.line_num}"
        if count > VALUES_MAX:
            faults.append(Fault(place, f"at most {VALUES_MAX:,} values are published at once"))
            return
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            faults.append(Fault(place, f"a row has {len(header)} cells, not {len(row)}"))
            continue
        yield _value(dict(zip(header, (cell.strip() for cell in row), strict=True)), place, faults)


def _value(row: dict[str, str], place: str, faults: list[Fault]) -> StatedValue | None:
    before = len(faults)
    day, value = _day(row["day"]), row["value"]
    if day is None:
        faults.append(Fault(f"{place}.day", f"a day is written 2027-01-31, not {row['day'][:SHOWN_MAX]!r}"))
    if not _NUMBER.fullmatch(value):
        faults.append(Fault(f"{place}.value", f"a value is written 31.25, not {value[:SHOWN_MAX]!r}"))
    if day is None or len(faults) > before:
        return None
    return StatedValue(row["index"], day, Decimal(value), place)


def _day(text: str) -> GasDay | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
