"""Lists: Relay connections that page forward by key.

A page is found by the key of the last row seen, (sort key, id), never by an offset, so rows that come and go
between two pages neither repeat nor hide others. The cursor is opaque: the name of the list and the key, in
base64url. A repository is asked for `Page.limit` rows, one more than the page, to know whether more follow.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, overload
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.relay.types import NodeType

from linepack.limits import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX
from linepack.problems import Fault, InvalidInput

_CURSOR_LENGTH_MAX = 2_000

Row = TypeVar("Row")
Sort = TypeVar("Sort")
Key = tuple[str, UUID]
"""The sort key of a row, written in printable characters so that it can be read back, and its id."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Sort]):
    """The part of the list `name` a client asked for: `size` rows after the row with key `after`."""

    name: str
    size: int
    after: tuple[Sort, UUID] | None

    @property
    def limit(self) -> int:
        """How many rows to read: one more than the page."""
        return self.size + 1


@overload
def page(name: str, first: int | None, after: str | None) -> Page[str]: ...
@overload
def page(name: str, first: int | None, after: str | None, *, sort: Callable[[str], Sort]) -> Page[Sort]: ...
def page(name: str, first: int | None, after: str | None, *, sort: Callable[[str], Any] = str) -> Page[Any]:
    """Read the paging arguments of the list `name`, whose sort keys `sort` reads back from text.

    Raises InvalidInput with every fault when `first` is out of bounds or `after` is no cursor of this list.
    """
    faults = []
    size = PAGE_SIZE_DEFAULT if first is None else first
    if not 1 <= size <= PAGE_SIZE_MAX:
        faults.append(_size_fault(size))
    key = None
    if after is not None:
        key = _read_key(name, after, sort)
        if key is None:
            faults.append(Fault("after", "this is not a cursor of this list"))
    if faults:
        raise InvalidInput(faults)
    return Page(name, size, key)


def page_size(first: int) -> int:
    """Return how many rows a list without a connection shows; raises InvalidInput when out of bounds."""
    if not 1 <= first <= PAGE_SIZE_MAX:
        raise InvalidInput([_size_fault(first)])
    return first


def _size_fault(first: int) -> Fault:
    return Fault("first", f"a page has 1 to {PAGE_SIZE_MAX} rows, not {first}")


def _read_key(name: str, cursor: str, sort: Callable[[str], Sort]) -> tuple[Sort, UUID] | None:
    key = read_cursor(name, cursor)
    try:
        return key and (sort(key[0]), key[1])
    except (ValueError, ArithmeticError):
        return None


def write_cursor(name: str, key: Key) -> str:
    """Return the opaque cursor of the row with `key` in the list `name`."""
    sort_key, identity = key
    text = json.dumps([name, sort_key, identity.hex], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(name: str, cursor: str) -> Key | None:
    """Return the key in `cursor`, or None when it is no cursor of the list `name`."""
    if len(cursor) > _CURSOR_LENGTH_MAX:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found, sort_key, identity = json.loads(text)
        if found != name or not isinstance(sort_key, str) or not sort_key.isprintable():
            return None
        return sort_key, UUID(hex=identity)
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        return None


@strawberry.type(name="Connection", description="A page of a list.")
class KeysetConnection(relay.Connection[NodeType]):
    """A page of a list that is ordered by a key; it pages forward only."""

    @classmethod
    def of(
        cls,
        rows: Sequence[Row],
        asked: Page[Any],
        *,
        key: Callable[[Row], Key],
        node: Callable[[Row], NodeType],
    ) -> Self:
        """Return the page `asked` for out of at most `asked.limit` rows read in the order of `key`."""
        shown = rows[: asked.size]
        edges = [relay.Edge(node=node(row), cursor=write_cursor(asked.name, key(row))) for row in shown]
        return cls(
            edges=edges,
            page_info=relay.PageInfo(
                has_next_page=len(rows) > asked.size,
                has_previous_page=asked.after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )
