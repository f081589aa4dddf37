"""`linepack validate`: by how much the firm rights of a gas day may grow."""

from collections.abc import Sequence
from datetime import date

from capacity.feasibility.robust_validation.description import in_words
from capacity.feasibility.robust_validation.model import Validation, ValidationInput
from capacity.feasibility.robust_validation.service import ValidateBookings, validate_bookings
from linepack.commands.unit_of_work import UnitOfWork
from linepack.jobs.model import Job
from server.cli.answers import Answer, Shown
from server.cli.job_progress import ending
from server.cli.session import Session


async def validate(session: Session, *, network: str, day: date, seconds: int, wait: bool) -> Answer:
    """Find out by how much the firm rights of a gas day may grow until some nomination fails."""
    services = session.services
    published = await session.network(network)
    asked = ValidateBookings(published.id, day, seconds)
    async with UnitOfWork(services.database) as uow:
        job = await validate_bookings(
            uow, services.snapshots, session.principal, asked, solver=services.settings.solver
        )

    def shown(job: Job) -> Sequence[Shown]:
        found = Validation.from_json(job.result or {})
        text = in_words(ValidationInput.from_json(job.input), found, published.network.unit)
        return [text, *(f"  {method}" for method in found.methods)]

    return await ending(session, job, wait=wait, shown=shown)
