"""Integration: leaves that wait get their places in the tree, and the tree that has grown is signed.

Any number of workers may integrate: the one that holds the head's row works, the others find the work done.
Leaves, tiles, head and kept checkpoints are of one transaction. A checkpoint is kept at every
`LOG_CHECKPOINT_LEAVES` leaves and, while the log grows, every `LOG_CHECKPOINT_S`; what was published in
between can be signed again, because tiles give its root and Ed25519 the same signature.

Nothing is signed that does not extend what was signed before. What the database says of that is not enough,
because those who may write it may set it back: the signer remembers its last checkpoint outside of it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.backoff import Backoff
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.events.relay import listen
from linepack.limits import EVENT_SILENCE_S, LOG_CHECKPOINT_LEAVES, LOG_CHECKPOINT_S, LOG_LOOK_S, LOG_PAUSE_S
from linepack.monitoring.logging import logger
from linepack.monitoring.metrics import LOG_LEAVES
from linepack.transparency import repository
from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.errors import Replayed, RootDiffers, SplitView
from linepack.transparency.keys import LogKeys
from linepack.transparency.merkle import EMPTY_ROOT, fold, nodes_of
from linepack.transparency.model import LogName, SignedCheckpoint
from linepack.transparency.tiles import Edge, Place, places_of, span_hashes, widths_at


class Source(Protocol):
    """Where the leaves of a log come from."""

    @property
    def log(self) -> LogName:
        """Which log they are of."""
        ...

    @property
    def batch_max(self) -> int:
        """How many leaves are added at once, at most."""
        ...

    async def waits(self, connection: AsyncConnection, size: int) -> bool:
        """Return whether there are leaves beyond the first `size`."""
        ...

    async def next_leaves(self, connection: AsyncConnection, size: int) -> Sequence[bytes]:
        """Return the hashes of the batch that follows the first `size`, and give it its places."""
        ...


class Memory:
    """The last checkpoint of each log that this machine has signed, in files beside the database."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def last(self, log: LogName, keys: LogKeys) -> Checkpoint | None:
        """Return the last checkpoint signed here; raises LogFault when the file does not hold one."""
        path = self._path(log)
        return Checkpoint.of(path.read_text(), keys.verifiers(log)) if path.exists() else None

    def remember(self, log: LogName, note: str) -> None:
        """Replace the checkpoint of a log by a newer one."""
        path = self._path(log)
        draft = path.with_suffix(".draft")
        with draft.open("w") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def _path(self, log: LogName) -> Path:
        return self._directory / f"log-{log.slug}.checkpoint"


class Integrator:
    """Integrates one log."""

    def __init__(
        self, database: Database, source: Source, keys: LogKeys, memory: Memory, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._source = source
        self._log = source.log
        self._keys = keys
        self._memory = memory
        self._now = now
        self._edge: Edge | None = None
        self._integrated_at: datetime | None = None

    async def run(self) -> None:
        """Integrate leaves as they come; ends when cancelled, outlives a lost database.

        Raises LogFault, and signs nothing more, when the log in the database was set back or changed.
        """
        backoff = Backoff()
        while True:
            try:
                async with self._listening() as (connection, wake):
                    backoff.succeeded()
                    while True:
                        wake.clear()
                        integrated = await self.integrate() if await self._is_due(connection) else 0
                        if integrated < self._source.batch_max:
                            await _rest(wake)
            except DATABASE_FAULTS as fault:
                logger.warning("log_lost_database", log=self._log.value, fault=str(fault))
                await backoff.wait()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[tuple[AsyncConnection, asyncio.Event]]:
        """Lend a connection, and an event that is set whenever events were committed."""
        async with self._database.engine.connect() as connection:
            wake = asyncio.Event()
            await listen(connection, wake)
            try:
                yield connection, wake
            finally:
                with suppress(*DATABASE_FAULTS):
                    await connection.invalidate()

    async def _is_due(self, connection: AsyncConnection) -> bool:
        at, last = self._now(), self._integrated_at
        if last is None or at - last >= timedelta(seconds=LOG_LOOK_S):
            return True
        head = await repository.head(connection, self._log)
        is_due = head is None or await self._source.waits(connection, head.size)
        await connection.rollback()
        return is_due

    async def integrate(self) -> int:
        """Integrate the leaves that wait, at most one batch of the source; return how many there were."""
        at = self._now()
        edge, self._edge = self._edge, None
        async with UnitOfWork(self._database) as uow:
            head = await self._claim(uow.connection)
            if edge is None or edge.size != head.size:
                edge = await self._load(uow.connection, head)
            leaves = await self._source.next_leaves(uow.connection, head.size)
            kept = await self._extend(uow.connection, edge, leaves, at)
            if leaves:
                head = self._signed(edge, at)
                await repository.put_head(uow.connection, self._log, head)
            kept += await self._hourly(uow.connection, head, at)
            await repository.keep(uow.connection, self._log, kept)
        if leaves:
            self._memory.remember(self._log, head.note)
            LOG_LEAVES.labels(self._log.slug).set(head.size)
        self._edge, self._integrated_at = edge, at
        return len(leaves)

    async def _claim(self, connection: AsyncConnection) -> SignedCheckpoint:
        """Return the head, which no other process moves until this transaction ends."""
        head = await repository.head(connection, self._log, for_update=True)
        if head is None:
            empty = self._keys.sign(self._log, 0, EMPTY_ROOT, self._now())
            await repository.begin(connection, self._log, empty)
            return await self._claim(connection)
        if head.vkey == self._keys.vkey(self._log):
            return head
        Checkpoint.of(head.note, self._keys.verifiers(self._log))
        signed = self._keys.sign(self._log, head.size, head.root, self._now())
        await repository.put_head(connection, self._log, signed)
        return signed

    async def _load(self, connection: AsyncConnection, head: SignedCheckpoint) -> Edge:
        tiles = await repository.tiles(connection, self._log, widths_at(head.size))
        edge = Edge.of(head.size, tiles)
        if edge.root() != head.root:
            raise RootDiffers(f"the tiles of the log {self._log} do not give the root of its head")
        await self._require_extension(connection, head)
        return edge

    async def _require_extension(self, connection: AsyncConnection, head: SignedCheckpoint) -> None:
        last = self._memory.last(self._log, self._keys)
        if last is None:
            return
        if last.size > head.size:
            raise Replayed(
                f"the log {self._log} has {head.size} leaves in the database, {last.size} were signed here"
            )
        spans = [(number << height, (number + 1) << height) for height, number in nodes_of((0, last.size))]
        tiles = await repository.tiles(connection, self._log, places_of(spans))
        if fold(span_hashes(spans, tiles)) != last.root:
            raise SplitView(f"the first {last.size} leaves of the log {self._log} are not those signed here")

    async def _extend(
        self, connection: AsyncConnection, edge: Edge, leaves: Sequence[bytes], at: datetime
    ) -> list[SignedCheckpoint]:
        kept: list[SignedCheckpoint] = []
        changed: dict[Place, bytes] = {}
        while leaves:
            left = LOG_CHECKPOINT_LEAVES - edge.size % LOG_CHECKPOINT_LEAVES
            changed |= edge.append(leaves[:left])
            leaves = leaves[left:]
            if edge.size % LOG_CHECKPOINT_LEAVES == 0:
                kept.append(self._signed(edge, at))
        if changed:
            await repository.put_tiles(connection, self._log, changed)
        return kept

    async def _hourly(
        self, connection: AsyncConnection, head: SignedCheckpoint, at: datetime
    ) -> list[SignedCheckpoint]:
        last = await repository.last_kept(connection, self._log)
        if last is None:
            return [head]
        is_due = at - last.signed_at >= timedelta(seconds=LOG_CHECKPOINT_S)
        return [head] if is_due and head.size > last.size else []

    def _signed(self, edge: Edge, at: datetime) -> SignedCheckpoint:
        return self._keys.sign(self._log, edge.size, edge.root(), at)


async def _rest(wake: asyncio.Event) -> None:
    """Let leaves gather for a moment, then wait for news, but not for long."""
    await asyncio.sleep(LOG_PAUSE_S)
    with suppress(TimeoutError):
        async with asyncio.timeout(EVENT_SILENCE_S):
            await wake.wait()


def integrators(
    database: Database,
    sources: Sequence[Source],
    *,
    keys: LogKeys,
    memory: Memory,
    now: Callable[[], datetime],
) -> Mapping[LogName, Integrator]:
    """Return an integrator for each source."""
    return {source.log: Integrator(database, source, keys, memory, now) for source in sources}
