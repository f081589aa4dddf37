"""The table of trades; never updated."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table

_INSTANT = sa.DateTime(timezone=True)


class TradeRow(Table, table=True):
    """A concluded trade; never updated."""

    __tablename__ = "trade"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("seller_id <> buyer_id", name="two_parties"),
        sa.CheckConstraint("num_nonnulls(listing_id, order_id) = 1", name="came_of_one_offer"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id", index=True)
    operator_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    seller_id: UUID = Field(foreign_key="party.id", index=True)
    buyer_id: UUID = Field(foreign_key="party.id", index=True)
    parent_contract_id: UUID = Field(foreign_key="contract.id", index=True)
    child_contract_id: UUID = Field(foreign_key="contract.id", unique=True)
    start_day: date
    end_day: date
    quantity: int = Field(sa_type=sa.BigInteger)
    price_per_unit_day: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    listing_id: UUID | None = Field(default=None, foreign_key="listing.id")
    order_id: UUID | None = Field(default=None, foreign_key="market_order.id", unique=True)
    concluded_at: datetime = Field(sa_type=_INSTANT)


append_only(TradeRow, instead="conclude another trade")
