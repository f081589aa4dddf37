"""Transparency logs of the ledger and of verdicts; verdicts stored before are waiting leaves of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LOG_TABLES = ("log_tile", "log_head", "log_checkpoint")

GUARD = (
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
        for table in LOG_TABLES
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

VERDICT_GUARD = (
    """
CREATE FUNCTION verdict_adds_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO verdict_leaf (verdict_id) VALUES (NEW.id);
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER verdict_adds_leaf AFTER INSERT ON verdict
FOR EACH ROW EXECUTE FUNCTION verdict_adds_leaf()
""",
    """
CREATE TRIGGER verdict_leaf_keeps_its_rows BEFORE DELETE OR TRUNCATE ON verdict_leaf
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('store another verdict')
""",
    """
CREATE TRIGGER verdict_leaf_keeps_its_values BEFORE UPDATE ON verdict_leaf
FOR EACH ROW WHEN (NOT (OLD.place IS NULL AND NEW.place IS NOT NULL
    AND to_jsonb(NEW.*) - ARRAY['place'] = to_jsonb(OLD.*) - ARRAY['place']))
EXECUTE FUNCTION refuse_change('store another verdict')
""",
)


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "log_tile",
        sa.Column("log", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192", name=op.f("ck_log_tile_hashes")
        ),
        sa.PrimaryKeyConstraint("log", "level", "number", name=op.f("pk_log_tile")),
    )
    op.create_table(
        "log_head",
        sa.Column("log", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("vkey", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("log", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("vkey", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("pk_log_checkpoint")),
    )
    op.create_table(
        "verdict_leaf",
        sa.Column("verdict_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdict.id"], name=op.f("fk_verdict_leaf_verdict_id_verdict")
        ),
        sa.PrimaryKeyConstraint("verdict_id", name=op.f("pk_verdict_leaf")),
        sa.UniqueConstraint("place", name=op.f("uq_verdict_leaf_place")),
    )
    op.create_index(
        "ix_verdict_leaf_unplaced",
        "verdict_leaf",
        ["verdict_id"],
        unique=False,
        postgresql_where=sa.text("place IS NULL"),
    )
    op.execute("INSERT INTO verdict_leaf (verdict_id) SELECT id FROM verdict")
    for statement in (*GUARD, *VERDICT_GUARD):
        op.execute(statement)


def downgrade() -> None:
    """Undo this revision."""
    op.execute("DROP TRIGGER verdict_adds_leaf ON verdict")
    for table in ("verdict_leaf", *LOG_TABLES):
        op.drop_table(table)
    for function in ("verdict_adds_leaf", "log_only_grows"):
        op.execute(f"DROP FUNCTION {function}()")
