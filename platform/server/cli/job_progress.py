"""Waiting for a job that a command has asked for, with its progress shown, and what the command answers."""

import asyncio
from collections.abc import Callable, Sequence

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from linepack.jobs import repository
from linepack.jobs.model import Job, JobState
from linepack.limits import JOB_POLL_S
from linepack.problems import NotFound
from server.cli.answers import Answer, Line, Shown
from server.cli.output import errors
from server.cli.session import Session
from server.declarations import job_kinds
from server.jobs.runner import JobRunner
from server.services import Services

LOOK_S = 0.5
WORKER_WAIT_S = 2 * JOB_POLL_S
"""How long the workers of a running installation have to take a job before this command runs it itself."""


async def ending(
    session: Session, job: Job, *, wait: bool, shown: Callable[[Job], Sequence[Shown]]
) -> Answer:
    """Return a job as an answer, over if it is to `wait`; status 1 when it came to no result."""
    if wait:
        job = await _followed(session, job)
    values = {"job": job.id, "state": job.state, "input": job.input, "result": job.result, "error": job.error}
    if not wait:
        return Answer.of(values, f"{job.id}  {job.state}")
    lines = [Line(f"{job.state}: {job.error}", "red")] if job.result is None else shown(job)
    return Answer.of(values, *lines, status=int(job.state is not JobState.DONE))


async def _followed(session: Session, job: Job) -> Job:
    """Return the job once it is over, and show how it comes along."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    helping = asyncio.create_task(_help(session.services, job))
    try:
        with Progress(*columns, console=errors, transient=True) as bar:
            shown = bar.add_task("", total=1.0)
            while not job.state.is_over:
                bar.update(shown, completed=job.progress, description=job.text or job.state.lower())
                await asyncio.wait({helping}, timeout=LOOK_S)
                if helping.done():
                    helping.result()  # it ends by a fault alone
                job = await _stored(session, job)
    finally:
        helping.cancel()
        await asyncio.gather(helping, return_exceptions=True)
    return job


async def _help(services: Services, job: Job) -> None:
    """Run the job here when no worker takes it."""
    runner = JobRunner(services.database, job_kinds())
    while True:
        await asyncio.sleep(WORKER_WAIT_S)
        await runner.run_one(job.id)


async def _stored(session: Session, job: Job) -> Job:
    async with session.services.database.read() as connection:
        found = await repository.get(connection, session.principal, job.id)
    if found is None:
        raise NotFound("job", job.id)
    return found
