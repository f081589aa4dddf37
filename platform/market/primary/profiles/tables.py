"""The table of profiles: which contracts were booked together."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class ProfilePartRow(Table, table=True):
    """A contract that was booked as a part of a profile; `place` counts the parts from 0."""

    __tablename__ = "profile_part"
    __table_args__ = (
        sa.CheckConstraint("place >= 0", name="place_not_negative"),
        sa.UniqueConstraint("profile_id", "place"),
    )

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id")
    profile_id: UUID
    place: int


append_only(ProfilePartRow, instead="book another profile")
