"""The home of the verdict table: every verdict a contract rests on, with the certificates that prove it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.append_only import append_only
from linepack.database import Table


class VerdictRow(Table, table=True):
    """One verdict; `party_id` asked for it."""

    __tablename__ = "verdict"
    __table_args__ = (sa.Index(None, "network_id", "id"),)

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    party_id: UUID = Field(foreign_key="party.id")
    operator_id: UUID = Field(foreign_key="party.id")
    revision_id: UUID
    rights_version: int = Field(sa_type=sa.BigInteger)
    outcome: str
    level: str
    solver: str
    model_hash: str
    decided_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    document: dict[str, Any] = Field(sa_type=JSONB)


append_only(VerdictRow, instead="decide another")
