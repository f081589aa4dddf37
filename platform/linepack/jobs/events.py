"""The events of jobs, on the capacity stream: for the party that asked, and the network's operator."""

from typing import Final, Self
from uuid import UUID

from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.model import Event, Stream
from linepack.events.typed import TypedEvent
from linepack.ids import JobId
from linepack.jobs.model import Job, JobState


class JobEvent(TypedEvent):
    """A job, as it stands now."""

    stream = Stream.CAPACITY

    job_id: JobId
    kind: str
    state: JobState
    progress: float
    text: str
    error: str
    attempts: int

    @property
    def key(self) -> str:
        """The job's id."""
        return str(self.job_id)

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return the event about a job."""
        return cls(
            network_id=job.network_id,
            audience=frozenset({job.requested_by, job.operator_id}),
            job_id=job.id,
            kind=job.kind,
            state=job.state,
            progress=job.progress,
            text=job.text,
            error=job.error,
            attempts=job.attempts,
        )


class JobQueued(JobEvent):
    """A job waits for a worker."""

    topic = "job.queued"


class JobProgress(JobEvent):
    """A job runs."""

    topic = "job.progress"


class JobDone(JobEvent):
    """A job has its result."""

    topic = "job.done"


class JobFailed(JobEvent):
    """A job ended without a result."""

    topic = "job.failed"


class JobCancelled(JobEvent):
    """A job was ended on request."""

    topic = "job.cancelled"


_EVENTS: Final[dict[JobState, type[JobEvent]]] = {
    JobState.QUEUED: JobQueued,
    JobState.RUNNING: JobProgress,
    JobState.DONE: JobDone,
    JobState.FAILED: JobFailed,
    JobState.CANCELLED: JobCancelled,
}
_BY_TOPIC: Final = {kind.topic: kind for kind in _EVENTS.values()}
TOPICS: Final = frozenset(_BY_TOPIC)


def is_about_job(event: Event, job_id: JobId | None = None) -> bool:
    """Return whether the event is about a job, about this one if one is given."""
    return event.topic in TOPICS and job_id in (None, JobId(UUID(event.key)))


def job_in(event: Event) -> JobEvent:
    """Return what an event about a job says of it."""
    return event.read_as(_BY_TOPIC[event.topic])


def record_job(uow: UnitOfWork, job: Job) -> None:
    """Record how a job stands now."""
    uow.record(_EVENTS[job.state].of(job))
