"""The home of the kinds of job that the workers of an installation know."""

from collections.abc import Mapping
from typing import Any

from capacity.validation.service import ROBUST_VALIDATION, question_of
from linepack.database import Database
from linepack.jobs.model import Job
from linepack.settings import Settings
from server.jobs.runner import JobKind

STARTING_S = 120.0
"""How long a process may take beyond the time that its proof has: to start, compile and report."""


def kinds_of(settings: Settings) -> Mapping[str, JobKind]:
    """Return the kinds of job, run as the installation has chosen."""

    async def prepare(database: Database, job: Job) -> Mapping[str, Any]:
        async with database.read() as connection:
            return await question_of(connection, job, solver=settings.solver)

    def seconds_max(job: Job) -> float:
        return float(job.input["seconds"]) + STARTING_S

    return {ROBUST_VALIDATION: JobKind(prepare, "capacity.validation.robust:validate", seconds_max)}
