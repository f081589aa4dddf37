"""Index values as data, what settlement knows of them, and what a parked event waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTEAD = {
    "index_value": "publish another",
    "settlement_index_value": "learn another",
    "settlement_indexed_contract": "charge another contract",
}
"""The tables that keep what was written, and what is done in place of a change."""


def upgrade() -> None:
    """Apply this revision. Whatever is parked is tried again once: it may be settled now."""
    _create_index_value()
    _create_learnt()
    for table, instead in INSTEAD.items():
        op.execute(f"""
            CREATE TRIGGER {table}_keeps_its_rows BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{instead}')
        """)
        op.execute(f"""
            CREATE TRIGGER {table}_keeps_its_values BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change('{instead}')
        """)
    op.add_column("settlement_failure", sa.Column("lacks", sa.String(), nullable=True))
    op.add_column("settlement_failure", sa.Column("is_due", sa.Boolean(), nullable=True))
    op.execute("UPDATE settlement_failure SET is_due = settled_at IS NULL")
    op.alter_column("settlement_failure", "is_due", nullable=False)
    op.create_index(
        "ix_settlement_failure_parked",
        "settlement_failure",
        ["is_due", "lacks"],
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def _create_index_value() -> None:
    op.create_table(
        "index_value",
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("index_name", sa.String(), nullable=False),
        sa.Column("gas_day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_index_value_revision_positive")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_index_value_network_id_network")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["party.id"], name=op.f("fk_index_value_published_by_party")
        ),
        sa.PrimaryKeyConstraint(
            "network_id", "index_name", "gas_day", "revision", name=op.f("pk_index_value")
        ),
    )


def _create_learnt() -> None:
    op.create_table(
        "settlement_index_value",
        sa.Column("lesson", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gas_day", sa.Date(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("index_name", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("after_sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_settlement_index_value_network_id_network")
        ),
        sa.PrimaryKeyConstraint("lesson", "gas_day", name=op.f("pk_settlement_index_value")),
        sa.UniqueConstraint("position", "gas_day", name=op.f("uq_settlement_index_value_position_gas_day")),
    )
    op.create_index(
        op.f("ix_settlement_index_value_network_id_index_name_gas_day"),
        "settlement_index_value",
        ["network_id", "index_name", "gas_day"],
    )
    op.create_table(
        "settlement_indexed_contract",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("index_name", sa.String(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_settlement_indexed_contract_network_id_network")
        ),
        sa.PrimaryKeyConstraint("contract_id", "index_name", name=op.f("pk_settlement_indexed_contract")),
    )
    op.create_index(
        op.f("ix_settlement_indexed_contract_network_id_index_name_period_end"),
        "settlement_indexed_contract",
        ["network_id", "index_name", "period_end"],
    )
    op.create_index(
        op.f("ix_settlement_indexed_contract_root_id"), "settlement_indexed_contract", ["root_id"]
    )
    op.create_table(
        "settlement_true_up_progress",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("after_root", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_settlement_true_up_progress")),
    )


def downgrade() -> None:
    """Undo this revision."""
    op.drop_index("ix_settlement_failure_parked", table_name="settlement_failure")
    op.drop_column("settlement_failure", "is_due")
    op.drop_column("settlement_failure", "lacks")
    op.drop_table("settlement_true_up_progress")
    for table in ("settlement_indexed_contract", "settlement_index_value", "index_value"):
        op.drop_table(table)
