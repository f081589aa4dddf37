"""Tables whose rows stay as they were written, and what the database itself refuses about them.

`append_only` gives a table two triggers: no row is deleted, nor all of them truncated; and no value changes,
but for the columns named, and for those only while a condition holds. A migration that has to change rows
drops the trigger before and creates it again. Who disables triggers (a superuser, or the owner of the tables)
is beyond them; `linepack audit` finds what was changed then.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from linepack.database.table import Table, after_create, metadata

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused, ' || TG_ARGV[0];
END
$$
"""
"""What every guard calls; its argument says what to do instead."""
sa.event.listen(metadata, "before_create", sa.DDL(REFUSE_CHANGE))  # type: ignore[no-untyped-call]

GUARD = (
    """
CREATE TRIGGER {table}_keeps_its_rows BEFORE DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{instead}')
""",
    """
CREATE TRIGGER {table}_keeps_its_values BEFORE UPDATE ON {table}
FOR EACH ROW {when}EXECUTE FUNCTION refuse_change('{instead}')
""",
)
"""The statements that create the triggers of one table."""


def append_only(
    table: type[Table], *, instead: str, changing: Sequence[str] = (), while_: str = "TRUE"
) -> None:
    """Let the database refuse every change of a table's rows; `instead` says what is done in place of one.

    The columns `changing` may change while the SQL condition `while_`, on OLD and NEW, holds.
    """
    when = ""
    if changing:
        columns = ", ".join(f"'{name}'" for name in changing)
        new, old = (f"to_jsonb({row}.*) - ARRAY[{columns}]" for row in ("NEW", "OLD"))
        when = f"WHEN (NOT ({while_} AND {new} = {old})) "
    name = table.core().name
    after_create(table, (statement.format(table=name, instead=instead, when=when) for statement in GUARD))
