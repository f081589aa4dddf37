"""The home of what is told about a job, on the capacity stream: to the party that asked for it, and to the
operator of its network.

Topics: `job.queued`, `job.progress`, `job.done`, `job.failed`, `job.cancelled`; the key is the job's id.
"""

from uuid import UUID

from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.model import Event, NewEvent, Stream
from linepack.ids import JobId
from linepack.jobs.model import Job, JobState

_TOPICS = {
    JobState.QUEUED: "job.queued",
    JobState.RUNNING: "job.progress",
    JobState.DONE: "job.done",
    JobState.FAILED: "job.failed",
    JobState.CANCELLED: "job.cancelled",
}


TOPICS = frozenset(_TOPICS.values())


def is_about_job(event: Event, job_id: JobId | None = None) -> bool:
    """Tell whether the event is about a job, about this one if one is given."""
    return event.topic in TOPICS and job_id in (None, JobId(UUID(event.key)))


def tell(uow: UnitOfWork, job: Job) -> None:
    """Record how a job stands now."""
    uow.record(
        NewEvent(
            stream=Stream.CAPACITY,
            topic=_TOPICS[job.state],
            key=str(job.id),
            payload={
                "job_id": str(job.id),
                "kind": job.kind,
                "state": job.state.value,
                "progress": job.progress,
                "text": job.text,
                "error": job.error,
                "attempts": job.attempts,
            },
            network_id=job.network_id,
            audience=frozenset({job.requested_by, job.operator_id}),
        )
    )
