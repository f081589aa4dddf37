"""Profiles: which contracts were booked together."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "profile_part",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 0", name=op.f("ck_profile_part_place_not_negative")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_profile_part_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_profile_part")),
        sa.UniqueConstraint("profile_id", "place", name=op.f("uq_profile_part_profile_id_place")),
    )
    op.execute("""
        CREATE TRIGGER profile_part_keeps_its_rows BEFORE DELETE OR TRUNCATE ON profile_part
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('book another profile')
    """)
    op.execute("""
        CREATE TRIGGER profile_part_keeps_its_values BEFORE UPDATE ON profile_part
        FOR EACH ROW EXECUTE FUNCTION refuse_change('book another profile')
    """)


def downgrade() -> None:
    """Undo this revision."""
    op.drop_table("profile_part")
