"""A party finds its own ledger entries; defaults of replacement shippers are recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GUARD = (
    """
CREATE TRIGGER release_credit_change_keeps_its_rows BEFORE DELETE OR TRUNCATE ON release_credit_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('record another change')
""",
    """
CREATE TRIGGER release_credit_change_keeps_its_values BEFORE UPDATE ON release_credit_change
FOR EACH ROW EXECUTE FUNCTION refuse_change('record another change')
""",
)


def upgrade() -> None:
    """Apply this revision."""
    op.create_index(op.f("ix_ledger_posting_party_id_sequence"), "ledger_posting", ["party_id", "sequence"])
    op.create_table(
        "release_credit_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_contract_id", sa.Uuid(), nullable=False),
        sa.Column("gas_month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("debtor_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("entry_sequence", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('DEFAULTED', 'PAID_LATE')", name=op.f("ck_release_credit_change_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_release_credit_change_amount_positive")),
        sa.ForeignKeyConstraint(
            ["child_contract_id"],
            ["contract.id"],
            name=op.f("fk_release_credit_change_child_contract_id_contract"),
        ),
        sa.ForeignKeyConstraint(
            ["debtor_id"], ["party.id"], name=op.f("fk_release_credit_change_debtor_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["entry_sequence"],
            ["ledger_entry.sequence"],
            name=op.f("fk_release_credit_change_entry_sequence_ledger_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["party.id"], name=op.f("fk_release_credit_change_recorded_by_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_credit_change")),
        sa.UniqueConstraint("entry_sequence", name=op.f("uq_release_credit_change_entry_sequence")),
    )
    op.create_index(
        op.f("ix_release_credit_change_child_contract_id_entry_sequence"),
        "release_credit_change",
        ["child_contract_id", "entry_sequence"],
    )
    for statement in GUARD:
        op.execute(statement)


def downgrade() -> None:
    """Undo this revision."""
    op.drop_table("release_credit_change")
    op.drop_index(op.f("ix_ledger_posting_party_id_sequence"), table_name="ledger_posting")
