"""The table of interruptible quantities: rule data, versioned by date, append-only."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class InterruptibleQuantityRow(Table, table=True):
    """What is on sale from a gas day on; of equal days the row with the later id holds."""

    __tablename__ = "interruptible_quantity"
    __table_args__ = (
        sa.CheckConstraint("quantity IS NULL OR share IS NULL", name="one_measure"),
        sa.CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name="share_of_technical"),
        sa.Index(None, "network_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    kind: str
    valid_from: date
    receipt: str | None = None
    delivery: str | None = None
    quantity: int | None = Field(default=None, sa_type=sa.BigInteger)
    share: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    set_by: UUID = Field(foreign_key="party.id")
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


append_only(InterruptibleQuantityRow, instead="state another")
