"""Servers that an installation runs on when it configures none, from wheels, under a data directory.

One process owns the servers of a data directory (it holds a lock on it) and stops them; other processes only
attach. A server that an owner left behind when it was killed is stopped by the next owner. Servers listen on
Unix sockets in directories that only their user may enter, and on no network.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, Self

from linepack.monitoring.logging import logger
from server.errors import CannotStart

START_S = 60.0
RELAUNCH_S = 0.5
STOP_S = 30.0
SOCKET_PATH_BYTES_MAX = 100
LOG_LINES_SHOWN = 15
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedServerFailed(CannotStart):
    """An embedded server does not start; the message ends with the last lines of its log."""


class EmbeddedServer(ABC):
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

    def takes_over(self) -> bool:
        """Become the owner of a server whose owner, another process, has ended; return whether it has.

        That owner stopped the server, or left it behind: `start` then starts it.
        """
        return not self.is_owner and self._owns()

    def start(self) -> Self:
        """Start the server, or attach to the one another process owns; return when it answers.

        Starts again in place when the server of this owner has ended. Raises EmbeddedServerFailed when the
        server keeps ending or stays silent, and for what the system refuses: a full disk, a program that this
        machine does not have.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._start()
        except OSError as fault:
            self.stop()
            raise EmbeddedServerFailed(f"the embedded {self.name} does not start: {fault}") from fault
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

    @abstractmethod
    def answers(self) -> bool:
        """Return whether the server answers on its socket."""

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
            env=ENVIRONMENT,
        )
        found = re.search(r"\d+(\.\d+)+", done.stdout)
        if done.returncode != 0 or found is None:
            raise EmbeddedServerFailed(f"{self._program.name} --version: {done.stderr.strip()}")
        return found.group()

    @property
    @abstractmethod
    def _program(self) -> Path:
        """The program of the server."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make ready to launch for the first time, and again."""

    @abstractmethod
    def _stop_leftover(self) -> None:
        """Stop what a killed owner left behind."""

    @abstractmethod
    def _launch(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Start the server; what it prints goes to `log`."""

    def _complete(self) -> None:  # noqa: B027  # most servers have nothing to add
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


def package_folder(name: str) -> Path:
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


def _tail(log: Path) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])
