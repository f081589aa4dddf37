"""The tables of calls and orders; only their states change, and what remains of a call."""

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


class CallRow(Table, table=True):
    """An invitation to orders."""

    __tablename__ = "market_call"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("remaining BETWEEN 0 AND quantity", name="remaining"),
        sa.CheckConstraint("(remaining = 0) <= (state <> 'OPEN')", name="closed_when_none_remain"),
        sa.CheckConstraint("side = 'SELL' OR NOT is_firm", name="seller_holds"),
        sa.CheckConstraint("closes_at > opened_at", name="closes_after_opening"),
        sa.CheckConstraint("(side = 'SELL') = (contract_id IS NOT NULL)", name="seller_names_contract"),
        sa.Index("ix_market_call_open", "network_id", "id", postgresql_where=sa.text("state = 'OPEN'")),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    operator_id: UUID = Field(foreign_key="party.id")
    initiator_id: UUID = Field(foreign_key="party.id", index=True)
    side: str
    contract_id: UUID | None = Field(default=None, foreign_key="contract.id", index=True)
    kind: str
    routes: list[dict[str, Any]] = Field(sa_type=JSONB)
    firmness: str
    start_day: date
    end_day: date
    starts_at: datetime = Field(sa_type=_INSTANT)
    quantity: int = Field(sa_type=sa.BigInteger)
    remaining: int = Field(sa_type=sa.BigInteger)
    limit_price: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    state: str
    is_firm: bool
    opened_at: datetime = Field(sa_type=_INSTANT)
    closes_at: datetime = Field(sa_type=_INSTANT)


class OrderRow(Table, table=True):
    """An answer to a call."""

    __tablename__ = "market_order"
    __table_args__ = (
        sa.CheckConstraint("start_day < end_day", name="period"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )

    id: UUID = Field(primary_key=True)
    call_id: UUID = Field(foreign_key="market_call.id", index=True)
    network_id: UUID = Field(foreign_key="network.id")
    operator_id: UUID = Field(foreign_key="party.id")
    party_id: UUID = Field(foreign_key="party.id", index=True)
    contract_id: UUID | None = Field(default=None, foreign_key="contract.id")
    start_day: date
    end_day: date
    quantity: int = Field(sa_type=sa.BigInteger)
    price_per_unit_day: Decimal = Field(sa_type=sa.Numeric)
    accept_by: datetime = Field(sa_type=_INSTANT)
    state: str
    placed_at: datetime = Field(sa_type=_INSTANT)


append_only(
    CallRow, instead="open another call", changing=["remaining", "state"], while_="OLD.state = 'OPEN'"
)
append_only(OrderRow, instead="place another order", changing=["state"], while_="OLD.state = 'OPEN'")
