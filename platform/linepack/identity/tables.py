"""The tables of identity: party, account, api_key."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from linepack.database.table import Table

_INSTANT = sa.DateTime(timezone=True)


class PartyRow(Table, table=True):
    """A company."""

    __tablename__ = "party"

    id: UUID = Field(primary_key=True)
    code: str = Field(unique=True)
    name: str
    kind: str
    created_at: datetime = Field(sa_type=_INSTANT)


class AccountRow(Table, table=True):
    """A person who signs in, by password or through an identity provider."""

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("oidc_issuer", "oidc_subject"),
        sa.CheckConstraint(
            "password_hash IS NOT NULL OR (oidc_issuer IS NOT NULL AND oidc_subject IS NOT NULL)",
            name="can_sign_in",
        ),
        sa.CheckConstraint(
            "initial_password_until IS NULL OR password_hash IS NOT NULL", name="initial_password"
        ),
        sa.CheckConstraint("email = lower(email)", name="email_in_lower_case"),
    )

    id: UUID = Field(primary_key=True)
    party_id: UUID = Field(foreign_key="party.id", index=True)
    email: str = Field(unique=True)
    name: str
    roles: list[str] = Field(sa_type=ARRAY(sa.Text))
    password_hash: str | None = Field(default=None)
    oidc_issuer: str | None = Field(default=None)
    oidc_subject: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=_INSTANT)
    credentials_changed_at: datetime = Field(sa_type=_INSTANT)
    disabled_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    signed_in_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    initial_password_until: datetime | None = Field(default=None, sa_type=_INSTANT)


class ApiKeyRow(Table, table=True):
    """A machine's credential; of its secret only the SHA-256."""

    __tablename__ = "api_key"

    id: UUID = Field(primary_key=True)
    party_id: UUID = Field(foreign_key="party.id", index=True)
    name: str
    prefix: str = Field(unique=True)
    secret_hash: bytes
    roles: list[str] = Field(sa_type=ARRAY(sa.Text))
    scopes: list[str] = Field(sa_type=ARRAY(sa.Text))
    created_by: UUID | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = Field(sa_type=_INSTANT)
    expires_at: datetime = Field(sa_type=_INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    rotated_from: UUID | None = Field(default=None, foreign_key="api_key.id")
    last_used_at: datetime | None = Field(default=None, sa_type=_INSTANT)
