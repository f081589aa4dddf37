"""The process tree under `linepack serve`.

The supervisor owns its children: it starts them, starts them again when they die (with a growing pause for
one that keeps dying or cannot be started), and ends them all when it is asked to stop. Each is a fork of one
process that has loaded the programs (`server.supervision.forkserver`). A child gets SIGTERM and a grace
period, then SIGKILL. It holds no data, so that killing it loses nothing.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any

import structlog

GRACE_SECONDS = 10.0
RESTART_PAUSE_SECONDS = 0.2
RESTART_PAUSE_SECONDS_MAX = 10.0
STABLE_SECONDS = 30.0
WATCH_SECONDS = 0.5
FORKSERVER = "server.supervision.forkserver"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """A child: it calls `main`, a function of a module, with arguments that can be pickled."""

    name: str
    main: Callable[..., object]
    arguments: tuple[Any, ...] = ()
    is_kept_alive: bool = True
    """Whether it is started again when it ends."""


class Supervisor:
    """Keeps programs alive until `stop` is called or the process is asked to end.

    `modules` are loaded once for all programs, from the moment the supervisor is made, in a process that has
    the environment of this one. It must be made by the main thread, with which that process ends.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        self._stopping = asyncio.Event()
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload([FORKSERVER, *modules])
        forkserver.ensure_running()

    def stop(self) -> None:
        """Ask everything to end."""
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """Stop at Ctrl-C and at SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)

    async def run(
        self,
        programs: Sequence[Program],
        environment: Mapping[str, str],
        guards: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """Run `programs`, with `environment` added to ours, until asked to stop.

        Every guard is called twice a second: it checks on something that is no child of ours (the embedded
        database) and mends it.
        """
        async with asyncio.TaskGroup() as group:
            for program in programs:
                group.create_task(self._keep_alive(program, environment))
            for guard in guards:
                group.create_task(self._watch(guard))

    def close(self) -> None:
        """End what has loaded the programs; `multiprocessing` itself leaves that until after this process."""
        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # not in typeshed
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]

    async def _keep_alive(self, program: Program, environment: Mapping[str, str]) -> None:
        pause = RESTART_PAUSE_SECONDS
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            started = loop.time()
            try:
                process = await self._start(program, environment)
            except (OSError, EOFError) as fault:
                # Out of processes or memory: the others go on, and this one may start later.
                log.error("program not started", program=program.name, reason=str(fault))
            else:
                log.debug("program started", program=program.name, pid=process.pid)
                if not await self._ended_by_itself(process):
                    await _end(process)
                    return
                if not program.is_kept_alive:
                    return
                log.warning("program ended", program=program.name, status=process.exitcode)
            pause = RESTART_PAUSE_SECONDS if loop.time() - started > STABLE_SECONDS else pause
            await self._sleep(pause)
            pause = min(2 * pause, RESTART_PAUSE_SECONDS_MAX)

    async def _start(self, program: Program, environment: Mapping[str, str]) -> BaseProcess:
        forkserver.ensure_running()  # by this thread: whoever starts it must live as long
        process = self._processes.Process(
            target=_run, args=(program.main, program.arguments, dict(environment)), name=program.name
        )
        await asyncio.to_thread(process.start)
        return process

    async def _ended_by_itself(self, process: BaseProcess) -> bool:
        ended = asyncio.create_task(_end_of(process))
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


def _run(main: Callable[..., object], arguments: tuple[Any, ...], environment: dict[str, str]) -> None:
    """Be a child: the forkserver calls this in each fork."""
    os.environ.update(environment)
    main(*arguments)


async def _end_of(process: BaseProcess) -> None:
    """Wait until a process has ended, which closes its sentinel."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.sentinel, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process.sentinel)


async def _end(process: BaseProcess) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(_end_of(process), GRACE_SECONDS)
    except TimeoutError:
        process.kill()
        await _end_of(process)
