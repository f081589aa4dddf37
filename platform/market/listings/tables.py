"""The table of listings.

What is left of a listing changes by one statement that its CHECKs guard; the rest is fixed when it is posted.
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


class ListingRow(Table, table=True):
    """Capacity offered at a fixed price."""

    __tablename__ = "listing"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("remaining BETWEEN 0 AND quantity", name="remaining"),
        sa.CheckConstraint("minimum_quantity BETWEEN 1 AND quantity", name="minimum_quantity"),
        sa.CheckConstraint(
            "(remaining = 0) = (state IN ('TAKEN', 'EXHAUSTED'))", name="taken_when_none_remain"
        ),
        sa.Index("ix_listing_open", "network_id", "id", postgresql_where=sa.text("state = 'OPEN'")),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    operator_id: UUID = Field(foreign_key="party.id")
    seller_id: UUID = Field(foreign_key="party.id", index=True)
    contract_id: UUID = Field(foreign_key="contract.id", index=True)
    kind: str
    routes: list[dict[str, Any]] = Field(sa_type=JSONB)
    firmness: str
    start_day: date
    end_day: date
    starts_at: datetime = Field(sa_type=_INSTANT)
    quantity: int = Field(sa_type=sa.BigInteger)
    remaining: int = Field(sa_type=sa.BigInteger)
    minimum_quantity: int = Field(sa_type=sa.BigInteger)
    price_per_unit_day: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    state: str
    is_firm: bool
    posted_at: datetime = Field(sa_type=_INSTANT)


append_only(
    ListingRow, instead="post another listing", changing=["remaining", "state"], while_="OLD.state = 'OPEN'"
)
