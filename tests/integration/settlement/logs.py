"""The transparency logs of a test: integrated as the worker does, and tampered with as a superuser could."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from capacity.feasibility.storage.transparency_log import VerdictLeaves
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.transparency import repository
from linepack.transparency.integrator import Memory, Source, integrators
from linepack.transparency.keys import LogKeys
from linepack.transparency.model import LogName
from settlement.comparison.differences import Difference
from settlement.ledger.log import EntryLeaves
from settlement.reconciliation.reconcile import reconcile

SEED = base64.b64encode(bytes(range(32))).decode()
ORIGIN = "linepack.example/log"
KEYS = LogKeys(SEED, origin=ORIGIN)
IMPOSTOR = LogKeys(base64.b64encode(bytes(32)).decode(), origin=ORIGIN)
VERIFIERS = {name: KEYS.verifiers(name) for name in LogName}
KEY = KEYS.verifiers(LogName.LEDGER)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


async def integrate(database: Database, directory: Path, keys: LogKeys = KEYS) -> None:
    """Integrate everything that waits, as a worker whose data directory is `directory`."""
    sources: list[Source] = [EntryLeaves(), VerdictLeaves()]
    made = integrators(database, sources, keys=keys, memory=Memory(directory), now=lambda: NOW)
    for integrator in made.values():
        while await integrator.integrate():
            pass


async def note(database: Database, log: LogName = LogName.LEDGER) -> str:
    """Return the newest checkpoint."""
    async with database.read() as connection:
        return (await repository.newest(connection, log)).note


async def differences(database: Database) -> list[Difference]:
    """Return what reconciliation finds, logs included."""
    async with database.read() as connection:
        return await reconcile(connection, VERIFIERS)


async def tamper(database: Database, *statements: str) -> None:
    """Do as a superuser could: without triggers, without foreign keys."""
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await uow.connection.exec_driver_sql(statement)


LOG_DELETED = ("DELETE FROM log_tile", "DELETE FROM log_head", "DELETE FROM log_checkpoint")
