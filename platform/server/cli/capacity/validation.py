"""`linepack validate`: by how much the firm rights of a gas day may grow."""

from datetime import datetime
from typing import Annotated

import typer

from capacity.feasibility.robust_validation.description import in_words
from capacity.feasibility.robust_validation.model import Validation, ValidationInput
from capacity.feasibility.robust_validation.service import ValidateBookings, validate_bookings
from capacity.networks import repository as networks
from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.jobs.model import Job, JobState
from linepack.limits import VALIDATION_S_MAX
from server.cli.job_progress import followed
from server.cli.session import console, run
from server.services import Services

commands = typer.Typer()


@commands.command()
def validate(
    network: Annotated[str, typer.Argument(help="Code of the network.")],
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The gas day.")],
    seconds: Annotated[
        int, typer.Option(min=1, max=VALIDATION_S_MAX, help="More time makes the interval narrower.")
    ] = 60,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the result.")] = True,
) -> None:
    """Find out by how much the firm rights of a gas day may grow until some nomination loses its pressures.

    A worker runs it; if none takes it within seconds, this command does, unless it is not to wait.
    Ends with status 1 when there is no result.
    """
    ended: Job | None = None

    async def command(services: Services, principal: Principal) -> None:
        nonlocal ended
        async with services.database.read() as connection:
            published = await networks.by_code(connection, network)
        asked = ValidateBookings(published.id, day.date(), seconds)
        async with UnitOfWork(services.database) as uow:
            job = await validate_bookings(
                uow, services.snapshots, principal, asked, solver=services.settings.solver
            )
        if not wait:
            console.print(f"{job.id}  {job.state}", highlight=False)
            ended = job
            return
        ended = await followed(services, principal, job)
        if ended.result is not None:
            found = Validation.from_json(ended.result)
            text = in_words(ValidationInput.from_json(ended.input), found, published.network.unit)
            console.print(text, soft_wrap=True, highlight=False)
            for method in found.methods:
                console.print(f"  {method}", soft_wrap=True, highlight=False)
        else:
            console.print(f"{ended.state}: {ended.error}", style="red", soft_wrap=True, highlight=False)

    run(command)
    if wait and (ended is None or ended.state is not JobState.DONE):
        raise typer.Exit(1)
