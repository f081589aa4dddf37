"""What the supervisor does about a program that cannot be started."""

import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager

from structlog.testing import capture_logs

from server.supervision.supervisor import Program, Supervisor


@contextmanager
def no_descriptors_left() -> Iterator[None]:
    """Allow this process no descriptor more than it has, so that nothing can be started."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


async def test_a_program_that_cannot_be_started_ends_nothing_and_is_tried_again() -> None:
    with closing(Supervisor([])) as supervisor, no_descriptors_left(), capture_logs() as logs:
        running = asyncio.create_task(supervisor.run([Program("child", os.getpid)], {}))
        while len(logs) < 2:
            assert not running.done()
            await asyncio.sleep(0.01)
        supervisor.stop()
        await running
    assert {entry["event"] for entry in logs} == {"program not started"}
