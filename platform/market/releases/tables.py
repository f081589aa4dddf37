"""The tables of capacity release: release, release_bid, release_award, release_award_bid."""

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


class ReleaseRow(Table, table=True):
    """An offer to release capacity; the terms but the capacity, which is known only at the award.

    The columns `parked_…` say why it could not be closed; they are empty for all others.
    """

    __tablename__ = "release"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("discount_rate >= 0", name="discount_rate"),
        sa.CheckConstraint("minimum_quantity BETWEEN 1 AND quantity", name="minimum_quantity"),
        sa.CheckConstraint("minimum_term_days BETWEEN 1 AND end_day - start_day", name="minimum_term"),
        sa.CheckConstraint("bids_close_at > offered_at", name="closes_after_offer"),
        sa.CheckConstraint(
            "num_nulls(parked_at, parked_code, parked_reason) IN (0, 3)", name="parked_with_reason"
        ),
        sa.CheckConstraint("parked_at IS NULL OR state = 'OPEN'", name="parked_is_open"),
        sa.Index("ix_release_open", "bids_close_at", "id", postgresql_where=sa.text("state = 'OPEN'")),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id", index=True)
    operator_id: UUID = Field(foreign_key="party.id")
    releasing_id: UUID = Field(foreign_key="party.id", index=True)
    contract_id: UUID = Field(foreign_key="contract.id", index=True)
    routes: list[dict[str, Any]] = Field(sa_type=JSONB)
    firmness: str
    start_day: date
    end_day: date
    starts_at: datetime = Field(sa_type=_INSTANT)
    quantity: int = Field(sa_type=sa.BigInteger)
    method: str
    tie_break: str
    minimum_rate: Decimal = Field(sa_type=sa.Numeric)
    minimum_quantity: int = Field(sa_type=sa.BigInteger)
    minimum_term_days: int
    discount_rate: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    recallable: bool
    prearranged_bidder_id: UUID | None = Field(default=None, foreign_key="party.id")
    bids_close_at: datetime = Field(sa_type=_INSTANT)
    state: str
    outcome: str = ""
    offered_at: datetime = Field(sa_type=_INSTANT)
    parked_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    parked_code: str | None = None
    parked_reason: str | None = None


class BidRow(Table, table=True):
    """A bid; `sequence` counts the bids of a release in the order in which they were placed.

    A party has at most one open bid on a release.
    """

    __tablename__ = "release_bid"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("minimum_quantity BETWEEN 1 AND quantity", name="minimum_quantity"),
        sa.UniqueConstraint("release_id", "sequence"),
        sa.Index(
            "uq_release_bid_open_of_bidder",
            "release_id",
            "bidder_id",
            unique=True,
            postgresql_where=sa.text("state = 'OPEN'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    release_id: UUID = Field(foreign_key="release.id")
    bidder_id: UUID = Field(foreign_key="party.id", index=True)
    quantity: int = Field(sa_type=sa.BigInteger)
    minimum_quantity: int = Field(sa_type=sa.BigInteger)
    rate: Decimal = Field(sa_type=sa.Numeric)
    start_day: date
    end_day: date
    value: Decimal = Field(sa_type=sa.Numeric)
    state: str
    sequence: int
    placed_at: datetime = Field(sa_type=_INSTANT)


class AwardRow(Table, table=True):
    """The record of how a release was decided, as of `due_at`; never updated.

    Winners acquire the gas days of their bids from `first_day` on.
    """

    __tablename__ = "release_award"
    __table_args__ = (sa.CheckConstraint("due_at <= awarded_at", name="made_when_due"),)

    release_id: UUID = Field(primary_key=True, foreign_key="release.id")
    awarded_at: datetime = Field(sa_type=_INSTANT)
    due_at: datetime = Field(sa_type=_INSTANT)
    first_day: date
    algorithm: str
    seed: str
    inputs: dict[str, Any] = Field(sa_type=JSONB)
    outcome: dict[str, Any] = Field(sa_type=JSONB)
    hash: str


class AwardedBidRow(Table, table=True):
    """What a winning bid became; never updated."""

    __tablename__ = "release_award_bid"

    bid_id: UUID = Field(primary_key=True, foreign_key="release_bid.id")
    release_id: UUID = Field(foreign_key="release_award.release_id", index=True)
    child_contract_id: UUID = Field(foreign_key="contract.id", unique=True)
    quantity: int = Field(sa_type=sa.BigInteger)

    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity"),)


append_only(
    ReleaseRow,
    instead="offer another release",
    changing=["quantity", "state", "outcome", "parked_at", "parked_code", "parked_reason"],
    while_="OLD.state = 'OPEN'",
)
append_only(BidRow, instead="place another bid", changing=["state"], while_="OLD.state = 'OPEN'")
append_only(AwardRow, instead="replay the award")
append_only(AwardedBidRow, instead="replay the award")
