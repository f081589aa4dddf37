"""The kills of a drill, carried out, and how long each takes to be repaired.

Repaired means: another process of the kind runs, and the installation answers with database and Redis in
reach. A kill does not wait for the one before it to be repaired.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterable

from server.drill.installation import Installation
from server.drill.journal import Journal, Recovery
from server.drill.plan import Kill

REPAIRED_WITHIN_S = 90.0
LOOK_S = 0.1
REPAIRED = "whatever dies is started again"


async def carry_out(installation: Installation, plan: Iterable[Kill], journal: Journal) -> None:
    """Kill by plan, and return when everything is repaired."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for kill in plan:
            await asyncio.sleep(max(0.0, began + kill.at_s - time.monotonic()))
            pid = await asyncio.to_thread(_kill, installation, kill)
            if pid is not None:
                group.create_task(_watch(installation, kill, pid, journal))


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
