"""The kind of job that validates what is booked on a gas day."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from capacity.feasibility.robust_validation.service import ROBUST_VALIDATION
from capacity.networks import repository as networks
from linepack.database.connections import Database
from linepack.ids import RevisionId
from linepack.jobs.kinds import JobKind
from linepack.jobs.model import Job

STARTING_S: Final = 120.0
"""How long the process may take beyond the time that its proof has: to start, compile and report."""


async def input_with_network(database: Database, job: Job) -> Mapping[str, Any]:
    """Return the input of a job with the revision that it is about; raises NotFound."""
    revision_id = RevisionId(UUID(job.input["revision_id"]))
    async with database.read() as connection:
        content = await networks.revision_content(connection, revision_id)
    return {**job.input, "network": content.decode()}


KIND: Final = JobKind(
    ROBUST_VALIDATION,
    input_with_network,
    "capacity.feasibility.robust_validation.validate:validate",
    lambda job: float(job.input["seconds"]) + STARTING_S,
    splits=True,
)
