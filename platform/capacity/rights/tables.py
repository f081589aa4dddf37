"""The home of the rights ledger's table: append-only, and the database says so too.

`sequence` counts the movements of a network from 1 without gaps, in the order in which its commands held the
network's lock. Because it is part of the primary key, two commands that append without the lock collide
instead of overselling.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database import Table, after_create


class MovementRow(Table, table=True):
    """One movement of rights: ± whole commercial units of one contract on one route over a period."""

    __tablename__ = "movement"
    __table_args__ = (
        sa.CheckConstraint("period_start < period_end", name="period_not_empty"),
        sa.CheckConstraint("quantity <> 0", name="moves_something"),
        sa.CheckConstraint("receipt IS NOT NULL OR delivery IS NOT NULL", name="has_an_end"),
        sa.CheckConstraint("receipt IS DISTINCT FROM delivery", name="has_two_ends"),
        sa.CheckConstraint("sequence > 0", name="sequence_positive"),
    )

    network_id: UUID = Field(primary_key=True, foreign_key="network.id")
    sequence: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    contract_id: UUID = Field(foreign_key="contract.id", index=True)
    holder_id: UUID = Field(foreign_key="party.id")
    receipt: str | None = Field(default=None)
    delivery: str | None = Field(default=None)
    firmness: str
    period_start: date
    period_end: date
    quantity: int = Field(sa_type=sa.BigInteger)
    cause: str
    cause_id: UUID
    recorded_at: datetime = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.now()}
    )


MOVEMENT_GUARD = (
    """
CREATE FUNCTION movement_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'rights are append-only: ' || TG_OP || ' is refused, append the opposite movement';
END
$$
""",
    """
CREATE TRIGGER movement_is_append_only BEFORE UPDATE OR DELETE ON movement
FOR EACH ROW EXECUTE FUNCTION movement_is_append_only()
""",
    """
CREATE TRIGGER movement_is_not_truncated BEFORE TRUNCATE ON movement
FOR EACH STATEMENT EXECUTE FUNCTION movement_is_append_only()
""",
)
"""The guards of the ledger, one statement each, in the order in which they are created after the table."""
after_create(MovementRow, MOVEMENT_GUARD)
