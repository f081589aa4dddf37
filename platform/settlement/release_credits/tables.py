"""The table of recorded defaults and late payments: append-only, each with the entry that it caused."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class ReleaseCreditChangeRow(Table, table=True):
    """A default or a late payment of a gas month's demand money; `id` is that of its event."""

    __tablename__ = "release_credit_change"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('DEFAULTED', 'PAID_LATE')", name="kind"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.Index(None, "child_contract_id", "entry_sequence"),
    )

    id: UUID = Field(primary_key=True)
    child_contract_id: UUID = Field(foreign_key="contract.id")
    gas_month: date
    kind: str
    debtor_id: UUID = Field(foreign_key="party.id")
    amount: Decimal = Field(sa_type=sa.Numeric)
    currency: str
    entry_sequence: int = Field(
        sa_column=sa.Column(
            sa.BigInteger, sa.ForeignKey("ledger_entry.sequence"), unique=True, nullable=False
        )
    )
    recorded_by: UUID = Field(foreign_key="party.id")
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


append_only(ReleaseCreditChangeRow, instead="record another change")
