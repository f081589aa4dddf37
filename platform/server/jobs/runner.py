"""Run jobs on this machine: a process per job, so that a cancelled job is a killed process
and gives its memory back.

A worker claims a job, has its kind load what the job needs, and asks the kind's pure function in a process of
its own. Meanwhile it reports every second, which extends its lease and shows it a cancellation. When the
database cannot be reached for a lease, or says that the job is another worker's, the process is killed: no
two run for one job. A worker that is asked to end gives its jobs back to the queue.
"""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from linepack.backoff import Backoff
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.ids import JobId, new_id
from linepack.jobs import queue
from linepack.jobs.kinds import JobKind
from linepack.jobs.model import Claim, Job, JobState, Lease
from linepack.limits import JOB_HEARTBEAT_S, JOB_LEASE_S, JOB_POLL_S, JOB_PROCESSES
from linepack.monitoring.logging import logger
from linepack.monitoring.metrics import JOBS, WORKER_FAULTS
from linepack.problems import Problem
from server.jobs.messages import Failure, Progress, Result
from server.jobs.process import JobProcess, ProcessLost, started

GIVE_BACK_S = 2.0
SETTLE_S = 60.0


@dataclass(frozen=True, slots=True)
class Timing:
    """When a runner does what, in seconds; see `linepack.limits`."""

    poll_s: float = JOB_POLL_S
    heartbeat_s: float = JOB_HEARTBEAT_S
    lease_s: float = JOB_LEASE_S


class JobRunner:
    """Runs jobs of the given kinds."""

    def __init__(self, database: Database, kinds: Iterable[JobKind], *, timing: Timing | None = None) -> None:
        self._database = database
        self._kinds = {kind.name: kind for kind in kinds}
        self._timing = timing or Timing()
        self.name = f"{socket.gethostname()}:{os.getpid()}:{new_id()}"

    async def run(self, processes: int = JOB_PROCESSES) -> None:
        """Run jobs as they come, `processes` at once; ends when cancelled, and leaves no process."""
        async with asyncio.TaskGroup() as group:
            for _ in range(processes):
                group.create_task(self._serve())

    async def run_one(self, only: JobId | None = None) -> bool:
        """Run the oldest job that is free, or `only` that one; return whether there was one."""
        async with UnitOfWork(self._database) as uow:
            claim = await queue.claim(uow, self.name, lease_s=self._timing.lease_s, only=only)
        if claim is None:
            return False
        try:
            await self._perform(claim)
        except asyncio.CancelledError:
            await self._give_back(claim)
            raise
        return True

    async def _serve(self) -> None:
        backoff = Backoff()
        while True:
            try:
                was_there = await self.run_one()
                backoff.succeeded()
            except DATABASE_FAULTS as fault:
                logger.warning("jobs_lost_database", fault=str(fault))
                await backoff.wait()
                continue
            except Exception as fault:
                # The other jobs of this worker go on; this one is claimed again when its lease is over.
                logger.error("job_fault", exc_info=fault)
                WORKER_FAULTS.labels("jobs").inc()
                await backoff.wait()
                continue
            if not was_there:
                await asyncio.sleep(self._timing.poll_s)

    async def _perform(self, claim: Claim) -> None:
        job = claim.job
        watch = _Watch(self._database, claim, self._timing)
        kind = self._kinds.get(job.kind)
        if kind is None:
            await self._settle(_failing(claim, f"no worker knows jobs of kind {job.kind}"))
            return
        try:
            question = await kind.prepare(self._database, job)
        except Problem as problem:
            await self._settle(_failing(claim, problem.message))
            return
        except DATABASE_FAULTS:
            raise
        except Exception as fault:
            # A defect of one kind must not end the worker, which has other things to do.
            logger.error("job_not_prepared", job=str(job.id), exc_info=fault)
            await self._settle(_failing(claim, f"{type(fault).__name__}: {fault}"))
            return
        async with started(kind.function, question, splits=kind.splits) as process:
            ending = await watch.ending(process, kind.seconds_max(job))
        if ending is not None:
            await self._settle(ending)

    async def _settle(self, end: "Ending") -> None:
        """Store an outcome; an absent database gets time to come back, because the outcome took time too."""
        gives_up_at = time.monotonic() + SETTLE_S
        backoff = Backoff()
        while True:
            try:
                async with UnitOfWork(self._database) as uow:
                    job = await end(uow)
                _note(job)
                return
            except DATABASE_FAULTS:
                if time.monotonic() > gives_up_at:
                    raise
                await backoff.wait()

    async def _give_back(self, claim: Claim) -> None:
        try:
            async with asyncio.timeout(GIVE_BACK_S), UnitOfWork(self._database) as uow:
                await queue.give_back(uow, claim)
        except DATABASE_FAULTS as fault:
            logger.warning("job_not_given_back", job=str(claim.job.id), fault=str(fault))


Ending = Callable[[UnitOfWork], Awaitable[Job | None]]
"""How the outcome of a job is stored."""


class _Watch:
    """Watches over the process of one claim."""

    def __init__(self, database: Database, claim: Claim, timing: Timing) -> None:
        self._database = database
        self._claim = claim
        self._timing = timing
        self._held_until = time.monotonic() + timing.lease_s

    async def ending(self, process: JobProcess, limit_s: float) -> Ending | None:
        """Return what is to be done once the process is gone; None when the claim is lost."""
        claim = self._claim
        outcome = asyncio.create_task(process.outcome())
        ends_at = time.monotonic() + limit_s
        try:
            while True:
                await asyncio.wait({outcome}, timeout=self._timing.heartbeat_s)
                if outcome.done():
                    return _ending(claim, outcome)
                if time.monotonic() > ends_at:
                    return _failing(claim, f"it took longer than {limit_s:g} seconds")
                match await self._heartbeat(process.take_news()):
                    case Lease.CANCELLED:
                        return lambda uow: queue.cancelled(uow, claim)
                    case Lease.LOST:
                        logger.warning("job_lost", job=str(claim.job.id))
                        return None
        finally:
            outcome.cancel()

    async def _heartbeat(self, news: Progress | None) -> Lease:
        progress = None if news is None else (news.fraction, news.text)
        asked_at = time.monotonic()
        try:
            async with asyncio.timeout(self._held_until - asked_at), UnitOfWork(self._database) as uow:
                hold = await queue.heartbeat(uow, self._claim, progress, lease_s=self._timing.lease_s)
        except DATABASE_FAULTS as fault:
            logger.warning("job_not_reported", job=str(self._claim.job.id), fault=str(fault))
            return Lease.HELD if time.monotonic() < self._held_until else Lease.LOST
        self._held_until = asked_at + self._timing.lease_s
        return hold


def _ending(claim: Claim, outcome: "asyncio.Task[Result | Failure]") -> Ending:
    try:
        reported = outcome.result()
    except ProcessLost as lost:
        reason = str(lost)
        return lambda uow: queue.retry(uow, claim, reason)
    match reported:
        case Result(value):
            return lambda uow: queue.finish(uow, claim, value)
        case Failure(why):
            return _failing(claim, why)


def _note(job: Job | None) -> None:
    if job is not None and job.state.is_over:
        JOBS.labels(job.kind, job.state.value).inc()
    if job is not None and job.state is JobState.FAILED:
        logger.warning("job_failed", job=str(job.id), kind=job.kind, error=job.error)


def _failing(claim: Claim, reason: str) -> Ending:
    return lambda uow: queue.fail(uow, claim, reason)
