"""The verdict tables: every verdict a contract rests on, with the certificates that prove it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table, after_create


class VerdictRow(Table, table=True):
    """One verdict; `party_id` asked for it."""

    __tablename__ = "verdict"
    __table_args__ = (sa.Index(None, "network_id", "id"),)

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    party_id: UUID = Field(foreign_key="party.id")
    operator_id: UUID = Field(foreign_key="party.id")
    revision_id: UUID
    rights_version: int = Field(sa_type=sa.BigInteger)
    outcome: str
    level: str
    solver: str
    model_hash: str
    decided_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    document: dict[str, Any] = Field(sa_type=JSONB)


append_only(VerdictRow, instead="decide another")


class VerdictLeafRow(Table, table=True):
    """A verdict's place in the transparency log; null until the log has integrated it.

    The database adds the row with the verdict, in the same statement, no matter who writes it.
    """

    __tablename__ = "verdict_leaf"
    __table_args__ = (
        sa.UniqueConstraint("place"),
        sa.Index("ix_verdict_leaf_unplaced", "verdict_id", postgresql_where=sa.text("place IS NULL")),
    )

    verdict_id: UUID = Field(primary_key=True, foreign_key="verdict.id")
    place: int | None = Field(default=None, sa_type=sa.BigInteger)


VERDICT_ADDS_LEAF = (
    """
CREATE FUNCTION verdict_adds_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO verdict_leaf (verdict_id) VALUES (NEW.id);
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER verdict_adds_leaf AFTER INSERT ON verdict
FOR EACH ROW EXECUTE FUNCTION verdict_adds_leaf()
""",
)
after_create(VerdictLeafRow, VERDICT_ADDS_LEAF)
append_only(
    VerdictLeafRow,
    instead="store another verdict",
    changing=["place"],
    while_="OLD.place IS NULL AND NEW.place IS NOT NULL",
)
