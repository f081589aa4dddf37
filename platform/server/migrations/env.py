"""How a migration runs: on a connection of `server.migrations.upgrade`, in its transaction.

`server.migrations.upgrade` passes the connection; the alembic command (settings in `pyproject.toml`) asks
for one to DATABASE_URL here.
"""

import asyncio
from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from linepack.settings import Settings
from server.declarations import all_tables
from server.migrations.upgrade import connected


def render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's string type as SQLAlchemy's, so that revisions need no SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


def run(connection: sa.Connection) -> None:
    """Run what the calling command asked for on `connection`."""
    context.configure(connection=connection, target_metadata=all_tables(), render_item=render_item)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run() -> None:
    """Serve the alembic command."""
    url = Settings().database_url
    if url is None:
        raise SystemExit("set DATABASE_URL to the database to migrate")
    async with connected(url) as connection:
        await connection.run_sync(run)


given = context.config.attributes.get("connection")
if isinstance(given, sa.Connection):
    run(given)
else:
    asyncio.run(connect_and_run())
