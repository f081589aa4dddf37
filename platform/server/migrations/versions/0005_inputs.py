"""Interruptible quantities; product rules say whether prices may be negative, and horizons end."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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

_GUARD = (
    """
CREATE FUNCTION interruptible_quantity_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'interruptible quantities are append-only: ' || TG_OP || ' is refused, state another';
END
$$
""",
    """
CREATE TRIGGER interruptible_quantity_is_append_only BEFORE UPDATE OR DELETE ON interruptible_quantity
FOR EACH ROW EXECUTE FUNCTION interruptible_quantity_is_append_only()
""",
    """
CREATE TRIGGER interruptible_quantity_is_not_truncated BEFORE TRUNCATE ON interruptible_quantity
FOR EACH STATEMENT EXECUTE FUNCTION interruptible_quantity_is_append_only()
""",
)


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
    op.create_table(
        "interruptible_quantity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("share", sa.Numeric(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quantity IS NULL OR share IS NULL", name=op.f("ck_interruptible_quantity_one_measure")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_interruptible_quantity_quantity_not_negative")),
        sa.CheckConstraint(
            "share BETWEEN 0 AND 1", name=op.f("ck_interruptible_quantity_share_of_technical")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_interruptible_quantity_network_id_network")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["party.id"], name=op.f("fk_interruptible_quantity_set_by_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interruptible_quantity")),
    )
    op.create_index(
        op.f("ix_interruptible_quantity_network_id_id"), "interruptible_quantity", ["network_id", "id"]
    )
    for statement in _GUARD:
        op.execute(statement)
    for table, name, _ in _PRICE_CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f("ck_release_discount_rate"), "release", "discount_rate >= 0")


def downgrade() -> None:
    """Undo this revision; fails while a negative price is stored."""
    op.drop_constraint(op.f("ck_release_discount_rate"), "release", type_="check")
    for table, name, condition in _PRICE_CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    op.drop_column("product_rules", "allows_negative_prices")
    op.drop_table("interruptible_quantity")
    op.execute("DROP FUNCTION interruptible_quantity_is_append_only()")
