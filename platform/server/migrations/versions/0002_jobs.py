"""Jobs; and policies that say how long a proof may take, and what undecided means."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("input", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')", name=op.f("ck_job_state")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_job_progress")),
        sa.CheckConstraint("(state = 'RUNNING') = (worker IS NOT NULL)", name=op.f("ck_job_worker_runs")),
        sa.CheckConstraint("(worker IS NULL) = (lease_until IS NULL)", name=op.f("ck_job_worker_has_lease")),
        sa.CheckConstraint("(state = 'DONE') = (result IS NOT NULL)", name=op.f("ck_job_result_when_done")),
        sa.ForeignKeyConstraint(["operator_id"], ["party.id"], name=op.f("fk_job_operator_id_party")),
        sa.ForeignKeyConstraint(["requested_by"], ["party.id"], name=op.f("fk_job_requested_by_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "uq_job_kind_input_hash",
        "job",
        ["kind", "input_hash"],
        unique=True,
        postgresql_where=sa.text("state IN ('QUEUED', 'RUNNING', 'DONE') AND NOT cancel_requested"),
    )
    op.create_index(
        "ix_job_unfinished",
        "job",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('QUEUED', 'RUNNING')"),
    )
    op.create_index(op.f("ix_job_network_id_id"), "job", ["network_id", "id"], unique=False)
    op.execute(
        """UPDATE network SET policy = '{"deadline_s": 10.0, "when_undecided": "refuse"}'::jsonb || policy"""
    )


def downgrade() -> None:
    """Undo this revision. A policy keeps its levels, also those that older code does not know."""
    op.execute("UPDATE network SET policy = policy - 'deadline_s' - 'when_undecided'")
    op.drop_table("job")
