"""Upgrades of the database schema: bring a database to the revision that this code expects.

Revisions live in `server/migrations/versions`. A new one starts from
`alembic revision --autogenerate -m "what it does"` with DATABASE_URL set; triggers and functions are written
into it by hand, and a test compares the result with what the tables modules declare.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from linepack.database.connections import database_url
from linepack.database.keepalive import SERVER_SETTINGS, KeptAlive
from server.errors import TablesOfAnotherVersion

MIGRATIONS = Path(__file__).parent

_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('linepack.migrate', 0))")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Lend the only connection that may change the schema; its transaction commits at clean exit."""
    signs_of_life = {"server_settings": dict(SERVER_SETTINGS), "connection_class": KeptAlive}
    engine = create_async_engine(database_url(url), poolclass=NullPool, connect_args=signs_of_life)
    try:
        async with engine.begin() as connection:
            await connection.execute(_ONE_AT_A_TIME)
            yield connection
    finally:
        await engine.dispose()


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`; does nothing when it is there.

    Any number of processes may call this at once: one does the work, in one transaction. Raises
    TablesOfAnotherVersion where a newer version of Linepack has been.
    """
    await _run(url, partial(command.upgrade, revision=revision))


async def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision`; "base" removes every table and all data."""
    await _run(url, partial(command.downgrade, revision=revision))


async def is_current(url: str) -> bool:
    """Return whether the database at `url` is at the revision that this code expects."""
    return await revision_of(url) == newest_revision()


def newest_revision() -> str:
    """Return the revision that this code expects."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


async def revision_of(url: str) -> str | None:
    """Return the revision of the database at `url`, None for one without our tables."""
    async with connected(url) as connection:
        return await connection.run_sync(_revision)


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _run(url: str, action: Callable[[Config], None]) -> None:
    def run(connection: sa.Connection) -> None:
        config = _config()
        _require_known(_revision(connection), config)
        config.attributes["connection"] = connection
        action(config)

    async with connected(url) as connection:
        await connection.run_sync(run)


def _require_known(revision: str | None, config: Config) -> None:
    """Raise TablesOfAnotherVersion for a revision that this code does not have: it leads to no other."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise TablesOfAnotherVersion(revision, newest_revision())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
