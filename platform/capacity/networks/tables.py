"""The tables of networks: network, network_revision, overlay.

A revision is written once: its content is the network in the native format, byte for byte, identified by its
SHA-256. An overlay is set and may be withdrawn, never edited. `network.version` counts both, so that a
process sees with one small query whether what it holds is current.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database import Table, after_create

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


REVISION_GUARD = (
    """
CREATE FUNCTION network_revision_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'a network revision never changes: ' || TG_OP || ' is refused, publish another';
END
$$
""",
    """
CREATE TRIGGER network_revision_is_immutable BEFORE UPDATE OR DELETE ON network_revision
FOR EACH ROW EXECUTE FUNCTION network_revision_is_immutable()
""",
    """
CREATE TRIGGER network_revision_is_not_truncated BEFORE TRUNCATE ON network_revision
FOR EACH STATEMENT EXECUTE FUNCTION network_revision_is_immutable()
""",
)
"""What keeps revisions as they were published, one statement each, created after the table."""
after_create(NetworkRevisionRow, REVISION_GUARD)
