"""Product rules say whether prices may be negative; a horizon ends with the longest contract."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"
branch_labels = None
depends_on = None

_PRICE_CHECKS = (
    ("listing", "price", "price_per_unit_day >= 0"),
    ("market_call", "limit_price", "limit_price >= 0"),
    ("market_order", "price", "price_per_unit_day >= 0"),
    ("release_bid", "rate", "rate >= 0"),
    ("release", "rates", "minimum_rate >= 0 AND discount_rate >= 0"),
)
"""Checks that no longer hold where rule data allow negative prices."""


def upgrade() -> None:
    """Apply this revision."""
    op.add_column(
        "product_rules",
        sa.Column("allows_negative_prices", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    # 7320 days is the longest period; rules with more made every quote of their network fail.
    op.execute(
        "UPDATE product_rules SET horizon_days = 7320, lead_days = LEAST(lead_days, 7319) "
        "WHERE horizon_days > 7320"
    )
    for table, name, _ in _PRICE_CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f("ck_release_discount_rate"), "release", "discount_rate >= 0")


def downgrade() -> None:
    """Undo this revision; fails while a negative price is stored."""
    op.drop_constraint(op.f("ck_release_discount_rate"), "release", type_="check")
    for table, name, condition in _PRICE_CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    op.drop_column("product_rules", "allows_negative_prices")
