"""Waiting for a job that a command has asked for, with its progress shown."""

import asyncio

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from linepack.access import Principal
from linepack.jobs import repository
from linepack.jobs.model import Job
from linepack.limits import JOB_POLL_S
from linepack.problems import NotFound
from server.cli.session import console
from server.declarations import job_kinds
from server.jobs.runner import JobRunner
from server.services import Services

LOOK_S = 0.5
WORKER_WAIT_S = 2 * JOB_POLL_S
"""How long the workers of a running installation have to take a job before this command runs it itself."""


async def followed(services: Services, principal: Principal, job: Job) -> Job:
    """Return the job once it is over, and show how it comes along."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    async with asyncio.TaskGroup() as group:
        helping = group.create_task(_help(services, job))
        with Progress(*columns, console=console, transient=True) as bar:
            shown = bar.add_task("", total=1.0)
            while not job.state.is_over:
                bar.update(shown, completed=job.progress, description=job.text or job.state.lower())
                await asyncio.sleep(LOOK_S)
                job = await _stored(services, principal, job)
        helping.cancel()
    return job


async def _help(services: Services, job: Job) -> None:
    """Run the job here when no worker takes it."""
    runner = JobRunner(services.database, job_kinds())
    while True:
        await asyncio.sleep(WORKER_WAIT_S)
        await runner.run_one(job.id)


async def _stored(services: Services, principal: Principal, job: Job) -> Job:
    async with services.database.read() as connection:
        found = await repository.get(connection, principal, job.id)
    if found is None:
        raise NotFound("job", job.id)
    return found
