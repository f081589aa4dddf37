"""The tables of the logs: they only ever grow.

A tile may be lengthened, never changed; the head may move to a larger tree, or be signed by another key;
a kept checkpoint stays. Triggers refuse everything else.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from linepack.database.table import Table, after_create


class LogTileRow(Table, table=True):
    """A tile of a log's tree: up to 256 hashes, one after the other."""

    __tablename__ = "log_tile"
    __table_args__ = (
        sa.CheckConstraint("length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192", name="hashes"),
    )

    log: str = Field(primary_key=True)
    level: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))
    number: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    hashes: bytes = Field(sa_type=sa.LargeBinary)


class LogHeadRow(Table, table=True):
    """The newest checkpoint of a log. A worker that integrates leaves locks this row."""

    __tablename__ = "log_head"

    log: str = Field(primary_key=True)
    size: int = Field(sa_type=sa.BigInteger)
    root: bytes = Field(sa_type=sa.LargeBinary)
    note: str
    vkey: str
    signed_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class LogCheckpointRow(Table, table=True):
    """A checkpoint that is kept: at every thousandth leaf, and one an hour while the log grows."""

    __tablename__ = "log_checkpoint"

    log: str = Field(primary_key=True)
    size: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_type=sa.LargeBinary)
    note: str
    vkey: str
    signed_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


LOG_GUARD = (
    """
CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'log_tile' THEN
        IF (NEW.log, NEW.level, NEW.number) = (OLD.log, OLD.level, OLD.number)
            AND substr(NEW.hashes, 1, length(OLD.hashes)) = OLD.hashes THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'log_head' THEN
        IF NEW.log = OLD.log AND (NEW.size > OLD.size OR (NEW.size, NEW.root) = (OLD.size, OLD.root)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = TG_TABLE_NAME || ' only grows: ' || TG_OP || ' is refused';
END
$$
""",
    *(
        statement
        for table in ("log_tile", "log_head", "log_checkpoint")
        for statement in (
            f"""
CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION log_only_grows()
""",
            f"""
CREATE TRIGGER {table}_is_not_truncated BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION log_only_grows()
""",
        )
    ),
)
"""The guards of the logs, one statement each, in the order in which they are created after the tables."""
_FUNCTION, *_TRIGGERS = LOG_GUARD
for _table in (LogTileRow, LogHeadRow, LogCheckpointRow):
    _own = [one for one in _TRIGGERS if f" ON {_table.core().name}\n" in one]
    after_create(_table, [_FUNCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), *_own])
