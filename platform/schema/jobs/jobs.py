"""The home of jobs in the API: what takes longer than a request may, and what it has found out."""

from collections.abc import Sequence
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
from linepack.ids import JobId, NetworkId, PartyId
from linepack.jobs import model, repository, service
from linepack.jobs.model import JobState
from linepack.limits import VALIDATION_S_MAX
from linepack.problems import NotFound
from schema.capacity.networks import Network, network_id_of
from schema.identity.parties import Party
from schema.types.connections import KeysetConnection, page
from schema.types.context import RequestContext
from schema.types.nodes import Found, Info, Refusals, after_id, by_id, shown, uuid_of
from schema.types.permissions import MayOperate, MayRead
from schema.types.scalars import Quantity


async def load_jobs(context: RequestContext, ids: Sequence[JobId]) -> list[model.Job | None]:
    """Return the jobs with these ids that the caller may see."""
    async with context.services.database.read() as connection:
        found = await repository.by_id(connection, context.caller(), ids)
    return [found.get(job_id) for job_id in ids]


@strawberry.type(description="What a nomination injects at a node.")
class WitnessInjection:
    """One injection of a witness."""

    node: str
    quantity: Quantity = strawberry.field(description="Rounded; positive enters, negative leaves.")
    flow_kg_per_s: float

    @classmethod
    def of(cls, injection: validations.Injection) -> Self:
        """Show an injection."""
        return cls(
            node=injection.node, quantity=Quantity(injection.units), flow_kg_per_s=injection.flow_kg_per_s
        )


@strawberry.type(
    description="By how much all firm rights of a gas day may grow so that every balanced nomination within "
    "them keeps its pressures: an interval of scales."
)
class RobustValidation:
    """What a robust validation has found."""

    gas_day: date
    revision: int = strawberry.field(description="The network's revision that was looked at.")
    rights_version: int
    certified: float = strawberry.field(
        description="Every balanced nomination within this many times the rights is proved to be possible."
    )
    unrefuted: float | None = strawberry.field(
        description="At this many times the rights every nomination of a stress test was shown to be "
        "possible: evidence, no proof."
    )
    witnessed: float | None = strawberry.field(
        description="Beyond this many times the rights some nomination is impossible: the witness."
    )
    witness: list[WitnessInjection]
    binding: list[str] = strawberry.field(
        description="The two nodes whose pressures the witness drives apart."
    )
    pairs_total: int = strawberry.field(description="How many pairs of nodes had to be looked at.")
    pairs_proved: int = strawberry.field(description="How many of them were proved to the end.")
    is_passive: bool = strawberry.field(description="Whether nothing in the network has a choice of its own.")
    boxes: int = strawberry.field(description="In how many steps.")
    nominations: int = strawberry.field(description="How many nominations the stress test has.")
    asked: int = strawberry.field(description="How many questions were put to the solvers about them.")
    undecided: int = strawberry.field(description="How many of these were left open.")
    methods: list[str] = strawberry.field(description="How it was found, in words.")
    solvers: list[str] = strawberry.field(description="Which solvers of which version worked on it.")
    compressibility: float
    uses_maps: bool = strawberry.field(
        description="Whether stations are bounded by their characteristic maps, or by a ratio alone."
    )
    path_quantity: Quantity = strawberry.field(
        description="Path rights among the rights; they count at both of their ends, as if any exit might "
        "take what their entries give."
    )

    @classmethod
    def of(cls, asked: validations.ValidationInput, found: validations.Validation) -> Self:
        """Show what was found."""
        return cls(
            gas_day=asked.gas_day,
            revision=asked.revision_number,
            rights_version=asked.rights_version,
            certified=found.certified,
            unrefuted=found.unrefuted,
            witnessed=found.witnessed,
            witness=[WitnessInjection.of(one) for one in found.witness],
            binding=list(found.binding or ()),
            pairs_total=found.pairs_total,
            pairs_proved=found.pairs_proved,
            boxes=found.boxes,
            nominations=found.nominations,
            asked=found.asked,
            undecided=found.undecided,
            is_passive=found.is_passive,
            methods=list(found.methods),
            solvers=list(found.engines),
            compressibility=found.compressibility,
            uses_maps=found.uses_maps,
            path_quantity=Quantity(asked.booked.path_units),
        )


@strawberry.type(description="Work that takes longer than a request may.")
class Job(Found):
    """A job as it stands."""

    id: relay.NodeID[UUID]
    kind: str = strawberry.field(description="What it does: robust_validation.")
    state: JobState
    progress: float = strawberry.field(description="0 to 1.")
    text: str = strawberry.field(description="What it is doing, in a few words.")
    error: str = strawberry.field(description="Why it failed, or why its last attempt did.")
    is_being_cancelled: bool
    attempts: int
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    job: strawberry.Private[model.Job]

    @classmethod
    def of(cls, job: model.Job) -> Self:
        """Show a job."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            progress=job.progress,
            text=job.text,
            error=job.error,
            is_being_cancelled=job.cancel_requested and not job.state.is_over,
            attempts=job.attempts,
            requested_at=job.requested_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            job=job,
        )

    @classmethod
    async def load(cls, info: Info, job_id: JobId) -> Self:
        """Show the job with this id; raises NotFound when the caller may not see it."""
        job = await info.context.loader(load_jobs).load(job_id)
        if job is None:
            raise NotFound("job", job_id, path=("id",))
        return cls.of(job)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return jobs."""
        found = await info.context.loader(load_jobs).load_many([JobId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field
    async def network(self, info: Info) -> Network:
        """Return the network it is about."""
        return await Network.load(info, NetworkId(self.job.network_id))

    @strawberry.field
    async def requested_by(self, info: Info) -> Party:
        """Return who asked for it first."""
        return await Party.load(info, PartyId(self.job.requested_by))

    @strawberry.field(description="What a robust validation has found; null until it is done.")
    def validation(self) -> RobustValidation | None:
        """Return the result of a robust validation."""
        found = _validation(self.job)
        return None if found is None else RobustValidation.of(*found)

    @strawberry.field(description="The result in words; null until it is done.")
    async def summary(self, info: Info) -> str | None:
        """Return the result in words."""
        found = _validation(self.job)
        if found is None:
            return None
        network = await Network.load(info, NetworkId(self.job.network_id))
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
    gas_day: date
    seconds: int = strawberry.field(
        default=60, description=f"1 to {VALIDATION_S_MAX}; more time makes the interval narrower."
    )


@strawberry.input
class CancelJobInput:
    """A job to end."""

    job_id: relay.GlobalID


@strawberry.type
class JobPayload:
    """The job, as it stands now."""

    job: Job


JobResult = Annotated[JobPayload | Refusals, strawberry.union("JobResult")]


@strawberry.type
class JobQueries:
    """Jobs that were asked for."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="Jobs, newest first: your own; all on their networks for those who keep order.",
    )
    async def jobs(
        self, info: Info, network: str | None = None, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[Job]:
        """Return a page of jobs."""
        asked = page("jobs", first, after)
        network_id = await network_id_of(info, network) if network else None
        async with info.context.services.database.read() as connection:
            rows = await repository.newest(
                connection,
                info.context.caller(),
                network_id=network_id,
                after=after_id(asked, JobId),
                limit=asked.limit,
            )
        return KeysetConnection[Job].of(rows, asked, key=by_id, node=Job.of)

    @strawberry.field(permission_classes=[MayRead], description="One job; not found when not yours.")
    async def job(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Its id.")],  # noqa: A002
    ) -> Job:
        """Return the job with this id."""
        return await Job.load(info, JobId(uuid_of("Job", id, "id")))


@strawberry.type
class JobMutations:
    """Asking for jobs, and ending them."""

    @strawberry.mutation(
        permission_classes=[MayOperate],
        description="Find out by how much the firm rights of a gas day may grow; the same question about the "
        "same rights is one job.",
    )
    async def validate_bookings(self, info: Info, input: ValidateBookingsInput) -> JobResult:  # noqa: A002
        """Return the job, waiting, running or done."""
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

    @strawberry.mutation(
        permission_classes=[MayOperate],
        description="End a job: at once if it waits, within seconds if it runs, not at all if it is over.",
    )
    async def cancel_job(self, info: Info, input: CancelJobInput) -> JobResult:  # noqa: A002
        """Return the job, which may still be running."""
        context = info.context
        job_id = JobId(uuid_of("Job", input.job_id, "jobId"))
        async with UnitOfWork(context.services.database) as uow:
            job = await service.cancel(uow, context.caller(), job_id)
        return JobPayload(job=Job.of(job))
