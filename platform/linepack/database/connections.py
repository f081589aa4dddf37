"""Connections to the database: PostgreSQL, the one dialect.

Reading takes `Database.read`; writing takes a unit of work (`linepack.commands.unit_of_work`), and nothing
else commits.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from linepack.database.keepalive import SERVER_SETTINGS, KeptAlive
from linepack.limits import (
    DATABASE_CONNECTION_WAIT_S,
    DATABASE_READERS_MAX,
    DATABASE_WRITERS_MAX,
    IDLE_TRANSACTION_S,
    LOCK_WAIT_S,
    STATEMENT_S,
)

DATABASE_FAULTS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""What a statement or a connection raises when the database is away: reason to connect again."""


_AWAY_STATES = (
    "08",  # the connection broke
    "53",  # out of connections, memory or disk
    "57P",  # shutting down, crashed, or not yet started
    "57014",  # the statement took too long
    "55P03",  # a lock was not free in time
    "25P03",  # the transaction was idle for too long
    "40001",  # two transactions stood in each other's way
    "40P01",
)
"""Beginnings of the SQLSTATEs (PostgreSQL, appendix A) after which the same again may succeed."""

_PARAMETERS = {
    *("host", "port", "ssl", "passfile", "service", "servicefile", "target_session_attrs", "krbsrvname"),
    *("gsslib", "prepared_statement_cache_size"),
}
"""What the driver takes of a URL's query: names and places, as texts."""


def is_away(fault: BaseException) -> bool:
    """Return whether `fault` is that the database could not be reached or could not answer just now.

    Whether what was under way then took effect is not known; a command with its key may be repeated.
    """
    if isinstance(fault, DBAPIError):
        cause = fault.orig
        is_broken = fault.connection_invalidated or isinstance(getattr(cause, "__cause__", None), OSError)
        return is_broken or (cause is not None and is_away(cause))
    if isinstance(fault, OSError | PoolExhausted):
        return True
    state = getattr(fault, "sqlstate", None)
    if state is None:
        return isinstance(fault, asyncpg.InterfaceError) or "connection is closed" in str(fault)
    return str(state).startswith(_AWAY_STATES)


async def take_time(connection: AsyncConnection) -> None:
    """Let the transaction of `connection`, which only reads, run as long as its proof takes."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        await connection.execute(sa.text(f"SET LOCAL {limit} = 0"))


def database_url(url: str) -> URL:
    """Return `url` with the one driver this platform speaks, which calls `sslmode` `ssl`.

    Raises ValueError, which quotes nothing, for another dialect, and for what the driver does not take.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("write it as postgresql://user:password@host:5432/database") from None
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise ValueError(f"the database must be PostgreSQL, not {parsed.get_backend_name()}")
    query = {"ssl" if name == "sslmode" else name: value for name, value in parsed.query.items()}
    if unknown := sorted(query.keys() - _PARAMETERS):
        raise ValueError(f"the driver does not take the parameter {', '.join(unknown)}")
    return parsed.set(drivername="postgresql+asyncpg", query=query)


class Database:
    """The connections of one process to one database."""

    def __init__(
        self, url: str, *, readers: int = DATABASE_READERS_MAX, writers: int = DATABASE_WRITERS_MAX
    ) -> None:
        limits = {
            "application_name": "linepack",
            "timezone": "UTC",
            "lock_timeout": f"{LOCK_WAIT_S}s",
            "statement_timeout": f"{STATEMENT_S}s",
            "idle_in_transaction_session_timeout": f"{IDLE_TRANSACTION_S}s",
            **SERVER_SETTINGS,
        }
        self.engine: AsyncEngine = create_async_engine(
            database_url(url),
            pool_size=readers + writers,
            max_overflow=0,
            pool_timeout=DATABASE_CONNECTION_WAIT_S,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"server_settings": limits, "connection_class": KeptAlive},
        )
        self._writers = asyncio.Semaphore(writers)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend a read-only connection; everything read through it is of one instant."""
        async with self.engine.connect() as connection:
            await connection.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Lend the connection of one unit of work, which commits; what it did not commit is rolled back.

        Writers beyond their number wait here, without a connection, so that readers always find one.
        """
        async with self._writers, self.engine.connect() as connection:
            yield connection

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
