"""The queue of jobs: how workers claim them, report on them and end them.

A worker *claims* the oldest job that is queued, or whose worker has not reported for the length of a lease.
It holds the claim as long as it reports (`heartbeat`) in time. Its later reports count only while it holds
the claim, so that a job has one outcome even if several workers think they hold it. The clock is that of the
database.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from linepack.canonical_json import JsonValue
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import JobId
from linepack.jobs.events import record_job
from linepack.jobs.model import Claim, Job, JobState, Lease
from linepack.jobs.repository import JOBS
from linepack.jobs.tables import IS_UNFINISHED, JobRow
from linepack.limits import JOB_ATTEMPTS_MAX, JOB_LEASE_S

WORKER_LOST = "the worker that ran it was lost"

_jobs = JobRow.core()
_IS_FREE = sa.or_(
    _jobs.c.state == JobState.QUEUED.value,
    sa.and_(_jobs.c.state == JobState.RUNNING.value, _jobs.c.lease_until < sa.func.now()),
)


async def claim(
    uow: UnitOfWork, worker: str, *, lease_s: float = JOB_LEASE_S, only: JobId | None = None
) -> Claim | None:
    """Return the oldest job that is free (or `only` that one), now this worker's; None when there is none.

    Jobs that were to be cancelled, or whose workers were lost too often, are ended on the way.
    """
    free = sa.select(_jobs).where(_IS_FREE, IS_UNFINISHED).order_by(_jobs.c.id).limit(1)
    if only is not None:
        free = free.where(_jobs.c.id == only)
    while (row := (await uow.connection.execute(free.with_for_update(skip_locked=True))).first()) is not None:
        job = JOBS.read(row)
        if job.cancel_requested:
            await end(uow, job, JobState.CANCELLED)
        elif job.attempts >= JOB_ATTEMPTS_MAX:
            reason = job.error if job.state is JobState.QUEUED else WORKER_LOST
            await end(uow, job, JobState.FAILED, error=_given_up(reason))
        else:
            return Claim(await _start(uow, job, worker, lease_s), worker)
    return None


async def heartbeat(
    uow: UnitOfWork, held: Claim, news: tuple[float, str] | None = None, *, lease_s: float = JOB_LEASE_S
) -> Lease:
    """Extend the lease; store and publish the progress (fraction and text) if it is given."""
    job = await _held(uow, held)
    if job is None:
        return Lease.LOST
    if job.cancel_requested:
        return Lease.CANCELLED
    if news is None:
        await _update(uow, job, {"lease_until": _from_now(lease_s)})
    else:
        progress, text = news
        values = {"lease_until": _from_now(lease_s), "progress": progress, "text": text}
        record_job(uow, await _update(uow, job, values))
    return Lease.HELD


async def finish(uow: UnitOfWork, held: Claim, result: Mapping[str, JsonValue]) -> Job | None:
    """Store the result; return the job, or None when the claim was lost. A cancelled job stays without."""
    job = await _held(uow, held)
    if job is None:
        return None
    if job.cancel_requested:
        return await end(uow, job, JobState.CANCELLED)
    return await end(uow, job, JobState.DONE, result=result)


async def fail(uow: UnitOfWork, held: Claim, reason: str) -> Job | None:
    """End the job as failed: trying again would fail likewise. Returns as `finish` does."""
    job = await _held(uow, held)
    if job is None:
        return None
    if job.cancel_requested:
        return await end(uow, job, JobState.CANCELLED)
    return await end(uow, job, JobState.FAILED, error=reason)


async def retry(uow: UnitOfWork, held: Claim, reason: str) -> Job | None:
    """Put a job whose process was lost back into the queue, or fail it after its last attempt."""
    job = await _held(uow, held)
    if job is None:
        return None
    if job.cancel_requested:
        return await end(uow, job, JobState.CANCELLED)
    if job.attempts >= JOB_ATTEMPTS_MAX:
        return await end(uow, job, JobState.FAILED, error=_given_up(reason))
    return await _requeue(uow, job, {"error": reason})


async def give_back(uow: UnitOfWork, held: Claim) -> Job | None:
    """Put a job back into the queue because its worker ends; the attempt does not count."""
    job = await _held(uow, held)
    if job is None:
        return None
    if job.cancel_requested:
        return await end(uow, job, JobState.CANCELLED)
    return await _requeue(uow, job, {"attempts": job.attempts - 1})


async def cancelled(uow: UnitOfWork, held: Claim) -> Job | None:
    """End a job whose cancellation was requested."""
    job = await _held(uow, held)
    return None if job is None else await end(uow, job, JobState.CANCELLED)


async def end(
    uow: UnitOfWork,
    job: Job,
    state: JobState,
    *,
    result: Mapping[str, JsonValue] | None = None,
    error: str = "",
) -> Job:
    """Put a locked job into a final state, and publish it."""
    values: dict[str, Any] = {
        "state": state.value,
        "result": result,
        "error": error,
        "worker": None,
        "lease_until": None,
        "finished_at": sa.func.now(),
    }
    if state is JobState.DONE:
        values |= {"progress": 1.0, "text": ""}
    ended = await _update(uow, job, values)
    record_job(uow, ended)
    return ended


async def _start(uow: UnitOfWork, job: Job, worker: str, lease_s: float) -> Job:
    values = {
        "state": JobState.RUNNING.value,
        "worker": worker,
        "lease_until": _from_now(lease_s),
        "attempts": job.attempts + 1,
        "progress": 0.0,
        "text": "started",
        "started_at": sa.func.now(),
    }
    started = await _update(uow, job, values)
    record_job(uow, started)
    return started


async def _requeue(uow: UnitOfWork, job: Job, values: Mapping[str, Any]) -> Job:
    waiting = {
        "state": JobState.QUEUED.value,
        "worker": None,
        "lease_until": None,
        "progress": 0.0,
        "text": "",
    }
    queued = await _update(uow, job, {**waiting, **values})
    record_job(uow, queued)
    return queued


async def _held(uow: UnitOfWork, held: Claim) -> Job | None:
    """Return the job, locked, if the claim on it still holds."""
    query = sa.select(_jobs).where(
        _jobs.c.id == held.job.id,
        _jobs.c.state == JobState.RUNNING.value,
        _jobs.c.worker == held.worker,
        _jobs.c.attempts == held.job.attempts,
    )
    row = (await uow.connection.execute(query.with_for_update())).one_or_none()
    return None if row is None else JOBS.read(row)


async def _update(uow: UnitOfWork, job: Job, values: Mapping[str, Any]) -> Job:
    update = sa.update(_jobs).where(_jobs.c.id == job.id).values(values).returning(_jobs)
    return JOBS.read((await uow.connection.execute(update)).one())


def _from_now(seconds: float) -> sa.ColumnElement[Any]:
    return sa.func.now() + timedelta(seconds=seconds)


def _given_up(reason: str) -> str:
    return f"given up after {JOB_ATTEMPTS_MAX} attempts: {reason}"
