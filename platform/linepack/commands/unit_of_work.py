"""The unit of work: one command, one transaction; nothing else commits.

Events recorded in a unit of work are rows of the same transaction: they exist if and only if the command's
effects do. A command that moves rights takes the lock of its network before anything else.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database import network_lock
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.database.insertion import Row, insert_together
from linepack.events.log import append, wake_relay
from linepack.events.log import rows as event_rows
from linepack.events.model import NewEvent
from linepack.events.typed import TypedEvent
from linepack.ids import EventId, NetworkId, new_id
from linepack.monitoring.logging import logger


class UnitOfWork:
    """One transaction: commits when its block ends, rolls back when the block raises."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._events: list[tuple[EventId, NewEvent | TypedEvent]] = []
        self._has_events = False
        self._lending = AsyncExitStack()
        self._connection: AsyncConnection | None = None

    @property
    def connection(self) -> AsyncConnection:
        """The transaction's connection; raises RuntimeError outside of the block."""
        if self._connection is None:
            raise RuntimeError("a unit of work is used inside its `async with` block")
        return self._connection

    def record(self, event: NewEvent | TypedEvent) -> EventId:
        """Record an event, to be written with this transaction; return its id."""
        event_id = EventId(new_id())
        self._events.append((event_id, event))
        self._has_events = True
        return event_id

    async def insert(self, rows: Sequence[Row]) -> None:
        """Insert rows, and the events recorded so far, in one round trip."""
        events, self._events = self._events, []
        await insert_together(self.connection, [*event_rows(events), *rows])

    async def lock_network(self, network_id: NetworkId) -> None:
        """Take the network's lock (`linepack.database.network_lock`), waiting for it."""
        await network_lock.take(self.connection, network_id)

    async def try_lock_network(self, network_id: NetworkId) -> bool:
        """Take the network's lock without waiting; return whether it is taken."""
        return await network_lock.try_to_take(self.connection, network_id)

    async def __aenter__(self) -> Self:
        self._connection = await self._lending.enter_async_context(self._database.write())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, events = self.connection, self._events
        self._connection, self._events = None, []
        async with self._lending:
            if error is not None:
                return
            if events:
                await append(connection, events)
            await connection.commit()
            if self._has_events:
                await _wake_relay_after_commit(connection)


async def _wake_relay_after_commit(connection: AsyncConnection) -> None:
    # A NOTIFY inside the command's transaction would make all commits of the database queue for one lock.
    try:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await wake_relay(connection)
    except DATABASE_FAULTS as fault:
        logger.warning("relay_not_woken", fault=str(fault))
