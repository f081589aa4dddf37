"""A party finds its own ledger entries."""

from alembic import op

revision = "0011"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_index(op.f("ix_ledger_posting_party_id_sequence"), "ledger_posting", ["party_id", "sequence"])


def downgrade() -> None:
    """Undo this revision."""
    op.drop_index(op.f("ix_ledger_posting_party_id_sequence"), table_name="ledger_posting")
