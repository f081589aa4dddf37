"""The tables of networks: network, network_revision, overlay, interruptible_quantity.

A revision is written once: its content is the network in the native format, byte for byte, identified by its
SHA-256. An overlay is set and may be withdrawn, never edited. `network.version` counts both, so that a
process sees with one small query whether what it holds is current. Interruptible quantities are dated
statements.
"""

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


class NetworkRow(Table, table=True):
    """A network: who operates it, in what currency and to what level of proof its capacity is sold."""

    __tablename__ = "network"

    id: UUID = Field(primary_key=True)
    code: str = Field(unique=True)
    operator_id: UUID = Field(foreign_key="party.id", index=True)
    currency: str
    policy: dict[str, Any] = Field(sa_type=JSONB)
    version: int = Field(sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=_INSTANT)


class NetworkRevisionRow(Table, table=True):
    """One immutable revision of a network; numbers count from 1."""

    __tablename__ = "network_revision"
    __table_args__ = (
        sa.UniqueConstraint("network_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    number: int
    name: str
    unit: str
    node_count: int
    edge_count: int
    content: bytes
    content_hash: str
    published_at: datetime = Field(sa_type=_INSTANT)


class OverlayRow(Table, table=True):
    """A dated change of one edge's capacity."""

    __tablename__ = "overlay"
    __table_args__ = (
        sa.CheckConstraint("period_start < period_end", name="period_not_empty"),
        sa.CheckConstraint("factor BETWEEN 0 AND 2", name="factor_in_range"),
        sa.Index(None, "network_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    edge_id: str
    kind: str
    period_start: date
    period_end: date
    factor: Decimal = Field(sa_type=sa.Numeric)
    reason: str
    set_at: datetime = Field(sa_type=_INSTANT)
    withdrawn_at: datetime | None = Field(default=None, sa_type=_INSTANT)


append_only(NetworkRow, instead="change what its commands change", changing=["policy", "version"])
append_only(NetworkRevisionRow, instead="publish another revision")
append_only(
    OverlayRow,
    instead="withdraw it",
    changing=["withdrawn_at"],
    while_="OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL",
)


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
    recorded_at: datetime = Field(sa_type=_INSTANT)


append_only(InterruptibleQuantityRow, instead="state another")
