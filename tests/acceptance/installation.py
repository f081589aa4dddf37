"""A whole Linepack for acceptance tests: `linepack serve` as a process tree, to be called, killed, ended."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from tests.waiting import TIME_LIMIT_S, until

ADDRESS = re.compile(r"http://[\d.]+:\d+")


class Installation:
    """One running `linepack serve` on a free port, with everything below `data_dir`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        api_processes: int = 1,
        demo: bool = False,
        port: int | None = None,
        root_path: str = "",
    ) -> None:
        self.data_dir = data_dir
        self.port = port
        self.output = data_dir / "serve.out"
        self.api_processes = api_processes
        self.demo = demo
        self.root_path = root_path
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._log = self.output.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server", "serve", *(["--demo"] if self.demo else [])],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=self.environment,
        )
        deadline = time.monotonic() + TIME_LIMIT_S
        while not (found := ADDRESS.search(self.text())):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"linepack serve did not start:\n{self.text()}")
            time.sleep(0.05)
        self.url = found.group()
        self.await_status("/readyz", 200, deadline=deadline)

    def await_status(self, path: str, status: int, *, deadline: float | None = None) -> None:
        """Wait until `path` is answered with `status`."""
        until(lambda: self.status(path) == status, f"{path} answers {status}", deadline=deadline)

    def status(self, path: str) -> int | None:
        """Return the status that `path` is answered with, None when nothing answers."""
        try:
            with urlopen(f"{self.url}{path}", timeout=60) as response:
                return int(response.status)
        except URLError as fault:
            return getattr(fault, "code", None)
        except OSError:
            return None

    def reconcile(self) -> None:
        """Check the books: `linepack reconcile` finds no difference."""
        done = self.command("reconcile")
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def environment(self) -> dict[str, str]:
        """The environment of this installation, also for commands run beside it."""
        return {
            **os.environ,
            "LINEPACK_DATA_DIR": str(self.data_dir),
            "LINEPACK_PORT": str(self.port or free_port()),
            "LINEPACK_API_PROCESSES": str(self.api_processes),
            "LINEPACK_ROOT_PATH": self.root_path,
        }

    def text(self) -> str:
        """Everything printed so far."""
        return self.output.read_text(errors="replace")

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a `linepack` command against this installation."""
        return subprocess.run(
            [sys.executable, "-m", "server", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
        )

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self, program: str) -> int:
        """Kill −9 the oldest process whose command line contains `program`; return its process id."""
        pid = self.pids(program)[0]
        os.kill(pid, signal.SIGKILL)
        return pid

    def pids(self, program: str) -> list[int]:
        """Return the running descendants whose command line contains `program`, oldest first."""
        return [pid for pid in self.descendants() if program in command_line(pid)]

    def descendants(self) -> list[int]:
        """Return the running processes below the supervisor, oldest first."""
        if self._process is None:
            return []
        children: dict[int, list[_Running]] = {}
        for process in _processes():
            children.setdefault(process.parent, []).append(process)
        found, waiting = [], [self._process.pid]
        while waiting:
            below = children.get(waiting.pop(), [])
            found += below
            waiting += [process.pid for process in below]
        return [process.pid for process in sorted(found, key=lambda process: process.started_at)]

    def processor_seconds(self) -> float:
        """Return the processor time that the whole tree, ended children included, has used so far."""
        fields = [(Path("/proc") / str(pid) / "stat").read_text() for pid in (self.pid, *self.descendants())]
        ticks = sum(int(tick) for text in fields for tick in text.rpartition(")")[2].split()[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self, number: signal.Signals = signal.SIGINT) -> list[int]:
        """End it as Ctrl-C does; return the processes of it that are still there (none, if all is well)."""
        if self._process is None:
            return []
        before = self.descendants()
        self._process.send_signal(number)
        try:
            self._process.wait(TIME_LIMIT_S)
        finally:
            self._process.kill()
            self._process.wait()
            self._process = None
            if self._log is not None:
                self._log.close()
        running = {process.pid for process in _processes()}
        return [pid for pid in before if pid in running]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def is_running(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    return any(process.pid == pid for process in _processes())


def command_line(pid: int) -> str:
    """Return the name under which a process is shown, and its command line; empty when it is gone."""
    try:
        name, line = (Path(f"/proc/{pid}/{file}").read_bytes() for file in ("comm", "cmdline"))
    except OSError:
        return ""
    return (name.strip() + b" " + line.replace(b"\0", b" ")).decode(errors="replace")


class _Running(NamedTuple):
    """A process that runs; `started_at` counts clock ticks since the machine started."""

    pid: int
    parent: int
    started_at: int


def _processes() -> Iterator[_Running]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                yield _Running(int(entry.name), int(fields[1]), int(fields[19]))


@contextmanager
def running(
    data_dir: Path,
    *,
    api_processes: int = 1,
    demo: bool = False,
    port: int | None = None,
    root_path: str = "",
) -> Iterator[Installation]:
    """Start an installation, and end it afterwards."""
    installation = Installation(
        data_dir, api_processes=api_processes, demo=demo, port=port, root_path=root_path
    )
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()
