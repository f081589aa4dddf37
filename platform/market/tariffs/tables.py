"""The table of tariffs: rule data, versioned by date and never updated."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class TariffRow(Table, table=True):
    """A price from a gas day on; of equal days the row with the later id holds."""

    __tablename__ = "tariff"
    __table_args__ = (sa.Index("ix_tariff_lookup", "network_id", "kind", "firmness", "valid_from"),)

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    kind: str
    firmness: str
    valid_from: date
    receipt: str | None = None
    delivery: str | None = None
    runtime: str | None = None
    price: dict[str, Any] = Field(sa_type=JSONB)
    set_by: UUID
    recorded_at: datetime = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.now()}
    )


append_only(TariffRow, instead="set another tariff")
