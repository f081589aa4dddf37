"""The home of inserting rows of several tables in one round trip, for commands that are short and frequent.

The rows are one statement: foreign keys among them hold at its end, in whatever order they are given.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Row = tuple[sa.Table, Mapping[str, Any]]
"""A row to be inserted: its table, and its values by column."""


async def insert_together(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Insert `rows`, at least one, into the transaction of `connection`."""
    *others, (table, values) = rows
    statement = sa.insert(table).values(values)
    for number, (other, other_values) in enumerate(others):
        statement = statement.add_cte(sa.insert(other).values(other_values).cte(f"row_{number}"))
    await connection.execute(statement)
