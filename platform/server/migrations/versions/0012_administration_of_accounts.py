"""Administration of accounts: when people sign in, initial passwords, and what was changed by whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GUARD = (
    """
CREATE TRIGGER account_event_keeps_its_rows BEFORE DELETE OR TRUNCATE ON account_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('record another event')
""",
    """
CREATE TRIGGER account_event_keeps_its_values BEFORE UPDATE ON account_event
FOR EACH ROW EXECUTE FUNCTION refuse_change('record another event')
""",
)


def upgrade() -> None:
    """Apply this revision."""
    op.add_column("account", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("initial_password_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_account_initial_password"),
        "account",
        "initial_password_until IS NULL OR password_hash IS NOT NULL",
    )
    # Administrators' keys could do what needs the scope MANAGE now.
    op.execute(
        "UPDATE api_key SET scopes = scopes || '{MANAGE}' WHERE 'ADMINISTER' = ANY (scopes)"
        " AND NOT 'MANAGE' = ANY (scopes)"
    )
    op.create_table(
        "account_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("is_by_installation", sa.Boolean(), nullable=False),
        sa.Column("roles_before", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("roles_after", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (api_key_id IS NULL)", name=op.f("ck_account_event_concerns_one")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_account_event_party_id_party")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_event_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_key.id"], name=op.f("fk_account_event_api_key_id_api_key")
        ),
        sa.ForeignKeyConstraint(
            ["by_account_id"], ["account.id"], name=op.f("fk_account_event_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
    )
    op.create_index(op.f("ix_account_event_party_id_id"), "account_event", ["party_id", "id"])
    op.create_index(op.f("ix_account_event_account_id_id"), "account_event", ["account_id", "id"])
    for statement in GUARD:
        op.execute(statement)


def downgrade() -> None:
    """Undo this revision."""
    op.drop_table("account_event")
    op.execute("UPDATE api_key SET scopes = array_remove(scopes, 'MANAGE')")
    op.execute("UPDATE account SET roles = array_remove(roles, 'COMPANY_ADMIN')")
    # An initial password would become one that nobody has to replace.
    op.execute(
        "UPDATE account SET disabled_at = now() WHERE initial_password_until IS NOT NULL AND disabled_at IS NULL"
    )
    op.drop_constraint(op.f("ck_account_initial_password"), "account", type_="check")
    op.drop_column("account", "initial_password_until")
    op.drop_column("account", "signed_in_at")
