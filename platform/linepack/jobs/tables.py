"""The table of jobs.

`worker` and `lease_until` say who runs a job and until when that holds without another word. Of the jobs of a
kind that wait, run or are done, and whose cancellation is not requested, no two have one input.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database.table import Table

_INSTANT = sa.DateTime(timezone=True)
IS_STANDING = sa.text("state IN ('QUEUED', 'RUNNING', 'DONE') AND NOT cancel_requested")
IS_UNFINISHED = sa.text("state IN ('QUEUED', 'RUNNING')")


class JobRow(Table, table=True):
    """One job."""

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint("state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')", name="state"),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        sa.CheckConstraint("(state = 'RUNNING') = (worker IS NOT NULL)", name="worker_runs"),
        sa.CheckConstraint("(worker IS NULL) = (lease_until IS NULL)", name="worker_has_lease"),
        sa.CheckConstraint("(state = 'DONE') = (result IS NOT NULL)", name="result_when_done"),
        sa.Index("uq_job_kind_input_hash", "kind", "input_hash", unique=True, postgresql_where=IS_STANDING),
        sa.Index("ix_job_unfinished", "id", postgresql_where=IS_UNFINISHED),
        sa.Index(None, "network_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID
    operator_id: UUID = Field(foreign_key="party.id")
    requested_by: UUID = Field(foreign_key="party.id")
    kind: str
    input: dict[str, Any] = Field(sa_type=JSONB)
    input_hash: str
    state: str
    progress: float
    text: str
    result: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    error: str
    cancel_requested: bool
    attempts: int
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=_INSTANT)
    requested_at: datetime = Field(sa_type=_INSTANT)
    started_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    finished_at: datetime | None = Field(default=None, sa_type=_INSTANT)
