"""Requesting and cancelling jobs; workers take them from the queue (`linepack.jobs.queue`)."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, Scope
from linepack.canonical_json import digest
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import JobId, PartyId, new_id
from linepack.jobs.errors import TooManyJobs
from linepack.jobs.events import record_job
from linepack.jobs.model import Job, JobState, NewJob
from linepack.jobs.queue import end
from linepack.jobs.repository import JOBS, get
from linepack.jobs.tables import IS_STANDING, JobRow
from linepack.limits import JOBS_WAITING_MAX
from linepack.problems import NotFound

_jobs = JobRow.core()


async def enqueue(uow: UnitOfWork, new: NewJob) -> Job:
    """Return the job that stands for this input, a new one unless one waits, runs or is done.

    Waits while another transaction asks for the same. Raises TooManyJobs.
    """
    input_hash = digest({"kind": new.kind, "network_id": new.network_id, "input": new.input})
    standing = sa.select(_jobs).where(_jobs.c.kind == new.kind, _jobs.c.input_hash == input_hash, IS_STANDING)
    while True:
        found = (await uow.connection.execute(standing)).one_or_none()
        if found is not None:
            return JOBS.read(found)
        await _refuse_too_many(uow.connection, new.requested_by)
        inserted = (await uow.connection.execute(_insertion(new, input_hash))).one_or_none()
        if inserted is not None:
            job = JOBS.read(inserted)
            record_job(uow, job)
            return job


async def cancel(uow: UnitOfWork, principal: Principal, job_id: JobId) -> Job:
    """Cancel a job: a queued one stops at once, a running one within seconds; a finished one is unaffected.

    Raises NotFound, Forbidden.
    """
    principal.require(Scope.OPERATE)
    if await get(uow.connection, principal, job_id) is None:
        raise NotFound("job", job_id)
    row = (await uow.connection.execute(sa.select(_jobs).where(_jobs.c.id == job_id).with_for_update())).one()
    job = JOBS.read(row)
    if job.state is JobState.QUEUED:
        return await end(uow, job, JobState.CANCELLED)
    if job.state is JobState.RUNNING:
        asked = sa.update(_jobs).where(_jobs.c.id == job_id).values(cancel_requested=True).returning(_jobs)
        return JOBS.read((await uow.connection.execute(asked)).one())
    return job


def _insertion(new: NewJob, input_hash: str) -> sa.Executable:
    values = {
        "id": new_id(),
        "network_id": new.network_id,
        "operator_id": new.operator_id,
        "requested_by": new.requested_by,
        "kind": new.kind,
        "input": new.input,
        "input_hash": input_hash,
        "state": JobState.QUEUED.value,
        "progress": 0.0,
        "text": "",
        "error": "",
        "cancel_requested": False,
        "attempts": 0,
        "requested_at": sa.func.now(),
    }
    return (
        insert(_jobs)
        .values(values)
        .on_conflict_do_nothing(index_elements=[_jobs.c.kind, _jobs.c.input_hash], index_where=IS_STANDING)
        .returning(_jobs)
    )


async def _refuse_too_many(connection: AsyncConnection, party_id: PartyId) -> None:
    waiting = sa.select(sa.func.count()).where(
        _jobs.c.requested_by == party_id, _jobs.c.state == JobState.QUEUED.value
    )
    count = (await connection.execute(waiting)).scalar_one()
    if count >= JOBS_WAITING_MAX:
        raise TooManyJobs(count)
