"""Pages of a list: rows in an order that no two of them share, read by key from either end.

A list is a statement whose rows each have an id, in the order of one column and then of the id. A page is
found by the key of a row that was seen, the values of both, never by an offset, so that rows that come and
go between two pages neither repeat nor hide others. Ids are made in the order of time.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.together import Reader

Value = TypeVar("Value")

BY_ID: Final = "id"
"""The column of lists in the order in which their rows were made."""
WHOLE_PAGE: Final = 500
"""Rows that are read at once of a list that is read whole."""


class Direction(StrEnum):
    """In which direction a list goes."""

    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"


@dataclass(frozen=True, slots=True)
class Key:
    """The place of a row: its value in the column of the order, None where that is the id, and its id."""

    value: Any
    id: UUID


@dataclass(frozen=True, slots=True)
class Listed(Generic[Value]):
    """The rows of a list, without order and limit, and how their values are read.

    `statement` selects what `read` needs of `table`, whose columns `id` and of the order are never null.
    """

    table: sa.Table
    statement: sa.Select[Any]
    read: Callable[[AsyncConnection, Sequence[sa.Row[Any]]], Awaitable[list[Value]]]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a list: of the rows between two keys the first `size`, or the last.

    The list is in the order of the column `by`, and of the ids of rows that are alike there.
    """

    size: int
    by: str = BY_ID
    direction: Direction = Direction.DESCENDING
    after: Key | None = None
    before: Key | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class Rows(Generic[Value]):
    """The rows of a window, and whether there are more of them in the direction it was read in."""

    keys: Sequence[Key]
    values: Sequence[Value]
    has_more: bool


async def read_window(connection: AsyncConnection, listed: Listed[Value], window: Window) -> Rows[Value]:
    """Return the rows of a window, with one statement beside what their values need."""
    ids, by = listed.table.c.id, listed.table.c[window.by]
    is_descending = window.direction is Direction.DESCENDING
    statement = listed.statement.add_columns(by.label("key_value"), ids.label("key_id"))
    for key, is_start in ((window.after, True), (window.before, False)):
        if key is not None:
            place, bound = _place(ids, by, key)
            statement = statement.where(place > bound if is_start != is_descending else place < bound)
    columns = [ids] if window.by == BY_ID else [by, ids]
    order = [column.desc() if is_descending != window.from_end else column.asc() for column in columns]
    rows = (await connection.execute(statement.order_by(*order).limit(window.size + 1))).all()
    shown = rows[: window.size]
    if window.from_end:
        shown = shown[::-1]
    keys = [Key(None if window.by == BY_ID else row.key_value, row.key_id) for row in shown]
    return Rows(keys, await listed.read(connection, shown), has_more=len(rows) > window.size)


async def newest(connection: AsyncConnection, listed: Listed[Value], limit: int) -> Sequence[Value]:
    """Return at most `limit` values of a list, those made last first."""
    return (await read_window(connection, listed, Window(limit))).values


async def whole(
    connection: AsyncConnection,
    listed: Listed[Value],
    *,
    by: str = BY_ID,
    direction: Direction = Direction.DESCENDING,
) -> list[Value]:
    """Return all values of a list, those made last first unless it is said otherwise."""
    values: list[Value] = []
    window, has_more = Window(WHOLE_PAGE, by=by, direction=direction), True
    while has_more:
        page = await read_window(connection, listed, window)
        values += page.values
        has_more = page.has_more
        window = replace(window, after=page.keys[-1]) if has_more else window
    return values


async def count_up_to(connection: Reader, listed: Listed[Any], most: int) -> int:
    """Return how many rows a list has; `most` + 1 if there are more than `most`."""
    some = listed.statement.with_only_columns(listed.table.c.id).limit(most + 1).subquery()
    return int((await connection.execute(sa.select(sa.func.count()).select_from(some))).scalar_one())


def one_by_one(
    read: Callable[[sa.Row[Any]], Value],
) -> Callable[[AsyncConnection, Sequence[sa.Row[Any]]], Awaitable[list[Value]]]:
    """Return how the values of a list are read whose rows hold all of them."""

    async def read_all(_: AsyncConnection, rows: Sequence[sa.Row[Any]]) -> list[Value]:
        return [read(row) for row in rows]

    return read_all


def _place(ids: sa.ColumnElement[Any], by: sa.ColumnElement[Any], key: Key) -> tuple[Any, Any]:
    """Return the columns of a list's order and their values at a key, which can be compared."""
    if key.value is None:
        return ids, key.id
    return sa.tuple_(by, ids), (key.value, key.id)
