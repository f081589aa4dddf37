"""The worker's hold on the process of one job: started, listened to, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from linepack.canonical_json import canonical_json
from linepack.limits import JOB_GRACE_S, JOB_MESSAGE_BYTES_MAX
from server.jobs.messages import Failure, Message, Progress, Result, decode, encode


class ProcessLost(Exception):
    """The process ended without an outcome; the message says how."""


class JobProcess:
    """The process of one job."""

    def __init__(self, process: asyncio.subprocess.Process, lines: asyncio.StreamReader) -> None:
        self.pid = process.pid
        self._news: Progress | None = None
        self._process = process
        self._lines = lines

    def take_news(self) -> Progress | None:
        """Return the progress since the last call."""
        news, self._news = self._news, None
        return news

    async def outcome(self) -> Result | Failure:
        """Listen until the process has reported its outcome; raises ProcessLost."""
        while (line := await self._line()).endswith(b"\n"):
            message: Message = decode(line)
            if not isinstance(message, Progress):
                return message
            self._news = message
        raise ProcessLost(_how(await self._process.wait()))

    async def _line(self) -> bytes:
        try:
            return await self._lines.readline()
        except ValueError:
            return encode(Failure(f"its result has more than {JOB_MESSAGE_BYTES_MAX:,} bytes"))

    async def end(self) -> None:
        """Ask the process to end, and kill it after a grace period."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(JOB_GRACE_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def started(
    function: str, question: Mapping[str, Any], *, splits: bool = False
) -> AsyncIterator[JobProcess]:
    """Lend the process that asks `function` ("module:name") the question; it is gone afterwards."""
    reading, writing = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server.jobs.child_program",
            function,
            str(writing),
            str(os.getpid()),
            *(["splits"] if splits else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=(writing,),
            # Ctrl-C reaches the whole foreground group; the worker ends its jobs itself.
            process_group=0,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    lines = asyncio.StreamReader(limit=JOB_MESSAGE_BYTES_MAX)
    protocol = asyncio.StreamReaderProtocol(lines)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: protocol, os.fdopen(reading, "rb")
    )
    held = JobProcess(process, lines)
    try:
        await _ask(process, question)
        yield held
    finally:
        await held.end()
        transport.close()


async def _ask(process: asyncio.subprocess.Process, question: Mapping[str, Any]) -> None:
    if process.stdin is None:
        raise RuntimeError("the process of a job has a standard input")
    with suppress(ConnectionError):
        process.stdin.write(canonical_json(question))
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()


def _how(status: int) -> str:
    if status >= 0:
        return f"its process ended with status {status}"
    try:
        return f"its process was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"its process was killed by signal {-status}"
