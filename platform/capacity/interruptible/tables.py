"""The table of interruptible quantities: rule data, versioned by date, append-only."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database import Table, after_create


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


INTERRUPTIBLE_GUARD = (
    """
CREATE FUNCTION interruptible_quantity_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'interruptible quantities are append-only: ' || TG_OP || ' is refused, state another';
END
$$
""",
    """
CREATE TRIGGER interruptible_quantity_is_append_only BEFORE UPDATE OR DELETE ON interruptible_quantity
FOR EACH ROW EXECUTE FUNCTION interruptible_quantity_is_append_only()
""",
    """
CREATE TRIGGER interruptible_quantity_is_not_truncated BEFORE TRUNCATE ON interruptible_quantity
FOR EACH STATEMENT EXECUTE FUNCTION interruptible_quantity_is_append_only()
""",
)
"""What keeps statements as they were made, one statement each, created after the table."""
after_create(InterruptibleQuantityRow, INTERRUPTIBLE_GUARD)
