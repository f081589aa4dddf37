"""The process tree under `linepack serve`.

The supervisor owns its children: it starts them, starts them again when they die (with a growing pause for
one that keeps dying or cannot be started), and ends them all when it is asked to stop. Each is a fork of one
process that has loaded the programs (`server.supervision.forkserver`). A child gets SIGTERM and a grace
period, then SIGKILL. It holds no data, so that killing it loses nothing.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

from server.supervision.forked import ForkedProcess, Forkserver

GRACE_SECONDS = 10.0
RESTART_PAUSE_SECONDS = 0.2
RESTART_PAUSE_SECONDS_MAX = 10.0
STABLE_SECONDS = 30.0
WATCH_SECONDS = 0.5

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """A child: it calls `main`, a function of a module, with descriptors, which are its own copies there."""

    name: str
    main: Callable[..., object]
    descriptors: tuple[int, ...] = ()
    is_kept_alive: bool = True
    """Whether it is started again when it ends."""


class Supervisor:
    """Keeps programs alive until `stop` is called or the process is asked to end. Use it as a context.

    `modules` are loaded once for all programs, from the beginning of the context on, in a process that has
    the environment of this one.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = modules
        self._stopping = asyncio.Event()
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._forkserver = await Forkserver.start(self._modules)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._forkserver.end()

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

    async def _keep_alive(self, program: Program, environment: Mapping[str, str]) -> None:
        pause = RESTART_PAUSE_SECONDS
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            started = loop.time()
            try:
                child = await self._unless_stopped(self._start(program, environment))
            except OSError as fault:
                # Out of processes or memory: the others go on, and this one may start later.
                log.error("program not started", program=program.name, reason=str(fault))
            else:
                if child is None:
                    return
                log.debug("program started", program=program.name, pid=child.pid)
                try:
                    await self._unless_stopped(child.wait())
                finally:
                    await _end(child)
                if self._stopping.is_set() or not program.is_kept_alive:
                    return
                log.warning("program ended", program=program.name, status=child.status)
            pause = RESTART_PAUSE_SECONDS if loop.time() - started > STABLE_SECONDS else pause
            await self._unless_stopped(asyncio.sleep(pause))
            pause = min(2 * pause, RESTART_PAUSE_SECONDS_MAX)

    async def _start(self, program: Program, environment: Mapping[str, str]) -> ForkedProcess:
        async with self._starting:
            if not self._forkserver.is_running:
                await self._forkserver.end()
                self._forkserver = await Forkserver.start(self._modules)
            main = f"{program.main.__module__}:{program.main.__qualname__}"
            return await self._forkserver.fork(main, program.descriptors, environment)

    async def _watch(self, guard: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            await guard()
            await self._unless_stopped(asyncio.sleep(WATCH_SECONDS))

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Return what some work returns, or None as soon as everything is to end."""
        working, stopped = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            working.cancel()
            stopped.cancel()


async def _end(child: ForkedProcess) -> None:
    child.send(signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), GRACE_SECONDS)
    except TimeoutError:
        child.send(signal.SIGKILL)
        await child.wait()
