"""The worker's tasks go on after a fault that they do not expect."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from server.processes.worker import go_on

pytestmark = pytest.mark.anyio


def faults(task: str) -> float:
    return REGISTRY.get_sample_value("linepack_worker_faults_total", {"task": task}) or 0


async def test_task_that_fails_begins_again_and_is_counted() -> None:
    before, runs = faults("relay"), 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise ValueError("a damaged row")

    await go_on("relay", run)

    assert (runs, faults("relay") - before) == (3, 2)


async def test_faults_of_several_jobs_at_once_are_one_fault_of_the_task() -> None:
    before, runs = faults("jobs"), 0

    async def fail() -> None:
        raise ValueError("a damaged row")

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                group.create_task(fail())

    await go_on("jobs", run)

    assert (runs, faults("jobs") - before) == (2, 1)


async def test_fault_of_one_task_does_not_end_another() -> None:
    ended = asyncio.Event()

    async def fail() -> None:
        raise ValueError("a damaged row")

    async def wait() -> None:
        await asyncio.sleep(0.2)
        ended.set()

    async with asyncio.TaskGroup() as group:
        failing = group.create_task(go_on("closing", fail))
        await group.create_task(go_on("settlement", wait))
        failing.cancel()

    assert ended.is_set()


async def test_task_that_is_cancelled_ends() -> None:
    task = asyncio.create_task(go_on("relay", lambda: asyncio.sleep(60)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
