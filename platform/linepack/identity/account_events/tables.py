"""The table of account events, to which rows are only added."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class AccountEventRow(Table, table=True):
    """A change of an account, or of a key of its party."""

    __tablename__ = "account_event"
    __table_args__ = (
        sa.Index(None, "party_id", "id"),
        sa.Index(None, "account_id", "id"),
        sa.CheckConstraint("(account_id IS NULL) <> (api_key_id IS NULL)", name="concerns_one"),
    )

    id: UUID = Field(primary_key=True)
    party_id: UUID = Field(foreign_key="party.id")
    kind: str
    account_id: UUID | None = Field(default=None, foreign_key="account.id")
    api_key_id: UUID | None = Field(default=None, foreign_key="api_key.id")
    by_account_id: UUID | None = Field(default=None, foreign_key="account.id")
    subject: str
    is_by_installation: bool
    roles_before: list[str] = Field(sa_type=ARRAY(sa.Text))
    roles_after: list[str] = Field(sa_type=ARRAY(sa.Text))
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


append_only(AccountEventRow, instead="record another event")
