"""A profile as a table of comma-separated values: a quantity for each period, on one route or several.

The first row names the columns: start, end and quantity, and receipt, delivery and firmness where they are
not the same in every row. Days are ISO 8601, `end` is the gas day after the last. A table is taken as a whole
or refused with all of its faults, each with its line.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Final

from capacity.rights.model import Firmness
from linepack.problems import Fault, InvalidInput

NEEDED: Final = ("start", "end", "quantity")
POSSIBLE: Final = ("receipt", "delivery", "firmness")
SHOWN_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class StatedPart:
    """A row; what it does not state is None."""

    start: date
    end: date
    quantity: int
    receipt: str | None
    delivery: str | None
    firmness: Firmness | None


def read_profile(text: str) -> list[StatedPart]:
    """Return the rows of a table; raises InvalidInput with every fault that only its text shows."""
    faults: list[Fault] = []
    try:
        parts = [part for part in _parts(text, faults) if part is not None]
    except csv.Error as fault:
        raise InvalidInput([*faults, Fault("", str(fault))]) from fault
    if faults:
        raise InvalidInput(faults)
    return parts


def _parts(text: str, faults: list[Fault]) -> Iterator[StatedPart | None]:
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    header = [name.strip().lower() for name in next(rows, [])]
    is_known = len(set(header)) == len(header) and set(NEEDED) <= set(header) <= {*NEEDED, *POSSIBLE}
    if not is_known:
        needed, possible = ",".join(NEEDED), ",".join(POSSIBLE)
        faults.append(Fault("line 1", f"the first row names the columns: {needed}, and any of {possible}"))
        return
    for row in rows:
        place = f"line {rows.line_num}"
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != len(header):
            faults.append(Fault(place, f"a row has {len(header)} cells, not {len(cells)}"))
            continue
        yield _part(dict(zip(header, cells, strict=True)), place, faults)


def _part(row: Mapping[str, str], place: str, faults: list[Fault]) -> StatedPart | None:
    before = len(faults)
    days = {name: _day(row[name], f"{place}.{name}", faults) for name in ("start", "end")}
    quantity = row["quantity"]
    if not (quantity.isascii() and quantity.isdigit()):
        text = f"a quantity is a whole number such as 1000, not {quantity[:SHOWN_MAX]!r}"
        faults.append(Fault(f"{place}.quantity", text))
    firmness = row.get("firmness") or None
    if firmness is not None and firmness not in [one.value for one in Firmness]:
        known = " or ".join(Firmness)
        faults.append(Fault(f"{place}.firmness", f"is {known}, not {firmness[:SHOWN_MAX]!r}"))
    start, end = days["start"], days["end"]
    if start is None or end is None or len(faults) > before:
        return None
    return StatedPart(
        start,
        end,
        int(quantity),
        row.get("receipt") or None,
        row.get("delivery") or None,
        None if firmness is None else Firmness(firmness),
    )


def _day(text: str, place: str, faults: list[Fault]) -> date | None:
    try:
        if len(text) == len("YYYY-MM-DD"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    faults.append(Fault(place, f"a day is written 2027-01-31, not {text[:SHOWN_MAX]!r}"))
    return None
