"""Reading together: what is asked for at the same moment is sent to the database as one statement.

What a page shows is found step by step: contracts, then what each moved, holds and costs, then who its
parties are. A step asks several tables. As one statement it takes one connection and one round trip, however
many tables it asks, and all that it reads is of one instant.

The rows of all statements come one after the other, each in columns of its own, which are null in the rows of
the others.
"""

import asyncio
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.connections import Database


class Reader(Protocol):
    """What queries ask: a connection, or what reads several of them together."""

    async def execute(self, statement: sa.Select[Any], /) -> sa.Result[Any]:
        """Return the rows that a statement selects."""


class ReadTogether:
    """Sends the statements that its users ask for at the same moment as one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: list[tuple[sa.Select[Any], asyncio.Future[sa.Result[Any]]]] = []
        self._sending: set[asyncio.Task[None]] = set()

    async def execute(self, statement: sa.Select[Any], /) -> sa.Result[Any]:
        """Return the rows that a statement selects."""
        answer: asyncio.Future[sa.Result[Any]] = asyncio.get_running_loop().create_future()
        self._asked.append((statement, answer))
        if len(self._asked) == 1:
            sending = asyncio.create_task(self._send())
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
        return await answer

    async def _send(self) -> None:
        """Send what was asked for, as soon as the event loop has gone round without another question."""
        count = 0
        while count < len(self._asked):
            count = len(self._asked)
            await asyncio.sleep(0)
        asked, self._asked = self._asked, []
        try:
            async with self._database.read() as connection:
                found = await _read(connection, [statement for statement, _ in asked])
        except Exception as fault:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(fault)
            return
        for (_, answer), rows in zip(asked, found, strict=True):
            if not answer.done():
                answer.set_result(rows)


async def _read(connection: AsyncConnection, statements: Sequence[sa.Select[Any]]) -> list[sa.Result[Any]]:
    """Return the rows of each statement, all of one instant."""
    if len(statements) == 1:
        found = await connection.execute(statements[0])
        return [_result(list(found.keys()), found.all())]
    parts = [statement.subquery() for statement in statements]
    rows: list[list[Any]] = [[] for _ in parts]
    ends = list(accumulate(len(part.c) for part in parts))
    for number, *values in await connection.execute(_union(parts)):
        rows[number].append(values[ends[number] - len(parts[number].c) : ends[number]])
    return [_result(part.c.keys(), own) for part, own in zip(parts, rows, strict=True)]


def _union(parts: Sequence[sa.Subquery]) -> sa.CompoundSelect[Any]:
    """Return the statement whose rows are those of all parts: the number of the part, and its columns."""
    columns = [column for part in parts for column in part.c]
    return sa.union_all(
        *(
            sa.select(
                sa.literal_column(str(number), sa.Integer()).label("part"),
                *(
                    (column if column.table is part else sa.cast(sa.null(), column.type)).label(f"c{place}")
                    for place, column in enumerate(columns)
                ),
            )
            for number, part in enumerate(parts)
        )
    )


def _result(keys: Sequence[str], rows: Sequence[Any]) -> sa.Result[Any]:
    return IteratorResult(SimpleResultMetaData(keys), iter(rows))
