"""One open bid for each bidder of a release; awards as of their due time; releases that cannot be closed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEST_BID_STAYS = """
UPDATE release_bid SET state = 'REPLACED'
WHERE state = 'OPEN' AND id NOT IN (
    SELECT DISTINCT ON (release_id, bidder_id) id FROM release_bid
    WHERE state = 'OPEN'
    ORDER BY release_id, bidder_id, value DESC, sequence
)
"""
"""A party had several open bids: the one of the best value, the earliest of equals, is what it goes on with."""

AWARDED_IN_TIME = """
UPDATE release_award SET
    due_at = LEAST(release_award.awarded_at, release.bids_close_at),
    first_day = release.start_day
FROM release WHERE release.id = release_award.release_id
"""


def upgrade() -> None:
    """Apply this revision."""
    op.execute(BEST_BID_STAYS)
    op.create_index(
        "uq_release_bid_open_of_bidder",
        "release_bid",
        ["release_id", "bidder_id"],
        unique=True,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.add_column("release_award", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("release_award", sa.Column("first_day", sa.Date(), nullable=True))
    op.execute(AWARDED_IN_TIME)
    op.alter_column("release_award", "due_at", nullable=False)
    op.alter_column("release_award", "first_day", nullable=False)
    op.create_check_constraint(
        op.f("ck_release_award_made_when_due"), "release_award", "due_at <= awarded_at"
    )
    op.add_column("release", sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("release", sa.Column("parked_code", sa.String(), nullable=True))
    op.add_column("release", sa.Column("parked_reason", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_release_parked_with_reason"),
        "release",
        "num_nulls(parked_at, parked_code, parked_reason) IN (0, 3)",
    )
    op.create_check_constraint(
        op.f("ck_release_parked_is_open"), "release", "parked_at IS NULL OR state = 'OPEN'"
    )


def downgrade() -> None:
    """Undo this revision. Bids that were replaced are withdrawn to older code."""
    op.drop_constraint(op.f("ck_release_parked_is_open"), "release")
    op.drop_constraint(op.f("ck_release_parked_with_reason"), "release")
    for column in ("parked_reason", "parked_code", "parked_at"):
        op.drop_column("release", column)
    op.drop_constraint(op.f("ck_release_award_made_when_due"), "release_award")
    op.drop_column("release_award", "first_day")
    op.drop_column("release_award", "due_at")
    op.drop_index("uq_release_bid_open_of_bidder", table_name="release_bid")
    op.execute("UPDATE release_bid SET state = 'WITHDRAWN' WHERE state = 'REPLACED'")
