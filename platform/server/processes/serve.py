"""`linepack serve`: one command from nothing to a running installation.

In order: the embedded servers that no URL replaces, the newest tables, the demo if asked for, the socket that
all API processes share, then the process tree until Ctrl-C. Meanwhile one process loads what the others are
forked from. A process that ends, ends its children first.
"""

import asyncio
import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from capacity.feasibility.warm_up import warm_up
from capacity.solvers.highs import Highs
from linepack.monitoring.logging import configure_logging
from linepack.settings import Settings
from schema.transport.operation_lists import read_folder
from server.demo.loading import load_demo
from server.demo.parties import LOGINS, PASSWORD
from server.errors import AddressUnusable
from server.installation.opening import installation
from server.processes import api_process, kernel_compilation, worker
from server.services import finder_of, open_services
from server.supervision.child_process import log_level
from server.supervision.supervisor import Program, Supervisor

BACKLOG = 2048
PORTS_TRIED = 20
PORTS = 65_536
PROGRAMS = (api_process.__name__, worker.__name__, kernel_compilation.__name__)


async def serve(settings: Settings, *, demo: bool, console: Console) -> None:
    """Run an installation until it gets a signal.

    Raises CannotStart, and InvalidInput when a list of operations has faults.
    """
    configure_logging(production=settings.is_production, level=log_level(settings))
    finder_of(settings)
    if settings.listed_operations is not None:
        read_folder(settings.listed_operations)
    with _metrics_directory():
        async with Supervisor(PROGRAMS) as supervisor, installation(settings) as (complete, guards):
            if demo:
                async with open_services(complete) as services:
                    if await load_demo(services):
                        console.print("The demo network is loaded.")
            await asyncio.to_thread(warm_up, Highs())
            with listen(settings.host, settings.port) as listener:
                supervisor.stop_on_signals()
                _announce(console, listener, demo=demo)
                await supervisor.run(
                    [
                        *(
                            Program(f"api {number}", api_process.main, (listener.fileno(),))
                            for number in range(1, settings.api_processes + 1)
                        ),
                        Program("worker", worker.main),
                        Program("kernel compilation", kernel_compilation.main, is_kept_alive=False),
                    ],
                    environment_of(complete),
                    guards,
                )
                console.print("Everything has ended.")


def environment_of(settings: Settings) -> dict[str, str]:
    """Return what the environment of a child process needs to find these settings."""
    secret = settings.jwt_secret.get_secret_value() if settings.jwt_secret is not None else ""
    return {
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "LINEPACK_JWT_SECRET": secret,
        "LINEPACK_DATA_DIR": str(settings.data_dir.resolve()),
        "LINEPACK_ENVIRONMENT": settings.environment,
    }


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Lend a listening socket: on `port`, or on the next free one after it (any, for port 0).

    Raises AddressUnusable.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it. Without it the body of an answer waits until its head is acknowledged.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        last = min(port + PORTS_TRIED, PORTS) - 1
        for candidate in range(port, last + 1):
            try:
                listener.bind((host, candidate))
                break
            except OSError as fault:
                if candidate == last or fault.errno != errno.EADDRINUSE:
                    raise AddressUnusable(host, port, fault) from fault
        listener.listen(BACKLOG)
        yield listener


@contextmanager
def _metrics_directory() -> Iterator[None]:
    """Have all processes keep their figures in one folder; prometheus_client reads which as it is loaded."""
    with tempfile.TemporaryDirectory(prefix="linepack-metrics-") as directory:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = directory
        try:
            yield
        finally:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]


def _announce(console: Console, listener: socket.socket, *, demo: bool) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    console.print(f"\nLinepack is at [bold]http://{shown}:{port}[/bold]   (Ctrl-C ends it)")
    if demo:
        console.print(f"\nDemo logins, all with the password [bold]{PASSWORD}[/bold]:")
        for login in LOGINS:
            console.print(f"  {login.email:<26} {login.description}", highlight=False)
        console.print()
