"""The table of sessions."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.table import Table

_INSTANT = sa.DateTime(timezone=True)


class SessionRow(Table, table=True):
    """A sign-in of a person; of its refresh tokens only hashes."""

    __tablename__ = "session"

    id: UUID = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_type=_INSTANT)
    last_used_at: datetime = Field(sa_type=_INSTANT)
    access_expires_at: datetime = Field(sa_type=_INSTANT)
    expires_at: datetime = Field(sa_type=_INSTANT)
    address: str
    user_agent: str
    ended_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    family_hash: bytes = Field(unique=True)
    newest_hash: bytes
    previous_hash: bytes | None = Field(default=None)
    salt: bytes
    rotated_at: datetime = Field(sa_type=_INSTANT)
