"""The contract table: the whole contract as a document, and the columns it is found by.

A contract is written once and never changed; what is left of it is in the rights ledger.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class ContractRow(Table, table=True):
    """One contract."""

    __tablename__ = "contract"
    __table_args__ = (
        sa.CheckConstraint("period_start < period_end", name="period_not_empty"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sa.Index(None, "holder_id", "id"),
        sa.Index(None, "network_id", "id"),
        sa.Index(None, "operator_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(unique=True)
    network_id: UUID = Field(foreign_key="network.id")
    revision_id: UUID
    holder_id: UUID = Field(foreign_key="party.id")
    operator_id: UUID = Field(foreign_key="party.id")
    firmness: str
    period_start: date
    period_end: date
    quantity: int = Field(sa_type=sa.BigInteger)
    currency: str
    parent_id: UUID | None = Field(default=None, foreign_key="contract.id", index=True)
    cause: str
    verdict_id: UUID | None = Field(default=None, foreign_key="verdict.id", index=True)
    created_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    document: dict[str, Any] = Field(sa_type=JSONB)


append_only(ContractRow, instead="derive another contract from it")
