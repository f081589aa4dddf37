"""The table of index values: append-only, a correction is a further revision."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


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


append_only(IndexValueRow, instead="publish another")
