"""The installation that a drill works on: its own, made for it, and killed piece by piece.

`linepack serve` runs as a process tree over a data directory of the drill's, always with the embedded
servers: a configured database or Redis is never touched. Processes are found in Linux's `/proc`.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import httpx2

from linepack.settings import Settings
from server.drill.plan import Victim
from server.errors import CannotStart
from server.supervision.parent_death import ends_with_parent

START_S: Final = 600.0
END_S: Final = 60.0
LOOK_S: Final = 0.05
OUTPUT_LINES_SHOWN: Final = 20
ADDRESS: Final = re.compile(r"http://[\d.]+:\d+")
_KEPT: Final = ("LINEPACK_SOLVER", "LINEPACK_FINDER")
"""What a drill takes over of the configuration of the installation it is called in."""

_COMMANDS: Final[Mapping[Victim, str]] = {
    Victim.API: "linepack-api ",
    Victim.WORKER: "linepack-worker ",
    Victim.VALKEY: "/valkey-server ",
    Victim.POSTGRES: "/bin/postgres -D",
    Victim.BACKEND: "postgres: postgres linepack",
}


class DrillCannotRun(CannotStart):
    """The drill's own installation does not start, or this machine cannot run a drill."""


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    started_at: int
    """Clock ticks since the machine started."""


class Installation:
    """One `linepack serve` on a free port, with everything below `data_dir`."""

    def __init__(self, data_dir: Path, *, api_processes: int) -> None:
        self.data_dir = data_dir
        self.output = data_dir / "serve.log"
        self.url = ""
        self._api_processes = api_processes
        self._process: asyncio.subprocess.Process | None = None
        self._log: IO[bytes] | None = None

    @property
    def settings(self) -> Settings:
        """The settings by which this process reaches the installation."""
        return Settings(
            environment="development",
            database_url=None,
            redis_url=None,
            jwt_secret=None,
            data_dir=self.data_dir,
        )

    def count(self, victim: Victim) -> int:
        """Return how many processes of a kind there are when all is well, at least."""
        return {Victim.API: self._api_processes, Victim.BACKEND: 0}.get(victim, 1)

    async def start(self) -> None:
        """Start it, and return when it answers; raises DrillCannotRun."""
        if sys.platform != "linux":
            raise DrillCannotRun("a drill finds the processes it kills in /proc, which Linux alone has")
        self._log = self.output.open("ab")
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "serve"),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=self.environment,
            # Ctrl-C reaches the drill, which then ends this tree in order.
            process_group=0,
            preexec_fn=ends_with_parent(signal.SIGTERM),
        )
        async with asyncio.timeout(START_S):
            while not (found := ADDRESS.search(self._text())) or not await self._is_ready(found.group()):
                if self._process.returncode is not None:
                    shown = "\n".join(self._text().splitlines()[-OUTPUT_LINES_SHOWN:])
                    raise DrillCannotRun(f"the drill's installation does not start\n{shown}")
                await asyncio.sleep(LOOK_S)
        self.url = found.group()

    async def stop(self) -> list[int]:
        """End it as Ctrl-C does; return the processes of it that are still there."""
        if self._process is None:
            return []
        before = _descendants(self._process.pid)
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
            try:
                await asyncio.wait_for(self._process.wait(), END_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._process = None
        if self._log is not None:
            self._log.close()
        running = _processes()
        return [one.pid for one in before if running.get(one.pid) == one]

    async def is_ready(self) -> bool:
        """Return whether an API process answers and reaches database and Redis."""
        return await self._is_ready(self.url)

    def pids(self, victim: Victim) -> list[int]:
        """Return the processes of a kind, oldest first."""
        if self._process is None:
            return []
        below = _descendants(self._process.pid)
        return [one.pid for one in below if _COMMANDS[victim] in _command(one.pid)]

    async def _is_ready(self, url: str) -> bool:
        try:
            async with httpx2.AsyncClient(timeout=5, verify=False) as http:
                answer = await http.get(f"{url}/readyz")
                found = answer.json()
                return bool(found["database"] and found["redis"])
        except (httpx2.HTTPError, ValueError, KeyError):
            return False

    @property
    def environment(self) -> dict[str, str]:
        """The environment of `linepack serve`."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or not (name.startswith("LINEPACK_") or name in ("DATABASE_URL", "REDIS_URL"))
        }
        return {
            **inherited,
            "LINEPACK_DATA_DIR": str(self.data_dir),
            "LINEPACK_HOST": "127.0.0.1",
            "LINEPACK_PORT": "0",
            "LINEPACK_API_PROCESSES": str(self._api_processes),
        }

    def _text(self) -> str:
        return self.output.read_text(errors="replace")


def _processes() -> dict[int, _Process]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                found[int(entry.name)] = _Process(int(entry.name), int(fields[1]), int(fields[19]))
    return found


def _descendants(root: int) -> list[_Process]:
    """Return the running processes below one, oldest first."""
    children: dict[int, list[_Process]] = {}
    for process in _processes().values():
        children.setdefault(process.parent, []).append(process)
    found: list[_Process] = []
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += [process.pid for process in below]
    return sorted(found, key=lambda process: process.started_at)


def _command(pid: int) -> str:
    """Return the name under which a process is shown, and its command line; empty when it is gone."""
    try:
        name, line = (Path(f"/proc/{pid}/{file}").read_bytes() for file in ("comm", "cmdline"))
    except OSError:
        return ""
    return (name.strip() + b" " + line.replace(b"\0", b" ")).decode(errors="replace")
