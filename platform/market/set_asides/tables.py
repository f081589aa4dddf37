"""The table of what operators set aside; never updated. What is left of it is in the ledger of holds."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table

_INSTANT = sa.DateTime(timezone=True)


class SetAsideRow(Table, table=True):
    """Firm capacity of an operator that is not for sale."""

    __tablename__ = "set_aside"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("receipt IS NOT NULL OR delivery IS NOT NULL", name="has_an_end"),
        sa.Index(None, "network_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    operator_id: UUID = Field(foreign_key="party.id")
    receipt: str | None = Field(default=None)
    delivery: str | None = Field(default=None)
    start_day: date
    end_day: date
    quantity: int = Field(sa_type=sa.BigInteger)
    reason: str
    until: datetime | None = Field(default=None, sa_type=_INSTANT)
    set_at: datetime = Field(sa_type=_INSTANT)


append_only(SetAsideRow, instead="end it")
