"""The kind of job that clears a draft."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from capacity.feasibility.robust_validation.job import STARTING_S
from capacity.networks import repository as networks
from linepack.database.connections import Database
from linepack.ids import RevisionId
from linepack.jobs.kinds import JobKind
from linepack.jobs.model import Job
from market.network_clearings.service import NETWORK_CLEARING


async def _question(database: Database, job: Job) -> Mapping[str, Any]:
    """Return the question of a job; raises NotFound."""
    revision_id = RevisionId(UUID(job.input["inputs"]["revision_id"]))
    async with database.read() as connection:
        content = await networks.revision_content(connection, revision_id)
    return {**job.input, "network": content.decode(), "at": job.requested_at.isoformat()}


KIND: Final = JobKind(
    NETWORK_CLEARING,
    _question,
    "market.network_clearings.draft:run",
    lambda job: float(job.input["inputs"]["seconds_max"]) + STARTING_S,
)
