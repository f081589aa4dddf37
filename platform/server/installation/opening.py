"""Open an installation: embedded servers where no URL is configured, a secret, and the newest tables."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from linepack.database.connections import DATABASE_FAULTS
from linepack.identity.tokens import installation_secret
from linepack.monitoring.logging import logger
from linepack.settings import Settings
from server.embedded.postgres import EmbeddedPostgres
from server.embedded.valkey import EmbeddedValkey
from server.errors import CannotStart, DatabaseUnusable, DataDirectoryUnusable
from server.installation.presence import require_data_directory, require_tables
from server.migrations.upgrade import upgrade

Guard = Callable[[], Awaitable[None]]


@asynccontextmanager
async def installation(
    settings: Settings, *, must_exist: bool = False
) -> AsyncIterator[tuple[Settings, list[Guard]]]:
    """Lend complete settings: embedded servers where no URL is configured, a secret, and the newest tables.

    The guards start an embedded server again when it has died. An installation that `must_exist` is not
    made, nor are its tables changed: NothingInstalled and TablesOfAnotherVersion are raised instead.
    """
    if must_exist:
        require_data_directory(settings)
    _require_writable(settings.data_dir)
    with ExitStack() as stack:
        changes: dict[str, object] = {}
        guards: list[Guard] = []
        if settings.database_url is None:
            postgres = stack.enter_context(EmbeddedPostgres(settings.data_dir))
            changes["database_url"] = postgres.url
            guards.append(guard(postgres))
        if settings.redis_url is None:
            valkey = stack.enter_context(EmbeddedValkey(settings.data_dir))
            changes["redis_url"] = valkey.url
            guards.append(guard(valkey))
        if settings.jwt_secret is None:
            changes["jwt_secret"] = _secret(settings.data_dir)
        complete = Settings.model_validate({**settings.model_dump(), **changes})
        try:
            if must_exist:
                await require_tables(complete)
            else:
                await upgrade(str(complete.database_url))
        except DATABASE_FAULTS as fault:
            raise DatabaseUnusable(fault) from fault
        yield complete, guards


def guard(server: EmbeddedPostgres | EmbeddedValkey) -> Guard:
    """Return what starts an embedded server again when it has ended, and tries again while that fails.

    Another process may own the server: a command that was there first, and stops it when it is done.
    """
    is_down = False

    async def start_if_ended() -> None:
        nonlocal is_down
        try:
            if not (is_down or server.has_exited or server.takes_over()):
                return
            await asyncio.to_thread(server.start)
        except (CannotStart, OSError) as reason:
            is_down = True
            logger.error("embedded_server_down", server=server.name, reason=str(reason))
        else:
            is_down = False

    return start_if_ended


def _secret(directory: Path) -> str:
    try:
        return installation_secret(directory)
    except OSError as fault:
        raise DataDirectoryUnusable(directory, str(fault.strerror)) from fault


def _require_writable(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise DataDirectoryUnusable(directory, str(fault.strerror)) from fault
    if not os.access(directory, os.W_OK | os.X_OK):
        raise DataDirectoryUnusable(directory, "not permitted")
