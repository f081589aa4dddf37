"""The arguments of a page: which rows of a list they ask for, and the opaque cursors that rows have.

A cursor is the name of the list with its order, and the key of the row, in base64url. It is good for that
list in that order only.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from linepack.database.paging import BY_ID, Direction, Key, Window
from linepack.limits import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX
from linepack.problems import Fault, InvalidInput

_CURSOR_LENGTH_MAX = 2_000
_WHOLE_MAX: Final = 2**63


@dataclass(frozen=True, slots=True)
class ListOrder:
    """The list of a field, in the order of a column."""

    field: str
    by: str = BY_ID
    direction: Direction = Direction.DESCENDING

    @property
    def name(self) -> str:
        """What cursors call it."""
        return f"{self.field} {self.by} {self.direction}"


@dataclass(frozen=True, slots=True)
class PageArguments:
    """What a client says of the page it wants."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def window(self, order: ListOrder, table: sa.Table) -> Window:
        """Return the window asked for of a list of `table`; raises InvalidInput with every fault."""
        faults = [
            Fault(place, f"a page has 1 to {PAGE_SIZE_MAX} rows, not {size}")
            for place, size in (("first", self.first), ("last", self.last))
            if size is not None and not 1 <= size <= PAGE_SIZE_MAX
        ]
        if self.first is not None and self.last is not None:
            faults.append(Fault("last", "ask for the first rows or for the last, not for both"))
        keys: dict[str, Key | None] = {}
        for place, cursor in (("after", self.after), ("before", self.before)):
            keys[place] = None if cursor is None else read_cursor(order, table, cursor)
            if cursor is not None and keys[place] is None:
                faults.append(Fault(place, "this is not a cursor of this list in this order"))
        if faults:
            raise InvalidInput(faults)
        size = next((one for one in (self.first, self.last) if one is not None), PAGE_SIZE_DEFAULT)
        return Window(
            size, order.by, order.direction, keys["after"], keys["before"], from_end=self.last is not None
        )


def page_size(first: int) -> int:
    """Return how many rows a list without a connection shows; raises InvalidInput when out of bounds."""
    if not 1 <= first <= PAGE_SIZE_MAX:
        raise InvalidInput([Fault("first", f"a page has 1 to {PAGE_SIZE_MAX} rows, not {first}")])
    return first


def write_cursor(order: ListOrder, key: Key) -> str:
    """Return the opaque cursor of the row with `key`."""
    value = key.value
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    written = json.dumps([order.name, text, key.id.hex], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def read_cursor(order: ListOrder, table: sa.Table, cursor: str) -> Key | None:
    """Return the key in `cursor`, or None when it is no cursor of the list in this order."""
    if len(cursor) > _CURSOR_LENGTH_MAX:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, value, identity = json.loads(text)
        if name != order.name or not isinstance(value, str) or not value.isprintable():
            return None
        found = None if order.by == BY_ID else _read(table.c[order.by].type.python_type, value)
        return Key(found, UUID(hex=identity))
    except (binascii.Error, ValueError, ArithmeticError, TypeError, AttributeError, RecursionError):
        return None


def _read(kind: type[Any], text: str) -> Any:
    """Return the value of a column that was written as text; raises ValueError or ArithmeticError."""
    if kind is datetime:
        value = datetime.fromisoformat(text)
        if value.tzinfo is None:
            raise ValueError("an instant has an offset")
        return value
    if kind is date:
        return date.fromisoformat(text)
    if kind is int:
        whole = int(text)
        if abs(whole) >= _WHOLE_MAX:
            raise ValueError("no column holds it")
        return whole
    if kind is Decimal:
        decimal = Decimal(text)
        if not decimal.is_finite():
            raise ValueError("no column holds it")
        return decimal
    return text
