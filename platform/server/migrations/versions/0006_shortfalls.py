"""What holders were informed of when less capacity is left than is sold."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARD = (
    """
CREATE FUNCTION shortfall_notice_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'notices are append-only: ' || TG_OP || ' is refused';
END
$$
""",
    """
CREATE TRIGGER shortfall_notice_is_append_only BEFORE UPDATE OR DELETE ON shortfall_notice
FOR EACH ROW EXECUTE FUNCTION shortfall_notice_is_append_only()
""",
    """
CREATE TRIGGER shortfall_notice_is_not_truncated BEFORE TRUNCATE ON shortfall_notice
FOR EACH STATEMENT EXECUTE FUNCTION shortfall_notice_is_append_only()
""",
)


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "shortfall_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("network_version", sa.BigInteger(), nullable=False),
        sa.Column("assessment", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("cut", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.BigInteger(), nullable=True),
        sa.Column("is_restored", sa.Boolean(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_shortfall_notice_period_not_empty")),
        sa.CheckConstraint("units > 0", name=op.f("ck_shortfall_notice_units_positive")),
        sa.CheckConstraint("missing > 0", name=op.f("ck_shortfall_notice_missing_positive")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_shortfall_notice_network_id_network")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["party.id"], name=op.f("fk_shortfall_notice_holder_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_shortfall_notice_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortfall_notice")),
    )
    op.create_index(
        op.f("ix_shortfall_notice_network_id_holder_id_assessment"),
        "shortfall_notice",
        ["network_id", "holder_id", "assessment"],
        unique=False,
    )
    for statement in GUARD:
        op.execute(statement)
    op.create_table(
        "shortfall_watch",
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("assessments", sa.BigInteger(), nullable=False),
        sa.Column("assessed_version", sa.BigInteger(), nullable=False),
        sa.Column("short_days", sa.Integer(), nullable=False),
        sa.Column("undecided_days", sa.Integer(), nullable=False),
        sa.Column("tried_version", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_shortfall_watch_network_id_network")
        ),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_shortfall_watch")),
    )


def downgrade() -> None:
    """Undo this revision."""
    op.drop_table("shortfall_watch")
    op.drop_table("shortfall_notice")
    op.execute("DROP FUNCTION shortfall_notice_is_append_only()")
