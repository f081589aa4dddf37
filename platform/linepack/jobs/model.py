"""Jobs: work that takes longer than a request may, kept as a row until it is done.

The row is the truth: whatever runs the job reads it there and stores the result there. The same input of one
kind is one job, also when it is asked for again, unless it failed or was cancelled. Progress is a fraction,
0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from linepack.canonical_json import JsonValue
from linepack.ids import JobId, NetworkId, PartyId

JsonObject: TypeAlias = Mapping[str, Any]
"""Plain JSON, as it was stored."""


class JobState(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Work to be done: `input` is all that the result depends on, so that its hash names the result."""

    network_id: NetworkId
    operator_id: PartyId
    requested_by: PartyId
    kind: str
    input: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it stands.

    `text` says in a few words what it is doing; `error` why it failed, or why its last attempt did. A job
    with `cancel_requested` is being ended. Instants are the database's.
    """

    id: JobId
    network_id: NetworkId
    operator_id: PartyId
    requested_by: PartyId
    kind: str
    input: JsonObject
    input_hash: str
    state: JobState
    progress: float
    text: str
    result: JsonObject | None
    error: str
    cancel_requested: bool
    attempts: int
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that one worker runs; `job.attempts` distinguishes this attempt from earlier and later ones."""

    job: Job
    worker: str


class Lease(StrEnum):
    """The state of a worker's lease when it reports."""

    HELD = "held"
    CANCELLED = "cancelled"
    """The cancellation of the job was requested."""
    LOST = "lost"
    """The job is no longer this worker's: its result is discarded."""
