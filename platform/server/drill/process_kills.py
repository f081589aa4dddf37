"""The kills of a drill, carried out, and how long each takes to be repaired.

Repaired means: as many processes of the kind run as should, and the installation answers with database and
Redis in reach. A kill may come before the one before it is repaired, and waits while two are not: on a
machine that is busy with other things nothing would ever run otherwise, and nothing be traded.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterable

from server.drill.installation import Installation
from server.drill.journal import Journal, Recovery
from server.drill.plan import Kill

REPAIRED_WITHIN_S = 600.0
"""Only so that a drill ends: how long repairs take depends on the machine, and is printed."""
UNREPAIRED_MAX = 2
LOOK_S = 0.1
REPAIRED = "whatever dies is started again"


async def carry_out(
    installation: Installation, plan: Iterable[Kill], journal: Journal, over: asyncio.Event
) -> None:
    """Kill by plan until trading is over, and return when everything is repaired."""
    began, unrepaired = time.monotonic(), asyncio.Semaphore(UNREPAIRED_MAX)

    async def watch(kill: Kill, pid: int) -> None:
        await _watch(installation, kill, pid, journal)
        unrepaired.release()

    async with asyncio.TaskGroup() as group:
        for kill in plan:
            await asyncio.sleep(max(0.0, began + kill.at_s - time.monotonic()))
            await unrepaired.acquire()
            if over.is_set():
                return
            pid = await asyncio.to_thread(_kill, installation, kill)
            if pid is None:
                unrepaired.release()
            else:
                group.create_task(watch(kill, pid))


def _kill(installation: Installation, kill: Kill) -> int | None:
    """Kill one process of the kind; return its process id, None when none runs just now."""
    running = installation.pids(kill.victim)
    if not running:
        return None
    pid = running[int(kill.draw * len(running))]
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return pid


async def _watch(installation: Installation, kill: Kill, pid: int, journal: Journal) -> None:
    began = time.monotonic()
    while time.monotonic() - began < REPAIRED_WITHIN_S:
        running = await asyncio.to_thread(installation.pids, kill.victim)
        is_replaced = pid not in running and len(running) >= installation.count(kill.victim)
        if is_replaced and await installation.is_ready():
            journal.recoveries.append(Recovery(kill, pid, time.monotonic() - began))
            return
        await asyncio.sleep(LOOK_S)
    journal.recoveries.append(Recovery(kill, pid, None))
    journal.violated(REPAIRED, f"{kill.victim} (process {pid}) after {REPAIRED_WITHIN_S:g} s")
