"""`linepack job list`."""

from capacity.networks import repository as networks
from linepack.database.paging import newest
from linepack.identity import repository as identity
from linepack.jobs import repository
from server.cli.answers import Answer, Column, Rows
from server.cli.session import Session

JOBS = (
    Column("id", "id"),
    Column("network", "network"),
    Column("kind", "kind"),
    Column("state", "state"),
    Column("progress", "done", ".0%"),
    Column("requested_by", "requested by"),
    Column("requested_at", "requested"),
    Column("finished_at", "finished"),
    Column("error", "error"),
)


async def list_jobs(session: Session, *, network: str | None, limit: int) -> Answer:
    """List jobs, the newest first."""
    snapshots = session.services.snapshots
    network_id = None if network is None else await snapshots.id_of(network)
    async with session.services.database.read() as connection:
        listed = repository.jobs(session.principal, network_id=network_id)
        found = await newest(connection, listed, limit)
        parties = await identity.parties_by_id(connection, list({job.requested_by for job in found}))
        known = await networks.summaries(connection, list({job.network_id for job in found}))
    records = [
        {
            "id": job.id,
            "network": known[job.network_id].code,
            "kind": job.kind,
            "state": job.state,
            "progress": job.progress,
            "requested_by": parties[job.requested_by].code,
            "requested_at": job.requested_at,
            "finished_at": job.finished_at,
            "error": job.error,
        }
        for job in found
    ]
    return Answer.listing(Rows(JOBS, records), "No job was ever asked for.")
