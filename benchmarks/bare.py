"""The peer of `benchmarks.api`: a bare Strawberry mutation that inserts one row and a query that reads one.

`uvicorn.run` as the product does it, the database of `DATABASE_URL`, the socket given by descriptor; what is
not there is identity, limits, feasibility, contracts, events.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import sqlalchemy as sa
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from linepack.database.connections import Database

_metadata = sa.MetaData()
_rows = sa.Table(
    "bare_row", _metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("quantity", sa.BigInteger)
)
_database = Database(os.environ["DATABASE_URL"])


@strawberry.type
class Inserted:
    """The row inserted."""

    id: strawberry.ID
    quantity: int


@strawberry.type
class Query:
    """One read."""

    @strawberry.field
    async def any_row(self) -> Inserted | None:
        """Read a row."""
        async with _database.read() as connection:
            row = (await connection.execute(sa.select(_rows).limit(1))).one_or_none()
        return None if row is None else Inserted(id=strawberry.ID(str(row.id)), quantity=row.quantity)


@strawberry.type
class Mutation:
    """One insert."""

    @strawberry.mutation
    async def insert(self, quantity: int) -> Inserted:
        """Insert a row and commit."""
        row_id = uuid4()
        async with _database.write() as connection:
            await connection.execute(_rows.insert().values(id=row_id, quantity=quantity))
            await connection.commit()
        return Inserted(id=strawberry.ID(str(row_id)), quantity=quantity)


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    async with _database.engine.begin() as connection:
        await connection.run_sync(_metadata.create_all)
    yield
    await _database.dispose()


if __name__ == "__main__":
    endpoint = GraphQL[None, None](strawberry.Schema(Query, Mutation))
    app = Starlette(routes=[Route("/graphql", endpoint)], lifespan=_lifespan)
    uvicorn.run(app, fd=int(os.environ["BARE_SOCKET_FD"]), log_config=None, access_log=False)
