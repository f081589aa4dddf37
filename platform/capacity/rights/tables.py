"""The tables of movements and holds: append-only, and the database says so too.

`sequence` counts the movements and holds of a network together, from 1 without gaps, in the order in which
its commands held the network's lock. Because it is part of the primary key, two commands that append without
the lock collide instead of overselling.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


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


append_only(MovementRow, instead="append the opposite movement")


class HoldRow(Table, table=True):
    """One line of the ledger of holds: ± units of a contract, or of the operator's capacity on a route."""

    __tablename__ = "hold"
    __table_args__ = (
        sa.CheckConstraint("period_start < period_end", name="period_not_empty"),
        sa.CheckConstraint("quantity <> 0", name="holds_something"),
        sa.CheckConstraint(
            "(contract_id IS NULL) = (receipt IS NOT NULL OR delivery IS NOT NULL)",
            name="is_on_contract_or_route",
        ),
        sa.CheckConstraint(
            "receipt IS DISTINCT FROM delivery OR contract_id IS NOT NULL", name="has_two_ends"
        ),
        sa.CheckConstraint("sequence > 0", name="sequence_positive"),
        sa.Index("ix_hold_cause_id", "cause_id", "cause"),
        sa.Index("ix_hold_until", "until", postgresql_where=sa.text("until IS NOT NULL")),
        sa.Index(
            "ix_hold_of_operator", "network_id", "sequence", postgresql_where=sa.text("contract_id IS NULL")
        ),
    )

    network_id: UUID = Field(primary_key=True, foreign_key="network.id")
    sequence: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    party_id: UUID = Field(foreign_key="party.id")
    contract_id: UUID | None = Field(default=None, foreign_key="contract.id", index=True)
    receipt: str | None = Field(default=None)
    delivery: str | None = Field(default=None)
    firmness: str
    period_start: date
    period_end: date
    quantity: int = Field(sa_type=sa.BigInteger)
    cause: str
    cause_id: UUID
    until: datetime | None = Field(default=None, sa_type=sa.DateTime(timezone=True))
    recorded_at: datetime = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.now()}
    )


append_only(HoldRow, instead="append what ends the hold")
