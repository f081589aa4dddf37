"""The table of product rules: rule data, versioned by date and never updated."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class ProductRulesRow(Table, table=True):
    """What is sold on a network from a gas day on; of equal days the row with the later id holds."""

    __tablename__ = "product_rules"
    __table_args__ = (
        sa.CheckConstraint("lead_days >= 0 AND horizon_days > lead_days", name="window"),
        sa.CheckConstraint("gas_year_month BETWEEN 1 AND 12", name="gas_year_month"),
        sa.Index("ix_product_rules_in_force", "network_id", "valid_from", "id"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    valid_from: date
    runtimes: list[str] = Field(sa_type=ARRAY(sa.String))
    firmness: list[str] = Field(sa_type=ARRAY(sa.String))
    route_kinds: list[str] = Field(sa_type=ARRAY(sa.String))
    lead_days: int
    horizon_days: int
    gas_year_month: int
    allows_negative_prices: bool = Field(sa_column_kwargs={"server_default": sa.false()})
    recorded_at: datetime = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.now()}
    )


append_only(ProductRulesRow, instead="set other rules")
