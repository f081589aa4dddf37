"""The queries of jobs. What a principal reads goes through `linepack.identity.visibility`: a job is seen by
the party that asked for it, by the operator of its network, and by those who oversee the market.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal
from linepack.identity.visibility import visible_to
from linepack.ids import JobId, NetworkId, PartyId
from linepack.jobs.model import Job, JobState
from linepack.jobs.tables import JobRow

_jobs = JobRow.core()


async def get(connection: AsyncConnection, principal: Principal, job_id: JobId) -> Job | None:
    """Return a job, None when the principal may not see it."""
    return (await by_id(connection, principal, [job_id])).get(job_id)


async def by_id(connection: AsyncConnection, principal: Principal, ids: Sequence[JobId]) -> dict[JobId, Job]:
    """Return those of the jobs with these ids that the principal may see."""
    query = sa.select(_jobs).where(_jobs.c.id.in_(ids), _is_visible_to(principal))
    return {JobId(row.id): job_of(row) for row in await connection.execute(query)}


async def newest(
    connection: AsyncConnection,
    principal: Principal,
    *,
    network_id: NetworkId | None = None,
    after: JobId | None = None,
    limit: int,
) -> list[Job]:
    """Return up to `limit` jobs that the principal may see, newest first; those older than `after`."""
    query = sa.select(_jobs).where(_is_visible_to(principal))
    if network_id is not None:
        query = query.where(_jobs.c.network_id == network_id)
    if after is not None:
        query = query.where(_jobs.c.id < after)
    return [job_of(row) for row in await connection.execute(query.order_by(_jobs.c.id.desc()).limit(limit))]


def job_of(row: sa.Row[Any]) -> Job:
    """Return the job that a row holds."""
    return Job(
        id=JobId(row.id),
        network_id=NetworkId(row.network_id),
        operator_id=PartyId(row.operator_id),
        requested_by=PartyId(row.requested_by),
        kind=row.kind,
        input=row.input,
        input_hash=row.input_hash,
        state=JobState(row.state),
        progress=row.progress,
        text=row.text,
        result=row.result,
        error=row.error,
        cancel_requested=row.cancel_requested,
        attempts=row.attempts,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _is_visible_to(principal: Principal) -> sa.ColumnElement[bool]:
    return visible_to(principal, _jobs.c.requested_by, operator=_jobs.c.operator_id)
