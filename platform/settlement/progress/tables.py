"""The tables of positions reached in the streams, and of events that could not be settled."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.table import Table


class SettlementPositionRow(Table, table=True):
    """How far a stream has been settled: every event up to `position` is posted, parked or not followed."""

    __tablename__ = "settlement_position"

    stream: str = Field(primary_key=True)
    position: int = Field(sa_type=sa.BigInteger)


class SettlementFailureRow(Table, table=True):
    """An event that could not be settled: why, and when it was after all.

    `lacks` names what it waits for, where that is known (`settlement.progress.parking`); it `is_due` when
    that has arrived since it was last tried.
    """

    __tablename__ = "settlement_failure"
    __table_args__ = (
        sa.Index(
            "ix_settlement_failure_parked",
            "is_due",
            "lacks",
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )

    stream: str = Field(primary_key=True)
    position: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    topic: str
    code: str
    reason: str
    failed_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    settled_at: datetime | None = Field(default=None, sa_type=sa.DateTime(timezone=True))
    lacks: str | None = None
    is_due: bool = False
