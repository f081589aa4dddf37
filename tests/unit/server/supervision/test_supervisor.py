"""What the supervisor does about programs that cannot be started, that end, and that are to end."""

import asyncio
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs
from tests.acceptance.installation import is_running
from tests.waiting import eventually

from server.supervision.child_process import begin
from server.supervision.supervisor import GRACE_SECONDS, Program, Supervisor

STARTED: Final = "CHILDREN_STARTED"


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
    async with Supervisor([]) as supervisor:
        with no_descriptors_left(), capture_logs() as logs:
            running = asyncio.create_task(supervisor.run([Program("child", os.getpid)], {}))
            while len(logs) < 2:
                assert not running.done()
                await asyncio.sleep(0.01)
            supervisor.stop()
            await running
    assert {entry["event"] for entry in logs} == {"program not started"}


async def test_a_fork_that_fails_ends_no_other_child(tmp_path: Path) -> None:
    modules = ["tests.unit.server.supervision.second_fork_fails"]
    async with Supervisor(modules) as supervisor:
        with capture_logs() as logs:
            programs = [WAITING, replace(WAITING, name="other")]
            running = asyncio.create_task(supervisor.run(programs, at(tmp_path)))
            await started(tmp_path, 2)
            supervisor.stop()
            await running
    assert [entry["event"] for entry in logs if entry["log_level"] != "debug"] == ["program not started"]
    assert len(pids(tmp_path)) == 2


async def test_a_child_that_is_killed_is_back_with_what_was_loaded(tmp_path: Path) -> None:
    async with Supervisor([]) as supervisor:
        with capture_logs() as logs:
            running = asyncio.create_task(supervisor.run([WAITING], at(tmp_path)))
            [child] = await started(tmp_path, 1)
            os.kill(child, signal.SIGKILL)
            await started(tmp_path, 2)
            supervisor.stop()
            await running
    [ended] = [entry for entry in logs if entry["event"] == "program ended"]
    assert ended["status"] == -signal.SIGKILL


async def test_children_are_back_after_the_process_that_forks_them_was_killed(tmp_path: Path) -> None:
    async with Supervisor([]) as supervisor:
        running = asyncio.create_task(supervisor.run([WAITING], at(tmp_path)))
        [child] = await started(tmp_path, 1)
        supervisor._forkserver._process.kill()
        await started(tmp_path, 2)
        await eventually(lambda: not is_running(child), "the end of the child with its parent")
        supervisor.stop()
        await running


async def test_a_child_that_ends_when_asked_is_not_waited_for_any_longer(tmp_path: Path) -> None:
    async with Supervisor([]) as supervisor:
        running = asyncio.create_task(supervisor.run([WAITING], at(tmp_path)))
        await started(tmp_path, 1)
        supervisor.stop()
        async with asyncio.timeout(GRACE_SECONDS / 2):
            await running


async def test_a_guard_that_fails_ends_everything(tmp_path: Path) -> None:
    async def fail() -> None:
        await started(tmp_path, 1)
        raise RuntimeError("unexpected")

    with pytest.raises(ExceptionGroup):
        async with Supervisor([]) as supervisor:
            await supervisor.run([WAITING], at(tmp_path), [fail])
    [child] = pids(tmp_path)
    assert not is_running(child)


def wait_as_a_child() -> None:
    """Say that it runs, and wait for a signal, as a child of the supervisor does."""
    begin("child")
    Path(os.environ[STARTED], str(os.getpid())).touch()
    signal.pause()


WAITING: Final = Program("child", wait_as_a_child)


def at(folder: Path) -> dict[str, str]:
    """Return the environment in which children say in a folder that they run."""
    return {STARTED: str(folder)}


def pids(folder: Path) -> list[int]:
    """Return the children that have run."""
    return [int(entry.name) for entry in folder.iterdir()]


async def started(folder: Path, count: int) -> list[int]:
    """Wait until so many children have run; return which."""
    await eventually(lambda: len(pids(folder)) >= count, f"the start of {count} children")
    return pids(folder)
