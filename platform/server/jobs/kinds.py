"""The home of the kinds of job that the workers of an installation know."""

from collections.abc import Mapping
from typing import Any, Final

from capacity.feasibility.robust_validation.service import ROBUST_VALIDATION, question_of
from linepack.database.connections import Database
from linepack.jobs.model import Job
from server.jobs.runner import JobKind

STARTING_S: Final = 120.0
"""How long a process may take beyond the time that its proof has: to start, compile and report."""


async def _prepare_validation(database: Database, job: Job) -> Mapping[str, Any]:
    async with database.read() as connection:
        return await question_of(connection, job)


def _validation_s_max(job: Job) -> float:
    return float(job.input["seconds"]) + STARTING_S


KINDS: Final[Mapping[str, JobKind]] = {
    ROBUST_VALIDATION: JobKind(
        _prepare_validation, "capacity.feasibility.robust_validation.validate:validate", _validation_s_max
    )
}
