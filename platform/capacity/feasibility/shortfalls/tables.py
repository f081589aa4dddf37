"""The tables of what holders were informed of: `shortfall_notice`, append-only, and `shortfall_watch`.

A notice is one line of what one holder was informed of after one assessment of a network: all lines of the
last one that a holder has notices of are what it knows. `shortfall_watch` counts the assessments, and says up
to which version of the network they go.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class ShortfallNoticeRow(Table, table=True):
    """What of one contract is short on a stretch of gas days, or is so no more."""

    __tablename__ = "shortfall_notice"
    __table_args__ = (
        sa.CheckConstraint("period_start < period_end", name="period_not_empty"),
        sa.CheckConstraint("units > 0", name="units_positive"),
        sa.CheckConstraint("missing > 0", name="missing_positive"),
        sa.Index(None, "network_id", "holder_id", "assessment"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    network_version: int = Field(sa_type=sa.BigInteger)
    assessment: int = Field(sa_type=sa.BigInteger)
    holder_id: UUID = Field(foreign_key="party.id")
    contract_id: UUID = Field(foreign_key="contract.id")
    receipt: str | None = Field(default=None)
    delivery: str | None = Field(default=None)
    level: str
    cut: str
    period_start: date
    period_end: date
    units: int = Field(sa_type=sa.BigInteger)
    missing: int | None = Field(default=None, sa_type=sa.BigInteger)
    is_restored: bool
    announced_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class ShortfallWatchRow(Table, table=True):
    """Up to which version a network was assessed, with what result; and what the last attempt failed of."""

    __tablename__ = "shortfall_watch"

    network_id: UUID = Field(primary_key=True, foreign_key="network.id")
    assessments: int = Field(sa_type=sa.BigInteger)
    assessed_version: int = Field(sa_type=sa.BigInteger)
    short_days: int
    undecided_days: int
    tried_version: int = Field(sa_type=sa.BigInteger)
    tried_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    failure: str | None = Field(default=None)


append_only(ShortfallNoticeRow, instead="give another notice")
