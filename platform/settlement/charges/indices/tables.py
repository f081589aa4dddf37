"""The tables of index values as settlement received them, and of the contracts whose price follows them.

Both are append-only. `after_sequence` is the last entry of the ledger when values were received: what was
posted later could use them, what was posted before could not, so that every charge can be computed again. A
true-up of many contracts takes several transactions; how far it has come is stored while it is under way.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.append_only import append_only
from linepack.database.table import Table


class ReceivedValueRow(Table, table=True):
    """A value of an index for a gas day; `lesson` numbers publications 1, 2, 3, … as they were received."""

    __tablename__ = "settlement_index_value"
    __table_args__ = (
        sa.UniqueConstraint("position", "gas_day"),
        sa.Index(None, "network_id", "index_name", "gas_day"),
    )

    lesson: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    gas_day: date = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    index_name: str
    value: Decimal = Field(sa_type=sa.Numeric)
    position: int = Field(sa_type=sa.BigInteger)
    after_sequence: int = Field(sa_type=sa.BigInteger)


class IndexedContractRow(Table, table=True):
    """A contract that is charged by an index: the one booked (`root_id`), or an assigned part of it.

    `position` is that of the event that made the contract, on the stream of the event.
    """

    __tablename__ = "settlement_indexed_contract"
    __table_args__ = (
        sa.Index(None, "network_id", "index_name", "period_end"),
        sa.Index(None, "root_id"),
    )

    contract_id: UUID = Field(primary_key=True)
    index_name: str = Field(primary_key=True)
    network_id: UUID = Field(foreign_key="network.id")
    root_id: UUID
    period_start: date
    period_end: date
    position: int = Field(sa_type=sa.BigInteger)


class TrueUpProgressRow(Table, table=True):
    """A publication whose true-up is under way: every lineage up to that of `after_root` is done."""

    __tablename__ = "settlement_true_up_progress"

    position: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    after_root: UUID


append_only(ReceivedValueRow, instead="learn another")
append_only(IndexedContractRow, instead="charge another contract")
