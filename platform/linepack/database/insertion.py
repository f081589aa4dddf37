"""Insert rows of several tables in few round trips, for commands that are short and frequent.

One row of each table is one statement, at whose end the foreign keys among them hold. Where a table has
several rows, each table is one statement, in the order in which the tables first appear.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Row = tuple[sa.Table, Mapping[str, Any]]
"""A row to be inserted: its table, and its values by column."""


async def insert_together(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Insert `rows`, at least one, into the transaction of `connection`."""
    by_table: dict[sa.Table, list[Mapping[str, Any]]] = {}
    for table, values in rows:
        by_table.setdefault(table, []).append(values)
    if len(by_table) < len(rows):
        for table, several in by_table.items():
            await connection.execute(sa.insert(table), several)
        return
    *others, (table, values) = rows
    statement = sa.insert(table).values(values)
    for number, (other, other_values) in enumerate(others):
        statement = statement.add_cte(sa.insert(other).values(other_values).cte(f"row_{number}"))
    await connection.execute(statement)
