"""The queries of jobs.

A job is seen by the party that asked for it, by the operator of its network, and by the roles that oversee
the market.
"""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, visible_to
from linepack.database.paging import Listed, one_by_one
from linepack.database.rows import RowMapper
from linepack.database.together import Reader
from linepack.ids import JobId, NetworkId
from linepack.jobs.model import Job
from linepack.jobs.tables import JobRow

JOBS = RowMapper(JobRow, Job)

_jobs = JobRow.core()


class JobSort(StrEnum):
    """The columns that jobs may be ordered by."""

    REQUESTED_AT = "id"
    KIND = "kind"
    STATE = "state"


async def get(connection: AsyncConnection, principal: Principal, job_id: JobId) -> Job | None:
    """Return a job, None when the principal may not see it."""
    return (await by_id(connection, principal, [job_id])).get(job_id)


async def by_id(connection: Reader, principal: Principal, ids: Sequence[JobId]) -> dict[JobId, Job]:
    """Return those of the jobs with these ids that the principal may see."""
    query = sa.select(_jobs).where(_jobs.c.id.in_(ids), _is_visible_to(principal))
    return {job.id: job for job in JOBS.all(await connection.execute(query))}


def jobs(principal: Principal, *, network_id: NetworkId | None = None) -> Listed[Job]:
    """Return the list of the jobs that the principal may see, those on a network if given."""
    query = sa.select(_jobs).where(_is_visible_to(principal))
    if network_id is not None:
        query = query.where(_jobs.c.network_id == network_id)
    return Listed(_jobs, query, one_by_one(JOBS.read))


def _is_visible_to(principal: Principal) -> sa.ColumnElement[bool]:
    return visible_to(principal, _jobs.c.requested_by, operator=_jobs.c.operator_id)
