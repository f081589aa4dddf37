"""The table of index values: append-only, a correction is a further revision."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database import Table, after_create


class IndexValueRow(Table, table=True):
    """The value of an index for a gas day; of several the one with the greatest revision holds."""

    __tablename__ = "index_value"
    __table_args__ = (sa.CheckConstraint("revision > 0", name="revision_positive"),)

    network_id: UUID = Field(primary_key=True, foreign_key="network.id")
    index_name: str = Field(primary_key=True)
    gas_day: date = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    value: Decimal = Field(sa_type=sa.Numeric)
    published_by: UUID = Field(foreign_key="party.id")
    published_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


INDEX_VALUE_GUARD = (
    """
CREATE FUNCTION index_value_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'index values are append-only: ' || TG_OP || ' is refused, publish another';
END
$$
""",
    """
CREATE TRIGGER index_value_is_append_only BEFORE UPDATE OR DELETE ON index_value
FOR EACH ROW EXECUTE FUNCTION index_value_is_append_only()
""",
    """
CREATE TRIGGER index_value_is_not_truncated BEFORE TRUNCATE ON index_value
FOR EACH STATEMENT EXECUTE FUNCTION index_value_is_append_only()
""",
)
"""What keeps values as they were published, one statement each, created after the table."""
after_create(IndexValueRow, INDEX_VALUE_GUARD)
