"""Jobs: work that takes longer than a request may, and its results."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.feasibility.robust_validation import model as validations
from capacity.feasibility.robust_validation.description import in_words
from capacity.feasibility.robust_validation.service import (
    ROBUST_VALIDATION,
    ValidateBookings,
    validate_bookings,
)
from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Event, Stream
from linepack.ids import JobId
from linepack.jobs import model, repository, service
from linepack.jobs.events import TOPICS, is_about_job, job_in
from linepack.jobs.model import JobState
from linepack.jobs.repository import JobSort
from linepack.limits import VALIDATION_S_MAX
from linepack.problems import NotFound
from schema.capacity.networks import Network, may_receive, network_id_of
from schema.identity.parties import Party
from schema.jobs.robust_validation import RobustValidation
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import shown_as
from schema.types.enumerations.names import JobKind
from schema.types.event_streams import After, OneEvent, ResyncRequired, following, readable_events
from schema.types.nodes import StoredNode, batched, reference, uuid_of
from schema.types.permissions import MayOperate, MayRead
from schema.types.problems import Refusals

JOB_ID = "The id of the job."


@strawberry.type
class Job(StoredNode):
    """Work that takes longer than a request may, as it stands."""

    id: relay.NodeID[UUID]
    kind: JobKind = strawberry.field(description="What it does.")
    state: JobState
    progress: float = strawberry.field(description="0 to 1.")
    text: str = strawberry.field(description="What it is doing, in a few words.")
    error: str = strawberry.field(description="Why it failed, or why its last attempt did.")
    is_being_cancelled: bool = strawberry.field(description="Whether it will stop within seconds.")
    attempts: int = strawberry.field(description="How often a worker began to run it.")
    requested_at: datetime = strawberry.field(description="When it was requested.")
    started_at: datetime | None = strawberry.field(description="When it began to run; null while it waits.")
    finished_at: datetime | None = strawberry.field(description="When it ended; null until then.")
    job: strawberry.Private[model.Job]
    network: Network = reference(Network, "job.network_id", "The network it is about.")
    requested_by: Party = reference(Party, "job.requested_by", "The party that requested it first.")

    load_rows = staticmethod(batched(repository.by_id))

    @classmethod
    def of(cls, value: model.Job) -> Self:
        """Show a job."""
        is_being_cancelled = value.cancel_requested and not value.state.is_over
        kind = JobKind(value.kind)
        return shown_as(cls, value, kind=kind, is_being_cancelled=is_being_cancelled, job=value)

    @classmethod
    async def visible(cls, info: Info, job_id: JobId) -> Self:
        """Return the job with this id; raises NotFound when the caller may not see it."""
        job = await cls.load(info, job_id)
        if job is None:
            raise NotFound("job", job_id, path=("id",))
        return job

    @strawberry.field
    def validation(self) -> RobustValidation | None:
        """What a robust validation has found; null until it is done."""
        found = _validation(self.job)
        return None if found is None else RobustValidation.answering(*found)

    @strawberry.field
    async def summary(self, info: Info) -> str | None:
        """The result in words; null until it is done."""
        found = _validation(self.job)
        if found is None:
            return None
        network = await Network.require(info, self.job.network_id)
        return in_words(*found, network.unit)


def _validation(job: model.Job) -> tuple[validations.ValidationInput, validations.Validation] | None:
    if job.kind != ROBUST_VALIDATION or job.result is None:
        return None
    asked = validations.ValidationInput.from_json(job.input)
    return asked, validations.Validation.from_json(job.result)


@strawberry.input
class ValidateBookingsInput:
    """Which rights to validate, and how long it may take."""

    network: str
    gas_day: date = strawberry.field(description="The gas day whose rights are validated.")
    seconds: int = strawberry.field(
        default=60, description=f"1 to {VALIDATION_S_MAX}; more time makes the interval narrower."
    )


@strawberry.input
class CancelJobInput:
    """A job to cancel."""

    job_id: relay.GlobalID = strawberry.field(description=JOB_ID)


@strawberry.type
class JobPayload:
    """The job concerned."""

    job: Job = strawberry.field(description="The job, as it is now.")


@strawberry.type
class JobChange(OneEvent):
    """A job waits, has come further, or is over."""

    cursor: Cursor
    recorded_at: datetime
    job_state: JobState = strawberry.field(description="Its state when this happened.")
    job_id: strawberry.Private[JobId]
    job: Job | None = reference(Job, "job_id", "The job, as it is now.")

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show what happened to a job."""
        told = job_in(event)
        return cls(
            cursor=event.position, recorded_at=event.recorded_at, job_state=told.state, job_id=told.job_id
        )


JobResult = Annotated[JobPayload | Refusals, strawberry.union("JobResult")]
JobNews = Annotated[JobChange | ResyncRequired, strawberry.union("JobNews")]


@strawberry.type
class JobQueries:
    """Queries of jobs."""

    @paged(KeysetConnection[Job], MayRead, orders=JobSort, followed_by="jobChanges")
    async def jobs(self, info: Info, *, network: str | None = None) -> Shown[model.Job]:
        """Jobs, newest first unless you say: your own.

        For operators those on their networks; for regulators, billing and administrators all.
        """
        network_id = await network_id_of(info, network) if network else None
        return Shown(repository.jobs(info.context.caller(), network_id=network_id))

    @strawberry.field(permission_classes=[MayRead])
    async def job(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description=JOB_ID)],  # noqa: A002
    ) -> Job:
        """One job; an error when it does not exist or you may not see it."""
        return await Job.visible(info, JobId(uuid_of("Job", id, "id")))


@strawberry.type
class JobMutations:
    """Requesting and cancelling jobs."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def validate_bookings(self, info: Info, input: ValidateBookingsInput) -> JobResult:  # noqa: A002
        """Find out by how much the firm rights of a gas day may grow.

        The same question about the same rights is one job.
        """
        context = info.context
        command = ValidateBookings(await network_id_of(info, input.network), input.gas_day, input.seconds)
        async with UnitOfWork(context.services.database) as uow:
            job = await validate_bookings(
                uow,
                context.services.snapshots,
                context.caller(),
                command,
                solver=context.services.settings.solver,
            )
        return JobPayload(job=Job.of(job))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def cancel_job(self, info: Info, input: CancelJobInput) -> JobResult:  # noqa: A002
        """Cancel a job.

        Queued jobs stop immediately, running jobs within seconds; finished jobs are unaffected.
        """
        context = info.context
        job_id = JobId(uuid_of("Job", input.job_id, "jobId"))
        async with UnitOfWork(context.services.database) as uow:
            job = await service.cancel(uow, context.caller(), job_id)
        return JobPayload(job=Job.of(job))


@strawberry.type
class JobSubscriptions:
    """Following jobs."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def job_changes(
        self, info: Info, network: str | None = None, after: After = None
    ) -> AsyncIterator[JobNews]:
        """How the jobs change that you may see, of all networks or of one."""
        network_id = await network_id_of(info, network) if network else None
        readable = readable_events(info, Stream.CAPACITY, TOPICS)
        async with following(info, Stream.CAPACITY, after, readable) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif (
                    is_about_job(event)
                    and network_id in (None, event.network_id)
                    and await may_receive(info, event)
                ):
                    yield JobChange.of(event)

    @strawberry.subscription(permission_classes=[MayRead])
    async def job_progress(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description=JOB_ID)],  # noqa: A002
    ) -> AsyncIterator[Job]:
        """A job as it stands now, then whenever that changes, until it is over.

        It ends early, with the job as it stands, for a client that reads too slowly.
        """
        job_id = JobId(uuid_of("Job", id, "id"))
        async with following(info, Stream.CAPACITY, None) as events:
            job = await Job.visible(info, job_id)
            yield job
            while not job.state.is_over:
                event = await anext(events)
                if isinstance(event, OutOfStep) or is_about_job(event, job_id):
                    job = await Job.visible(info, job_id)
                    yield job
                if isinstance(event, OutOfStep):
                    return
