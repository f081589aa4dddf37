"""Jobs as processes: run once, killed and run again, cancelled, and never left behind."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.installation import is_running
from tests.event_positions import place_all
from tests.integration.market.market_fixture import NOW, acting_for
from tests.waiting import TIME_LIMIT_S

from linepack.access import PartyKind, Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.log import read
from linepack.events.model import Stream
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import NetworkId, PartyId, new_id
from linepack.jobs import queue, repository, service
from linepack.jobs.kinds import JobKind
from linepack.jobs.model import Job, JobState, Lease, NewJob
from linepack.limits import JOB_ATTEMPTS_MAX
from linepack.problems import NotFound
from server.jobs.runner import JobRunner, Timing

pytestmark = pytest.mark.anyio

FUNCTIONS = "tests.integration.server.jobs.job_functions"
OPERATOR = PartyId(new_id())
OPERATING = acting_for(OPERATOR, Role.OPERATOR)
STARTED_S = 5.0
"""Enough for a job's process to start and to leave its trace before it is given up, on a busy machine too."""
QUICK = Timing(poll_s=0.02, heartbeat_s=0.05)
POLL_S = 0.02


@dataclass(frozen=True)
class Yard:
    """A database with jobs, and where their functions leave traces."""

    database: Database
    log: Path
    until: Path

    async def enqueue(self, kind: str, **given: Any) -> Job:
        question = {"log": str(self.log), "until": str(self.until), **given}
        new = NewJob(
            network_id=NetworkId(new_id()),
            operator_id=OPERATOR,
            requested_by=OPERATOR,
            kind=kind,
            input=question,
        )
        async with UnitOfWork(self.database) as uow:
            return await service.enqueue(uow, new)

    def runner(self, timing: Timing = QUICK, *, seconds_max: float = TIME_LIMIT_S) -> JobRunner:
        names = ("add", "wait", "deaf", "killed", "refused", "broken", "endless", "no_such_function")
        kinds = [JobKind(name, unchanged, f"{FUNCTIONS}:{name}", lambda _: seconds_max) for name in names]
        unready = [
            JobKind(prepare.__name__, prepare, "", lambda _: seconds_max) for prepare in (gone, defective)
        ]
        splitting = JobKind("split", unchanged, f"{FUNCTIONS}:split", lambda _: seconds_max, splits=True)
        return JobRunner(self.database, [*kinds, *unready, splitting], timing=timing)

    @asynccontextmanager
    async def working(self, *runners: JobRunner) -> AsyncIterator[list["asyncio.Task[None]"]]:
        tasks = [asyncio.create_task(runner.run()) for runner in runners]
        try:
            yield tasks
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stored(self, job: Job) -> Job:
        async with self.database.read() as connection:
            found = await repository.get(connection, OPERATING, job.id)
        assert found is not None
        return found

    async def until_over(self, job: Job) -> Job:
        for _ in patience():
            found = await self.stored(job)
            if found.state.is_over:
                return found
            await asyncio.sleep(POLL_S)
        raise AssertionError(f"in vain: the end of job {job.kind}")

    async def lines(self, count: int = 1) -> list[str]:
        """Return the traces, once there are `count`."""
        for _ in patience():
            found = self.log.read_text().splitlines() if self.log.exists() else []
            if len(found) >= count:
                return found
            await asyncio.sleep(POLL_S)
        raise AssertionError(f"in vain: {count} traces")

    async def told(self) -> list[tuple[str, Any]]:
        await place_all(self.database)
        async with self.database.read() as connection:
            events = await read(connection, Stream.CAPACITY, 0, 500)
        return [(event.topic, event.payload) for event in events]


async def unchanged(_: Database, job: Job) -> Mapping[str, Any]:
    return job.input


async def gone(_: Database, job: Job) -> Mapping[str, Any]:
    raise NotFound("network revision", job.network_id)


async def defective(_: Database, job: Job) -> Mapping[str, Any]:
    return {"missing": job.input["missing"]}


@pytest.fixture
async def yard(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    root = Path(__file__).parents[4]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(root / "platform"), str(root)]))
    async with UnitOfWork(database) as uow:
        operator = Party(OPERATOR, "OP", "Operator", PartyKind.OPERATOR)
        await insert_party(uow.connection, operator, now=NOW)
    return Yard(database, tmp_path / "log", tmp_path / "until")


def patience() -> Iterator[None]:
    """Yield until patience is at an end."""
    ends_at = time.monotonic() + TIME_LIMIT_S
    while time.monotonic() < ends_at:
        yield


async def is_gone(pid: int) -> bool:
    for _ in patience():
        if not is_running(pid):
            return True
        await asyncio.sleep(POLL_S)
    return False


async def test_two_runners_do_every_job_once(yard: Yard) -> None:
    jobs = [await yard.enqueue("add", terms=[number, 1]) for number in range(4)]
    async with yard.working(yard.runner(), yard.runner()):
        done = [await yard.until_over(job) for job in jobs]

    assert [job.result for job in done] == [{"sum": number + 1} for number in range(4)]
    assert {job.attempts for job in done} == {1}
    assert sorted(await yard.lines(4)) == [f"[{number}, 1]" for number in range(4)]


async def test_unexpected_fault_of_one_job_leaves_the_others_and_the_runner_going(yard: Yard) -> None:
    faults = iter([True])

    def seconds_max(_: Job) -> float:
        if next(faults, False):
            raise ValueError("a damaged row")
        return TIME_LIMIT_S

    kinds = [
        JobKind("wait", unchanged, f"{FUNCTIONS}:wait", lambda _: TIME_LIMIT_S),
        JobKind("add", unchanged, f"{FUNCTIONS}:add", seconds_max),
    ]
    timing = Timing(poll_s=0.02, heartbeat_s=0.05, lease_s=1)
    waiting = await yard.enqueue("wait")
    yard.until.touch()
    job = await yard.enqueue("add", terms=[1, 2])
    async with yard.working(JobRunner(yard.database, kinds, timing=timing)) as [running]:
        done = [await yard.until_over(one) for one in (waiting, job)]
        assert not running.done()

    assert [(one.state, one.attempts) for one in done] == [(JobState.DONE, 1), (JobState.DONE, 2)]


async def test_a_job_that_splits_gets_somewhere_to_have_its_parts_computed(yard: Yard) -> None:
    job = await yard.enqueue("split", terms=[3, 1, 2])
    async with yard.working(yard.runner()):
        done = await yard.until_over(job)

    assert (done.state, done.result) == (JobState.DONE, {"squares": [9, 1, 4]})


async def test_progress_is_stored_and_told_in_order_until_the_job_is_done(yard: Yard) -> None:
    job = await yard.enqueue("wait")
    yard.until.touch()
    async with yard.working(yard.runner()):
        done = await yard.until_over(job)
    told = await yard.told()

    assert (done.progress, done.result) == (1.0, {"waited": True})
    assert [topic for topic, _ in told] == ["job.queued", *["job.progress"] * (len(told) - 2), "job.done"]
    assert [payload["text"] for _, payload in told[1:-1]] == ["started", "step 1", "step 2", "step 3"]
    progress = [payload["progress"] for _, payload in told]
    assert progress == sorted(progress)


async def test_a_killed_process_is_run_again_and_the_job_done(yard: Yard) -> None:
    job = await yard.enqueue("wait")
    async with yard.working(yard.runner()):
        [first] = await yard.lines()
        os.kill(int(first), signal.SIGKILL)
        await yard.lines(2)
        yard.until.touch()
        done = await yard.until_over(job)

    assert (done.state, done.attempts) == (JobState.DONE, 2)


async def test_a_job_whose_process_is_always_killed_fails_with_the_reason(yard: Yard) -> None:
    job = await yard.enqueue("killed")
    async with yard.working(yard.runner()):
        failed = await yard.until_over(job)

    assert len(await yard.lines()) == JOB_ATTEMPTS_MAX
    assert failed.state is JobState.FAILED
    assert failed.error == (f"given up after {JOB_ATTEMPTS_MAX} attempts: its process was killed by SIGKILL")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("refused", "1 fault: pipe p: has no length"),
        ("broken", "KeyError: 'zero'"),
        ("endless", "ValueError: Out of range float values are not JSON compliant"),
        ("no_such_function", "has no attribute 'no_such_function'"),
        ("unheard_of", "no worker knows jobs of kind unheard_of"),
        ("gone", "no network revision"),
        ("defective", "KeyError: 'missing'"),
    ],
)
async def test_what_cannot_be_done_fails_at_once_with_the_reason(yard: Yard, kind: str, reason: str) -> None:
    job = await yard.enqueue(kind)
    async with yard.working(yard.runner()):
        failed = await yard.until_over(job)

    assert (failed.state, failed.attempts) == (JobState.FAILED, 1)
    assert reason in failed.error


async def test_a_job_that_takes_too_long_is_killed_and_fails(yard: Yard) -> None:
    job = await yard.enqueue("wait")
    async with yard.working(yard.runner(seconds_max=STARTED_S)):
        failed = await yard.until_over(job)
        [pid] = await yard.lines()
        assert not is_running(int(pid))

    assert failed.error == f"it took longer than {STARTED_S:g} seconds"


@pytest.mark.parametrize("kind", ["wait", "deaf"])
async def test_a_cancelled_job_is_a_process_less(yard: Yard, kind: str) -> None:
    job = await yard.enqueue(kind)
    async with yard.working(yard.runner()):
        [pid] = await yard.lines()
        async with UnitOfWork(yard.database) as uow:
            await service.cancel(uow, OPERATING, job.id)
        cancelled = await yard.until_over(job)
        assert not is_running(int(pid))

    assert (cancelled.state, cancelled.result) == (JobState.CANCELLED, None)
    assert (await yard.told())[-1][0] == "job.cancelled"


async def test_a_runner_that_ends_leaves_no_process_and_gives_its_job_back(yard: Yard) -> None:
    job = await yard.enqueue("wait")
    async with yard.working(yard.runner()) as [task]:
        [pid] = await yard.lines()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert not is_running(int(pid))

    waiting = await yard.stored(job)
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)
    yard.until.touch()
    async with yard.working(yard.runner()):
        assert (await yard.until_over(job)).attempts == 1


async def test_a_runner_that_has_lost_its_job_to_another_kills_its_process(yard: Yard) -> None:
    job = await yard.enqueue("wait")
    slow = Timing(poll_s=60.0, heartbeat_s=STARTED_S, lease_s=0.2)
    async with yard.working(yard.runner(slow)):
        [first] = await yard.lines()
        await asyncio.sleep(slow.lease_s)
        async with yard.working(yard.runner()):
            await yard.lines(2)
            assert await is_gone(int(first))
            yard.until.touch()
            done = await yard.until_over(job)

    assert (done.state, done.attempts) == (JobState.DONE, 2)


async def test_a_runner_that_cannot_report_for_a_lease_kills_its_process(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = queue.heartbeat

    async def away(*given: Any, **named: Any) -> Lease:
        if not yard.log.exists():
            return await beat(*given, **named)
        raise OSError("the database is away")

    job = await yard.enqueue("wait")
    with monkeypatch.context() as patch:
        patch.setattr(queue, "heartbeat", away)
        assert await yard.runner(Timing(heartbeat_s=0.05, lease_s=STARTED_S)).run_one()
        [pid] = await yard.lines()
        assert not is_running(int(pid))
    assert (await yard.stored(job)).state is JobState.RUNNING
    yard.until.touch()
    async with yard.working(yard.runner()):
        assert (await yard.until_over(job)).attempts == 2


async def test_one_job_is_run_alone_when_it_is_asked_for(yard: Yard) -> None:
    other, wanted = await yard.enqueue("add", terms=[1]), await yard.enqueue("add", terms=[2])
    runner = yard.runner()
    assert await runner.run_one(wanted.id)
    assert not await runner.run_one(wanted.id)

    assert (await yard.stored(wanted)).result == {"sum": 2}
    assert (await yard.stored(other)).state is JobState.QUEUED
