"""The tables of network clearing: network_clearing, clearing_bid, clearing_award, clearing_awarded_bid."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table

_INSTANT = sa.DateTime(timezone=True)


class ClearingRow(Table, table=True):
    """A clearing. The columns `parked_…` say why it could not be closed; they are empty for all others."""

    __tablename__ = "network_clearing"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("closes_at > opened_at", name="closes_after_opening"),
        sa.CheckConstraint("reserve_price >= 0", name="reserve_price"),
        sa.CheckConstraint("seconds_max > 0", name="seconds_max"),
        sa.CheckConstraint("gap_max BETWEEN 0 AND 1", name="gap_max"),
        sa.CheckConstraint(
            "num_nulls(parked_at, parked_code, parked_reason) IN (0, 3)", name="parked_with_reason"
        ),
        sa.CheckConstraint("parked_at IS NULL OR state = 'OPEN'", name="parked_is_open"),
        sa.Index("ix_network_clearing_open", "closes_at", "id", postgresql_where=sa.text("state = 'OPEN'")),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id", index=True)
    operator_id: UUID = Field(foreign_key="party.id")
    start_day: date
    end_day: date
    closes_at: datetime = Field(sa_type=_INSTANT)
    reserve_price: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    seconds_max: int
    gap_max: Decimal = Field(sa_type=sa.Numeric)
    state: str
    outcome: str = ""
    opened_at: datetime = Field(sa_type=_INSTANT)
    parked_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    parked_code: str | None = None
    parked_reason: str | None = None


class PathBidRow(Table, table=True):
    """A bid or an offer; `sequence` counts those of a clearing in the order in which they were placed."""

    __tablename__ = "clearing_bid"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("minimum BETWEEN 0 AND quantity", name="minimum"),
        sa.CheckConstraint("price >= 0", name="price"),
        sa.CheckConstraint("(side = 'sell') = (contract_id IS NOT NULL)", name="offers_a_contract"),
        sa.CheckConstraint("only_if <> id", name="depends_on_another"),
        sa.UniqueConstraint("clearing_id", "sequence"),
    )

    id: UUID = Field(primary_key=True)
    clearing_id: UUID = Field(foreign_key="network_clearing.id")
    network_id: UUID = Field(foreign_key="network.id")
    party_id: UUID = Field(foreign_key="party.id", index=True)
    side: str
    receipt: str
    delivery: str
    start_day: date
    end_day: date
    quantity: int = Field(sa_type=sa.BigInteger)
    price: Decimal = Field(sa_type=sa.Numeric)
    minimum: int = Field(sa_type=sa.BigInteger)
    only_if: UUID | None = Field(default=None, foreign_key="clearing_bid.id")
    contract_id: UUID | None = Field(default=None, foreign_key="contract.id", index=True)
    state: str
    sequence: int
    placed_at: datetime = Field(sa_type=_INSTANT)


class ClearingAwardRow(Table, table=True):
    """The record of how a clearing was decided, and the verdicts that prove it; never updated."""

    __tablename__ = "clearing_award"

    clearing_id: UUID = Field(primary_key=True, foreign_key="network_clearing.id")
    awarded_at: datetime = Field(sa_type=_INSTANT)
    algorithm: str
    inputs: dict[str, Any] = Field(sa_type=JSONB)
    outcome: dict[str, Any] = Field(sa_type=JSONB)
    proofs: list[dict[str, Any]] = Field(sa_type=JSONB)
    hash: str


class AwardedPathBidRow(Table, table=True):
    """What a bid became: the buyer's contract, or what the seller gave up of its own; never updated."""

    __tablename__ = "clearing_awarded_bid"

    bid_id: UUID = Field(primary_key=True, foreign_key="clearing_bid.id")
    clearing_id: UUID = Field(foreign_key="clearing_award.clearing_id", index=True)
    contract_id: UUID = Field(foreign_key="contract.id", unique=True)
    quantity: int = Field(sa_type=sa.BigInteger)
    rate: Decimal = Field(sa_type=sa.Numeric)

    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity"),)


append_only(
    ClearingRow,
    instead="open another clearing",
    changing=["state", "outcome", "parked_at", "parked_code", "parked_reason"],
    while_="OLD.state = 'OPEN'",
)
append_only(PathBidRow, instead="place another bid", changing=["state"], while_="OLD.state = 'OPEN'")
append_only(ClearingAwardRow, instead="replay the clearing")
append_only(AwardedPathBidRow, instead="replay the clearing")
