"""The process tree under `linepack serve`.

The supervisor owns its children: it starts them, starts them again when they die (with a growing pause for
one that keeps dying or cannot be started), and ends them all when it is asked to stop. A child gets SIGTERM
and a grace period, then SIGKILL. It holds no data, so that killing it loses nothing.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from server.supervision.child_process import PARENT_PROCESS

GRACE_SECONDS = 10.0
RESTART_PAUSE_SECONDS = 0.2
RESTART_PAUSE_SECONDS_MAX = 10.0
STABLE_SECONDS = 30.0
WATCH_SECONDS = 0.5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """A child to keep alive: `python -m module`, with `environment` added and `descriptors` inherited."""

    name: str
    module: str
    environment: dict[str, str] = field(default_factory=dict)
    descriptors: tuple[int, ...] = ()


class Supervisor:
    """Keeps programs alive until `stop` is called or the process is asked to end."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask everything to end."""
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """Stop at Ctrl-C and at SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)

    async def run(
        self, programs: Sequence[Program], guards: Sequence[Callable[[], Awaitable[None]]] = ()
    ) -> None:
        """Keep `programs` alive, and call every guard twice a second, until asked to stop.

        A guard checks on something that is no child of ours (the embedded database) and mends it.
        """
        async with asyncio.TaskGroup() as group:
            for program in programs:
                group.create_task(self._keep_alive(program))
            for guard in guards:
                group.create_task(self._watch(guard))

    async def _keep_alive(self, program: Program) -> None:
        pause = RESTART_PAUSE_SECONDS
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            started = loop.time()
            try:
                process = await self._start(program)
            except OSError as fault:
                # Out of processes or memory: the others go on, and this one may start later.
                log.error("program not started", program=program.name, reason=str(fault))
            else:
                log.debug("program started", program=program.name, pid=process.pid)
                if not await self._ended_by_itself(process):
                    await _end(process)
                    return
                log.warning("program ended", program=program.name, status=process.returncode)
            pause = RESTART_PAUSE_SECONDS if loop.time() - started > STABLE_SECONDS else pause
            await self._sleep(pause)
            pause = min(2 * pause, RESTART_PAUSE_SECONDS_MAX)

    async def _start(self, program: Program) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            program.module,
            env={**self._environment, **program.environment, PARENT_PROCESS: str(os.getpid())},
            pass_fds=program.descriptors,
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches the whole foreground group; children wait for our SIGTERM instead.
            process_group=0,
        )

    async def _ended_by_itself(self, process: asyncio.subprocess.Process) -> bool:
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            ended.cancel()
            return False
        return True

    async def _watch(self, guard: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            await guard()
            await self._sleep(WATCH_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


async def _end(process: asyncio.subprocess.Process) -> None:
    try:
        process.terminate()
        await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    except ProcessLookupError:
        return
    except TimeoutError:
        process.kill()
        await process.wait()
