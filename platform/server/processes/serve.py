"""`linepack serve`: one command from nothing to a running installation.

In order: the embedded servers that no URL replaces, the newest tables, the demo if asked for, the socket that
all API processes share, then the process tree until Ctrl-C. A process that ends, ends its children
first.
"""

import asyncio
import errno
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from rich.console import Console

from capacity.feasibility.warm_up import warm_up
from capacity.solvers.highs import Highs
from linepack.identity.tokens import installation_secret
from linepack.monitoring.logging import configure_logging, logger
from linepack.settings import Settings
from server.demo.loading import LOGINS, PASSWORD, load_demo
from server.embedded.postgres import EmbeddedPostgres, EmbeddedValkey
from server.errors import AddressUnusable, CannotStart, DatabaseUnusable, DataDirectoryUnusable
from server.installation.presence import require_data_directory, require_tables
from server.migrations.upgrade import upgrade
from server.services import finder_of, open_services
from server.supervision.child_process import SOCKET_DESCRIPTOR, log_level
from server.supervision.supervisor import Program, Supervisor

BACKLOG = 2048
PORTS_TRIED = 20
PORTS = 65_536

Guard = Callable[[], Awaitable[None]]


async def serve(settings: Settings, *, demo: bool, console: Console) -> None:
    """Run an installation until it gets a signal; raises CannotStart."""
    configure_logging(production=settings.is_production, level=log_level(settings))
    finder_of(settings)
    async with installation(settings) as (complete, guards):
        if demo:
            async with open_services(complete) as services:
                if await load_demo(services):
                    console.print("The demo network is loaded.")
        await asyncio.to_thread(warm_up, Highs())
        with _listen(settings.host, settings.port) as listener, _metrics_directory() as metrics:
            environment = {**environment_of(complete), "PROMETHEUS_MULTIPROC_DIR": metrics}
            descriptor = listener.fileno()
            api = [
                Program(
                    f"api {number}",
                    "server.processes.api_process",
                    {SOCKET_DESCRIPTOR: str(descriptor)},
                    descriptors=(descriptor,),
                )
                for number in range(1, settings.api_processes + 1)
            ]
            supervisor = Supervisor(environment)
            supervisor.stop_on_signals()
            _announce(console, listener, demo=demo)
            await supervisor.run([*api, Program("worker", "server.processes.worker")], guards)
            console.print("Everything has ended.")


@asynccontextmanager
async def installation(
    settings: Settings, *, must_exist: bool = False
) -> AsyncIterator[tuple[Settings, list[Guard]]]:
    """Lend complete settings: embedded servers where no URL is configured, a secret, and the newest tables.

    The guards start an embedded server again when it has died. An installation that `must_exist` is not
    made: without one NothingInstalled is raised.
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
            changes["jwt_secret"] = installation_secret(settings.data_dir)
        complete = Settings.model_validate({**settings.model_dump(), **changes})
        try:
            if must_exist:
                await require_tables(complete)
            await upgrade(str(complete.database_url))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
            raise DatabaseUnusable(fault) from fault
        yield complete, guards


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a child process finds these settings."""
    secret = settings.jwt_secret.get_secret_value() if settings.jwt_secret is not None else ""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "LINEPACK_JWT_SECRET": secret,
        "LINEPACK_DATA_DIR": str(settings.data_dir.resolve()),
        "LINEPACK_ENVIRONMENT": settings.environment,
    }


def _require_writable(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise DataDirectoryUnusable(directory, str(fault.strerror)) from fault
    if not os.access(directory, os.W_OK | os.X_OK):
        raise DataDirectoryUnusable(directory, "not permitted")


def guard(server: EmbeddedPostgres | EmbeddedValkey) -> Guard:
    """Return what starts an embedded server again when it has ended, and tries again while that fails."""
    is_down = False

    async def start_if_ended() -> None:
        nonlocal is_down
        if not (is_down or server.has_exited):
            return
        try:
            await asyncio.to_thread(server.start)
        except (CannotStart, OSError) as reason:
            is_down = True
            logger.error("embedded_server_down", server=server.name, reason=str(reason))
        else:
            is_down = False

    return start_if_ended


@contextmanager
def _listen(host: str, port: int) -> Iterator[socket.socket]:
    """Lend a listening socket: on `port`, or on the next free one after it (any, for port 0).

    Raises AddressUnusable.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        last = min(port + PORTS_TRIED, PORTS) - 1
        for candidate in range(port, last + 1):
            try:
                listener.bind((host, candidate))
                break
            except OSError as fault:
                if candidate == last or fault.errno != errno.EADDRINUSE:
                    raise AddressUnusable(host, port, fault) from fault
        listener.listen(BACKLOG)
        listener.set_inheritable(True)
        yield listener


@contextmanager
def _metrics_directory() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="linepack-metrics-") as directory:
        yield directory


def _announce(console: Console, listener: socket.socket, *, demo: bool) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    console.print(f"\nLinepack is at [bold]http://{shown}:{port}[/bold]   (Ctrl-C ends it)")
    if demo:
        console.print(f"\nDemo logins, all with the password [bold]{PASSWORD}[/bold]:")
        for login in LOGINS:
            console.print(f"  {login.email:<26} {login.description}", highlight=False)
        console.print()
