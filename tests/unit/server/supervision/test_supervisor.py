"""What the supervisor does about programs that cannot be started, that end, and that are to end."""

import asyncio
import os
import resource
import signal
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import pytest
from structlog.testing import capture_logs
from tests.acceptance.installation import is_running
from tests.waiting import eventually

from server.supervision.child_process import begin
from server.supervision.supervisor import GRACE_SECONDS, Program, Supervisor

WAITING: Final = Program("child", signal.pause)


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


async def test_a_fork_that_fails_ends_no_other_child() -> None:
    modules = ["tests.unit.server.supervision.second_fork_fails"]
    async with Supervisor(modules) as supervisor:
        with capture_logs() as logs:
            running = asyncio.create_task(supervisor.run([WAITING, replace(WAITING, name="other")], {}))
            await events(logs, "program started", 2)
            supervisor.stop()
            await running
    found = [entry["event"] for entry in logs]
    assert sorted(found) == ["program not started", "program started", "program started"]


async def test_a_child_that_is_killed_is_back_with_what_was_loaded() -> None:
    async with Supervisor([]) as supervisor:
        with capture_logs() as logs:
            running = asyncio.create_task(supervisor.run([WAITING], {}))
            [child] = await events(logs, "program started", 1)
            os.kill(child["pid"], signal.SIGKILL)
            await events(logs, "program started", 2)
            supervisor.stop()
            await running
    [ended] = [entry for entry in logs if entry["event"] == "program ended"]
    assert ended["status"] == -signal.SIGKILL


async def test_children_are_back_after_the_process_that_forks_them_was_killed() -> None:
    async with Supervisor([]) as supervisor:
        with capture_logs() as logs:
            running = asyncio.create_task(supervisor.run([Program("child", wait_as_a_child)], {}))
            await events(logs, "program started", 1)
            supervisor._forkserver._process.kill()
            await events(logs, "program started", 2)
            supervisor.stop()
            await running


async def test_a_child_that_ends_when_asked_is_not_waited_for_any_longer() -> None:
    async with Supervisor([]) as supervisor:
        with capture_logs() as logs:
            running = asyncio.create_task(supervisor.run([WAITING], {}))
            await events(logs, "program started", 1)
            supervisor.stop()
            async with asyncio.timeout(GRACE_SECONDS / 2):
                await running


async def test_a_guard_that_fails_ends_everything() -> None:
    async def fail() -> None:
        await events(logs, "program started", 1)
        raise RuntimeError("unexpected")

    with pytest.raises(ExceptionGroup):
        async with Supervisor([]) as supervisor:
            with capture_logs() as logs:
                await supervisor.run([WAITING], {}, [fail])
    [child] = [entry["pid"] for entry in logs if entry["event"] == "program started"]
    assert not is_running(child)


def wait_as_a_child() -> None:
    """Wait for a signal, as a child of the supervisor does."""
    begin("child")
    signal.pause()


async def events(logs: list[MutableMapping[str, Any]], name: str, count: int) -> list[Any]:
    """Wait until something was logged so often; return it."""

    def found() -> list[Any]:
        return [entry for entry in logs if entry["event"] == name]

    await eventually(lambda: len(found()) >= count, f"{count} times {name}")
    return found()
