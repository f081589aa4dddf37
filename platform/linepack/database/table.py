"""Table declarations: SQLModel classes deriving from `Table`, used through SQLAlchemy Core.

`core()` gives the Core table that statements are written with. Rows stay within repositories, which return
domain values (`linepack.database.rows`). Instants are stored with a time zone and read as UTC.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of every table declaration (`class ContractRow(Table, table=True)`)."""

    @classmethod
    def core(cls) -> sa.Table:
        """Return the Core table, whose columns (`core().c`) statements are written with."""
        table = cls.__dict__["__table__"]
        if not isinstance(table, sa.Table):
            raise TypeError(f"{cls.__name__} is not declared with table=True")
        return table


metadata: sa.MetaData = SQLModel.metadata
"""Every table of every package; complete once `server.declarations.all_tables` has imported them."""


def after_create(table: type[Table], statements: Iterable[str]) -> None:
    """Run these statements whenever the table is created: its triggers, mostly."""
    for statement in statements:
        ddl = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        sa.event.listen(table.core(), "after_create", ddl)
