"""The table of events: append-only, except that the relay gives each row its position once.

`transaction_id` is the 64-bit id of the writing transaction. Together with the snapshot of a later statement
it shows whether all earlier writers have ended, which no sequence or time can show.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class EventRow(Table, table=True):
    """One event; `position` is null until the relay has placed it."""

    __tablename__ = "event"
    __table_args__ = (
        sa.UniqueConstraint("stream", "position"),
        sa.CheckConstraint("position > 0", name="position_positive"),
        sa.Index("ix_event_unplaced", "transaction_id", "id", postgresql_where=sa.text("position IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    stream: str
    topic: str
    network_id: UUID | None = None
    key: str
    payload: dict[str, Any] = Field(sa_type=JSONB)
    audience: list[UUID] | None = Field(default=None, sa_type=ARRAY(sa.Uuid()))
    recorded_at: datetime = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.now()}
    )
    transaction_id: int = Field(
        sa_type=sa.BigInteger,
        sa_column_kwargs={"server_default": sa.text("(pg_current_xact_id()::text)::bigint")},
    )
    position: int | None = Field(default=None, sa_type=sa.BigInteger)


append_only(
    EventRow,
    instead="record another event",
    changing=["position"],
    while_="OLD.position IS NULL AND NEW.position IS NOT NULL",
)
