"""The table of idempotency keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class IdempotencyKeyRow(Table, table=True):
    """A key that a party has used for an operation, and the answer it got."""

    __tablename__ = "idempotency_key"

    party_id: UUID = Field(primary_key=True)
    operation: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    input_hash: str
    result: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    recorded_at: datetime = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.now()}
    )


append_only(
    IdempotencyKeyRow,
    instead="use another key",
    changing=["result"],
    while_="OLD.result IS NULL AND NEW.result IS NOT NULL",
)
