"""The tables of credit: limits, versioned by date; suspensions; payments. All of them are append-only."""

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


class CreditLimitRow(Table, table=True):
    """A limit from a gas day on; of equal days the row with the later id holds."""

    __tablename__ = "credit_limit"
    __table_args__ = (
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.Index(None, "network_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    code: str
    party_id: UUID | None = Field(default=None, foreign_key="party.id")
    valid_from: date
    amount: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    currency: str
    framework: str
    factors: list[dict[str, Any]] = Field(sa_type=JSONB)
    kind: str | None = None
    firmness: str | None = None
    runtime: str | None = None
    recorded_at: datetime = Field(sa_type=_INSTANT, sa_column_kwargs={"server_default": sa.func.now()})


class CreditSuspensionRow(Table, table=True):
    """That a party is suspended, or is no more; the row with the latest id holds."""

    __tablename__ = "credit_suspension"
    __table_args__ = (sa.Index(None, "network_id", "party_id", "id"),)

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    party_id: UUID = Field(foreign_key="party.id")
    is_suspended: bool
    reason: str
    recorded_at: datetime = Field(sa_type=_INSTANT)


class CreditPaymentRow(Table, table=True):
    """Money that was paid for a contract; negative where a payment was taken back."""

    __tablename__ = "credit_payment"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.Index(None, "network_id", "party_id"),
    )

    id: UUID = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    party_id: UUID = Field(foreign_key="party.id")
    contract_id: UUID = Field(foreign_key="contract.id", index=True)
    amount: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    reference: str
    recorded_at: datetime = Field(sa_type=_INSTANT)


append_only(CreditLimitRow, instead="set another limit")
append_only(CreditSuspensionRow, instead="suspend or resume the party")
append_only(CreditPaymentRow, instead="record a payment that takes it back")
