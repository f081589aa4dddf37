"""The supervisor's hold on its children, and on the process that forks them (`supervision.forkserver`)."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Self

from server.supervision.child_process import PARENT_PROCESS


class ForkedProcess:
    """A child, until it has ended."""

    def __init__(self, pid: int, reports: asyncio.StreamReader) -> None:
        self.pid = pid
        self.status: int | None = None
        """How it ended, as `subprocess` says it; None until then, and where its forkserver was lost."""
        self._end = asyncio.create_task(self._follow(reports))

    async def _follow(self, reports: asyncio.StreamReader) -> None:
        if line := await reports.readline():
            self.status = json.loads(line)["status"]

    async def wait(self) -> None:
        """Return when it has ended."""
        await asyncio.wait({self._end})

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if not self._end.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Forkserver:
    """The process that has loaded some modules, or is loading them."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control

    @classmethod
    async def start(cls, modules: Sequence[str]) -> Self:
        """Start one, with the environment of this process; it ends with the thread that starts it."""
        control, other = socket.socketpair()
        with other:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "server.supervision.forkserver", str(other.fileno()), *modules),
                env={**os.environ, PARENT_PROCESS: str(os.getpid())},
                pass_fds=(other.fileno(),),
                stdin=subprocess.DEVNULL,
                # Ctrl-C reaches the whole foreground group; children wait for our SIGTERM instead.
                process_group=0,
            )
        return cls(process, control)

    @property
    def is_running(self) -> bool:
        """Whether it can be asked."""
        return self._process.returncode is None

    async def fork(
        self, main: str, descriptors: Sequence[int], environment: Mapping[str, str]
    ) -> ForkedProcess:
        """Return a child that calls `main` ("module:function") with these descriptors; raises OSError."""
        reports, writing = await _pipe()
        request = json.dumps({"main": main, "environment": dict(environment)}).encode() + b"\n"
        try:
            socket.send_fds(self._control, [request], [writing, *descriptors])
        finally:
            os.close(writing)
        line = await reports.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"fault": "the forkserver has ended"}
        if "fault" in answer:
            raise OSError(answer["fault"])
        return ForkedProcess(answer["pid"], reports)

    async def end(self) -> None:
        """End it, and with it the children that it still has."""
        self._control.close()
        with suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """Return a pipe: a stream to read, and the descriptor to write to."""
    reading, writing = os.pipe()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb")
    )
    return reader, writing
