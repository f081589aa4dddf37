"""Credit: limits, suspensions and payments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "credit_limit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("factors", postgresql.JSONB(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("firmness", sa.String(), nullable=True),
        sa.Column("runtime", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_credit_limit_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_credit_limit_network_id_network")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_credit_limit_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_limit")),
    )
    op.create_index(op.f("ix_credit_limit_network_id_id"), "credit_limit", ["network_id", "id"])
    op.create_table(
        "credit_suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_credit_suspension_network_id_network")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_credit_suspension_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_suspension")),
    )
    op.create_index(
        op.f("ix_credit_suspension_network_id_party_id_id"),
        "credit_suspension",
        ["network_id", "party_id", "id"],
    )
    op.create_table(
        "credit_payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_credit_payment_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_credit_payment_network_id_network")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_credit_payment_party_id_party")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_credit_payment_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_payment")),
    )
    op.create_index(op.f("ix_credit_payment_contract_id"), "credit_payment", ["contract_id"])
    op.create_index(
        op.f("ix_credit_payment_network_id_party_id"), "credit_payment", ["network_id", "party_id"]
    )
    for table, instead in (
        ("credit_limit", "set another limit"),
        ("credit_suspension", "suspend or resume the party"),
        ("credit_payment", "record a payment that takes it back"),
    ):
        op.execute(f"""
            CREATE TRIGGER {table}_keeps_its_rows BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{instead}')
        """)
        op.execute(f"""
            CREATE TRIGGER {table}_keeps_its_values BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change('{instead}')
        """)


def downgrade() -> None:
    """Undo this revision."""
    op.drop_table("credit_payment")
    op.drop_table("credit_suspension")
    op.drop_table("credit_limit")
