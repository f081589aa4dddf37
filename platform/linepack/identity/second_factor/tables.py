"""The tables of second factors: the secret of each, and what is left of its recovery codes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.table import Table

_INSTANT = sa.DateTime(timezone=True)


class SecondFactorRow(Table, table=True):
    """A person's second factor, in force once it is confirmed."""

    __tablename__ = "second_factor"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    sealed_secret: bytes
    confirmed_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    last_step: int | None = Field(default=None, sa_type=sa.BigInteger)


class RecoveryCodeRow(Table, table=True):
    """A recovery code that has not been used."""

    __tablename__ = "recovery_code"

    account_id: UUID = Field(primary_key=True, foreign_key="second_factor.account_id", ondelete="CASCADE")
    code_hash: bytes = Field(primary_key=True)
